"""Expandable and differencing VHDs: real ones made elsewhere, and ours beside those of Windows, byte for byte."""

from __future__ import annotations

import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats import vdisk, vhd, vhd_dynamic
from hvsbuild.formats.block import BytesDevice, FileDevice
from hvsbuild.formats.blockdisk import BlockDisk, Held
from tests.formats.vdisks import FIXTURES, MIB, Opened, by_7zip, by_dissect, by_libvhdi, child, fixtures, make

WINDOWS_10 = 0x000A0000


@fixtures
@pytest.mark.parametrize(
    ("name", "size", "version", "chs"),
    [
        ("go-vhd_win8.vhd", 40 * MIB, 0x00060003, (963, 5, 17)),
        ("qemu_hyperv2012r2-dynamic.vhd", 136_365_211_648, 0x00060003, (65278, 16, 255)),
    ],
)
def test_real_expandable_vhds_are_read(name: str, size: int, version: int, chs: tuple[int, ...]) -> None:
    dissect = pytest.importorskip("dissect.hypervisor.disk.vhd")
    with FileDevice(FIXTURES / name) as file:
        footer = vhd.read_footer(file)
        assert (footer.kind, footer.creator, footer.creator_version) == (vhd.DYNAMIC, "win ", version)
        assert (footer.geometry, footer.current_size) == (chs, size)
        assert footer.unique_id.version == 4, "Windows stores GUIDs little-endian"
        assert footer.pack() == file.read_at(file.size - 512, 512)
        disk = vdisk.disk_inside(file)
        with (FIXTURES / name).open("rb") as raw:
            other = dissect.VHD(raw)
            for at in (0, 1 * MIB, size // 2, size - 4096):
                other.seek(at)
                assert disk.read_at(at, 4096) == other.read(4096)
        with pytest.raises(ValueError, match="outside"):
            disk.read_at(size, 1)


def made_like(sample: Path, to: Path, version: int) -> bytes:
    """A new VHD with what cannot be told beforehand (ids, time, paths, version of Windows) taken from a real one."""
    with FileDevice(sample) as file:
        footer = vhd.read_footer(file)
        parent = vhd_dynamic.read_header(file, footer).parent
    to.open("xb").close()
    with FileDevice(to, writable=True) as file:
        epoch = footer.timestamp + vhd.EPOCH_2000
        vhd_dynamic.create(file, footer.current_size, footer.unique_id, epoch, parent)
        data = replace(vhd.read_footer(file), creator_version=version).pack()
        for at in (0, file.size - 512):
            file.write_at(at, data)
    return to.read_bytes()


@fixtures
@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("go-vhd_win8.vhd", 0x00060003),
        ("qemu_hyperv2012r2-dynamic.vhd", 0x00060003),
        ("go-vhd_win8-child.vhd", WINDOWS_10),
    ],
)
def test_ours_are_those_that_windows_makes_byte_for_byte(tmp_path: Path, name: str, version: int) -> None:
    sample = FIXTURES / name
    assert made_like(sample, tmp_path / "ours.vhd", version) == sample.read_bytes()


@fixtures
def test_a_child_with_data_grows_as_in_windows(tmp_path: Path) -> None:
    sample = FIXTURES / "dfvfs_fat-differential.vhd"
    first = made_like(sample, tmp_path / "ours.vhd", WINDOWS_10)
    real = sample.read_bytes()
    assert first[:8192] == real[:8192]
    with FileDevice(tmp_path / "ours.vhd", writable=True) as file:
        disk = vdisk.disk_inside(file, BytesDevice(bytes(4 * MIB)))
        disk.write_at(134 * 512, b"x" * 512)
    grown = (tmp_path / "ours.vhd").read_bytes()
    assert len(grown) == len(real)
    assert grown[8192:8448] == real[8192:8448], "the block is at the same place"
    assert grown[-512:] == real[-512:]


