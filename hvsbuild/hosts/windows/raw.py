"""Reading sectors: Windows reads disks and volumes only in whole ones, at their boundaries."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hvsbuild.formats.block import check_range

ALIGN = 4096  # the largest sector there is; a multiple of the others
PIECE = 4 << 20


@dataclass(frozen=True)
class Sectors:
    """An open disk or volume as a `BlockDevice` that cannot be written."""

    descriptor: int
    size: int

    def read_at(self, offset: int, length: int) -> bytes:
        check_range(offset, length, self.size)
        start = offset - offset % ALIGN
        end = min(-(-(offset + length) // ALIGN) * ALIGN, self.size)
        data = b"".join(self._piece(at, min(PIECE, end - at)) for at in range(start, end, PIECE))
        return data[offset - start : offset - start + length]

    def _piece(self, offset: int, length: int) -> bytes:
        os.lseek(self.descriptor, offset, os.SEEK_SET)
        data = os.read(self.descriptor, length)
        if len(data) != length:
            raise OSError(f"{len(data)} bytes at {offset} instead of {length}")
        return data

    def write_at(self, offset: int, data: bytes) -> None:
        raise ValueError(f"{len(data)} bytes at {offset} cannot be written: only scripts write on Windows")

    def discard(self, offset: int, length: int) -> None:
        raise ValueError(f"{length} bytes at {offset} cannot be discarded: only scripts write on Windows")


@contextmanager
def sectors(descriptor: int, size: Callable[[int], int]) -> Iterator[Sectors]:
    """What is open as `descriptor`, which is closed at the end; `size` tells its size in bytes."""
    try:
        yield Sectors(descriptor, size(descriptor))
    finally:
        os.close(descriptor)
