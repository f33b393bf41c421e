"""VHD footers and fixed VHDs; judged by qemu-img, libvhdi and dissect."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from hvsbuild.errors import FormatError
from hvsbuild.formats import vdisk, vhd
from hvsbuild.formats.block import DeviceFile, FileDevice, Slice

MIB = 1 << 20
UNIQUE = UUID("9753ac46-08cb-5fec-ae2b-51a24892a507")
EPOCH = 1_600_000_000


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
    path.open("xb").close()
    with FileDevice(path, writable=True) as file:
        vhd.create(file, mib * MIB, UNIQUE, EPOCH)
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
        vdisk.disk_inside(file).write_at(5 * MIB, b"hello")
    with path.open("rb") as raw:
        disk = dissect.VHD(raw)
        disk.seek(5 * MIB)
        assert (disk.size, disk.read(5)) == (8 * MIB, b"hello")


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    path = fixed(tmp_path, 3)
    (tmp_path / "other").mkdir()
    assert path.read_bytes() == fixed(tmp_path / "other", 3).read_bytes()
    (tmp_path / "odd.vhd").touch()
    with FileDevice(tmp_path / "odd.vhd", writable=True) as file, pytest.raises(ValueError, match="whole sectors"):
        vhd.create(file, 1000, UNIQUE, EPOCH)
    assert (tmp_path / "odd.vhd").stat().st_size == 0


def test_the_disk_inside_a_fixed_vhd_ends_ahead_of_the_footer(tmp_path: Path) -> None:
    path = fixed(tmp_path, 3)
    with FileDevice(path, writable=True) as file:
        before = file.read_at(3 * MIB, 512)
        disk = vdisk.disk_inside(file)
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
            vdisk.disk_inside(file)


def test_what_is_no_vhd_or_cut_short_is_an_error(tmp_path: Path) -> None:
    for name, data in {"empty": b"", "zeros": bytes(4096), "old": bytes(513) + b"conectix".ljust(511, b"\0")}.items():
        (tmp_path / name).write_bytes(data)
        with FileDevice(tmp_path / name) as file, pytest.raises(FormatError, match="Not a VHD"):
            vhd.read_footer(file)
    (tmp_path / "cut").write_bytes(bytes(4096) + vhd.make_footer(3 * MIB, UNIQUE, EPOCH).pack())
    with FileDevice(tmp_path / "cut") as file, pytest.raises(FormatError, match="cut short"):
        vdisk.disk_inside(file)
    odd = replace(vhd.make_footer(3 * MIB, UNIQUE, EPOCH), kind=9).pack()
    (tmp_path / "odd").write_bytes(odd)
    with FileDevice(tmp_path / "odd") as file, pytest.raises(FormatError, match="unknown type"):
        vhd.read_footer(file)
