"""Reading what a WIM or ESD says about itself: header, blob table, XML. Its data is never decompressed here.

Sources: Microsoft, "Windows Imaging File Format (WIM)" white paper (2007); for solid resources (ESD) the constants of
wimlib's header file. All numbers are little-endian.
"""

from __future__ import annotations

import hashlib
import struct
import uuid
import xml.etree.ElementTree as ET
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
RP_FIX = 0x80
COMPRESSED = 0x2
KINDS = {0x20000: "XPRESS", 0x40000: "LZX", 0x80000: "LZMS", 0x200000: "XPRESS"}
METADATA, SOLID = 0x02, 0x10  # flags of a resource
SOLID_MAGIC = 1 << 32  # the "size" of an entry that is a solid resource itself

# Far above anything real (an install.wim: 10 MB of table, 20 kB of XML); a damaged header must not fill the memory.
MOST_TABLE, MOST_XML, MOST_IMAGES = 1 << 29, 1 << 26, 1 << 16

ARCHITECTURES = {0: "x86", 5: "arm", 6: "ia64", 9: "amd64", 12: "arm64"}


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
class WimImage:
    """One image; sizes in bytes. What the XML does not give is empty or 0. `build` is like `6.1.7601.17514`."""

    index: int
    name: str
    description: str
    dir_count: int
    file_count: int
    total_bytes: int
    hard_link_bytes: int
    arch: str
    edition: str
    installation: str
    build: str
    languages: tuple[str, ...]

    @property
    def needed_bytes(self) -> int:
        """What its files take on a volume at least: hard-linked data counts once."""
        return max(0, self.total_bytes - self.hard_link_bytes)


@dataclass(frozen=True)
class WimInfo:
    """What a WIM says about itself; `compression`: none, XPRESS, LZX or LZMS."""

    guid: uuid.UUID
    version: int
    flags: int
    part: int
    parts: int
    compression: str
    integrity: bool
    images: tuple[WimImage, ...]

    @property
    def solid(self) -> bool:
        """Whether only Windows 8.1 and newer can read it (ESD)."""
        return self.version == SOLID_VERSION or self.compression == "LZMS"

    @property
    def fixes_links(self) -> bool:
        """Whether absolute links in it were rewritten when it was captured."""
        return bool(self.flags & RP_FIX)

    def image(self, selector: int | str) -> WimImage:
        """An image by its index, or by its exact name. Raises `HvsError` that lists what is there."""
        if isinstance(selector, int):
            found = [one for one in self.images if one.index == selector]
        else:
            found = [one for one in self.images if one.name == selector]
        if len(found) == 1:
            return found[0]
        what = f"index {selector}" if isinstance(selector, int) else f"name {selector!r}"
        there = "; ".join(f"{one.index}: {one.name!r}" for one in self.images) or "none"
        if found:
            raise HvsError("The name stands for several images", seen=f"{what}; there are {there}", do="use the index")
        raise HvsError("The image is not in the WIM", seen=f"{what}; there are {there}", do="use one of these")


@dataclass(frozen=True)
class _Header:
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
def _opened(source: Path | BlockDevice) -> Iterator[tuple[BlockDevice, str]]:
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


def _header(device: BlockDevice, name: str) -> _Header:
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
    header = _Header(start, version, flags, guid, part, parts, count, *parsed)
    for what, resource in (("the blob table", header.table), ("the XML", header.xml), ("the metadata", header.boot)):
        _inside(name, what, resource, device.size)
    _inside(name, "the integrity table", header.integrity, device.size)
    if header.table.stored > MOST_TABLE or header.xml.stored > MOST_XML or count > MOST_IMAGES:
        seen = f"{name}: blob table {header.table.stored}, XML {header.xml.stored} bytes, {count} images"
        raise FormatError("A damaged or unknown WIM header", seen=seen)
    return header


def _table(device: BlockDevice, header: _Header, name: str) -> bytes:
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


def read_info(source: Path | BlockDevice) -> WimInfo:
    """Read and check a WIM, ESD or a part of a split one. Raises `HvsError`: absent, not a WIM, truncated, damaged."""
    with _opened(source) as (device, name):
        header = _header(device, name)
        _table(device, header, name)
        images = _images(device.read_at(header.xml.offset, header.xml.stored), name)
    if len(images) != header.count:
        seen = f"{name}: {header.count} images in the header, {len(images)} in the XML"
        raise FormatError("The XML of the WIM is damaged", seen=seen)
    kinds = [kind for bit, kind in KINDS.items() if header.flags & bit]
    return WimInfo(
        guid=uuid.UUID(bytes_le=header.guid),
        version=header.version,
        flags=header.flags,
        part=header.part,
        parts=header.parts,
        compression=kinds[0] if kinds and header.flags & COMPRESSED else "none",
        integrity=header.integrity.stored > 0,
        images=tuple(images),
    )


def fingerprint(source: Path | BlockDevice) -> str:
    """A sha256 (hex) that stands for the content of a WIM, of which it reads only the tables.

    Over the file's size, header, blob table and XML. The table holds the SHA-1 of every stream and of every image's
    metadata, so no file in an image can change without it; damage to the compressed data itself is not seen.
    """
    with _opened(source) as (device, name):
        header = _header(device, name)
        digest = hashlib.sha256(struct.pack("<Q", device.size) + header.raw)
        digest.update(_table(device, header, name))
        digest.update(device.read_at(header.xml.offset, header.xml.stored))
    return digest.hexdigest()


def _images(raw: bytes, name: str) -> list[WimImage]:
    try:
        text = raw.decode("utf-16")  # with its byte order mark
        if "<!" in text:  # no WIM has a document type; entities could swell without bounds
            raise ValueError("a document type in it")
        images = [_image(node) for node in ET.fromstring(text).findall("IMAGE")]
    except (ET.ParseError, ValueError) as error:
        raise FormatError("The XML of the WIM is damaged", seen=f"{name}: {error}") from error
    return sorted(images, key=lambda image: image.index)


def _image(node: ET.Element) -> WimImage:
    def text(path: str) -> str:
        return node.findtext(path) or ""

    def number(path: str) -> int:
        return int(text(path) or 0)

    version = [text(f"WINDOWS/VERSION/{part}") for part in ("MAJOR", "MINOR", "BUILD", "SPBUILD")]
    arch = text("WINDOWS/ARCH")
    return WimImage(
        index=int(node.get("INDEX", "0")),
        name=text("NAME"),
        description=text("DESCRIPTION"),
        dir_count=number("DIRCOUNT"),
        file_count=number("FILECOUNT"),
        total_bytes=number("TOTALBYTES"),
        hard_link_bytes=number("HARDLINKBYTES"),
        arch=ARCHITECTURES.get(int(arch), arch) if arch else "",
        edition=text("WINDOWS/EDITIONID"),
        installation=text("WINDOWS/INSTALLATIONTYPE"),
        build=".".join(part for part in version if part),
        languages=tuple(one.text or "" for one in node.findall("WINDOWS/LANGUAGES/LANGUAGE")),
    )
