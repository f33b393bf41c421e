"""Block devices that stack: a file, a slice of one, the extents of a file inside a volume.

Everything that reads or writes inside an image goes through `BlockDevice`, so that a stick image, the VHD in its
NTFS volume and the volume in that VHD are all the same kind of thing (no root, no loop device, no mount).
"""

from __future__ import annotations

import io
import os
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Protocol

SECTOR = 512


class BlockDevice(Protocol):
    """Random access to `size` bytes. Reads and writes outside raise `ValueError`; offsets and sizes are bytes."""

    @property
    def size(self) -> int: ...
    def read_at(self, offset: int, length: int) -> bytes: ...
    def write_at(self, offset: int, data: bytes) -> None: ...
    def discard(self, offset: int, length: int) -> None:
        """Make the range read as zeros and give its space back where the ground can."""


def _pread(fd: int, length: int, offset: int) -> bytes:
    """`os.pread`; Windows has none, and there the descriptor's position is set (no two readers share one)."""
    if hasattr(os, "pread"):
        return os.pread(fd, length, offset)
    os.lseek(fd, offset, os.SEEK_SET)
    return os.read(fd, length)


def check_range(offset: int, length: int, size: int) -> None:
    """Raise `ValueError` when `[offset, offset + length)` is not inside `size` bytes."""
    if offset < 0 or length < 0 or offset + length > size:
        raise ValueError(f"bytes {offset}..{offset + length} are outside a device of {size} bytes")


@dataclass
class FileDevice:
    """A regular file (or block device) as a device. `before_write(offset, length)` is called ahead of every change,
    `before_fill(offset, length)` ahead of filling a range that its file system holds for free."""

    path: Path
    writable: bool = False
    before_write: Callable[[int, int], None] | None = None
    before_fill: Callable[[int, int], None] | None = None
    fd: int = field(init=False, default=-1)
    _size: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.fd = os.open(self.path, (os.O_RDWR if self.writable else os.O_RDONLY) | getattr(os, "O_BINARY", 0))
        self._size = os.lseek(self.fd, 0, os.SEEK_END)

    @property
    def size(self) -> int:
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        check_range(offset, length, self._size)
        parts: list[bytes] = []
        while length:
            part = _pread(self.fd, length, offset)
            if not part:
                raise OSError(f"{self.path} ends at {offset}, expected {length} more bytes")
            parts.append(part)
            offset, length = offset + len(part), length - len(part)
        return b"".join(parts)

    def write_at(self, offset: int, data: bytes) -> None:
        check_range(offset, len(data), self._size)
        if self.before_write:
            self.before_write(offset, len(data))
        view = memoryview(data)
        while view:
            done = os.pwrite(self.fd, view, offset)
            offset, view = offset + done, view[done:]

    def discard(self, offset: int, length: int) -> None:
        check_range(offset, length, self._size)
        if self.before_write:
            self.before_write(offset, length)
        from hvsbuild.formats.sparse import punch

        punch(self.fd, offset, length)

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> FileDevice:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True)
class BytesDevice:
    """Bytes in memory as a device; it cannot be written."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def read_at(self, offset: int, length: int) -> bytes:
        check_range(offset, length, len(self.data))
        return self.data[offset : offset + length]

    def write_at(self, offset: int, data: bytes) -> None:
        raise ValueError(f"{len(data)} bytes at {offset} cannot be written: the device is read-only")

    def discard(self, offset: int, length: int) -> None:
        raise ValueError(f"{length} bytes at {offset} cannot be discarded: the device is read-only")


@dataclass(frozen=True)
class Slice:
    """`size` bytes of `base` from `start`: a partition of a disk, the disk inside a fixed VHD."""

    base: BlockDevice
    start: int
    size: int

    def __post_init__(self) -> None:
        check_range(self.start, self.size, self.base.size)

    def read_at(self, offset: int, length: int) -> bytes:
        check_range(offset, length, self.size)
        return self.base.read_at(self.start + offset, length)

    def write_at(self, offset: int, data: bytes) -> None:
        check_range(offset, len(data), self.size)
        self.base.write_at(self.start + offset, data)

    def discard(self, offset: int, length: int) -> None:
        check_range(offset, length, self.size)
        self.base.discard(self.start + offset, length)


@dataclass(frozen=True)
class Extents:
    """A file that lies in `runs` (start, length; bytes) of `base`: a VHD inside an NTFS volume, written in place."""

    base: BlockDevice
    runs: Sequence[tuple[int, int]]
    size: int

    def __post_init__(self) -> None:
        if sum(length for _, length in self.runs) < self.size:
            raise ValueError("the runs are shorter than the file")
        object.__setattr__(self, "_starts", [0, *accumulate(length for _, length in self.runs)])

    def map(self, offset: int, length: int) -> list[tuple[int, int]]:
        """The ranges of `base` that hold `[offset, offset + length)`, in order."""
        check_range(offset, length, self.size)
        starts: list[int] = self._starts  # type: ignore[attr-defined]
        index, ranges = bisect_right(starts, offset) - 1, []
        while length:
            start, run = self.runs[index]
            inside = offset - starts[index]
            part = min(length, run - inside)
            ranges.append((start + inside, part))
            offset, length, index = offset + part, length - part, index + 1
        return ranges

    def read_at(self, offset: int, length: int) -> bytes:
        return b"".join(self.base.read_at(start, part) for start, part in self.map(offset, length))

    def write_at(self, offset: int, data: bytes) -> None:
        view = memoryview(data)
        for start, part in self.map(offset, len(data)):
            self.base.write_at(start, bytes(view[:part]))
            view = view[part:]

    def discard(self, offset: int, length: int) -> None:
        for start, part in self.map(offset, length):
            self.base.discard(start, part)


class DeviceFile(io.RawIOBase):
    """A device as a Python file object, which is what libyal's readers take."""

    def __init__(self, device: BlockDevice) -> None:
        self.device, self.position = device, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def get_size(self) -> int:
        return self.device.size

    def seek(self, offset: int, whence: int = 0) -> int:
        self.position = offset + {0: 0, 1: self.position, 2: self.device.size}[whence]
        return self.position

    def read(self, size: int = -1) -> bytes:
        rest = max(0, self.device.size - self.position)
        data = self.device.read_at(self.position, rest if size < 0 else min(size, rest)) if rest else b""
        self.position += len(data)
        return data


def file_ground(device: BlockDevice, offset: int, length: int) -> list[tuple[FileDevice, int, int]] | None:
    """The host-file ranges (file, start, length) under a range of a stacked device, or None when there is no file."""
    if isinstance(device, FileDevice):
        return [(device, offset, length)]
    if isinstance(device, Slice):
        return file_ground(device.base, device.start + offset, length)
    if isinstance(device, Extents):
        parts = [file_ground(device.base, start, part) for start, part in device.map(offset, length)]
        return None if None in parts else [piece for part in parts if part for piece in part]
    return None
