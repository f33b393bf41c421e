"""Block devices that stack: a file, a slice of one, the extents of a file inside a volume.

Everything that reads or writes inside an image goes through `BlockDevice`, so that a stick image, the VHD in its
NTFS volume and the volume in that VHD are all the same kind of thing (no root, no loop device, no mount).
"""

from __future__ import annotations

import errno
import io
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Protocol, runtime_checkable

from hvsbuild.formats import sparse

SECTOR = 512


class BlockDevice(Protocol):
    """Random access to `size` bytes. Reads and writes outside raise `ValueError`; offsets and sizes are bytes."""

    @property
    def size(self) -> int: ...
    def read_at(self, offset: int, length: int) -> bytes: ...
    def write_at(self, offset: int, data: bytes) -> None: ...
    def discard(self, offset: int, length: int) -> None:
        """Make the range read as zeros and give its space back where the ground can."""


@runtime_checkable
class GrowableDevice(BlockDevice, Protocol):
    """A file that can become longer: what an expandable virtual disk lies in."""

    def grow(self, size: int) -> None:
        """Make it `size` bytes long; what is new reads as zeros. `ValueError` for less than it has."""


@runtime_checkable
class Layered(Protocol):
    """A device that knows what lies under it."""

    def sources(self, offset: int, length: int) -> Iterator[tuple[BlockDevice | None, int, int]]:
        """What a range is read from, in order: (device, start there, length), or None for zeros."""


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
    `before_fill(offset, length)` ahead of filling a range that its file system holds for free, `before_grow(size)`
    ahead of making it longer than `size` bytes."""

    path: Path
    writable: bool = False
    before_write: Callable[[int, int], None] | None = None
    before_fill: Callable[[int, int], None] | None = None
    before_grow: Callable[[int], None] | None = None
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
        sparse.punch(self.fd, offset, length)

    def grow(self, size: int) -> None:
        if size < self._size:
            raise ValueError(f"a file of {self._size} bytes cannot grow to {size}")
        if self.before_grow:
            self.before_grow(self._size)
        os.ftruncate(self.fd, size)
        self._size = size

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
class ReadOnly:
    """A device that must not be changed: a write to it is what Windows calls write-protected media."""

    base: BlockDevice

    @property
    def size(self) -> int:
        return self.base.size

    def sources(self, offset: int, length: int) -> Iterator[tuple[BlockDevice | None, int, int]]:
        yield self.base, offset, length

    def read_at(self, offset: int, length: int) -> bytes:
        return self.base.read_at(offset, length)

    def write_at(self, offset: int, data: bytes) -> None:
        raise OSError(errno.EROFS, f"the media is write protected ({len(data)} bytes at {offset})")

    def discard(self, offset: int, length: int) -> None:
        raise OSError(errno.EROFS, f"the media is write protected ({length} bytes at {offset})")


@dataclass(frozen=True)
class Slice:
    """`size` bytes of `base` from `start`: a partition of a disk, the disk inside a fixed VHD."""

    base: BlockDevice
    start: int
    size: int

    def __post_init__(self) -> None:
        check_range(self.start, self.size, self.base.size)

    def sources(self, offset: int, length: int) -> Iterator[tuple[BlockDevice | None, int, int]]:
        yield self.base, self.start + offset, length

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

    def sources(self, offset: int, length: int) -> Iterator[tuple[BlockDevice | None, int, int]]:
        yield from ((self.base, start, part) for start, part in self.map(offset, length))

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


@dataclass
class GrowingFile:
    """A file in a volume, as its extents; `lengthen` makes the file longer (size) and gives its new extents."""

    extents: Extents
    lengthen: Callable[[int], Extents]

    @property
    def size(self) -> int:
        return self.extents.size

    def sources(self, offset: int, length: int) -> Iterator[tuple[BlockDevice | None, int, int]]:
        yield self.extents, offset, length

    def read_at(self, offset: int, length: int) -> bytes:
        return self.extents.read_at(offset, length)

    def write_at(self, offset: int, data: bytes) -> None:
        self.extents.write_at(offset, data)

    def discard(self, offset: int, length: int) -> None:
        self.extents.discard(offset, length)

    def grow(self, size: int) -> None:
        old = self.extents.size
        if size < old:
            raise ValueError(f"a file of {old} bytes cannot grow to {size}")
        if size > old:
            self.extents = self.lengthen(size)
            self.extents.discard(old, size - old)  # the clusters were free: anything may have lain there


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
    if isinstance(device, GrowingFile):
        return file_ground(device.extents, offset, length)
    if isinstance(device, Extents):
        parts = [file_ground(device.base, start, part) for start, part in device.map(offset, length)]
        return None if None in parts else [piece for part in parts if part for piece in part]
    return None


def data_ranges(device: BlockDevice, offset: int, length: int) -> Iterator[tuple[int, int]]:
    """The ranges (start, length) of a device in which anything but zeros may lie, in order; the rest reads as zeros."""
    if isinstance(device, FileDevice):
        yield from sparse.data_ranges(device.fd, offset, offset + length)
    elif isinstance(device, Layered):
        for base, start, part in device.sources(offset, length):
            if base is not None:
                yield from ((offset + at - start, size) for at, size in data_ranges(base, start, part))
            offset += part
    elif length:
        yield offset, length
