"""A user's own templates: they win over the shipped ones, and what is wrong with them is said plainly."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.bundle.quote import RenderError
from hvsbuild.bundle.render import Bundle, render
from hvsbuild.plan.compile import compile_plan
from hvsbuild.review.write import review, review_files
from tests.golden import spec_of


def shadowed(folder: Path, **templates: str) -> Bundle:
    folder.mkdir(exist_ok=True)
    for name, text in templates.items():
        (folder / name.replace("__", ".").replace("_", "-")).write_text(text)
    loaded = spec_of({})
    return render(compile_plan(loaded.spec), loaded.sha256, 0, folder)


def script(bundle: Bundle, id: str) -> bytes:
    return bundle.script(bundle.manifest.task(id))


def test_a_shadowing_template_wins(tmp_path: Path) -> None:
    bundle = shadowed(
        tmp_path, disk_active__diskpart__j2="rem mine\n\nselect disk {{ token('disk.number') }}\nactive\n"
    )
    assert script(bundle, "disk-active") == b"rem mine\r\nselect disk {{disk.number}}\r\nactive\r\n"
    assert script(bundle, "disk-letter") == script(shadowed(tmp_path / "none"), "disk-letter")


def test_a_shadowing_review_page(tmp_path: Path) -> None:
    (tmp_path / "review.html.j2").write_text("<p>{{ manifest.spec.name }}</p>")
    assert review_files(review(spec_of({})), tmp_path)["review.html"] == "<p>hvs-2008-r2-usb</p>"


@pytest.mark.parametrize(
    ("text", "phrase", "seen"),
    [
        ("rem {{ nonesuch }}\n", "A template is wrong", "disk-active.diskpart.j2: 'nonesuch' is undefined"),
        ("rem\n{% if %}\n", "A template is wrong", "disk-active.diskpart.j2:2: "),
        ("{% include 'gone.j2' %}\n", "There is no such template", "disk-active.diskpart.j2"),
        ("rem {{ token('disk.size') }}\n", "not declared", "scripts/012-disk-active.diskpart:1: disk.size"),
        ("rem ok\nrem {{ '{{' }}\n", "not declared", "scripts/012-disk-active.diskpart:2: "),
        ("rem gr\u00fcn\n", "A script must be ASCII", "'ü' in scripts/012-disk-active.diskpart"),
    ],
)
def test_what_is_wrong_with_a_template(tmp_path: Path, text: str, phrase: str, seen: str) -> None:
    with pytest.raises(RenderError, match=phrase) as caught:
        shadowed(tmp_path, disk_active__diskpart__j2=text)
    assert seen in caught.value.seen
    assert caught.value.exit_code == 3


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    loaded = spec_of({})
    with pytest.raises(RenderError, match="no such folder of templates"):
        render(compile_plan(loaded.spec), loaded.sha256, 0, tmp_path / "gone")
