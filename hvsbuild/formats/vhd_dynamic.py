"""Expandable and differencing VHDs: a table of blocks, each a bitmap of its sectors and the sectors themselves.

Source: "Virtual Hard Disk Image Format Specification" 1.0 (Microsoft), sections "Dynamic Disk Header Format" and "Block
Allocation Table and Data Blocks"; where Windows puts things is taken from VHDs that Windows 8 and 10 made.

    0        a copy of the footer
    512      the header, 1024 bytes
    1536     the table; in a differencing VHD the parent's absolute path at 4096, the table at 8192, the relative path
    …        blocks, each with its data at a multiple of 4096 and its bitmap ahead of it
    end-512  the footer
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from uuid import UUID

from hvsbuild.errors import FormatError
from hvsbuild.formats import vhd
from hvsbuild.formats.block import SECTOR, BlockDevice, GrowableDevice
from hvsbuild.formats.blockdisk import BlockDisk, Held, Place

# cookie, data offset, table offset, version, entries, block size, checksum, parent's id, parent's time, reserved
HEADER = struct.Struct(">8sQQIIII16sII")
HEADER_SIZE, COOKIE, VERSION = 1024, b"cxsparse", 0x00010000
CHECKSUM = slice(36, 40)
NAME = slice(64, 576)  # the parent's path, UTF-16BE
LOCATORS, LOCATOR = 576, struct.Struct(">4sIIIQ")  # code, space, length, reserved, offset
ABSOLUTE, RELATIVE = b"W2ku", b"W2ru"  # Windows paths, UTF-16LE
FREE, BLOCK_SIZE = 0xFFFFFFFF, 2 << 20
HEADER_AT, TABLE_AT = 512, 1536
ABSOLUTE_AT, ABSOLUTE_SPACE, CHILD_TABLE_AT, RELATIVE_SPACE = 4096, 4096, 8192, 65536
PAGE, PIECE = 4096, 1 << 20
LARGEST = 2040 << 30  # CreateVirtualDisk makes no larger VHD


@dataclass(frozen=True)
class Parent:
    """What a differencing VHD says of its parent: its unique id and its Windows paths (empty when not given)."""

    id: UUID
    name: str = ""
    absolute: str = ""
    relative: str = ""


@dataclass(frozen=True)
class Header:
    """The header of a VHD with blocks; offsets and sizes in bytes."""

    table: int
    entries: int
    block_size: int
    parent: Parent | None = None

    def pack(self) -> bytes:
        parent = self.parent or Parent(UUID(int=0))
        data = bytearray(HEADER_SIZE)
        HEADER.pack_into(
            data, 0, COOKIE, vhd.NO_OFFSET, self.table, VERSION, self.entries, self.block_size, 0,
            parent.id.bytes_le, 0, 0,
        )  # fmt: skip
        name = parent.name.encode("utf-16-be")
        if len(name) <= NAME.stop - NAME.start:
            data[NAME.start : NAME.start + len(name)] = name
        absolute, relative = locators(parent)
        places = ((ABSOLUTE, ABSOLUTE_SPACE, absolute, ABSOLUTE_AT), (RELATIVE, RELATIVE_SPACE, relative, self.after))
        for number, (code, space, path, at) in enumerate(places if self.parent else ()):
            LOCATOR.pack_into(data, LOCATORS + number * LOCATOR.size, code, space, len(path), 0, at)
        data[CHECKSUM] = struct.pack(">I", checksum(data))
        return bytes(data)

    @property
    def after(self) -> int:
        """The first page behind the table; up to it Windows fills with free entries."""
        return -(-(self.table + self.entries * 4) // PAGE) * PAGE


def locators(parent: Parent) -> tuple[bytes, bytes]:
    return parent.absolute.encode("utf-16-le"), parent.relative.encode("utf-16-le")


def checksum(header: bytes | bytearray) -> int:
    """One's complement of the sum of the bytes, with the checksum field taken as 0."""
    return ~(sum(header) - sum(header[CHECKSUM])) & 0xFFFFFFFF