@fixtures
def test_a_real_child_holds_what_windows_has_written() -> None:
    """Its parent is not among the samples: one of zeros stands in for it. 7-Zip looks for the parent by its name."""
    with FileDevice(FIXTURES / "dfvfs_fat-differential.vhd") as file:
        info = vdisk.read_kind(file)
        assert info.parent
        assert info.parent.candidates("Y:\\child.vhd")[0] == "Y:\\fat-parent.vhd"
        disk = vdisk.disk_inside(file, BytesDevice(b"\xee" * (4 * MIB)))
        assert isinstance(disk, BlockDisk)
        held = [at // 512 for start, length in disk.own_ranges() for at in range(start, start + length, 512)]
        assert held == [134, 143, *range(152, 160), 184, 185, 188, 190, 191, 192, 194, 196]
        with_data = [at for at in held if disk.read_at(at * 512, 512).strip(b"\0")]
        assert with_data == [134, 143, 152, 184, 188, 190, 192, 194, 196]
        assert disk.read_at(135 * 512, 512) == b"\xee" * 512


@fixtures
def test_the_real_child_of_a_real_parent() -> None:
    names = {"win8.vhd": "go-vhd_win8.vhd", "child.vhd": "go-vhd_win8-child.vhd"}
    files = [FIXTURES / names["child.vhd"], FIXTURES / names["win8.vhd"]]

    def open_file(path: str) -> FileDevice:
        name = path.rpartition("\\")[2]
        if name not in names:
            raise FileNotFoundError(path)
        return FileDevice(FIXTURES / names[name])

    links = vdisk.chain("Y:\\vhd\\child.vhd", open_file)
    assert [link.path for link in links] == ["Y:\\vhd\\child.vhd", "Y:\\vhd\\win8.vhd"]
    assert vdisk.stacked(links).read_at(0, 40 * MIB) == by_libvhdi(*files) == bytes(40 * MIB)


@fixtures
def test_footers_with_a_wrong_checksum_are_refused_and_can_be_read() -> None:
    """The child was made from the parent by hand, so nearly all of its checksums are wrong. libvhdi never looks."""
    paths = [FIXTURES / "dfvfs_image-differential.vhd", FIXTURES / "dfvfs_image.vhd"]
    for path in paths:
        with FileDevice(path) as file, pytest.raises(FormatError, match="footer is damaged"):
            vdisk.read_kind(file)

    def open_file(path: str) -> FileDevice:
        return FileDevice(FIXTURES / f"dfvfs_{path.rpartition(chr(92))[2]}")

    disk = vdisk.disk_at("Y:\\image-differential.vhd", open_file, checked=False)
    assert disk.size == 104_448
    data = disk.read_at(0, disk.size)
    assert data == by_libvhdi(*paths)
    assert data[0x438:0x43A] == b"\x53\xef", "an ext2 file system"


def test_a_vhd_of_qemu_is_read_and_written(tmp_path: Path) -> None:
    """Its blocks lie elsewhere than in those of Windows."""
    qemu = shutil.which("qemu-img")
    if qemu is None:
        pytest.skip("qemu-img is not installed")
    raw, path = tmp_path / "raw", tmp_path / "x.vhd"
    raw.write_bytes(bytes(3 * MIB) + b"\x5a" * MIB + bytes(4 * MIB))
    subprocess.run([qemu, "convert", "-f", "raw", "-O", "vpc", "-o", "force_size=on", raw, path], check=True)
    with FileDevice(path, writable=True) as file:
        disk = vdisk.disk_inside(file)
        assert disk.read_at(0, 8 * MIB) == raw.read_bytes()
        disk.write_at(7 * MIB, b"new")
        disk.write_at(100, b"first")
    with FileDevice(path) as file:
        assert vdisk.disk_inside(file).read_at(100, 5) == b"first"
        expected = bytearray(raw.read_bytes())
    expected[7 * MIB : 7 * MIB + 3], expected[100:105] = b"new", b"first"
    assert by_libvhdi(path) == by_dissect(path) == by_7zip(path) == expected
    subprocess.run([qemu, "convert", "-f", "vpc", "-O", "raw", path, tmp_path / "back"], check=True)
    assert (tmp_path / "back").read_bytes() == expected


@pytest.mark.parametrize("size", [0, 1000, vhd_dynamic.LARGEST + 512])
def test_sizes_that_cannot_be(tmp_path: Path, size: int) -> None:
    (tmp_path / "x.vhd").touch()
    with FileDevice(tmp_path / "x.vhd", writable=True) as file, pytest.raises(ValueError, match="bytes"):
        vhd_dynamic.create(file, size, UUID(int=1), 0)


def test_the_largest_vhd(tmp_path: Path) -> None:
    path = make(tmp_path / "x.vhd", "expandable", vhd_dynamic.LARGEST)
    assert path.stat().st_size < 5 * MIB
    with Opened(path, writable=True) as opened:
        opened.disk.write_at(vhd_dynamic.LARGEST - 5, b"world")
        assert opened.disk.read_at(vhd_dynamic.LARGEST - 10, 10) == bytes(5) + b"world"
    if shutil.which("7zz"):
        found = subprocess.run(["7zz", "l", path], capture_output=True, text=True, check=True)
        assert str(vhd_dynamic.LARGEST) in found.stdout


def damaged(tmp_path: Path, at: int, data: bytes) -> Path:
    path = make(tmp_path / "x.vhd", "expandable")
    with Opened(path, writable=True) as opened:
        opened.disk.write_at(0, b"data")
    with FileDevice(path, writable=True) as file:
        file.write_at(at if at >= 0 else file.size + at, data)
    return path


@pytest.mark.parametrize(
    ("at", "data", "words"),
    [
        (512, b"c", None),
        (512, b"C", "has no header"),
        (530, b"\1", "header is damaged"),
        (512 + 64, b"\1", "header is damaged"),
        (-512, b"C", "the file is cut short"),
        (-300, b"\1", "footer is damaged"),
    ],
)
def test_damage_is_told(tmp_path: Path, at: int, data: bytes, words: str | None) -> None:
    path = damaged(tmp_path, at, data)
    if words is None:
        Opened(path).close()
        return
    with pytest.raises(FormatError, match=words):
        Opened(path)


def test_a_block_beyond_the_end_is_told(tmp_path: Path) -> None:
    path = damaged(tmp_path, 1536, struct.pack(">I", 1 << 20))
    with Opened(path) as opened:
        assert isinstance(opened.disk, BlockDisk)
        assert opened.disk.place(0).held is Held.ALL
        with pytest.raises(FormatError, match="block 0 should lie at"):
            opened.disk.read_at(0, 1)


def test_a_file_that_cannot_grow_is_not_written(tmp_path: Path) -> None:
    path = make(tmp_path / "x.vhd", "expandable")
    disk = vdisk.disk_inside(BytesDevice(path.read_bytes()))
    with pytest.raises(HvsError, match="cannot grow where it lies"):
        disk.write_at(0, b"x")


def test_paths_of_a_parent(tmp_path: Path) -> None:
    """A long path stays in its locator and is left out of the header, which has room for 256 characters."""
    base = make(tmp_path / "base.vhd", "fixed")
    with FileDevice(base) as file:
        of = vdisk.read_kind(file)
    (tmp_path / "x.vhd").touch()
    far = "C:\\" + "f" * 300 + "\\base.vhd"
    with FileDevice(tmp_path / "x.vhd", writable=True) as file:
        vdisk.create_child(file, "C:\\x.vhd", far, of, UUID(int=1), 0)
        parent = vhd_dynamic.read_header(file, vhd.read_footer(file)).parent
    assert parent == vhd_dynamic.Parent(of.unique_id, "", far, ".\\" + "f" * 300 + "\\base.vhd")
    assert by_7zip(child(tmp_path / "y.vhd", base)) == bytes(9 * MIB)
