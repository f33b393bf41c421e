"""kill -9 anywhere: the next run ends with the same image as a run that nothing disturbed, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run.small import digest, hvsbuild, write_spec

ROOT = Path(__file__).parents[2]
KILLER = ("-m", "tests.run.killer")
# This build writes 72 journal lines and about 170 undo records and starts 4 programs.
POINTS = [
    *(("journal", number) for number in range(1, 71)),
    *(("undo", number) for number in (1, 3, 4, 20, 36, 40, 70, 72, 73, 74, 76, 80, 90, 97, 101, 108, 118, 140)),
    *(("program", number) for number in (1, 2, 3, 4)),
]


@pytest.mark.parametrize(("where", "number"), POINTS)
def test_killed_build_ends_like_an_undisturbed_one(
    tmp_path: Path, wim: Path, undisturbed: Path, where: str, number: int
) -> None:
    spec, out = write_spec(tmp_path), tmp_path / "out"
    build = ("build", spec, "--var", f"wim={wim}", "-o", out)
    killed = hvsbuild(where, str(number), *build, program=KILLER, cwd=ROOT)
    assert killed.returncode != 0, "the kill came too late to disturb anything"
    assert not (out / "stick.img").exists(), "an unfinished image has its final name"
    assert not (out / "os.vhd").exists()
    again = hvsbuild("apply", out / "bundle", "--input", f"image={wim}")
    assert again.returncode == 0, again.stderr
    assert digest(out / "stick.img") == digest(undisturbed / "stick.img")
    assert digest(out / "os.vhd") == digest(undisturbed / "os.vhd")
    assert not (out / "bench" / "undo").exists()
