"""Several VHDs, children, and what changes about them: the plan, `diff` and `apply` say the same, and it converges."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from phony import image
from tests.conftest import once
from tests.run.small import digest, hvsbuild

SPEC = r"""spec: hvsbuild/v1
name: many
os: hyperv-server-2019
vhds:
  - file: base.vhdx
    size: 64 MiB
    label: BASE
    type: expandable
    image: {source: one.wim, index: 1}
    registry: [{hive: SOFTWARE, key: Example, values: {A: 1}}]
  - file: role.vhdx
    type: differencing
    parent: base.vhdx
    boot: {description: Role}
    files: [{text: "of this role", target: '\role.txt'}]
  - file: "50% & more.vhd"
    size: 64 MiB
    image: {source: two.wim, index: 1}
    boot: {description: Alone, settings: {sos: true}}
disk: {match: {bus: usb, serial: X}, wipe: always, size: 500 MB}
boot: {firmware: both, menu: {timeout: 7, default: "50% & more.vhd"}}
"""
CHILD = ["child-remove-role", "child-create-role", "write-role-txt-role", "vhd-stamp-role", "disk-stamp"]
CHANGES: dict[str, tuple[list[tuple[str, str]], list[str]]] = {
    "a description": ([("Role}", "The role}")], ["boot-menu", "disk-stamp"]),
    "a value in the base": (
        [("A: 1", "A: 2")],
        ["registry-SOFTWARE-base", "vhd-stamp-base", *CHILD],
    ),
    # what cannot be changed in place: the base is built anew, not copied again as it was
    "the base's label": (
        [("label: BASE", "label: BASIS")],
        [
            *("workspace-base", "vhd-create-base", "vhd-format-base", "image-apply-base", "registry-SOFTWARE-base"),
            *("vhd-stamp-base", "vhd-copy-base", *CHILD),
        ],
    ),
    # the same number in another file; the base's input has another name then, which means nothing
    "another source": (
        [("two.wim", "one.wim")],
        [f"{task}-50----more" for task in ("workspace", "vhd-create", "vhd-format", "image-apply", "vhd-stamp")]
        + ["vhd-copy-50----more"],
    ),
}


@pytest.fixture(scope="session")
def many(common: Path) -> Path:
    """A folder with two images, the spec, and a build of it in `out`. Read it, never change it."""
    folder = common / "many"
    with once(folder / "ready") as wanted:
        if wanted:
            for name, files in (("one", 60), ("two", 40)):
                image.make(folder / f"{name}.wim", image.Order(files=files, size=1 << 20))
            (folder / "many.yaml").write_text(SPEC)
            done = hvsbuild("build", folder / "many.yaml", "-o", folder / "out")
            assert done.returncode == 0, done.stderr
            (folder / "ready").touch()
    return folder


def copy_of(many: Path, folder: Path, *changes: tuple[str, str]) -> Path:
    """The build in a folder of the test's own, with a changed spec, whose path it returns."""
    subprocess.run(["cp", "-a", "--sparse=always", many / "out", folder], check=True)
    for name in ("one.wim", "two.wim", "many.yaml"):
        os.link(many / name, folder / name)
    text = SPEC
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    spec = folder / "changed.yaml"
    spec.write_text(text)
    return spec


def ran(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode in (0, 2), done.stderr
    return [one["task"] for one in json.loads(done.stdout)["tasks"] if one["action"] in ("run", "ran")]


def drift(spec: Path, stick: Path) -> list[Any]:
    seen = json.loads(hvsbuild("check", spec, "--disk", stick, "--json").stdout)
    return [one for one in seen["states"] if not one["holds"]]


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_foretold_and_converges(name: str, many: Path, tmp_path: Path) -> None:
    changes, wanted = CHANGES[name]
    spec, out = copy_of(many, tmp_path, *changes), tmp_path / "out"
    told = json.loads(hvsbuild("diff", tmp_path / "many.yaml", spec, "--json").stdout)
    planned = ran(hvsbuild("plan", spec, "-o", out, "--json"))
    applied = ran(hvsbuild("apply", spec, "-o", out, "--json"))
    assert told["changes"], "a change of which nothing is said"
    assert applied == planned == told["run"]
    assert sorted(applied) == sorted(wanted)
    assert drift(spec, out / "stick.img") == []
    assert "nothing to do" in hvsbuild("apply", spec, "-o", out).stdout


def test_a_child_is_reset(many: Path, tmp_path: Path) -> None:
    spec, out = copy_of(many, tmp_path), tmp_path / "out"
    assert ran(hvsbuild("apply", spec, "-o", out, "--reset", "ROLE.VHDX", "--json")) == CHILD[:-1]
    assert drift(spec, out / "stick.img") == []


def test_an_older_vhd_does_not_stay_beside_the_image(many: Path, tmp_path: Path) -> None:
    """The bench is gone, and with it the VHD in its workspace; then the VHD on the stick is changed in place."""
    spec, out = copy_of(many, tmp_path, ("A: 1", "A: 2")), tmp_path / "out"
    shutil.rmtree(out / "bench")
    done = hvsbuild("apply", spec, "-o", out)
    assert done.returncode == 0, done.stderr
    assert "base.vhdx was removed" in done.stderr
    assert not (out / "base.vhdx").exists()
    assert (out / "50% & more.vhd").exists()


def test_another_size_of_the_image_is_not_passed_over(many: Path, tmp_path: Path) -> None:
    spec = copy_of(many, tmp_path, ("500 MB", "600 MB"))
    done = hvsbuild("apply", spec, "-o", tmp_path / "out")
    assert "stick.img keeps its 500000000 bytes; disk.size says 600000000" in done.stderr


@pytest.mark.parametrize("after", [0.8, 1.1])
def test_killed_in_place(after: float, many: Path, tmp_path: Path) -> None:
    """kill -9 of all processes at once, while the base is changed and its child made anew."""
    results = []
    for name in ("quiet", "killed"):
        (tmp_path / name).mkdir()
        spec = copy_of(many, tmp_path / name, ("A: 1", "A: 2"))
        argv = [sys.executable, "-m", "hvsbuild", "apply", str(spec), "-o", str(spec.parent / "out")]
        if name == "killed":
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            process = subprocess.Popen(argv, start_new_session=True, **quiet)  # type: ignore[call-overload]
            time.sleep(after)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        done = hvsbuild(*argv[3:])
        assert done.returncode == 0, done.stderr
        results.append(digest(spec.parent / "out" / "stick.img"))
    assert results[0] == results[1]
