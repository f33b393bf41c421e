"""MBR partition tables: read and written bytes, checked by sfdisk."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from hvsbuild.errors import FormatError
from hvsbuild.formats import mbr
from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.partitions import Partition, Table
from hvsbuild.formats.table import read_table

MIB = 1 << 20
SFDISK = shutil.which("sfdisk", path="/usr/sbin:/sbin:/usr/bin")
TABLE = Table(
    "mbr",
    "a1b2c3d4",
    (
        Partition(1, MIB, 100 * MIB, "07", active=True),
        Partition(3, 200 * MIB, 9000 * MIB, "0c"),
    ),
)


@pytest.fixture
def disk(tmp_path: Path) -> FileDevice:
    """A sparse disk of 10 GiB."""
    path = tmp_path / "disk.img"
    with path.open("wb") as file:
        file.truncate(10 << 30)
    return FileDevice(path, writable=True)


def sfdisk(path: Path, script: str | None = None) -> dict[str, object]:
    if SFDISK is None:
        pytest.skip("sfdisk is not installed")
    if script is not None:
        subprocess.run([SFDISK, "-q", "--no-reread", path], input=script, text=True, check=True)
    return json.loads(subprocess.run([SFDISK, "-J", path], capture_output=True, text=True, check=True).stdout)[
        "partitiontable"
    ]


def test_a_written_table_is_read_back_and_sfdisk_agrees(disk: FileDevice) -> None:
    mbr.write(disk, TABLE)
    assert read_table(disk) == TABLE
    seen = sfdisk(disk.path)
    assert (seen["label"], seen["id"]) == ("dos", "0xa1b2c3d4")
    assert [{**one, "node": one["node"][-1]} for one in seen["partitions"]] == [  # type: ignore[attr-defined]
        {"node": "1", "start": 2048, "size": 204800, "type": "7", "bootable": True},
        {"node": "3", "start": 409600, "size": 18432000, "type": "c"},
    ]


def test_a_table_made_by_sfdisk_is_read(disk: FileDevice) -> None:
    sfdisk(disk.path, "label: dos\nlabel-id: 0x00c0ffee\nstart=63,size=1000,type=6\nstart=4096,type=7,bootable\n")
    assert mbr.read(disk) == Table(
        "mbr",
        "00c0ffee",
        (Partition(1, 63 * 512, 512000, "06"), Partition(2, 2 * MIB, (10 << 30) - 2 * MIB, "07", active=True)),
    )


def test_only_signature_and_table_are_written(disk: FileDevice) -> None:
    code = bytes(range(256)) * 2
    disk.write_at(0, code)
    mbr.write(disk, replace(TABLE, id="00000001"))
    sector = disk.read_at(0, 512)
    assert sector[:0x1B8] == code[:0x1B8]
    assert sector[0x1B8:0x1BE] == b"\x01\0\0\0\0\0"
    assert sector[0x1FE:] == b"\x55\xaa"
    assert disk.read_at(512, 4096) == bytes(4096)


@pytest.mark.parametrize(
    ("sector", "address"),
    [
        (128, "020300"),
        (2048, "202100"),
        (1023 * 255 * 63 + 254 * 63 + 62, "feffff"),
        (1024 * 255 * 63, "feffff"),
        (600 * 255 * 63, "008158"),
    ],
)
def test_chs_addresses_are_those_of_255_heads_and_63_sectors(sector: int, address: str) -> None:
    assert mbr.chs(sector).hex() == address


def test_a_raw_disk_and_a_disk_smaller_than_a_sector_have_no_table(disk: FileDevice, tmp_path: Path) -> None:
    assert read_table(disk) is None
    (tmp_path / "tiny").write_bytes(b"x")
    assert read_table(FileDevice(tmp_path / "tiny")) is None


@pytest.mark.parametrize("tool", [["mkntfs", "-F", "-Q"], ["mkfs.fat", "-F", "32"], ["mkfs.fat", "-F", "16"]])
def test_a_volume_without_a_table_is_not_taken_for_one(tmp_path: Path, tool: list[str]) -> None:
    program = shutil.which(tool[0], path="/usr/sbin:/sbin:/usr/bin")
    if program is None:
        pytest.skip(f"{tool[0]} is not installed")
    path = tmp_path / "volume.img"
    with path.open("wb") as file:
        file.truncate(100 * MIB)
    subprocess.run([program, *tool[1:], path], check=True, capture_output=True)
    device = FileDevice(path, writable=True)
    assert device.read_at(510, 2) == b"\x55\xaa"
    assert read_table(device) is None
    with pytest.raises(FormatError, match="boot sector of a volume"):
        mbr.write(device, Table("mbr", "00000001"))


def entry(flag: int, kind: int, start: int, count: int) -> bytes:
    return mbr.ENTRY.pack(flag, b"\0\0\0", kind, b"\0\0\0", start, count)


@pytest.mark.parametrize(
    ("entries", "word"),
    [
        (entry(0x41, 7, 2048, 100), "flag 0x41"),
        (entry(0, 7, 2048, 100) + entry(0, 7, 2100, 100), "overlaps"),
        (entry(0, 7, 0, 100), "overlaps"),
        (entry(0, 7, 2048, 0), "whole sectors"),
        (entry(0, 7, 2048, 0xFFFFFFFF), "beyond the disk's end"),
    ],
)
def test_nonsense_is_an_error(disk: FileDevice, entries: bytes, word: str) -> None:
    disk.write_at(0x1BE, entries.ljust(64, b"\0") + b"\x55\xaa")
    with pytest.raises(FormatError, match=word):
        read_table(disk)


@pytest.mark.parametrize(
    "part",
    [
        Partition(5, MIB, MIB, "07"),
        Partition(0, MIB, MIB, "07"),
        Partition(1, MIB + 1, MIB, "07"),
        Partition(1, MIB, 10 << 30, "07"),
        Partition(1, MIB, MIB, "00"),
        Partition(3, 500 * MIB, MIB, "07"),
    ],
)
def test_a_table_that_cannot_be_is_not_written(disk: FileDevice, part: Partition) -> None:
    with pytest.raises(FormatError):
        mbr.write(disk, replace(TABLE, partitions=(TABLE.partitions[1], part)))
    assert disk.read_at(0, 512) == bytes(512)