def read_header(device: BlockDevice, footer: vhd.Footer, *, checked: bool = True) -> Header:
    """The header that a footer points to. `FormatError` when it is none or (unless not `checked`) damaged."""
    at = footer.data_offset
    data = device.read_at(at, HEADER_SIZE) if at + HEADER_SIZE <= device.size else b""
    if data[:8] != COOKIE:
        raise FormatError("A VHD has no header", seen=f"nothing of the kind at {at}")
    if checked and checksum(data) != struct.unpack(">I", data[CHECKSUM])[0]:
        raise FormatError("A VHD's header is damaged", seen=f"checksum 0x{data[CHECKSUM].hex()}")
    _, _, table, _, entries, block_size, _, parent_id, _, _ = HEADER.unpack_from(data)
    blocks = -(-footer.current_size // block_size) if block_size else 0
    if block_size < SECTOR * 8 or block_size & (block_size - 1) or entries < blocks:
        seen = f"{entries} blocks of {block_size} bytes for a disk of {footer.current_size}"
        raise FormatError("A VHD's header is damaged", seen=seen)
    if table + entries * 4 > device.size:
        seen = f"its table should lie at {table}, the file has {device.size} bytes"
        raise FormatError("A VHD is cut short", seen=seen)
    parent = _read_parent(device, data, UUID(bytes_le=parent_id)) if footer.kind == vhd.DIFFERENCING else None
    return Header(table, entries, block_size, parent)


def _read_parent(device: BlockDevice, header: bytes, parent_id: UUID) -> Parent:
    paths = {}
    for number in range(8):
        code, _, length, _, at = LOCATOR.unpack_from(header, LOCATORS + number * LOCATOR.size)
        if code in (ABSOLUTE, RELATIVE) and length < 1 << 16 and at + length <= device.size:
            paths[code] = device.read_at(at, length).decode("utf-16-le", "replace").rstrip("\0")
    name = header[NAME].decode("utf-16-be", "replace").partition("\0")[0]
    return Parent(parent_id, name, paths.get(ABSOLUTE, ""), paths.get(RELATIVE, ""))


def create(device: GrowableDevice, size: int, unique_id: UUID, epoch: int, parent: Parent | None = None) -> None:
    """Make an expandable VHD of `size` bytes in an empty file, or (with `parent`) a differencing one of that size.

    `ValueError` for a size that is not whole sectors, or above the format's 2040 GiB.
    """
    if not 0 < size <= LARGEST:
        raise ValueError(f"a VHD with blocks has up to {LARGEST} bytes, not {size}")
    kind = vhd.DIFFERENCING if parent else vhd.DYNAMIC
    footer = vhd.make_footer(size, unique_id, epoch, kind).pack()
    header = Header(CHILD_TABLE_AT if parent else TABLE_AT, -(-size // BLOCK_SIZE), BLOCK_SIZE, parent)
    end = header.after + (RELATIVE_SPACE if parent else 0) + PAGE  # the footer ends a page
    device.grow(end)
    device.write_at(0, footer)
    device.write_at(HEADER_AT, header.pack())
    for start in range(header.table, header.after, PIECE):
        device.write_at(start, b"\xff" * min(PIECE, header.after - start))
    if parent:
        absolute, relative = locators(parent)
        if len(absolute) > ABSOLUTE_SPACE or len(relative) > RELATIVE_SPACE:
            raise ValueError("the path of the parent is too long")
        device.write_at(ABSOLUTE_AT, absolute)
        device.write_at(header.after, relative)
    device.write_at(end - SECTOR, footer)


class VhdBlocks(BlockDisk):
    """The disk in an expandable VHD (no `parent`) or a differencing one.

    In an expandable VHD the bitmaps are not asked: a block that is there is there as a whole, as qemu, libvhdi and
    dissect have it; those made here are all ones.
    """

    def __init__(
        self, file: BlockDevice, footer: vhd.Footer, header: Header, parent: BlockDevice | None = None
    ) -> None:
        super().__init__(file, footer.current_size, header.block_size, parent)
        self.table = header.table
        self.differencing = footer.kind == vhd.DIFFERENCING
        self.bitmap_size = -(-header.block_size // SECTOR // 8 // SECTOR) * SECTOR

    def _entry(self, block: int) -> int:
        (sector,) = struct.unpack(">I", self.pages.read(self.table + block * 4, 4))
        return int(sector)

    def place(self, block: int) -> Place:
        sector = self._entry(block)
        if sector == FREE:
            return Place(Held.NOTHING)
        return Place(Held.SOME if self.differencing else Held.ALL, sector * SECTOR + self.bitmap_size)

    def bitmap(self, block: int) -> int:
        return self._entry(block) * SECTOR

    def allocate(self, block: int, held: Held) -> Place:
        """The block goes where the footer was, the footer behind it; data and file end at whole pages."""
        footer_at = self.file.size - SECTOR
        footer = self.file.read_at(footer_at, SECTOR)
        data = -(-(footer_at + self.bitmap_size) // PAGE) * PAGE
        start = data - self.bitmap_size
        self.grow(data + self.block_size + PAGE)
        self.file.write_at(self.file.size - SECTOR, footer)
        if start > footer_at:
            self.file.write_at(footer_at, bytes(min(SECTOR, start - footer_at)))
        self.file.write_at(start, (b"\xff" if held is Held.ALL else b"\0") * self.bitmap_size)
        self.pages.write(self.table + block * 4, struct.pack(">I", start // SECTOR))
        self.pages.forget()
        return self.place(block)
