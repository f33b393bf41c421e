"""Boot code: where it lies, what it must not touch, and that it is recognised only when it would work."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.errors import FormatError, MissingTool
from hvsbuild.formats import bootcode
from hvsbuild.formats.block import SECTOR, FileDevice
from hvsbuild.formats.table import read_table
from hvsbuild.hosts.bench import grub
from tests.boot import sticks

START = 2048 * SECTOR


@pytest.fixture(scope="session")
def code() -> bootcode.BootCode:
    return grub.bios_boot_code(1)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return sticks.disk(tmp_path / "stick.img", sticks.ntfs_volume(tmp_path / "volume", 4 << 20, {}))


def recognise(path: Path, start: int = START) -> str | None:
    with FileDevice(path) as disk:
        return bootcode.recognise(disk, start)


def put(path: Path, code: bootcode.BootCode) -> None:
    with FileDevice(path, writable=True) as disk:
        bootcode.write(disk, code)


def change(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def test_two_calls_give_the_same_bytes(code: bootcode.BootCode) -> None:
    assert grub.bios_boot_code(1) == code
    assert grub.bios_boot_code(2) != code


def test_it_fits_where_a_small_disk_leaves_room(code: bootcode.BootCode) -> None:
    assert len(code.mbr) == 440
    assert len(code.core) % SECTOR == 0
    assert SECTOR + len(code.core) <= 128 * SECTOR  # diskpart's first partition on a disk below 4 GB


def test_only_the_code_and_the_gap_change(stick: Path, code: bootcode.BootCode) -> None:
    table, before = sticks.table(stick), stick.read_bytes()
    put(stick, code)
    after = stick.read_bytes()
    assert sticks.table(stick) == table
    assert after[:440] == code.mbr
    assert after[440:SECTOR] == before[440:SECTOR]
    assert after[SECTOR : SECTOR + len(code.core)] == code.core
    assert after[SECTOR + len(code.core) :] == before[SECTOR + len(code.core) :]


def test_ours_is_recognised(stick: Path, code: bootcode.BootCode) -> None:
    assert recognise(stick) is None  # sfdisk and mkntfs write no boot code, or none that loads bootmgr
    put(stick, code)
    assert recognise(stick) == "grub-ntldr"


@pytest.mark.parametrize(("offset", "what"), [(100, "MBR"), (SECTOR + 3, "core"), (40 * SECTOR, "core's middle")])
def test_damaged_code_is_not_recognised(stick: Path, code: bootcode.BootCode, offset: int, what: str) -> None:
    put(stick, code)
    change(stick, offset, bytes([stick.read_bytes()[offset] ^ 1]))
    assert recognise(stick) is None, what


def test_code_for_another_partition_is_not_recognised(stick: Path) -> None:
    put(stick, grub.bios_boot_code(2))
    assert recognise(stick) is None


def test_a_moved_partition_is_noticed(stick: Path, code: bootcode.BootCode) -> None:
    put(stick, code)
    assert recognise(stick, START + SECTOR) is None


def test_another_grub_is_not_taken_for_ours(stick: Path, code: bootcode.BootCode) -> None:
    put(stick, code)
    change(stick, len(code.core), bytes(SECTOR))  # the label is gone: a GRUB of somebody else
    assert recognise(stick) is None


def nt60(stick: Path, record: bytes) -> None:
    """Mark a stick as Microsoft's boot code does (its strings, not its code)."""
    change(stick, 0, b"\x33\xc0")
    change(stick, START, record)


def test_microsofts_is_recognised_by_its_boot_record(stick: Path) -> None:
    bpb = stick.read_bytes()[START : START + SECTOR]
    nt60(stick, bpb + b"\x07\x00" + "BOOTMGR".encode("utf-16-le"))
    assert recognise(stick) == "nt60"
    change(stick, 0, bytes(440))
    assert recognise(stick) is None  # a boot record that nothing starts


def test_microsofts_is_recognised_on_fat32(stick: Path) -> None:
    nt60(stick, b"\xeb\x58\x90MSDOS5.0".ljust(0x52, b"\0") + b"FAT32   " + bytes(0x116) + b"BOOTMGR    ")
    assert recognise(stick) == "nt60"


def test_ntldr_is_not_nt60(stick: Path) -> None:
    bpb = stick.read_bytes()[START : START + SECTOR]
    nt60(stick, bpb + b"\x05\x00" + "NTLDR".encode("utf-16-le") + bytes(4))
    assert recognise(stick) is None


def test_a_raw_disk_and_a_short_one(tmp_path: Path, code: bootcode.BootCode) -> None:
    raw = tmp_path / "raw"
    raw.write_bytes(bytes(4096))
    assert recognise(raw) is None
    with pytest.raises(FormatError, match="needs an MBR disk"):
        put(raw, code)


def test_a_gpt_disk_is_refused(tmp_path: Path, code: bootcode.BootCode) -> None:
    disk = tmp_path / "gpt.img"
    disk.open("wb").truncate(8 << 20)
    sticks.tools.run(["sfdisk", "-q", "--no-tell-kernel", disk], stdin=b"label: gpt\nsize=4MiB\n")
    before = disk.read_bytes()
    with pytest.raises(FormatError, match="needs an MBR disk"):
        put(disk, code)
    assert disk.read_bytes() == before
    assert recognise(disk) is None


def test_a_gap_that_is_too_small_is_refused(tmp_path: Path, code: bootcode.BootCode) -> None:
    volume = sticks.ntfs_volume(tmp_path / "volume", 4 << 20, {}, start=63)
    disk = sticks.disk(tmp_path / "old.img", volume, start=63)
    before = disk.read_bytes()
    with pytest.raises(FormatError, match="62 sectors of room"):
        put(disk, code)
    assert disk.read_bytes() == before
    with FileDevice(disk) as device:
        assert read_table(device) is not None


def test_other_peoples_images_are_not_taken() -> None:
    boot_img = (grub.LIBRARY / "i386-pc/boot.img").read_bytes()
    with pytest.raises(FormatError, match=r"boot\.img"):
        bootcode.assemble(bytes(SECTOR), b"", 1)
    with pytest.raises(FormatError, match=r"core\.img"):
        bootcode.assemble(boot_img, bytes(3 * SECTOR), 1)


def test_missing_modules_name_their_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grub, "LIBRARY", tmp_path)
    with pytest.raises(MissingTool, match="grub-pc-bin"):
        grub.bios_boot_code(1)
    with pytest.raises(MissingTool, match="grub-efi-amd64-bin"):
        grub.modules("x86_64-efi", "ntfs.mod")
