"""The disk in a VHDX of any kind, and how a VHDX is made. Source: [MS-VHDX] 2.4, 2.5.

Changes go straight to their places and not through the log, which stays empty: who calls this takes back what a
killed process had begun (the bench's undo log).
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass
from uuid import UUID

from hvsbuild.errors import FormatError
from hvsbuild.formats import vhdx, vhdx_log
from hvsbuild.formats.block import BlockDevice, GrowableDevice, Slice
from hvsbuild.formats.blockdisk import BlockDisk, Held, Place
from hvsbuild.formats.vhdx import MIB, Header
from hvsbuild.formats.vhdx_metadata import LARGEST, Metadata, read_metadata

# What Windows takes when it is not told: 32 MiB, and 2 MiB for a differencing disk.
BLOCK_SIZE, CHILD_BLOCK_SIZE = 32 * MIB, 2 * MIB
METADATA_AT, TABLE_AT = 2 * MIB, 3 * MIB
BITMAP_BITS = 1 << 23  # sectors in one block of bitmaps, which has 1 MiB
FULL, PARTIAL = 6, 7
# undefined (1) and unmapped (3) blocks may read as anything: as zeros here
HELD = {0: Held.NOTHING, 1: Held.ZEROS, 2: Held.ZEROS, 3: Held.ZEROS, 6: Held.ALL, 7: Held.SOME}


@dataclass(frozen=True)
class Vhdx:
    """An open VHDX: the file (with its log replayed), its header, its metadata, where its table is."""

    file: BlockDevice
    header: Header
    metadata: Metadata
    table: int
    table_size: int


def open_vhdx(device: BlockDevice) -> Vhdx:
    """Read a VHDX; an active log is replayed in memory. `FormatError` for what is none, or damaged."""
    if not vhdx.is_vhdx(device):
        raise FormatError("Not a VHDX", seen=f"{device.size} bytes, the mark at its front is missing")
    header = vhdx.read_header(device)
    file: BlockDevice = device
    if header.log != vhdx.NOTHING:
        file = vhdx_log.Replayed(device, vhdx_log.active(device, header))
    regions = vhdx.read_regions(file)
    metadata = read_metadata(file, *regions[vhdx.METADATA])
    table, table_size = regions[vhdx.BAT]
    if entries(metadata) * 8 > table_size:
        raise FormatError("A VHDX's table of blocks is too short", seen=f"{table_size} bytes")
    return Vhdx(file, header, metadata, table, table_size)


def blocks_of(metadata: Metadata) -> int:
    return -(-metadata.size // metadata.block_size)


def chunk(metadata: Metadata) -> int:
    """How many blocks share one block of bitmaps."""
    return BITMAP_BITS * metadata.logical_sector // metadata.block_size


def entries(metadata: Metadata) -> int:
    """The length of the table of blocks: the bitmaps' entries stand between those of the blocks."""
    blocks, ratio = blocks_of(metadata), chunk(metadata)
    return -(-blocks // ratio) * (ratio + 1) if metadata.locator is not None else blocks + (blocks - 1) // ratio


def inside(opened: Vhdx, parent: BlockDevice | None) -> BlockDevice:
    """The disk: a slice of the file where all blocks of a fixed VHDX lie in order, as they do when Windows makes it."""
    if opened.metadata.leave_allocated and opened.metadata.locator is None:
        start = _in_order(opened)
        if start:
            return Slice(opened.file, start, opened.metadata.size)
    return VhdxBlocks(opened, parent)


def _in_order(opened: Vhdx) -> int:
    """Where the blocks begin when they all follow one another, else 0."""
    metadata, ratio = opened.metadata, chunk(opened.metadata)
    table = _table(opened)
    del table[ratio :: ratio + 1]  # the bitmaps' entries
    first, step = table[0] - FULL, metadata.block_size
    if first < MIB or any(entry != first + FULL + number * step for number, entry in enumerate(table)):
        return 0
    return int(first)


def _table(opened: Vhdx) -> array[int]:
    return array("Q", opened.file.read_at(opened.table, entries(opened.metadata) * 8))


def check_table(opened: Vhdx) -> None:
    """`FormatError` when a block is in no state that it can be in, or lies beyond the end of the file."""
    ratio, size, block_size = chunk(opened.metadata), opened.metadata.size, opened.metadata.block_size
    for number, entry in enumerate(_table(opened)):
        if not entry & 7:
            continue
        if entry & 7 not in HELD or (entry & 7 == PARTIAL and opened.metadata.locator is None):
            raise FormatError("A VHDX's table of blocks is damaged", seen=f"entry {number} has the state {entry & 7}")
        if entry & 7 < FULL:
            continue
        group, place = divmod(number, ratio + 1)
        needed = MIB if place == ratio else min(block_size, size - (group * ratio + place) * block_size)
        if (entry >> 20 << 20) + needed > opened.file.size:
            seen = f"entry {number} of its table is at {entry >> 20} MiB, the file has {opened.file.size} bytes"
            raise FormatError("A VHDX is cut short", seen=seen)


class VhdxBlocks(BlockDisk):
    """The disk in an expandable or differencing VHDX (or in a fixed one whose blocks have been moved about)."""

    first_bit_high = False

    def __init__(self, opened: Vhdx, parent: BlockDevice | None) -> None:
        metadata = opened.metadata
        super().__init__(opened.file, metadata.size, metadata.block_size, parent, metadata.logical_sector)
        self.table, self.chunk = opened.table, chunk(metadata)
        self.differencing = metadata.locator is not None

    def _at(self, block: int) -> int:
        """Where the entry of a block is in the file."""
        return self.table + (block + block // self.chunk) * 8

    def _bitmaps_at(self, block: int) -> int:
        """Where the entry is of the bitmaps that the block's is among."""
        return self.table + (block // self.chunk * (self.chunk + 1) + self.chunk) * 8

    def _entry(self, at: int) -> tuple[int, int]:
        """State and offset of a table entry."""
        (entry,) = struct.unpack("<Q", self.pages.read(at, 8))
        return entry & 7, entry >> 20 << 20

    def place(self, block: int) -> Place:
        state, offset = self._entry(self._at(block))
        if state not in HELD or (state == PARTIAL and not self.differencing):
            raise FormatError("A VHDX's table of blocks is damaged", seen=f"block {block} has the state {state}")
        held = HELD[state]
        return Place(held, offset) if held in (Held.ALL, Held.SOME) else Place(held)

    def bitmap(self, block: int) -> int:
        state, offset = self._entry(self._bitmaps_at(block))
        if state != FULL:
            raise FormatError("A VHDX's table of blocks is damaged", seen=f"block {block} has no bitmap")
        return offset + block % self.chunk * (self.block_size // self.sector // 8)

    def _extend(self, length: int) -> int:
        start = -(-self.file.size // MIB) * MIB
        self.grow(start + length)
        return start

    def allocate(self, block: int, held: Held) -> Place:
        start = self._extend(self.block_size)
        if held is Held.SOME:
            if self._entry(self._bitmaps_at(block))[0] != FULL:
                self.pages.write(self._bitmaps_at(block), struct.pack("<Q", self._extend(MIB) | FULL))
            else:  # its bits may be of a time when it was there as a whole
                self.pages.write(self.bitmap(block), bytes(self.block_size // self.sector // 8))
        self.pages.write(self._at(block), struct.pack("<Q", start | (FULL if held is Held.ALL else PARTIAL)))
        self.pages.forget()
        return Place(held, start)


@dataclass(frozen=True)
class Ids:
    """The three GUIDs of a new VHDX: of the disk, of this state of the file, of this state of the disk's content."""

    disk: UUID
    file_write: UUID
    data_write: UUID


def create(
    device: GrowableDevice, size: int, ids: Ids, *, fixed: bool = False, parent: dict[str, str] | None = None
) -> None:
    """Make a VHDX of `size` bytes in an empty file: fixed, expandable, or (`parent`: the locator) differencing.

    `ValueError` for a size that is not whole sectors or above 64 TiB.
    """
    if not 0 < size <= LARGEST or size % 512:
        raise ValueError(f"a VHDX has up to {LARGEST} bytes in whole sectors, not {size}")
    block_size = BLOCK_SIZE if parent is None else CHILD_BLOCK_SIZE
    metadata = Metadata(size, ids.disk, block_size, fixed, locator=parent)
    table_size = -(-entries(metadata) * 8 // MIB) * MIB
    end = TABLE_AT + table_size
    bitmaps = 0 if parent is None else entries(metadata) // (chunk(metadata) + 1)
    device.grow(end + (blocks_of(metadata) * block_size if fixed else bitmaps * MIB))
    device.write_at(0, vhdx.SIGNATURE + vhdx.CREATOR.encode("utf-16-le"))
    for sequence, at in enumerate(vhdx.HEADERS, 1):
        device.write_at(at, Header(sequence, ids.file_write, ids.data_write).pack())
    regions = vhdx.pack_regions({vhdx.BAT: (TABLE_AT, table_size), vhdx.METADATA: (METADATA_AT, MIB)})
    for at in vhdx.REGIONS:
        device.write_at(at, regions)
    device.write_at(METADATA_AT, metadata.pack())
    if fixed or parent is not None:
        device.write_at(TABLE_AT, _first_table(metadata, end))


def _first_table(metadata: Metadata, start: int) -> bytes:
    """The table of a new fixed VHDX, whose blocks follow one another from `start`; or of a new child, which has its
    bitmaps there: not a must, but libvhdi asks them even where no block is held."""
    table, ratio = array("Q", bytes(entries(metadata) * 8)), chunk(metadata)
    if metadata.locator is None:
        for block in range(blocks_of(metadata)):
            table[block + block // ratio] = start + block * metadata.block_size | FULL
    else:
        for number, at in enumerate(range(ratio, len(table), ratio + 1)):
            table[at] = start + number * MIB | FULL
    return table.tobytes()


def begin_writing(device: BlockDevice, file_write: UUID, data_write: UUID) -> None:
    """What must happen between opening a VHDX and its first change: its log is replayed, its headers get new ids.

    Children know their parent by `data_write`: after this the children of this VHDX are orphans.
    """
    header = vhdx.read_header(device)
    log = vhdx_log.active(device, header) if header.log != vhdx.NOTHING else []
    fresh = Header(header.sequence, file_write, data_write, header.log, header.log_length, header.log_offset)
    if log:
        vhdx.write_headers(device, fresh)
        vhdx_log.replay(device, log)
    clean = Header(header.sequence, file_write, data_write, vhdx.NOTHING, header.log_length, header.log_offset)
    vhdx.write_headers(device, clean)
