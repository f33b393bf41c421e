"""Reading a registry hive on any platform and from any device, without a library.

Of our own because libregf gives wrong bytes: inline data of 1 to 3 bytes (every boolean of a BCD store) come out
shifted or zero, and what follows the first NUL of a text is cut off. Layout: see `regf`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from hvsbuild.formats.block import BlockDevice
from hvsbuild.formats.regf import BIG_DATA, BIG_DATA_MINOR, BLOCK, NIL, HiveError, read_base_block
from hvsbuild.formats.regvalue import RegValue, fold

_CHUNK, _CHUNKS = 1 << 16, 128  # a device deep in a stack is slow per call, not per byte
_INLINE = 1 << 31
_DEPTH = 32  # nested subkey lists: two levels occur; more is a loop


class HiveReader:
    """A hive on a device. A dirty hive is refused unless `dirty_ok`: its newest changes lie in log files beside it.

    Raises `HiveError`, also later when a key or value that is asked for is damaged. Absent keys have no keys or values.
    """

    def __init__(self, device: BlockDevice, name: str = "the hive", *, dirty_ok: bool = False) -> None:
        base = read_base_block(device.read_at(0, min(BLOCK, device.size)), device.size, name, dirty_ok=dirty_ok)
        self.device, self.name, self.dirty, self.minor = device, name, base.dirty, base.minor
        self.length, self._chunks, self._known = base.length, dict[int, bytes](), dict[int, dict[str, int]]()
        self.root = base.root
        self._key_cell(self.root)

    def has_key(self, key: str) -> bool:
        return self._find(key) is not None

    def keys(self, key: str) -> list[str]:
        """The names of the subkeys as stored, in the hive's order."""
        node = self._find(key)
        return [] if node is None else [self._key_name(child) for child in self._children(node)]

    def values(self, key: str) -> dict[str, RegValue]:
        """All values of a key by their names as stored, in the hive's order."""
        node = self._find(key)
        return {} if node is None else {name: read() for name, read in self._values(node)}

    def get(self, key: str, name: str) -> RegValue | None:
        """A value with its raw bytes, or None when it or its key is absent."""
        node, wanted = self._find(key), fold(name)
        if node is None:
            return None
        return next((read() for stored, read in self._values(node) if fold(stored) == wanted), None)

    def _find(self, key: str) -> int | None:
        node: int | None = self.root
        for name in filter(None, key.split("\\")):
            if node is None:
                return None
            if node not in self._known:
                self._known[node] = {fold(self._key_name(child)): child for child in self._children(node)}
            node = self._known[node].get(fold(name))
        return node

    # --- cells; offsets count from the end of the base block ---

    def _damaged(self, what: str, offset: int) -> HiveError:
        return HiveError("The registry hive is damaged", seen=f"{self.name}: {what} at 0x{offset + BLOCK:x}")

    def _bytes(self, offset: int, length: int) -> bytes:
        if offset < 0 or offset + length > self.length:
            raise self._damaged(f"{length} bytes are outside the hive", offset)
        parts, start, end = [], offset + BLOCK, offset + BLOCK + length
        for chunk in range(start // _CHUNK, -(-end // _CHUNK)):
            data = self._chunk(chunk)
            parts.append(data[max(start - chunk * _CHUNK, 0) : end - chunk * _CHUNK])
        return b"".join(parts)

    def _chunk(self, number: int) -> bytes:
        data = self._chunks.get(number)
        if data is None:
            if len(self._chunks) >= _CHUNKS:
                del self._chunks[next(iter(self._chunks))]
            start = number * _CHUNK
            data = self.device.read_at(start, min(_CHUNK, self.device.size - start))
            self._chunks[number] = data
        return data

    def _cell(self, offset: int) -> bytes:
        """The content of a cell in use: its size is stored as a negative number in front of it."""
        size = -int(struct.unpack("<i", self._bytes(offset, 4))[0])
        if size < 8 or offset % 8:
            raise self._damaged("no cell is in use", offset)
        return self._bytes(offset + 4, size - 4)

    def _key_cell(self, offset: int) -> bytes:
        cell = self._cell(offset)
        if cell[:2] != b"nk" or len(cell) < 76 + int.from_bytes(cell[72:74], "little"):
            raise self._damaged("no key is", offset)
        return cell

    def _key_name(self, offset: int) -> str:
        cell = self._key_cell(offset)
        return self._name(cell[76 : 76 + int.from_bytes(cell[72:74], "little")], bool(cell[2] & 0x20), offset)

    def _children(self, node: int) -> Iterator[int]:
        count, list_at = struct.unpack_from("<I4xI", self._key_cell(node), 20)
        if count and list_at != NIL:
            yield from self._subkey_list(list_at, _DEPTH)

    def _subkey_list(self, offset: int, depth: int) -> Iterator[int]:
        """The keys in a leaf (`lf`, `lh`: with hints; `li`: without) or in the leaves of an index (`ri`)."""
        cell = self._cell(offset)
        kind, count = cell[:2], int.from_bytes(cell[2:4], "little")
        width = {b"lf": 8, b"lh": 8, b"li": 4, b"ri": 4}.get(kind)
        if width is None or not depth or len(cell) < 4 + count * width:
            raise self._damaged("no list of subkeys is", offset)
        for index in range(count):
            target = int.from_bytes(cell[4 + index * width : 8 + index * width], "little")
            if kind == b"ri":
                yield from self._subkey_list(target, depth - 1)
            else:
                yield target

    def _values(self, node: int) -> Iterator[tuple[str, Callable[[], RegValue]]]:
        """The name of each value, and how to read it."""
        count, list_at = struct.unpack_from("<2I", self._key_cell(node), 36)
        cell = self._cell(list_at) if count else b""
        if len(cell) < count * 4:
            raise self._damaged("no list of values is", list_at)
        for (offset,) in struct.iter_unpack("<I", cell[: count * 4]):
            value = self._cell(offset)
            length = int.from_bytes(value[2:4], "little")
            if value[:2] != b"vk" or len(value) < 20 + length:
                raise self._damaged("no value is", offset)
            name = self._name(value[20 : 20 + length], bool(value[16] & 1), offset)
            yield name, lambda value=value: self._value(value)  # type: ignore[misc]

    def _value(self, cell: bytes) -> RegValue:
        length, at, kind = struct.unpack_from("<3I", cell, 4)
        if length & _INLINE:  # up to 4 bytes lie where the offset would be
            length &= ~_INLINE
            if length > 4:
                raise self._damaged(f"{length} bytes of data are said to be inline", at)
            return RegValue(kind, cell[8 : 8 + length])
        if not length:
            return RegValue(kind, b"")
        big = length > BIG_DATA and self.minor >= BIG_DATA_MINOR
        data = self._big_data(at, length) if big else self._cell(at)
        if len(data) < length:
            raise self._damaged(f"{len(data)} of {length} bytes of data are", at)
        return RegValue(kind, data[:length])

    def _big_data(self, offset: int, length: int) -> bytes:
        """Data in pieces (`db`), each of `BIG_DATA` bytes but the last."""
        cell = self._cell(offset).ljust(8, b"\0")
        count, list_at = struct.unpack_from("<HI", cell, 2)
        pieces = self._cell(list_at) if cell[:2] == b"db" else b""
        if len(pieces) < count * 4 or count * BIG_DATA < length:
            raise self._damaged("no data in pieces are", offset)
        return b"".join(self._cell(at)[:BIG_DATA] for (at,) in struct.iter_unpack("<I", pieces[: count * 4]))

    def _name(self, data: bytes, latin: bool, offset: int) -> str:
        if not latin and len(data) % 2:
            raise self._damaged("half a character is in the name", offset)
        return data.decode("latin-1") if latin else data.decode("utf-16-le", "surrogatepass")
