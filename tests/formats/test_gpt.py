"""GUID partition tables: both copies, damage to either, sfdisk's opinion."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from hvsbuild.errors import FormatError
from hvsbuild.formats import gpt, mbr
from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.partitions import Partition, Table
from hvsbuild.formats.table import read_table

MIB = 1 << 20
SIZE = 300 * MIB
SFDISK = shutil.which("sfdisk", path="/usr/sbin:/sbin:/usr/bin")
ESP_ID, DATA_ID = "11111111-2222-3333-4444-555555555555", "a0b1c2d3-e4f5-4607-8899-aabbccddeeff"
TABLE = Table(
    "gpt",
    "01234567-89ab-cdef-0123-456789abcdef",
    (
        Partition(1, MIB, 100 * MIB, gpt.EFI_SYSTEM, id=ESP_ID, name="EFI system partition", attributes=1 << 63),
        Partition(4, 150 * MIB, 100 * MIB, gpt.BASIC_DATA, id=DATA_ID, name="Daten ü"),
    ),
)


@pytest.fixture
def disk(tmp_path: Path) -> FileDevice:
    path = tmp_path / "disk.img"
    with path.open("wb") as file:
        file.truncate(SIZE)
    return FileDevice(path, writable=True)


def sfdisk(*words: str | Path, script: str | None = None) -> str:
    if SFDISK is None:
        pytest.skip("sfdisk is not installed")
    done = subprocess.run([SFDISK, *words], input=script, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def test_a_written_table_is_read_back_and_sfdisk_agrees(disk: FileDevice) -> None:
    gpt.write(disk, TABLE)
    assert read_table(disk) == TABLE
    assert gpt.copies(disk) == (TABLE, TABLE)
    seen = json.loads(sfdisk("-J", disk.path))["partitiontable"]
    assert (seen["label"], seen["id"].lower()) == ("gpt", TABLE.id)
    assert (seen["firstlba"], seen["lastlba"]) == (34, SIZE // 512 - 34)
    first, second = seen["partitions"]
    assert (first["start"], first["size"], first["type"].lower()) == (2048, 204800, gpt.EFI_SYSTEM)
    assert (first["uuid"].lower(), first["name"], first["attrs"]) == (ESP_ID, "EFI system partition", "GUID:63")
    assert (second["node"][-1], second["uuid"].lower(), second["name"]) == ("4", DATA_ID, "Daten ü")
    assert "No errors detected" in sfdisk("--verify", disk.path)


def test_a_table_made_by_sfdisk_is_read(disk: FileDevice) -> None:
    script = f"label: gpt\nlabel-id: {TABLE.id}\nstart=2048,size=2048,type={gpt.MS_RESERVED},uuid={DATA_ID},name=x\n"
    sfdisk("-q", disk.path, script=script)
    expected = Partition(1, MIB, MIB, gpt.MS_RESERVED, id=DATA_ID, name="x")
    assert gpt.copies(disk) == (Table("gpt", TABLE.id, (expected,)),) * 2


@pytest.mark.parametrize("at", [512 + 8, 512 + 40, 512 + 56, 1024, 1024 + 128 * 3 + 40])
def test_a_damaged_front_copy_is_replaced_by_the_one_at_the_end(disk: FileDevice, at: int) -> None:
    gpt.write(disk, TABLE)
    disk.write_at(at, bytes([disk.read_at(at, 1)[0] ^ 1]))
    assert gpt.copies(disk) == (None, TABLE)
    assert read_table(disk) == TABLE


def test_a_damaged_copy_at_the_end_does_no_harm_and_is_seen(disk: FileDevice) -> None:
    gpt.write(disk, TABLE)
    disk.write_at(SIZE - 512, bytes(512))
    assert gpt.copies(disk) == (TABLE, None)
    assert read_table(disk) == TABLE


def test_a_header_in_the_wrong_place_is_none(disk: FileDevice) -> None:
    gpt.write(disk, TABLE)
    disk.write_at(512, disk.read_at(SIZE - 512, 512))
    assert gpt.copies(disk) == (None, TABLE)


def test_two_damaged_copies_are_an_error(disk: FileDevice) -> None:
    gpt.write(disk, TABLE)
    disk.discard(512, 512)
    disk.discard(SIZE - 512, 512)
    with pytest.raises(FormatError, match="Both copies"):
        read_table(disk)


def test_without_a_protective_mbr_a_gpt_is_none(disk: FileDevice) -> None:
    gpt.write(disk, TABLE)
    disk.write_at(0x1BE, bytes(64))
    assert gpt.read(disk) is None
    assert read_table(disk) == Table("mbr", "00000000")


def test_the_protective_mbr_keeps_boot_code_and_covers_the_disk(disk: FileDevice) -> None:
    disk.write_at(0, b"\xfa" * 512)
    gpt.write(disk, TABLE)
    sector = disk.read_at(0, 512)
    assert sector[:0x1B8] == b"\xfa" * 0x1B8
    assert sector[0x1BE:0x1CE].hex() == "00000200eeffffff01000000" + (SIZE // 512 - 1).to_bytes(4, "little").hex()
    assert mbr.read(disk) is None


@pytest.mark.parametrize(
    "part",
    [
        Partition(129, MIB, MIB, gpt.BASIC_DATA, id=DATA_ID),
        Partition(1, 33 * 512, MIB, gpt.BASIC_DATA, id=DATA_ID),
        Partition(1, SIZE - MIB, MIB - 32 * 512, gpt.BASIC_DATA, id=DATA_ID),
        Partition(1, MIB, MIB, gpt.BASIC_DATA, id=DATA_ID, name="x" * 37),
    ],
)
def test_a_table_that_does_not_fit_is_not_written(disk: FileDevice, part: Partition) -> None:
    with pytest.raises(FormatError):
        gpt.write(disk, replace(TABLE, partitions=(part,)))
    assert disk.read_at(0, MIB) == bytes(MIB)
