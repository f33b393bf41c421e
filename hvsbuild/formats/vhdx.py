"""VHDX: the structures at the front of the file, read and packed. `vhdx_disk.py` has the disk, `vhdx_log.py` the log.

Source: [MS-VHDX] "Virtual Hard Disk v2 (VHDX) File Format". Numbers are little-endian, GUIDs as Windows stores them.

    0        who made it          64 KiB, 128 KiB   two headers: the valid one with the higher number counts
    1 MiB …  log, metadata, table of blocks, blocks, in any order; two region tables at 192 and 256 KiB say where
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from uuid import UUID

import google_crc32c

from hvsbuild.errors import FormatError
from hvsbuild.formats.block import BlockDevice

SIGNATURE, CREATOR = b"vhdxfile", "hvsbuild"
KIB, MIB = 1 << 10, 1 << 20
HEADERS, HEADER_SIZE = (64 * KIB, 128 * KIB), 4096
REGIONS, REGIONS_SIZE = (192 * KIB, 256 * KIB), 64 * KIB
NOTHING = UUID(int=0)

HEADER = struct.Struct("<4sIQ16s16s16sHHIQ")
REGION = struct.Struct("<16sQII")
BAT = UUID("2dc27766-f623-4200-9d64-115e9bfd4a08")
METADATA = UUID("8b7ca206-4790-4b9a-b8fe-575f050f886e")


def crc(data: bytes) -> int:
    """CRC-32C of a structure, with the checksum at 4..8 taken as 0."""
    return int(google_crc32c.value(data[:4] + bytes(4) + data[8:]))


def sealed(data: bytes) -> bytes:
    """A structure with its checksum put in."""
    return data[:4] + struct.pack("<I", crc(data)) + data[8:]


@dataclass(frozen=True)
class Header:
    """One header. `data_write` changes with the content of the disk; a child knows its parent by it. A `log` that is
    not zero says that the log must be replayed ahead of anything else."""

    sequence: int
    file_write: UUID
    data_write: UUID
    log: UUID = NOTHING
    log_length: int = MIB
    log_offset: int = MIB

    def pack(self) -> bytes:
        data = HEADER.pack(
            b"head", 0, self.sequence, self.file_write.bytes_le, self.data_write.bytes_le, self.log.bytes_le,
            0, 1, self.log_length, self.log_offset,
        )  # fmt: skip
        return sealed(data.ljust(HEADER_SIZE, b"\0"))


def is_vhdx(device: BlockDevice) -> bool:
    return device.size >= MIB and device.read_at(0, 8) == SIGNATURE


def read_header(device: BlockDevice) -> Header:
    """The header that counts. `FormatError` when there is none."""
    found = [header for at in HEADERS if (header := _header(device.read_at(at, HEADER_SIZE)))]
    if not found:
        raise FormatError("A VHDX has no valid header", seen="both are damaged or of an unknown version")
    return max(found, key=lambda header: header.sequence)


def _header(data: bytes) -> Header | None:
    sign, found, sequence, file_write, data_write, log, log_version, version, length, offset = HEADER.unpack_from(data)
    if sign != b"head" or found != crc(data) or version != 1:
        return None
    log_id = UUID(bytes_le=log)
    if log_id != NOTHING and log_version != 0:
        return None
    return Header(sequence, UUID(bytes_le=file_write), UUID(bytes_le=data_write), log_id, length, offset)


def write_headers(device: BlockDevice, header: Header) -> None:
    """Make a header the one that counts: over the older one first, then over the other, as the format demands."""
    current = [_header(device.read_at(at, HEADER_SIZE)) for at in HEADERS]
    numbers = [one.sequence if one else -1 for one in current]
    for at in (HEADERS[numbers.index(min(numbers))], HEADERS[numbers.index(max(numbers))]):
        header = replace(header, sequence=max(numbers) + 1)
        device.write_at(at, header.pack())
        numbers.append(header.sequence)


def pack_regions(regions: dict[UUID, tuple[int, int]]) -> bytes:
    """A region table: what lies at (offset, length)."""
    entries = b"".join(REGION.pack(guid.bytes_le, at, length, 1) for guid, (at, length) in regions.items())
    return sealed((struct.pack("<4sIII", b"regi", 0, len(regions), 0) + entries).ljust(REGIONS_SIZE, b"\0"))


def read_regions(device: BlockDevice) -> dict[UUID, tuple[int, int]]:
    """The regions of the first table that is sound. `FormatError` when none is, or one is needed that is not known."""
    for at in REGIONS:
        data = device.read_at(at, REGIONS_SIZE)
        sign, found, count, _ = struct.unpack_from("<4sIII", data)
        if sign == b"regi" and found == crc(data) and count <= 2047:
            break
    else:
        raise FormatError("A VHDX has no valid region table", seen="both are damaged")
    regions = {}
    for number in range(count):
        guid, offset, length, required = REGION.unpack_from(data, 16 + number * REGION.size)
        name = UUID(bytes_le=guid)
        if required and name not in (BAT, METADATA):
            raise FormatError("A VHDX needs what is not known here", seen=f"region {name}")
        if offset + length > device.size:
            raise FormatError("A VHDX is cut short", seen=f"a region should end at {offset + length}")
        regions[name] = (offset, length)
    for name, what in ((BAT, "table of blocks"), (METADATA, "metadata")):
        if name not in regions:
            raise FormatError("A VHDX is incomplete", seen=f"it has no {what}")
    return regions
