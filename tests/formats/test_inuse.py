"""What file systems use of a disk: with garbage in all the rest, independent readers find all files and no fault."""

from __future__ import annotations

import random
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest

from hvsbuild.formats import gpt, imagemap, inuse, mbr, sparse
from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.ntfs3g import NtfsVolume
from hvsbuild.formats.partitions import Partition, Table
from hvsbuild.formats.ranges import Span, clip, pieces, subtract, total
from tests.formats.vdisks import Opened, by_qemu, make

MIB = 1 << 20
GARBAGE = random.Random(1).randbytes(MIB)
CONTENT = random.Random(2).randbytes(3 * MIB + 5)
needs_fat = pytest.mark.skipif(
    not all(shutil.which(tool, path="/usr/bin:/usr/sbin:/sbin") for tool in ("mkfs.fat", "fsck.fat", "mcopy")),
    reason="needs dosfstools and mtools",
)


def run(*argv: str | Path) -> str:
    env = {"PATH": "/usr/bin:/usr/sbin:/bin:/sbin", "MTOOLS_SKIP_CHECK": "1"}
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def blank(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
    return path


def spoil(path: Path) -> list[Span]:
    """Fill all that is not in use with garbage; returns what is in use."""
    with FileDevice(path, writable=True) as device:
        used = inuse.used(device)
        for start, end in subtract([(0, device.size)], used):
            for low, high in pieces(start, end, MIB):
                device.write_at(low, GARBAGE[: high - low])
    return used


def cut(path: Path, start: int, size: int, to: Path) -> Path:
    """A part of a file as a file."""
    with FileDevice(path) as device:
        to.write_bytes(device.read_at(start, size))
    return to


def ntfs_volume(path: Path, size: int) -> Path:
    run("mkntfs", "-F", "-Q", blank(path, size))
    with FileDevice(path, writable=True) as device, NtfsVolume(device) as volume:
        volume.make_folder("\\folder")
        for number in range(40):
            volume.write(f"\\folder\\file {number}", CONTENT[: number * 2000])
        volume.write("\\big", CONTENT)
        volume.write("\\gone", CONTENT)
        volume.delete("\\gone")
    return path


def check_ntfs(path: Path) -> None:
    """By ntfs-3g's own tools."""
    run("ntfsfix", "-n", path)
    assert subprocess.run(["ntfscat", path, "big"], capture_output=True, check=True).stdout == CONTENT
    names = run("ntfsls", "-p", "folder", path).split("\n")
    assert sum(name.startswith("file ") for name in names) == 40


def test_ntfs(tmp_path: Path) -> None:
    path = ntfs_volume(tmp_path / "v.img", 64 * MIB)
    used = spoil(path)
    check_ntfs(path)
    assert len(CONTENT) < total(used) < 16 * MIB
    assert used[-1][1] == 64 * MIB  # the backup boot sector


@needs_fat
@pytest.mark.parametrize("cluster", [1, 8])
def test_fat32(tmp_path: Path, cluster: int) -> None:
    path = blank(tmp_path / "v.img", 300 * MIB if cluster == 8 else 40 * MIB)
    run("mkfs.fat", "-F", "32", "-s", str(cluster), path)
    (tmp_path / "content").write_bytes(CONTENT)
    run("mcopy", "-i", path, tmp_path / "content", "::/gone")
    run("mmd", "-i", path, "::/folder")
    run("mcopy", "-i", path, tmp_path / "content", "::/folder/kept")
    run("mdel", "-i", path, "::/gone")
    used = spoil(path)
    run("fsck.fat", "-n", path)
    run("mcopy", "-i", path, "::/folder/kept", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == CONTENT
    assert total(used) < len(CONTENT) + 2 * MIB
    # the tables are in use although they are nearly all zeros, and may be holes
    assert used[0][0] == 0
    assert used[0][1] > 600 * 1024


@pytest.mark.parametrize("scheme", ["mbr", "gpt"])
def test_tables_and_unknown_partitions(tmp_path: Path, scheme: str) -> None:
    path, size = blank(tmp_path / "d.img", 64 * MIB), 8 * MIB
    parts = {"mbr": ("07", "83"), "gpt": (gpt.BASIC_DATA, gpt.EFI_SYSTEM)}[scheme]
    ids = [str(uuid.uuid5(uuid.NAMESPACE_OID, name)) for name in ("disk", "one", "two")]
    found = tuple(
        Partition(at, at * 16 * MIB, size, kind, id=ids[at] if scheme == "gpt" else "")
        for at, kind in enumerate(parts, start=1)
    )
    table = Table("gpt", ids[0], found) if scheme == "gpt" else Table("mbr", "01020304", found)
    run("mkntfs", "-F", "-Q", blank(tmp_path / "v.img", size))
    with FileDevice(path, writable=True) as device:
        (gpt if scheme == "gpt" else mbr).write(device, table)
        device.write_at(16 * MIB, (tmp_path / "v.img").read_bytes())
    used = spoil(path)
    assert clip(used, 0, MIB) == [(0, MIB)]
    assert clip(used, 63 * MIB, 64 * MIB) == [(63 * MIB, 64 * MIB)]
    assert clip(used, 32 * MIB, 40 * MIB) == [(32 * MIB, 40 * MIB)]  # who knows what it holds
    assert 0 < total(clip(used, 16 * MIB, 24 * MIB)) < size
    assert not clip(used, 2 * MIB, 16 * MIB)
    run("sfdisk", "--verify", path)
    run("ntfsfix", "-n", cut(path, 16 * MIB, size, tmp_path / "back.img"))


def test_a_blank_disk_and_a_damaged_table_are_used_whole(tmp_path: Path) -> None:
    path = blank(tmp_path / "d.img", 4 * MIB)
    with FileDevice(path, writable=True) as device:
        assert inuse.used(device) == [(0, 4 * MIB)]
        mbr.write(device, Table("mbr", "01020304", (Partition(1, MIB, MIB, "07"),)))
        assert total(inuse.used(device)) == 3 * MIB
        device.write_at(0x1BE + 12, b"\xff\xff\xff\x00")  # the partition now leaves the disk
        assert inuse.used(device) == [(0, 4 * MIB)]


def stick_with_vhd(tmp_path: Path, name: str = "os.vhd") -> tuple[Path, list[Span]]:
    """An NTFS volume with a fixed VHD (or VHDX) on it that holds one; and where the VHD lies."""
    inner = ntfs_volume(tmp_path / "inner.img", 32 * MIB)
    disk = make(tmp_path / name, "fixed", 64 * MIB)
    with Opened(disk, writable=True) as opened:
        device = opened.disk
        mbr.write(device, Table("mbr", "01020304", (Partition(1, MIB, 32 * MIB, "07"),)))
        with FileDevice(inner) as source:
            for start, length in sparse.data_ranges(source.fd):
                device.write_at(MIB + start, source.read_at(start, length))
    outer = blank(tmp_path / "outer.img", 120 * MIB)
    run("mkntfs", "-F", "-Q", outer)
    with FileDevice(outer, writable=True) as device, NtfsVolume(device) as volume:
        with FileDevice(disk) as source:
            volume.copy_in(f"\\{name}", source, imagemap.unwatched)
        runs = volume.runs(f"\\{name}")
    return outer, [(start, start + length) for start, length in runs]


@pytest.mark.parametrize("name", ["os.vhd", "os.vhdx"])
def test_free_space_inside_a_fixed_vhd_is_free(tmp_path: Path, name: str) -> None:
    outer, runs = stick_with_vhd(tmp_path, name)
    used = spoil(outer)
    run("ntfsfix", "-n", outer)
    inside = subtract(runs, subtract(runs, used))
    assert len(CONTENT) < total(inside) < 16 * MIB < total(runs)
    back = tmp_path / f"back-{name}"
    back.write_bytes(subprocess.run(["ntfscat", outer, name], capture_output=True, check=True).stdout)
    (tmp_path / "disk").write_bytes(by_qemu(back))
    check_ntfs(cut(tmp_path / "disk", MIB, 32 * MIB, tmp_path / "back.img"))


def test_a_vhd_that_is_not_understood_is_used_whole(tmp_path: Path) -> None:
    outer, runs = stick_with_vhd(tmp_path)
    end = runs[-1][1]
    with FileDevice(outer, writable=True) as device:
        device.write_at(device.read_at(0, device.size).rindex(b"conectix"), b"x")  # the footer
        assert not subtract(runs, inuse.used(device))
        assert end < device.size


def test_the_map_depends_on_the_bytes_alone(tmp_path: Path) -> None:
    """Not on which zeros the host keeps as holes: that differs with its file system and with every copy."""
    outer, _ = stick_with_vhd(tmp_path)
    for name, how in (("full", "never"), ("holes", "always")):
        run("cp", f"--sparse={how}", outer, tmp_path / name)
    assert (tmp_path / "full").stat().st_blocks > 2 * (tmp_path / "holes").stat().st_blocks
    assert imagemap.survey(tmp_path / "full") == imagemap.survey(tmp_path / "holes") == imagemap.survey(outer)


def test_data_that_nothing_uses_is_mapped_too(tmp_path: Path) -> None:
    """Boot code between partitions, say: the map covers everything in the image that is not zero."""
    outer, _ = stick_with_vhd(tmp_path)
    with FileDevice(outer, writable=True) as device:
        gap = next(start for start, end in subtract([(0, device.size)], inuse.used(device)) if end - start > MIB)
        device.write_at(gap + 300 * 1024, b"kept")
        whole = device.read_at(0, device.size)
    found = imagemap.survey(outer)
    assert any(one.offset <= gap + 300 * 1024 < one.end for one in found.ranges)
    outside = subtract([(0, len(whole))], [(one.offset, one.end) for one in found.ranges])
    assert not any(whole[start:end].strip(b"\0") for start, end in outside)
