"""Files out of ISO images: unpacked once, whole or not at all, and known by their image."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hvsbuild.cache import Cache
from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats import iso, swm
from hvsbuild.inputs import members
from hvsbuild.inputs.members import extract, unpacked, usual_member
from tests.inputs import make_iso, seven_zip


def test_unpacked_once_as_seven_zip_would(here: Path, cache: Cache, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    assert unpacked(here / "server.iso", "sources/install.wim", cache) is None
    path = extract(here / "server.iso", "Sources/Install.wim", cache, progress=lambda *step: steps.append(step))
    assert path.read_bytes() == seven_zip(here / "server.iso", "sources/install.wim", tmp_path)
    assert path.is_relative_to(cache.folder / "members")
    assert steps[-1][1] == steps[-1][2] == path.stat().st_size
    before = path.stat()
    assert extract(here / "server.iso", "sources/install.wim", cache) == path
    assert unpacked(here / "server.iso", "sources/install.wim", cache) == path
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    (here / "server.iso").rename(here / "renamed.iso")
    assert extract(here / "renamed.iso", "sources/install.wim", cache) == path, "the name of the ISO does not count"


def test_another_image_is_unpacked_anew(here: Path, cache: Cache) -> None:
    path = extract(here / "server.iso", "sources/install.wim", cache)
    os.utime(here / "server.iso", (1, 1))
    other = extract(here / "server.iso", "sources/install.wim", cache)
    assert other != path
    assert extract(here / "server.iso", "sources/install.wim", cache, pinned="a" * 64).parent.parent.name == "a" * 64


def test_every_part_of_a_split_image(here: Path, cache: Cache) -> None:
    path = extract(here / "swm.iso", "sources/install.swm", cache)
    names = [one.name for one in swm.parts_of(path)]
    assert names == [one.name for one in swm.parts_of(here / "parts" / "install.swm")]
    assert len(names) > 1
    for one in swm.parts_of(path):
        assert one.read_bytes() == (here / "parts" / one.name).read_bytes()


def test_a_part_that_the_iso_lacks(here: Path, cache: Cache, tmp_path: Path) -> None:
    lacking = make_iso(tmp_path / "x.iso", {"sources/install.swm": here / "parts" / "install.swm"})
    with pytest.raises(HvsError, match=r"The file is not in the ISO image: sources/install2\.swm in x\.iso"):
        extract(lacking, "sources/install.swm", cache)


@pytest.mark.parametrize("code", [errno.EXDEV, errno.ENOSYS])
def test_by_hand_where_the_kernel_does_not_copy(
    here: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def cannot(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "copy_file_range", cannot)
    path = extract(here / "server.iso", "sources/install.wim", cache)
    assert path.read_bytes() == (here / "install.wim").read_bytes()


def test_nothing_half_is_left(here: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., int] = os.copy_file_range

    def fail(source: int, target: int, count: int, start: int, at: int) -> int:
        if at:
            raise OSError(errno.EIO, "Input/output error")
        return real(source, target, min(count, 1000), start, at)

    monkeypatch.setattr(os, "copy_file_range", fail)
    with pytest.raises(OSError, match="Input/output"):
        extract(here / "server.iso", "sources/install.wim", cache)
    assert [path for path in cache.folder.rglob("*") if path.is_file()] == []
    monkeypatch.setattr(os, "copy_file_range", real)
    assert extract(here / "server.iso", "sources/install.wim", cache).exists()


def test_a_cut_one_in_the_cache_is_made_anew(here: Path, cache: Cache) -> None:
    path = extract(here / "server.iso", "sources/install.wim", cache)
    path.write_bytes(path.read_bytes()[:100])
    assert unpacked(here / "server.iso", "sources/install.wim", cache) is None
    assert (
        extract(here / "server.iso", "sources/install.wim", cache).read_bytes() == (here / "install.wim").read_bytes()
    )


def test_a_cut_iso(here: Path, cache: Cache) -> None:
    path = here / "server.iso"
    data = path.read_bytes()
    path.write_bytes(data[: data.index((here / "install.wim").read_bytes()[:208]) + 5000])
    with pytest.raises(FormatError, match=r"The ISO image is truncated: install\.wim ends at byte"):
        extract(path, "sources/install.wim", cache)


def test_a_full_disk_is_told_before(here: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 9, 1))  # type: ignore[attr-defined]
    with pytest.raises(HvsError, match="The cache is on a full disk"):
        extract(here / "server.iso", "sources/install.wim", cache)


def test_the_usual_member(here: Path, tmp_path: Path) -> None:
    def usual(path: Path) -> str:
        with iso.opened(path) as image:
            return usual_member(image)

    assert usual(here / "server.iso") == "sources/install.wim"
    assert usual(here / "esd.iso") == "sources/install.esd"
    assert usual(here / "swm.iso") == "sources/install.swm"
    both = make_iso(tmp_path / "both.iso", {"sources/install.wim": b"1", "sources/install.esd": b"2"})
    with pytest.raises(HvsError, match=r"both\.iso holds sources/install\.wim and sources/install\.esd"):
        usual(both)
    with pytest.raises(HvsError, match="Which file of the ISO is meant cannot be told"):
        usual(make_iso(tmp_path / "none.iso", {"a": b"1"}))


def test_digests_without_unpacking(here: Path, cache: Cache) -> None:
    from hashlib import sha256

    from hvsbuild.digest import content_of, digests, together

    (found,) = digests(members.jobs(here / "server.iso", "sources/install.wim"), cache)
    assert found.sha256 == sha256((here / "install.wim").read_bytes()).hexdigest()
    parts = together(digests(members.jobs(here / "swm.iso", "sources/install.swm"), cache))
    assert parts == content_of(here / "parts" / "install.swm", cache)
    assert not (cache.folder / "members").exists()
