"""The log of a VHDX: changes that were written down and perhaps not done. Source: [MS-VHDX] 2.3.

A file with an active log is not what it says: it must be replayed ahead of reading. For reading alone that happens in
memory (`Replayed`), the file stays as it is; `replay` does it in the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats.block import BlockDevice, BytesDevice, GrowableDevice, check_range
from hvsbuild.formats.vhdx import Header, crc

UNIT = 4096
LONGEST = 256 << 20  # a log is 1 MiB in practice; what claims more than this is damage
# mark, checksum, entry length, tail, sequence number, descriptors, reserved, log id, flushed size, last size
ENTRY = struct.Struct("<4sIIIQII16sQQ")
ZERO, DATA = struct.Struct("<4s4xQQQ"), struct.Struct("<4s4s8sQQ")
DESCRIPTOR = 32


@dataclass(frozen=True)
class Change:
    """Bytes for a place in the file; None is `length` zeros."""

    offset: int
    length: int
    data: bytes | None


@dataclass(frozen=True)
class Entry:
    """One sound entry at `offset` of the log. `flushed` and `last` are file sizes: what the file must have at least,
    and what it has after the replay."""

    offset: int
    length: int
    tail: int
    sequence: int
    flushed: int
    last: int
    changes: tuple[Change, ...]


def read_entry(ring: bytes, size: int, offset: int, header: Header) -> Entry | None:
    """The entry at an offset of a log of `size` bytes, or None. `ring` is the log twice, for what runs over its end."""
    mark, found, length, tail, sequence, count, _, log, flushed, last = ENTRY.unpack_from(ring, offset)
    if mark != b"loge" or log != header.log.bytes_le or not UNIT <= length <= size or length % UNIT or not sequence:
        return None
    data = ring[offset : offset + length]
    if found != crc(data):
        return None
    at, changes = -(-(ENTRY.size + count * DESCRIPTOR) // UNIT) * UNIT, []
    if at > length:
        return None
    for number in range(count):
        place = ENTRY.size + number * DESCRIPTOR
        if data[place : place + 4] == b"zero":
            _, zeros, target, own = ZERO.unpack_from(data, place)
            changes.append(Change(target, zeros, None))
        else:
            mark, trailing, leading, target, own = DATA.unpack_from(data, place)
            sector, at = data[at : at + UNIT], at + UNIT
            ends = struct.unpack("<I", sector[4:8] or bytes(4)) + struct.unpack("<I", sector[-4:] or bytes(4))
            if mark != b"desc" or sector[:4] != b"data" or ends != (sequence >> 32, sequence & 0xFFFFFFFF):
                return None
            changes.append(Change(target, UNIT, leading + sector[8:-4] + trailing))
        if own != sequence or target % UNIT or changes[-1].length % UNIT:
            return None
    return Entry(offset, length, tail, sequence, flushed, last, tuple(changes))


def active(device: BlockDevice, header: Header) -> list[Entry]:
    """The entries to be replayed, oldest first: the newest sequence that is whole. `FormatError` when there is none."""
    size = header.log_length
    if not UNIT <= size <= LONGEST or size % UNIT or header.log_offset + size > device.size:
        raise FormatError("A VHDX's log is damaged", seen=f"{size} bytes at {header.log_offset}")
    ring = device.read_at(header.log_offset, size) * 2
    best: list[Entry] = []
    tail = 0
    while tail < size:
        sequence: list[Entry] = []
        head, length = tail, 0
        while (entry := read_entry(ring, size, head, header)) and length + entry.length <= size:
            if sequence and entry.sequence != sequence[-1].sequence + 1:
                break
            sequence.append(entry)
            length += entry.length
            head = (head + entry.length) % size
        whole = bool(sequence) and sequence[-1].tail in [one.offset for one in sequence]
        if whole and (not best or sequence[-1].sequence > best[-1].sequence):
            best = sequence
        tail += length if whole else UNIT
    if not best:
        raise FormatError("A VHDX's log is damaged", seen="it must be replayed, and no whole sequence is in it")
    if device.size < best[-1].flushed:
        raise FormatError("A VHDX is cut short", seen=f"{device.size} bytes, its log says {best[-1].flushed}")
    start = next(number for number, one in enumerate(best) if one.offset == best[-1].tail)
    return best[start:]


class Replayed:
    """A VHDX file as it is after its log has been replayed, for reading."""

    def __init__(self, base: BlockDevice, entries: list[Entry]) -> None:
        self.base = base
        self.units: dict[int, bytes | None] = {}
        self.size = max(base.size, entries[-1].last)
        for change in (change for entry in entries for change in entry.changes):
            for number in range(change.length // UNIT):
                self.units[change.offset // UNIT + number] = change.data
            self.size = max(self.size, change.offset + change.length)

    def sources(self, offset: int, length: int) -> Iterator[tuple[BlockDevice | None, int, int]]:
        """Pieces that the log leaves alone, and its own units one by one."""
        while length:
            unit = offset // UNIT
            part = min(length, UNIT - offset % UNIT)
            if unit in self.units:
                data = self.units[unit]
                yield (None, 0, part) if data is None else (BytesDevice(data), offset % UNIT, part)
            else:
                while part < length and (offset + part) // UNIT not in self.units:
                    part = min(length, part + UNIT)
                below = max(0, min(part, self.base.size - offset))
                if below:
                    yield self.base, offset, below
                if part > below:
                    yield None, 0, part - below
            offset, length = offset + part, length - part

    def read_at(self, offset: int, length: int) -> bytes:
        check_range(offset, length, self.size)
        return b"".join(
            bytes(part) if device is None else device.read_at(start, part)
            for device, start, part in self.sources(offset, length)
        )

    def write_at(self, offset: int, data: bytes) -> None:
        raise self._refusal(f"{len(data)} bytes at {offset}")

    def discard(self, offset: int, length: int) -> None:
        raise self._refusal(f"{length} bytes at {offset}")

    def grow(self, size: int) -> None:
        raise self._refusal(f"to {size} bytes")

    @staticmethod
    def _refusal(seen: str) -> HvsError:
        return HvsError(
            "A VHDX with an active log can only be read",
            seen=seen,
            why="it was not closed properly; its log must be replayed ahead of a change",
            do="attach it once for reading and writing",
        )


def replay(device: BlockDevice, entries: list[Entry]) -> None:
    """Do what the log says in the file itself."""
    changes = [change for entry in entries for change in entry.changes]
    end = max([entries[-1].last, *(change.offset + change.length for change in changes)])
    if end > device.size:
        if not isinstance(device, GrowableDevice):
            raise FormatError("A VHDX is cut short", seen=f"{device.size} bytes, its log says {end}")
        device.grow(end)
    for change in changes:
        if change.data is None:
            device.discard(change.offset, change.length)
        else:
            device.write_at(change.offset, change.data)
