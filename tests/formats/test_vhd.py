"""VHD footers, fixed VHDs, real VHDs made elsewhere; judged by qemu-img, libvhdi and dissect."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats import vhd
from hvsbuild.formats.block import DeviceFile, FileDevice, Slice

MIB = 1 << 20
UNIQUE = UUID("9753ac46-08cb-5fec-ae2b-51a24892a507")
EPOCH = 1_600_000_000
FIXTURES = Path(__file__).parents[2].parent / "shared" / "fixtures" / "vhd"
fixtures = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the folder ../shared/fixtures/vhd is absent")


@pytest.mark.parametrize(
    ("mib", "chs"),
    [
        (4, (120, 4, 17)),
        (64, (963, 8, 17)),
        (1024, (2080, 16, 63)),
        (12288, (24966, 16, 63)),
        (15000, (30476, 16, 63)),
        (24576, (49932, 16, 63)),
        (32768, (16448, 16, 255)),
        (131072, (65535, 16, 255)),
        (2088960, (65535, 16, 255)),
    ],
)
def test_geometry(mib: int, chs: tuple[int, int, int]) -> None:
    assert vhd.geometry(mib * MIB) == chs


def fixed(tmp_path: Path, mib: int = 24576) -> Path:
    path = tmp_path / "hvsOS.vhd"
    vhd.create_fixed(path, mib * MIB, UNIQUE, EPOCH)
    return path


def test_a_fixed_vhd_has_the_exact_size_and_the_footer_of_windows_7(tmp_path: Path) -> None:
    path = fixed(tmp_path)
    assert path.stat().st_size == 25_769_803_776 + 512
    assert path.stat().st_blocks * 512 <= 64 << 10
    with FileDevice(path) as file:
        data = file.read_at(file.size - 512, 512)
        footer = vhd.read_footer(file)
    assert footer == vhd.make_footer(25_769_803_776, UNIQUE, EPOCH)
    assert (footer.kind, footer.geometry, footer.timestamp) == (vhd.FIXED, (49932, 16, 63), EPOCH - 946_684_800)
    assert data[:28].hex() == "636f6e6563746978" + "00000002" + "00010000" + "ff" * 8 + f"{EPOCH - 946_684_800:08x}"
    assert data[28:40] == b"win \x00\x06\x00\x01Wi2k"
    assert data[40:64].hex() == "0000000600000000" * 2 + "c30c103f" + "00000002"
    assert data[85:] == bytes(427)


def test_other_readers_agree_on_size_and_kind(tmp_path: Path) -> None:
    path = fixed(tmp_path)
    vhdi = pytest.importorskip("pyvhdi")
    image = vhdi.file()
    with FileDevice(path) as file:
        image.open_file_object(DeviceFile(file))
        assert (image.get_media_size(), image.get_disk_type()) == (25_769_803_776, 2)
        image.close()
    qemu = shutil.which("qemu-img")
    if qemu is None:
        pytest.skip("qemu-img is not installed")
    words = [qemu, "info", "-f", "vpc", "--output=json", path]
    seen = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    assert (seen["format"], seen["virtual-size"]) == ("vpc", 25_769_803_776)


def test_dissect_reads_the_sectors(tmp_path: Path) -> None:
    dissect = pytest.importorskip("dissect.hypervisor.disk.vhd")
    path = fixed(tmp_path, 8)
    with FileDevice(path, writable=True) as file:
        vhd.disk_inside(file).write_at(5 * MIB, b"hello")
    with path.open("rb") as raw:
        disk = dissect.VHD(raw)
        disk.seek(5 * MIB)
        assert (disk.size, disk.read(5)) == (8 * MIB, b"hello")


def test_the_same_inputs_give_the_same_bytes_and_nothing_is_replaced(tmp_path: Path) -> None:
    path = fixed(tmp_path, 3)
    (tmp_path / "other").mkdir()
    assert path.read_bytes() == fixed(tmp_path / "other", 3).read_bytes()
    with pytest.raises(FileExistsError):
        fixed(tmp_path, 4)
    with pytest.raises(ValueError, match="whole sectors"):
        vhd.create_fixed(tmp_path / "odd.vhd", 1000, UNIQUE, EPOCH)
    assert not (tmp_path / "odd.vhd").exists()


def test_the_disk_inside_a_fixed_vhd_ends_ahead_of_the_footer(tmp_path: Path) -> None:
    path = fixed(tmp_path, 3)
    with FileDevice(path, writable=True) as file:
        before = file.read_at(3 * MIB, 512)
        disk = vhd.disk_inside(file)
        assert disk == Slice(file, 0, 3 * MIB)
        disk.write_at(3 * MIB - 512, b"\xff" * 512)
        with pytest.raises(ValueError, match="outside"):
            disk.write_at(3 * MIB - 511, b"\xff" * 512)
        assert file.read_at(3 * MIB, 512) == before


@pytest.mark.parametrize("at", [0, 8, 28, 48, 60, 64, 68, 511])
def test_a_changed_footer_is_found(tmp_path: Path, at: int) -> None:
    path = fixed(tmp_path, 3)
    with FileDevice(path, writable=True) as file:
        place = 3 * MIB + at
        file.write_at(place, bytes([file.read_at(place, 1)[0] ^ 1]))
        with pytest.raises(FormatError):
            vhd.disk_inside(file)


def test_what_is_no_vhd_or_cut_short_is_an_error(tmp_path: Path) -> None:
    for name, data in {"empty": b"", "zeros": bytes(4096), "old": bytes(513) + b"conectix".ljust(511, b"\0")}.items():
        (tmp_path / name).write_bytes(data)
        with FileDevice(tmp_path / name) as file, pytest.raises(FormatError, match="Not a VHD"):
            vhd.read_footer(file)
    (tmp_path / "cut").write_bytes(bytes(4096) + vhd.make_footer(3 * MIB, UNIQUE, EPOCH).pack())
    with FileDevice(tmp_path / "cut") as file, pytest.raises(FormatError, match="cut short"):
        vhd.disk_inside(file)
    odd = replace(vhd.make_footer(3 * MIB, UNIQUE, EPOCH), kind=9).pack()
    (tmp_path / "odd").write_bytes(odd)
    with FileDevice(tmp_path / "odd") as file, pytest.raises(FormatError, match="unknown type"):
        vhd.read_footer(file)


@fixtures
@pytest.mark.parametrize(
    ("name", "size", "version", "chs"),
    [
        ("go-vhd_win8.vhd", 40 * MIB, 0x00060003, (963, 5, 17)),
        ("qemu_hyperv2012r2-dynamic.vhd", 136_365_211_648, 0x00060003, (65278, 16, 255)),
    ],
)
def test_real_dynamic_vhds_are_read_and_not_written(name: str, size: int, version: int, chs: tuple[int, ...]) -> None:
    dissect = pytest.importorskip("dissect.hypervisor.disk.vhd")
    with FileDevice(FIXTURES / name) as file:
        footer = vhd.read_footer(file)
        assert (footer.kind, footer.creator, footer.creator_version) == (vhd.DYNAMIC, "win ", version)
        assert (footer.geometry, footer.current_size) == (chs, size)
        assert footer.unique_id.version == 4, "Windows stores GUIDs little-endian"
        assert footer.pack() == file.read_at(file.size - 512, 512)
        disk = vhd.disk_inside(file)
        with (FIXTURES / name).open("rb") as raw:
            other = dissect.VHD(raw)
            for at in (0, 1 * MIB, size // 2, size - 4096):
                other.seek(at)
                assert disk.read_at(at, 4096) == other.read(4096)
        with pytest.raises(ValueError, match="outside"):
            disk.read_at(size, 1)
        for change in (lambda: disk.write_at(0, b"x"), lambda: disk.discard(0, 512)):
            with pytest.raises(HvsError, match="only be read"):
                change()


@fixtures
@pytest.mark.parametrize("name", ["dfvfs_fat-differential.vhd", "go-vhd_win8-child.vhd"])
def test_differencing_vhds_are_refused(name: str) -> None:
    with FileDevice(FIXTURES / name) as file:
        assert vhd.read_footer(file).kind == vhd.DIFFERENCING
        with pytest.raises(HvsError, match="differencing"):
            vhd.disk_inside(file)


@fixtures
@pytest.mark.parametrize("name", ["dfvfs_image.vhd", "dfvfs_image-differential.vhd"])
def test_footers_with_a_wrong_checksum_are_refused(name: str) -> None:
    """These were made by an old qemu-img, which put in the unique id after it had taken the checksum."""
    with FileDevice(FIXTURES / name) as file, pytest.raises(FormatError, match="footer is damaged"):
        vhd.read_footer(file)


def test_a_dynamic_vhd_of_qemu_is_read(tmp_path: Path) -> None:
    qemu = shutil.which("qemu-img")
    if qemu is None:
        pytest.skip("qemu-img is not installed")
    (tmp_path / "raw").write_bytes(bytes(3 * MIB) + b"\x5a" * MIB + bytes(4 * MIB))
    words = [qemu, "convert", "-f", "raw", "-O", "vpc", "-o", "force_size=on", tmp_path / "raw", tmp_path / "x.vhd"]
    subprocess.run(words, check=True)
    with FileDevice(tmp_path / "x.vhd") as file:
        disk = vhd.disk_inside(file)
        assert disk.size == 8 * MIB
        assert disk.read_at(0, 8 * MIB) == (tmp_path / "raw").read_bytes()
