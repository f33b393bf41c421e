"""GUID partition tables: protective MBR, header and entries at the front, the same again at the end.

Source: UEFI specification 2.10, section 5. Sectors are 512 bytes, entries 128 x 128 bytes, as Windows makes them.
"""

from __future__ import annotations

import struct
import zlib
from uuid import UUID

from hvsbuild.errors import FormatError
from hvsbuild.formats import mbr
from hvsbuild.formats.block import SECTOR, BlockDevice
from hvsbuild.formats.partitions import Partition, Table

# signature, revision, header size, CRC, reserved, own LBA, other LBA, first and last usable LBA, disk GUID,
# LBA of the entries, their number, the size of one, their CRC
HEADER = struct.Struct("<8sIIIIQQQQ16sQIII")
ENTRY = struct.Struct("<16s16sQQQ72s")  # type, id, first and last LBA, attributes, name in UTF-16LE
MAGIC, REVISION = b"EFI PART", 0x00010000
COUNT = 128
ENTRY_SECTORS = COUNT * ENTRY.size // SECTOR
FIRST_USABLE = 2 + ENTRY_SECTORS  # sectors at the front that no partition may use; one fewer at the end
UNUSED = bytes(16)

BASIC_DATA = "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7"
EFI_SYSTEM = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
MS_RESERVED = "e3c9e316-0b5c-4db8-817d-f92df00215ae"
WINDOWS_RE = "de94bba4-06d1-4d40-a16a-bfd50179d6ac"


def usable(disk_size: int) -> tuple[int, int]:
    """The bytes (start, end) of a disk of `disk_size` bytes that partitions may use."""
    return FIRST_USABLE * SECTOR, (disk_size // SECTOR - ENTRY_SECTORS - 1) * SECTOR


def read(device: BlockDevice) -> Table | None:
    """The table of a GPT disk: the front copy, or the one at the end when that is damaged.

    None where sector 0 does not hold a protective MBR (Windows ignores stray headers, too). `FormatError` when both
    copies are damaged or the entries make no sense.
    """
    if device.size < SECTOR * 3 or not mbr.is_protective(device.read_at(0, SECTOR)):
        return None
    front, back = copies(device)
    table = front or back
    if table is None:
        raise FormatError("Both copies of a GPT are damaged", seen="neither header passes its checksums")
    mbr.check(table.partitions, device.size)
    return table


def copies(device: BlockDevice) -> tuple[Table | None, Table | None]:
    """The tables at the front and at the end of the disk; None for a copy whose checksums are wrong."""
    return _read_copy(device, 1), _read_copy(device, device.size // SECTOR - 1)


def _read_copy(device: BlockDevice, lba: int) -> Table | None:
    sector = device.read_at(lba * SECTOR, SECTOR)
    magic, _, size, crc, _, own, _, _, _, guid, at, count, width, entries_crc = HEADER.unpack_from(sector)
    if magic != MAGIC or not HEADER.size <= size <= SECTOR or own != lba:
        return None
    if zlib.crc32(sector[:16] + bytes(4) + sector[20:size]) != crc:
        return None
    length = count * width
    if width < ENTRY.size or length > 1 << 20 or at * SECTOR + length > device.size:
        return None
    entries = device.read_at(at * SECTOR, length)
    if zlib.crc32(entries) != entries_crc:
        return None
    found = (_read_entry(slot + 1, entries[slot * width :]) for slot in range(count))
    return Table("gpt", str(UUID(bytes_le=guid)), tuple(one for one in found if one))


def _read_entry(number: int, entry: bytes) -> Partition | None:
    kind, own, first, last, attributes, name = ENTRY.unpack_from(entry)
    if kind == UNUSED:
        return None
    return Partition(
        number,
        first * SECTOR,
        (last - first + 1) * SECTOR,
        str(UUID(bytes_le=kind)),
        id=str(UUID(bytes_le=own)),
        name=name.decode("utf-16-le", "replace").split("\0")[0],
        attributes=attributes,
    )


def write(device: BlockDevice, table: Table) -> None:
    """Write the protective MBR (its boot code stays) and both copies. `FormatError` for a table that does not fit."""
    mbr.check(table.partitions, device.size)
    start, end = usable(device.size)
    entries = bytearray(COUNT * ENTRY.size)
    for one in table.partitions:
        if not 1 <= one.number <= COUNT or one.start < start or one.start + one.size > end:
            seen = f"partition {one.number}: {one.size} bytes at {one.start}; usable are {start}..{end}"
            raise FormatError("A partition does not fit in the GPT", seen=seen)
        entries[(one.number - 1) * ENTRY.size : one.number * ENTRY.size] = _entry(one)
    sectors = device.size // SECTOR
    guid = UUID(table.id).bytes_le
    _write_protective(device, sectors)
    device.write_at(2 * SECTOR, bytes(entries))
    device.write_at(SECTOR, _header(1, sectors - 1, 2, sectors, guid, entries))
    device.write_at((sectors - 1 - ENTRY_SECTORS) * SECTOR, bytes(entries))
    device.write_at(
        (sectors - 1) * SECTOR, _header(sectors - 1, 1, sectors - 1 - ENTRY_SECTORS, sectors, guid, entries)
    )


def _entry(one: Partition) -> bytes:
    first, last = one.start // SECTOR, (one.start + one.size) // SECTOR - 1
    name = one.name.encode("utf-16-le")
    if len(name) > 72:
        raise FormatError("A GPT partition's name is too long", seen=f"{one.name!r} has more than 36 characters")
    return ENTRY.pack(UUID(one.type).bytes_le, UUID(one.id).bytes_le, first, last, one.attributes, name)


def _header(own: int, other: int, entries_at: int, sectors: int, guid: bytes, entries: bytearray) -> bytes:
    last_usable = sectors - ENTRY_SECTORS - 2
    crc = 0
    for _ in range(2):  # the checksum is taken over the header with 0 in its own place
        header = HEADER.pack(
            MAGIC, REVISION, HEADER.size, crc, 0, own, other, FIRST_USABLE, last_usable, guid,
            entries_at, COUNT, ENTRY.size, zlib.crc32(entries),
        )  # fmt: skip
        crc = crc or zlib.crc32(header)
    return header.ljust(SECTOR, b"\0")


def _write_protective(device: BlockDevice, sectors: int) -> None:
    # Signature 0 and one entry over the whole disk (UEFI 5.2.3); Windows, too, leaves the signature 0.
    count = min(sectors - 1, 0xFFFFFFFF)
    entry = mbr.ENTRY.pack(0, b"\x00\x02\x00", mbr.PROTECTIVE, b"\xff\xff\xff", 1, count)
    device.write_at(mbr.SIGNATURE, bytes(6) + entry + bytes(48) + mbr.MARK)
