"""A GPT image on a larger disk: its second copy lies at the disk's end then, as `sgdisk -v` wants it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.fleet.flash import flash
from hvsbuild.formats import gpt, imagemap
from hvsbuild.formats.block import FileDevice
from tests.bench.diskparting import output
from tests.boot import sticks
from tests.fleet.images import MIB, dirty, unwatched


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A small NTFS volume behind an empty ESP."""
    (tmp_path / "esp").write_bytes(bytes(MIB))
    volume = sticks.ntfs_volume(tmp_path / "volume", 8 * MIB, {"file": b"content"})
    return sticks.gpt_disk(tmp_path / "image", [(tmp_path / "esp", "uefi"), (volume, gpt.BASIC_DATA)])


@pytest.mark.parametrize("more", [512, 4096, 20 * 512, MIB, 5 * MIB + 512])
def test_a_larger_disk(tmp_path: Path, image: Path, more: int) -> None:
    size = image.stat().st_size
    target = dirty(tmp_path / "target", size + more)
    (outcome,) = flash(image, imagemap.survey(image), [target], unwatched)
    assert outcome.error is None
    assert "at its end" in outcome.notes[-1]
    assert "No problems found" in output("sgdisk", "-v", target)
    with FileDevice(target) as disk, FileDevice(image) as source:
        assert gpt.copies(disk) == (gpt.read(source),) * 2
        part = gpt.read(source).partitions[1]  # type: ignore[union-attr]
        assert disk.read_at(part.start, 8192) == source.read_at(part.start, 8192)
        old = source.read_at(size - 512, 8)
        assert old == gpt.MAGIC
        assert disk.read_at(size - 512, 8) != gpt.MAGIC, "no stray header is left behind"


def test_a_disk_of_the_same_size(tmp_path: Path, image: Path) -> None:
    target = dirty(tmp_path / "target", image.stat().st_size)
    (outcome,) = flash(image, imagemap.survey(image), [target], unwatched)
    assert outcome.error is None
    assert not any("at its end" in note for note in outcome.notes)
    assert "No problems found" in output("sgdisk", "-v", target)
