"""Split WIMs: those of wimlib and of others; parts that are missing, foreign, or only look like parts."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from hvsbuild.errors import HvsError
from hvsbuild.formats import swm, wim
from hvsbuild.formats.swm import parts_of
from hvsbuild.hosts import tools

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "wim"


def split(folder: Path, name: str, seed: int, count: int = 3) -> list[Path]:
    """A WIM of about `count` MiB in parts of 1 MiB, the first called `name`."""
    tree = folder / f"tree{seed}"
    tree.mkdir(parents=True)
    for number in range(count * 4):
        (tree / str(number)).write_bytes(random.Random(seed * 100 + number).randbytes(260_000))
    whole = folder / f"whole{seed}.wim"
    tools.run(["wimlib-imagex", "capture", tree, whole, "x", "--compress=none"])
    (folder / "parts").mkdir(exist_ok=True)
    tools.run(["wimlib-imagex", "split", whole, folder / "parts" / name, "1"])
    return sorted((folder / "parts").glob("*.swm"))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("split")
    split(folder, "install.swm", 1)
    return folder / "parts"


@pytest.fixture
def parts(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "parts"))


def test_all_parts_in_their_order(parts: Path) -> None:
    found = parts_of(parts / "install.swm")
    assert len(found) >= 3
    assert [path.name for path in found] == ["install.swm", *(f"install{n}.swm" for n in range(2, len(found) + 1))]
    assert sorted(found) == sorted(parts.iterdir())
    assert [wim.read_info(path).part for path in found] == list(range(1, len(found) + 1))


def test_a_wim_that_is_not_split(parts: Path) -> None:
    tools.run(["wimlib-imagex", "join", parts / "joined.wim", *parts.glob("*.swm")])
    assert parts_of(parts / "joined.wim") == (parts / "joined.wim",)


def test_names_in_any_case(parts: Path) -> None:
    (parts / "install2.swm").rename(parts / "INSTALL2.SWM")
    assert parts_of(parts / "install.swm")[1].name == "INSTALL2.SWM"


def error(path: Path) -> str:
    with pytest.raises(HvsError) as caught:
        parts_of(path)
    return caught.value.text()


def test_a_part_that_is_missing(parts: Path) -> None:
    (parts / "install2.swm").unlink()
    assert "A part of the split image is missing: install2.swm of" in error(parts / "install.swm")
    with pytest.raises(HvsError, match="A part of the split image is missing"):
        wim.fingerprint(parts / "install.swm")


def test_not_the_first_part(parts: Path) -> None:
    text = error(parts / "install2.swm")
    assert "Not the first part of a split image" in text
    assert "what to do: name install.swm" in text


def test_parts_of_another_image(parts: Path, tmp_path: Path) -> None:
    split(tmp_path / "other", "install.swm", 2)
    shutil.copy(tmp_path / "other" / "parts" / "install2.swm", parts / "install2.swm")
    assert "The parts do not belong together: install2.swm is part 2 of" in error(parts / "install.swm")
    shutil.copy(parts / "install3.swm", parts / "install2.swm")
    assert "install2.swm is part 3 of" in error(parts / "install.swm")


def test_files_that_the_pattern_would_take_too(parts: Path) -> None:
    shutil.copy(parts / "install2.swm", parts / "install_old.swm")
    text = error(parts / "install.swm")
    assert "Files beside the split image look like parts of it: install_old.swm in" in text
    assert "install*.swm" in text


def test_the_fingerprint_covers_every_part(parts: Path) -> None:
    before = wim.fingerprint(parts / "install.swm")
    assert before == wim.fingerprint(parts / "install.swm")
    last = parts_of(parts / "install.swm")[-1]
    with last.open("ab") as file:
        file.write(b"\0")
    assert wim.fingerprint(parts / "install.swm") != before


def test_names_and_patterns() -> None:
    assert swm.part_name("install.swm", 12) == "install12.swm"
    assert swm.part_name("a.b.SWM", 2) == "a.b2.SWM"
    assert swm.pattern("C:\\w x\\install.swm") == "C:\\w x\\install*.swm"


def test_a_real_one_of_others() -> None:
    if not FIXTURES.is_dir():
        pytest.skip("../shared/fixtures/wim is not there")
    found = parts_of(FIXTURES / "ManagedWimLib_Split.swm")
    assert [path.name for path in found] == ["ManagedWimLib_Split.swm", "ManagedWimLib_Split2.swm"]
    assert len(wim.fingerprint(found[0])) == 64
