"""The partition table in sector 0 of an MBR disk: disk signature, four entries, the mark 55 AA.

Sources: "Master boot record" in the Windows resource kit; CHS translation as Windows does it (255 heads, 63 sectors).
Logical drives inside an extended partition are not listed: the container is one partition of type 05 or 0f.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from hvsbuild.errors import FormatError
from hvsbuild.formats.block import SECTOR, BlockDevice
from hvsbuild.formats.partitions import Partition, Table

SIGNATURE, TABLE, MARK = 0x1B8, 0x1BE, b"\x55\xaa"
ENTRY = struct.Struct("<B3sB3sII")  # flag, CHS of the first sector, type, CHS of the last, first sector, sectors
HEADS, SECTORS = 255, 63
BEYOND = b"\xfe\xff\xff"  # what Windows writes when a sector has no CHS address
EMPTY, PROTECTIVE = 0x00, 0xEE
# Where a boot sector names its file system; a disk that begins with one has no partitions ("super floppy").
FS_MARKS = (
    (3, b"NTFS    "),
    (3, b"EXFAT   "),
    (3, b"-FVE-FS-"),
    (0x36, b"FAT12   "),
    (0x36, b"FAT16   "),
    (0x52, b"FAT32   "),
)


def chs(sector: int) -> bytes:
    """The three CHS bytes of a sector number."""
    track, in_track = divmod(sector, SECTORS)
    cylinder, head = divmod(track, HEADS)
    return bytes([head, (in_track + 1) | (cylinder >> 8) << 6, cylinder & 0xFF]) if cylinder < 1024 else BEYOND


def is_boot_sector(sector: bytes) -> bool:
    """Whether a sector 0 is the boot sector of an NTFS, FAT or exFAT volume, and not a partition table."""
    jump = sector[0] in (0xEB, 0xE9)
    return jump and any(sector[at : at + len(mark)] == mark for at, mark in FS_MARKS)


def types(sector: bytes) -> list[int]:
    """The four type bytes; all `EMPTY` when the mark is missing or the sector is a volume's boot sector."""
    if sector[510:] != MARK or is_boot_sector(sector):
        return [EMPTY] * 4
    return [sector[TABLE + 16 * slot + 4] for slot in range(4)]


def is_protective(sector: bytes) -> bool:
    """Whether a sector 0 only guards a GPT. With any other partition beside it, Windows takes the disk for MBR."""
    return set(types(sector)) == {EMPTY, PROTECTIVE}


def read(device: BlockDevice) -> Table | None:
    """The table of an MBR disk; None for a RAW one and for a protective MBR. `FormatError` for nonsense."""
    if device.size < SECTOR:
        return None
    sector = device.read_at(0, SECTOR)
    if sector[510:] != MARK or is_boot_sector(sector) or is_protective(sector):
        return None
    partitions = []
    for slot in range(4):
        flag, _, kind, _, start, count = ENTRY.unpack_from(sector, TABLE + 16 * slot)
        if flag not in (0x00, 0x80):
            raise _nonsense(f"entry {slot + 1} has the flag 0x{flag:02x}, which is neither 0x00 nor 0x80")
        if kind != EMPTY:
            partitions.append(Partition(slot + 1, start * SECTOR, count * SECTOR, f"{kind:02x}", flag == 0x80))
    check(partitions, device.size)
    (signature,) = struct.unpack_from("<I", sector, SIGNATURE)
    return Table("mbr", f"{signature:08x}", tuple(partitions))


def write(device: BlockDevice, table: Table) -> None:
    """Write signature, entries and mark (bytes 0x1B8..0x1FF); the boot code before them stays as it is.

    `FormatError` for a table that cannot be written, and for a disk that begins with a volume's boot sector: the
    table would not be seen there.
    """
    check(table.partitions, device.size)
    if is_boot_sector(device.read_at(0, SECTOR)):
        raise _nonsense("sector 0 holds the boot sector of a volume", do="clean the disk first")
    signature = int(table.id, 16)
    entries = [bytes(16)] * 4
    for one in table.partitions:
        start, count = one.start // SECTOR, one.size // SECTOR
        if not 1 <= one.number <= 4 or start + count > 1 << 32:
            raise _nonsense(f"partition {one.number} of {one.size} bytes at {one.start} does not fit in an MBR")
        kind = int(one.type, 16)
        if not EMPTY < kind <= 0xFF:
            raise _nonsense(f"partition {one.number} has the type {one.type!r}, which is not 01..ff")
        flag, last = 0x80 if one.active else 0, start + count - 1
        entries[one.number - 1] = ENTRY.pack(flag, chs(start), kind, chs(last), start, count)
    device.write_at(SIGNATURE, struct.pack("<IH", signature, 0) + b"".join(entries) + MARK)


def check(partitions: Sequence[Partition], disk_size: int) -> None:
    """`FormatError` unless all are whole sectors behind sector 0, inside the disk, apart, with numbers of their own."""
    end = SECTOR
    for one in sorted(partitions, key=lambda one: (one.start, one.number)):
        seen = f"partition {one.number}: {one.size} bytes at {one.start}"
        if one.start % SECTOR or one.size % SECTOR or one.size <= 0:
            raise _nonsense(f"{seen} is not a number of whole sectors")
        if one.start < end:
            raise _nonsense(f"{seen} overlaps what lies before it, which ends at {end}")
        end = one.start + one.size
        if end > disk_size:
            raise _nonsense(f"{seen} reaches beyond the disk's end at {disk_size}")
    if len({one.number for one in partitions}) != len(partitions):
        raise _nonsense("two partitions have the same number")


def _nonsense(seen: str, do: str = "") -> FormatError:
    return FormatError("A partition table makes no sense", seen=seen, do=do)
