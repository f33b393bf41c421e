"""`apply` of a bundle when something is wrong with its image: said once, nothing half made, and the next run works."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import SPEC, run, write


def absent(_wim: Path, path: Path) -> None:
    assert not path.exists()


def empty(_wim: Path, path: Path) -> None:
    path.write_bytes(b"")


def not_a_wim(_wim: Path, path: Path) -> None:
    path.write_bytes(b"PK\3\4" + bytes(5000))


def truncated(wim: Path, path: Path) -> None:
    path.write_bytes(wim.read_bytes()[: wim.stat().st_size // 2])


def a_header_alone(wim: Path, path: Path) -> None:
    path.write_bytes(wim.read_bytes()[:208])


def a_folder(_wim: Path, path: Path) -> None:
    path.mkdir()


BAD: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "absent": (absent, "error: The WIM file is absent: "),
    "empty": (empty, "error: Not a WIM file: "),
    "not a WIM": (not_a_wim, "error: Not a WIM file: "),
    "truncated": (truncated, "error: The WIM file is truncated: "),
    "a header alone": (a_header_alone, "error: The WIM file is truncated: "),
    "a folder": (a_folder, "error: An input is a folder: "),
}


def nothing_finished(out: Path) -> bool:
    return not (out / "stick.img").exists() and not list(out.glob("*.vhd"))


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    assert run("render", write(tmp_path), "-o", tmp_path / "bundle").code == 0
    return tmp_path / "bundle"


@pytest.mark.parametrize(("make", "message"), BAD.values(), ids=BAD)
def test_a_bad_image(
    bundle: Path, tmp_path: Path, phony_wim: Path, make: Callable[[Path, Path], None], message: str
) -> None:
    image, out = tmp_path / "given.wim", tmp_path / "out"
    make(phony_wim, image)
    done = run("apply", bundle, "-o", out, "--input", f"image={image}")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(message), done.err
    assert done.err.count("error:") == 1
    assert nothing_finished(out)
    if image.is_dir():
        image.rmdir()
    shutil.copyfile(phony_wim, image)
    again = run("apply", bundle, "-o", out, "--input", f"image={image}")
    assert again.code == 0, again.err
    assert run("check", bundle, "--disk", out / "stick.img").code == 0


def test_no_image_at_all(bundle: Path, tmp_path: Path) -> None:
    done = run("apply", bundle, "-o", tmp_path / "out")
    assert (done.code, done.out) == (1, "")
    assert done.err == "error: An input is not given: image\n  what to do: name its file: --input image=PATH\n"
    assert nothing_finished(tmp_path / "out")


@pytest.mark.parametrize(
    ("choice", "seen"), [("index: 9", "index 9; there are 1: "), ("name: None Such", "name 'None Such'; there are 1: ")]
)
def test_an_image_that_is_not_in_it(tmp_path: Path, phony_wim: Path, choice: str, seen: str) -> None:
    spec, out = write(tmp_path, SPEC.replace("index: 1", choice)), tmp_path / "out"
    done = run("build", spec, "--var", f"wim={phony_wim}", "-o", out)
    assert (done.code, done.out) == (1, "")
    assert f"error: The image is not in the WIM: {seen}" in done.err
    assert nothing_finished(out)
    assert run("build", write(tmp_path), "--var", f"wim={phony_wim}", "-o", out).code == 0


def test_an_image_larger_than_the_vhd(tmp_path: Path, phony_wim: Path) -> None:
    spec, out = write(tmp_path, SPEC.replace("64 MiB", "3 MiB")), tmp_path / "out"
    done = run("build", spec, "--var", f"wim={phony_wim}", "-o", out)
    assert (done.code, done.out) == (1, "")
    assert "error: The image does not fit into the VHD: " in done.err
    assert "what to do: make vhd.size larger" in done.err
    assert nothing_finished(out)
    assert run("build", write(tmp_path), "--var", f"wim={phony_wim}", "-o", out).code == 0


def test_an_edited_script_is_refused_before_anything_is_made(bundle: Path, tmp_path: Path, phony_wim: Path) -> None:
    script = bundle / "scripts" / "011-disk-prepare.diskpart"
    script.write_bytes(script.read_bytes().replace(b"{{disk.number}}", b"0"))
    done = run("apply", bundle, "-o", tmp_path / "out", "--input", f"image={phony_wim}")
    assert done.code == 4
    assert done.err.startswith("error: A script of the bundle was edited after it was sealed: scripts/011-")
    assert not (tmp_path / "out").exists()


def test_exit_codes_of_a_life(tmp_path: Path, phony_wim: Path) -> None:
    """plan 2, apply 0, plan 0, apply 0 with nothing to do, check 0, drift 2."""
    spec, out = write(tmp_path), tmp_path / "out"
    var = ("--var", f"wim={phony_wim}")
    assert run("plan", spec, *var, "-o", out).code == 2
    assert run("apply", spec, *var, "-o", out).code == 0
    assert run("plan", spec, *var, "-o", out).code == 0
    again = run("apply", spec, *var, "-o", out)
    assert (again.code, again.out.splitlines()[-1]) == (0, f"{out / 'stick.img'}: nothing to do")
    other = write(tmp_path, SPEC.replace("data: 7", "data: 8"), "other.yaml")
    drift = run("check", other, "--disk", out / "stick.img")
    assert drift.code == 2
    assert "drift  registry-SOFTWARE: wanted: SOFTWARE\\hvsbuild\\Number = REG_DWORD 8; seen: REG_DWORD 7" in drift.out
