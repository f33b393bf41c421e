"""BIOS boot code on an MBR disk: GRUB's `boot.img` and `core.img` made to load `\\bootmgr`, and what is recognised.

Where it lies (GRUB 2 manual, "BIOS installation"; grub-core/boot/i386/pc/boot.S and diskboot.S):

    sector 0, bytes 0..439    boot.img: loads sector 1. Disk signature (0x1B8) and partition table stay as they are
    sectors 1..n              core.img: its first sector loads the rest; the rest reads the partition's file system
    sector n + 1              our label: which partition the code starts, and a digest over all of the above

The label exists because a core image is compressed: nothing else in it tells whose it is and whether it is whole.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from hvsbuild.errors import FormatError
from hvsbuild.formats.block import SECTOR, BlockDevice
from hvsbuild.formats.partitions import Table
from hvsbuild.formats.table import read_table

CODE_SIZE = 440  # bytes of sector 0 ahead of the disk signature
LABEL = struct.Struct("<16sIII32s")  # mark, version, partition number, sectors of the core, SHA-256
MARK = b"hvsbuild ntldr\0\0"
VERSION = 1
# diskboot.S: the last 12 bytes of a core's first sector say where the rest lies: sector, count, segment
BLOCK_LIST = struct.Struct("<QHH")
BLOCK_LIST_AT = SECTOR - BLOCK_LIST.size
# boot.S: `jmp 3f` over the check of DL; grub-setup puts two NOPs here for hard disks, against firmware that starts
# a hard disk's code with a wrong drive number
DRIVE_CHECK, NOPS = 0x66, b"\x90\x90"
MAX_CORE = 4096  # sectors; more is no core image
NTFS_NT60 = b"\x07\x00" + "BOOTMGR".encode("utf-16-le")  # $Boot, second sector: a counted string
FAT_NT60 = b"BOOTMGR    "  # the 8.3 name that a FAT boot record looks for


@dataclass(frozen=True)
class BootCode:
    """`mbr`: at most 440 bytes for sector 0; `core`: whole sectors for the gap from sector 1 on, label included."""

    mbr: bytes
    core: bytes


def assemble(boot_img: bytes, core_img: bytes, partition: int) -> BootCode:
    """Boot code that starts partition `partition` (from 1); `core_img` must have been made with that prefix."""
    if len(boot_img) != SECTOR or boot_img[DRIVE_CHECK : DRIVE_CHECK + 1] != b"\xeb" or boot_img[-2:] != b"\x55\xaa":
        raise FormatError("This is not GRUB's boot.img", seen=f"{len(boot_img)} bytes, {boot_img[:3].hex(' ')} …")
    mbr = boot_img[:DRIVE_CHECK] + NOPS + boot_img[DRIVE_CHECK + 2 : CODE_SIZE]
    core = core_img + bytes(-len(core_img) % SECTOR)
    if _core_sectors(core[:SECTOR]) * SECTOR != len(core):
        raise FormatError("This is not GRUB's core.img for a BIOS disk", seen=f"{len(core_img)} bytes")
    label = LABEL.pack(MARK, VERSION, partition, len(core) // SECTOR, _digest(mbr, core))
    return BootCode(mbr, core + label.ljust(SECTOR, b"\0"))


def write(disk: BlockDevice, code: BootCode) -> None:
    """Put the code on an MBR disk, touching neither its signature nor its table; `FormatError` where it cannot lie."""
    if len(code.mbr) > CODE_SIZE or len(code.core) % SECTOR:
        raise ValueError("boot code of a wrong size")
    table = read_table(disk)
    if table is None or table.scheme != "mbr" or not table.partitions:
        seen = "a GPT disk" if table and table.scheme == "gpt" else "a disk without partitions"
        raise FormatError(
            "BIOS boot code needs an MBR disk with a partition",
            seen=seen,
            why="on a GPT disk the sectors behind the first hold the partition table",
            do="give the stick the scheme mbr, or boot it by UEFI",
        )
    first = min(one.start for one in table.partitions)
    if SECTOR + len(code.core) > first:
        raise FormatError(
            "The boot code does not fit in front of the first partition",
            seen=f"{len(code.core) // SECTOR} sectors of code, {first // SECTOR - 1} sectors of room",
            do="create the first partition at 1024 KB, where diskpart puts it by itself on a disk of 4 GB and more",
        )
    disk.write_at(SECTOR, code.core)
    disk.write_at(0, code.mbr)  # last: until then the old code still starts


def recognise(disk: BlockDevice, partition_start: int) -> str | None:
    """Whose boot code would start the partition at byte `partition_start`; None when there is none that would.

    "grub-ntldr": ours, whole, made for this partition. "nt60": Microsoft's, by its boot record and any code in the
    MBR (its bytes differ between releases). Reads only.
    """
    table = read_table(disk)
    if table is None or table.scheme != "mbr" or not any(disk.read_at(0, CODE_SIZE)):
        return None
    if _is_ours(disk, table, partition_start):
        return "grub-ntldr"
    return "nt60" if _is_nt60(_read(disk, partition_start, 16 * SECTOR)) else None


def _is_ours(disk: BlockDevice, table: Table, partition_start: int) -> bool:
    count = _core_sectors(_read(disk, SECTOR, SECTOR))
    label = _read(disk, (1 + count) * SECTOR, LABEL.size) if count else b""
    if len(label) < LABEL.size:
        return False
    mark, version, number, sectors, digest = LABEL.unpack(label)
    partition = table.partition(number)
    return (
        (mark, version, sectors) == (MARK, VERSION, count)
        and partition is not None
        and partition.start == partition_start
        and digest == _digest(disk.read_at(0, CODE_SIZE), disk.read_at(SECTOR, count * SECTOR))
    )


def _is_nt60(record: bytes) -> bool:
    if record[3:11] == b"NTFS    ":
        return record[SECTOR : SECTOR + len(NTFS_NT60)] == NTFS_NT60
    return any(record[at : at + 3] == b"FAT" for at in (0x36, 0x52)) and FAT_NT60 in record


def _core_sectors(first: bytes) -> int:
    """How many sectors a core image has, from its first one; 0 when this is no such sector."""
    if len(first) < SECTOR:
        return 0
    start, count, _ = BLOCK_LIST.unpack_from(first, BLOCK_LIST_AT)
    return 1 + count if start == 2 and 0 < count <= MAX_CORE else 0


def _digest(mbr: bytes, core: bytes) -> bytes:
    return hashlib.sha256(mbr + core).digest()


def _read(disk: BlockDevice, offset: int, length: int) -> bytes:
    """As much of the range as the disk has."""
    return disk.read_at(offset, max(0, min(length, disk.size - offset))) if offset < disk.size else b""
