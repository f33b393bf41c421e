"""A disk whose sectors lie in blocks of a file, or nowhere yet, or in a parent: what expandable and differencing
virtual disks share, VHD and VHDX alike. A format says where a block is and how it gets one (`BlockDisk`'s methods that
raise `NotImplementedError`); reading, writing and discarding are here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats.block import BlockDevice, GrowableDevice, check_range, data_ranges

PAGE = 4096
RUNS = re.compile("0+|1+")
PIECE = 1 << 20


class Held(Enum):
    """How much of a block the file holds: nothing (then the parent's, or zeros), zeros, all, what the bitmap says."""

    NOTHING = 0
    ZEROS = 1
    ALL = 2
    SOME = 3


@dataclass(frozen=True)
class Place:
    """Where a block's data begins in the file (0 when it has none there)."""

    held: Held
    offset: int = 0


class Pages:
    """Small structures of a file (tables, bitmaps), read a page at a time and kept; written through."""

    def __init__(self, file: BlockDevice) -> None:
        self.file = file
        self.pages: dict[int, bytearray] = {}

    def _page(self, number: int) -> bytearray:
        found = self.pages.get(number)
        if found is None:
            start = number * PAGE
            length = min(PAGE, self.file.size - start)
            if length <= 0:
                seen = f"a table should lie at {start}, the file has {self.file.size} bytes"
                raise FormatError("A virtual disk is cut short", seen=seen)
            found = self.pages[number] = bytearray(self.file.read_at(start, length))
        return found

    def read(self, offset: int, length: int) -> bytes:
        first, last = offset // PAGE, (offset + length - 1) // PAGE
        pages = self._page(first) if first == last else b"".join(self._page(one) for one in range(first, last + 1))
        return bytes(pages[offset - first * PAGE : offset - first * PAGE + length])

    def write(self, offset: int, data: bytes) -> None:
        self.file.write_at(offset, data)
        for number in range(offset // PAGE, (offset + len(data) - 1) // PAGE + 1):
            self.pages.pop(number, None)

    def forget(self) -> None:
        """The file has grown: a page may hold what the end of it was."""
        self.pages.clear()


class BlockDisk:
    """A device. `sector` is the unit of the bitmaps (bytes); `first_bit_high` tells their order in a byte.

    A block that is held in part is held by `unit`s, whole bytes of its bitmap: the rest of a unit is copied from the
    parent. Flash is written in such pages anyway, and libvhdi misreads a byte of a VHD's bitmap that is mixed.
    """

    first_bit_high = True

    def __init__(
        self, file: BlockDevice, size: int, block_size: int, parent: BlockDevice | None, sector: int = 512
    ) -> None:
        self.file, self.size, self.block_size, self.parent, self.sector = file, size, block_size, parent, sector
        self.unit = sector * 8
        self.pages = Pages(file)

    def grow(self, size: int) -> None:
        """Make the file longer, for one more block."""
        if not isinstance(self.file, GrowableDevice):
            raise HvsError(
                "A virtual disk cannot grow where it lies",
                seen=f"its file of {self.file.size} bytes was opened as it is, for reading and for changes in place",
                do="attach it, or copy it to a file of its own",
            )
        self.file.grow(size)

    # --- what a format knows ---

    def place(self, block: int) -> Place:
        raise NotImplementedError

    def bitmap(self, block: int) -> int:
        """Where the bitmap of a block that is held in part begins in the file."""
        raise NotImplementedError

    def allocate(self, block: int, held: Held) -> Place:
        """Give a block a place of zeros at the end of the file: `ALL`, or `SOME` with an empty bitmap."""
        raise NotImplementedError

    # --- reading ---

    def pieces(self, offset: int, length: int) -> Iterator[tuple[int, int, int]]:
        """(block, offset in it, length) of a range."""
        while length:
            block, inside = divmod(offset, self.block_size)
            part = min(length, self.block_size - inside)
            yield block, inside, part
            offset, length = offset + part, length - part

    def found(self, block: int) -> Place:
        """The place of a block, which is inside the file."""
        place = self.place(block)
        needed = min(self.block_size, self.size - block * self.block_size)
        if place.offset and place.offset + needed > self.file.size:
            seen = f"block {block} should lie at {place.offset}, the file has {self.file.size} bytes"
            raise FormatError("A virtual disk is cut short", seen=seen)
        return place

    def runs(self, block: int, inside: int, length: int) -> Iterator[tuple[bool, int, int]]:
        """A range of a block held in part, cut where its bitmap changes: (held here, offset in the block, length)."""
        first, last = inside // self.sector, -(-(inside + length) // self.sector)
        low, high = first // 8, -(-last // 8)
        bits = self._bits(self.pages.read(self.bitmap(block) + low, high - low))
        for match in RUNS.finditer(bits, first - low * 8, last - low * 8):
            start = max(inside, (low * 8 + match.start()) * self.sector)
            end = min(inside + length, (low * 8 + match.end()) * self.sector)
            yield match[0][0] == "1", start, end - start

    def _bits(self, raw: bytes) -> str:
        """The bits of a piece of a bitmap as text, in the order of the sectors."""
        number = int.from_bytes(raw, "big" if self.first_bit_high else "little")
        text = f"{number:0{len(raw) * 8}b}"
        return text if self.first_bit_high else text[::-1]

    def _below(self, offset: int, length: int) -> Iterator[tuple[BlockDevice | None, int, int]]:
        """Where a range comes from that the file does not hold; a parent may be shorter than its child."""
        inside = max(0, min(length, self.parent.size - offset)) if self.parent else 0
        if inside:
            yield self.parent, offset, inside
        if length > inside:
            yield None, 0, length - inside

    def sources(self, offset: int, length: int) -> Iterator[tuple[BlockDevice | None, int, int]]:
        for block, inside, part in self.pieces(offset, length):
            place, start = self.found(block), block * self.block_size
            if place.held is Held.ALL:
                yield self.file, place.offset + inside, part
            elif place.held is Held.ZEROS:
                yield None, 0, part
            elif place.held is Held.NOTHING:
                yield from self._below(start + inside, part)
            else:
                for here, at, run in self.runs(block, inside, part):
                    if here:
                        yield self.file, place.offset + at, run
                    else:
                        yield from self._below(start + at, run)

    def read_at(self, offset: int, length: int) -> bytes:
        check_range(offset, length, self.size)
        return b"".join(
            bytes(part) if device is None else device.read_at(start, part)
            for device, start, part in self.sources(offset, length)
        )

    def own_ranges(self) -> Iterator[tuple[int, int]]:
        """The ranges (start, length) that the file itself says something about, not its parent."""
        for block, inside, part in self.pieces(0, self.size):
            held, start = self.found(block).held, block * self.block_size
            if held is Held.SOME:
                yield from ((start + at, run) for here, at, run in self.runs(block, inside, part) if here)
            elif held is not Held.NOTHING:
                yield start, part

    # --- writing ---

    def write_at(self, offset: int, data: bytes) -> None:
        check_range(offset, len(data), self.size)
        view = memoryview(data)
        for block, inside, part in self.pieces(offset, len(data)):
            self._write(block, inside, bytes(view[:part]) if part < len(view) else bytes(view))
            view = view[part:]

    def _write(self, block: int, inside: int, data: bytes) -> None:
        place = self.found(block)
        if place.held is not Held.ALL:
            zeros_there = place.held is Held.ZEROS or (place.held is Held.NOTHING and self.parent is None)
            if zeros_there and data.count(0) == len(data):
                return
            place, inside, data = self._prepare(block, place, inside, data)
        self.file.write_at(place.offset + inside, data)
        if place.held is Held.SOME:
            self._hold(block, inside, len(data))

    def _prepare(self, block: int, place: Place, inside: int, data: bytes) -> tuple[Place, int, bytes]:
        """A place for data in a block that is not held as a whole; the data widened to whole units when a bitmap will
        say which of them are held."""
        whole = len(data) == min(self.block_size, self.size - block * self.block_size)
        if place.held is Held.NOTHING and (self.parent is None or whole):
            return self.allocate(block, Held.ALL), inside, data
        if place.held is Held.ZEROS:
            return self.allocate(block, Held.ALL), inside, data
        base = block * self.block_size
        start, end = inside // self.unit * self.unit, -(-(inside + len(data)) // self.unit) * self.unit
        end = min(end, self.size - base)
        head = self.read_at(base + start, inside - start)
        tail = self.read_at(base + inside + len(data), end - inside - len(data))
        if place.held is Held.NOTHING:
            place = self.allocate(block, Held.SOME)
        return place, start, head + data + tail

    def _hold(self, block: int, inside: int, length: int) -> None:
        """Set the bits of whole units."""
        first, last = inside // self.unit, -(-(inside + length) // self.unit)
        at, ones = self.bitmap(block) + first, b"\xff" * (last - first)
        if self.pages.read(at, last - first) != ones:
            self.pages.write(at, ones)

    def discard(self, offset: int, length: int) -> None:
        """Zeros, and holes in the ground. A block keeps its place in the file, so the file stays as long as it is: the
        place is used again by the next write, and no other block has to be moved. Where a parent has data the child
        gets zeros of its own."""
        check_range(offset, length, self.size)
        for block, inside, part in self.pieces(offset, length):
            self._discard(block, inside, part)

    def _discard(self, block: int, inside: int, length: int) -> None:
        place, start = self.found(block), block * self.block_size
        if place.held is Held.ALL:
            self.file.discard(place.offset + inside, length)
        elif place.held is Held.ZEROS or not any(data_ranges(self, start + inside, length)):
            return
        elif inside % self.unit or length % self.unit:
            self._write(block, inside, bytes(length))
        elif place.held is Held.SOME:
            self.file.discard(place.offset + inside, length)
            self._hold(block, inside, length)
        elif length == min(self.block_size, self.size - start):
            self.allocate(block, Held.ALL)
        else:
            self.allocate(block, Held.SOME)
            self._hold(block, inside, length)


def merge(child: BlockDisk, into: BlockDevice) -> None:
    """Write all that the child itself holds to the disk that it is a child of."""
    for start, length in child.own_ranges():
        for at in range(start, start + length, PIECE):
            data = child.read_at(at, min(PIECE, start + length - at))
            if data.count(0) == len(data):
                into.discard(at, len(data))
            else:
                into.write_at(at, data)
