"""The header and the blob table of a WIM: where everything lies, and whether it is all there.

Sources: Microsoft, "Windows Imaging File Format (WIM)" white paper (2007); for solid resources (ESD) the constants of
wimlib's header file. All numbers are little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats.block import BlockDevice, FileDevice

MAGIC = b"MSWIM\0\0\0"
HEADER = struct.Struct("<8sIIII16sHHI24s24s24sI24s60s")
ENTRY = struct.Struct("<QQQHI20s")  # flags and stored size in one, offset, size, part, references, SHA-1
VERSION, SOLID_VERSION = 0x10D00, 0xE00
SOLID = 0x10  # flag of a resource
SOLID_MAGIC = 1 << 32  # the "size" of an entry that is a solid resource itself

# Far above anything real (an install.wim: 10 MB of table, 20 kB of XML); a damaged header must not fill the memory.
MOST_TABLE, MOST_XML, MOST_IMAGES = 1 << 29, 1 << 26, 1 << 16


@dataclass(frozen=True)
class Resource:
    """Where a piece of the file lies: stored size, offset and uncompressed size in bytes."""

    flags: int
    stored: int
    offset: int
    size: int

    @classmethod
    def unpack(cls, raw: bytes) -> Resource:
        first, offset, size = struct.unpack("<QQQ", raw)
        return cls(first >> 56, first & ((1 << 56) - 1), offset, size)


@dataclass(frozen=True)
class Header:
    """The 208 bytes at the start, as they are and taken apart; `count` is the number of images."""

    raw: bytes
    version: int
    flags: int
    guid: bytes
    part: int
    parts: int
    count: int
    table: Resource
    xml: Resource
    boot: Resource
    integrity: Resource


@contextmanager
def opened(source: Path | BlockDevice) -> Iterator[tuple[BlockDevice, str]]:
    """The WIM as a device, and what to call it in messages."""
    if not isinstance(source, Path):
        yield source, "the WIM"
        return
    if not source.is_file():
        raise HvsError("The WIM file is absent", seen=str(source), do="give the path of an existing .wim, .esd or .swm")
    with FileDevice(source) as device:
        yield device, str(source)


def _truncated(name: str, what: str, end: int, size: int) -> FormatError:
    return FormatError(
        "The WIM file is truncated",
        seen=f"{name}: {what} ends at byte {end}, the file at {size}",
        do="copy or download it again",
    )


def _inside(name: str, what: str, resource: Resource, size: int) -> None:
    end = resource.offset + resource.stored
    if end > size:
        raise _truncated(name, what, end, size)


def read_header(device: BlockDevice, name: str) -> Header:
    """Read and check the header; nothing that it points to is read."""
    start = device.read_at(0, min(HEADER.size, device.size))
    if start[:8] != MAGIC:
        pipable = " (a pipable WIM of wimlib, which Windows cannot read)" if start[:5] == b"WLPWM" else ""
        raise FormatError("Not a WIM file", seen=f"{name} begins with {start[:8].hex()}{pipable}")
    if len(start) < HEADER.size:
        raise _truncated(name, "the header", HEADER.size, device.size)
    _, length, version, flags, _, guid, part, parts, count, table, xml, boot, _, integrity, _ = HEADER.unpack(start)
    if length != HEADER.size or version not in (VERSION, SOLID_VERSION) or not 1 <= part <= parts:
        seen = f"{name}: header of {length} bytes, version {version:#x}, part {part} of {parts}"
        raise FormatError("A damaged or unknown WIM header", seen=seen)
    parsed = [Resource.unpack(raw) for raw in (table, xml, boot, integrity)]
    header = Header(start, version, flags, guid, part, parts, count, *parsed)
    for what, resource in (("the blob table", header.table), ("the XML", header.xml), ("the metadata", header.boot)):
        _inside(name, what, resource, device.size)
    _inside(name, "the integrity table", header.integrity, device.size)
    if header.table.stored > MOST_TABLE or header.xml.stored > MOST_XML or count > MOST_IMAGES:
        seen = f"{name}: blob table {header.table.stored}, XML {header.xml.stored} bytes, {count} images"
        raise FormatError("A damaged or unknown WIM header", seen=seen)
    return header


def blob_table(device: BlockDevice, header: Header, name: str) -> bytes:
    """The blob table, once it is known that what it points to is inside the file."""
    table, resource = device.read_at(header.table.offset, header.table.stored), header.table
    if resource.stored != resource.size or len(table) % ENTRY.size:
        raise FormatError("A damaged WIM blob table", seen=f"{name}: {resource.stored} of {resource.size} bytes")
    for first, offset, size, part, _, _ in ENTRY.iter_unpack(table):
        flags = first >> 56
        if part != header.part or (flags & SOLID and size != SOLID_MAGIC):  # elsewhere, or inside a solid resource
            continue
        end = offset + (first & ((1 << 56) - 1))
        if end > device.size:
            raise _truncated(name, "a file's data", end, device.size)
    return table
