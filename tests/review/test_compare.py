"""A comparison says what a change means for a finished stick; `apply` of the changed spec does just that."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hvsbuild.review import diffpage, difftext
from hvsbuild.review.compare import Comparison, compare
from tests.golden import SEED, bundle_of, spec_of
from tests.run.small import hvsbuild, write_spec

OLD = bundle_of(spec_of({}))
VHD = {"file": "hvsOS.vhd", "size": "24 GiB", "letter": "R", "label": "HVS"}
DISK = {
    "match": {"bus": "usb", "size": ">= 16 GB"},
    "wipe": "always",
    "letter": "Y",
    "label": "hvsUSB",
    "size": "32 GB",
}
KEY = r"ControlSet001\Control\Session Manager\Memory Management"
PAGES = {"PagingFiles": {"type": "REG_MULTI_SZ", "data": []}, "ExistingPageFiles": "absent"}


def values(**more: Any) -> list[dict[str, Any]]:
    return [{"hive": "SYSTEM", "key": KEY, "values": PAGES | more}]


def to(changes: dict[str, Any]) -> Comparison:
    return compare(OLD, bundle_of(spec_of(changes)))


def test_no_difference() -> None:
    found = to({})
    assert found.equal
    assert found.decision.to_run == []
    assert difftext.text(found) == "No difference.\n"


@pytest.mark.parametrize(
    ("changes", "effect", "words"),
    [
        ({"vhd": VHD | {"size": "22 GiB"}}, "is not wiped, but hvsOS.vhd is built", "24 GiB (25.8 GB) → 22 GiB"),
        ({"vhd": VHD | {"label": "NEW"}}, "is not wiped, but hvsOS.vhd is built", "volume labelled NEW"),
        ({"disk": DISK | {"label": "NEW"}}, "WIPED and made anew", "volume labelled NEW"),
        ({"disk": DISK | {"wipe": "if-ours"}}, "stays as it is", "disk.wipe: always → if-ours"),
        ({"disk": DISK | {"match": {"serial": "AB"}}}, "stays as it is", "which disk: serial: anything → AB"),
        (
            {"registry": values(New={"type": "REG_DWORD", "data": 1})},
            "changed in place (registry-SYSTEM",
            r"added: SYSTEM\ControlSet001\Control\Session Manager\Memory Management\New = REG_DWORD 1",
        ),
        ({"registry": None}, "changed in place (vhd-stamp", "(a finished stick keeps it)"),
        ({"boot": {"settings": {"nx": "alwaysoff"}}}, "changed in place (boot-settings", "nx alwaysoff"),
    ],
)  # fmt: skip
def test_what_a_change_means(changes: dict[str, Any], effect: str, words: str) -> None:
    found = to(changes)
    assert effect in found.effect
    assert words in difftext.text(found)
    assert found.destructive == ("WIPED" in effect)


def test_another_number_of_a_script_is_no_change() -> None:
    """Two tasks less: all the scripts behind them have other numbers, and only those that differ are shown."""
    found = to({"registry": None})
    assert {(one.task, one.how) for one in found.scripts} == {
        ("hive-load-SYSTEM", "removed"),
        ("registry-SYSTEM", "removed"),
        ("hive-unload-SYSTEM", "removed"),
    }


def test_another_pinned_image_is_applied_anew() -> None:
    pinned = [bundle_of(spec_of({"image": {"source": "a.wim", "index": 1, "sha256": one * 64}})) for one in "ab"]
    found = compare(*pinned)
    assert "hvsOS.vhd is built and copied anew" in found.effect
    assert f"input image: {'a' * 64} → {'b' * 64}" in difftext.text(found)


def test_markdown_fits_a_comment_and_breaks_out_of_nothing() -> None:
    label = "a|b `x` ``` <i>"
    text = difftext.markdown(to({"disk": DISK | {"label": label}}), "the title")
    assert text.startswith("### the title\n")
    assert "> [!CAUTION]" in text
    rows = [line for line in text.splitlines() if line.startswith("| changed")]
    assert all(line.replace("\\|", "").count("|") == 3 for line in rows)
    assert "````diff" in text, "the fence is longer than any run of backticks in it"
    long = [
        {"hive": "SOFTWARE", "key": f"K{one}", "values": {"V": {"type": "REG_SZ", "data": "x" * 900}}}
        for one in range(90)
    ]
    assert len(difftext.markdown(to({"registry": long}), "long")) < 65_536


def test_the_page_shows_both_sides() -> None:
    text = diffpage.page(to({"disk": DISK | {"label": "A<b>"}}), "old → new")
    assert "label=&#34;hvsUSB&#34;" in text
    assert "label=&#34;A&lt;b&gt;&#34;" in text
    assert "A<b>" not in text


def test_apply_does_what_the_comparison_says(tmp_path: Path, undisturbed: Path, wim: Path) -> None:
    """The very tasks: of a change in place, on the finished stick of another build."""
    spec = write_spec(tmp_path, ("data: 7", "data: 8"))
    shown = hvsbuild("diff", undisturbed / "bundle", spec, "--json")
    assert shown.returncode == 2, shown.stderr
    planned = hvsbuild("plan", spec, "--var", f"wim={wim}", "-o", undisturbed, "--json")
    assert json.loads(shown.stdout)["run"] == json.loads(planned.stdout)["run"]


def test_git_revisions(tmp_path: Path) -> None:
    folder = tmp_path / "repository" / "specs"
    folder.mkdir(parents=True)
    spec = folder / "site.yaml"

    def git(*argv: str) -> None:
        who = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *who, *argv], cwd=folder.parent, check=True, capture_output=True)

    spec.write_text(SEED.read_text())
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    spec.write_text(SEED.read_text().replace("24 GiB", "20 GiB"))
    done = hvsbuild("diff", "HEAD:site.yaml", "site.yaml", cwd=folder)
    assert done.returncode == 2
    assert "24 GiB (25.8 GB) → 20 GiB" in done.stdout
    assert hvsbuild("diff", "HEAD:specs/site.yaml", "HEAD:./site.yaml", cwd=folder).returncode == 0
    for wrong, phrase in (
        ("HEAD~7:site.yaml", "git cannot show that revision"),
        ("HEAD:no.yaml", "no such file in that"),
    ):
        done = hvsbuild("diff", wrong, "site.yaml", cwd=folder)
        assert (done.returncode, phrase in done.stderr) == (1, True)
