"""Whether a key can be deleted by libhivex, which aborts the process when it meets a cell that is not what it expects.

It frees every cell below the key without asking whether it is in use, or was freed already.
"""

from __future__ import annotations

import struct
from functools import cached_property

from hvsbuild.formats.hivereader import HiveReader
from hvsbuild.formats.regf import NIL

DEEPEST = 512  # levels of keys that Windows allows ("Registry element size limits")


class HiveChecker(HiveReader):
    """`check(key)` raises `HiveError` when a cell below the key is damaged or belongs to two owners."""

    def check(self, key: str) -> None:
        self.seen: set[int] = set()
        node = self._find(key)
        if node is not None:
            self._check_key(node, 0)

    def _once(self, offset: int) -> bytes:
        """A cell in use that nothing else below the key has."""
        if offset in self.seen:
            raise self._damaged("a cell belongs to two owners", offset)
        self.seen.add(offset)
        return self._cell(offset)

    def _check_key(self, node: int, depth: int) -> None:
        if depth > DEEPEST:
            raise self._damaged("keys are nested too deep", node)
        self._once(node)
        cell = self._key_cell(node)
        subkeys, list_at, values, values_at, security, class_at = struct.unpack_from("<I4xI4x4I", cell, 20)
        if subkeys:
            self._check_list(list_at, depth)
        if values:
            self._check_values(self._once(values_at)[: values * 4])
        if class_at != NIL:
            self._once(class_at)
            if class_at not in self._cells:
                raise self._damaged("no cell begins", class_at)
        if security != NIL:
            self._check_security(security)

    def _check_list(self, offset: int, depth: int) -> None:
        cell = self._once(offset)
        if cell[:2] == b"ri":
            for (target,) in struct.iter_unpack("<I", cell[4 : 4 + 4 * int.from_bytes(cell[2:4], "little")]):
                self._check_list(target, depth + 1)
        else:
            for child in self._subkey_list(offset, 1):
                self._check_key(child, depth + 1)

    def _check_values(self, offsets: bytes) -> None:
        for (offset,) in struct.iter_unpack("<I", offsets):
            length, data_at = struct.unpack_from("<2I", self._once(offset).ljust(12, b"\0"), 4)
            if not length >> 31:
                self._once(data_at)

    def _check_security(self, offset: int) -> None:
        """The descriptor, which keys share, and its two neighbours in the ring of all."""
        ring = struct.unpack_from("<2I", self._cell(offset).ljust(12, b"\0"), 4)
        if any(self._cell(one)[:2] != b"sk" for one in (offset, *ring)):
            raise self._damaged("no security descriptor is", offset)

    @cached_property
    def _cells(self) -> set[int]:
        """Where all cells of the hive begin."""
        found, at = set(), 0
        while at < self.length:
            size = int.from_bytes(self._bytes(at + 8, 4), "little")
            cell, end = at + 32, at + size
            while cell < end:
                found.add(cell)
                cell += max(8, abs(int(struct.unpack("<i", self._bytes(cell, 4))[0])))
            at = max(end, at + 4096)
        return found
