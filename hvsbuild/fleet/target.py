"""One disk or file that receives an image: written piece by piece, past the page cache where that is possible.

With `O_DIRECT` a write has reached the device when it returns: progress is honest, an error names its place, and what
is read back comes from the medium and not from memory. Where it is not possible (some file systems, the odd bytes at an
image's end) what was written is flushed and dropped from the cache before it is read again.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hvsbuild.errors import Refused
from hvsbuild.formats import sparse
from hvsbuild.formats.block import SECTOR, check_range
from hvsbuild.hosts.bench import blockdev

ALIGN = 4096  # what O_DIRECT wants of offsets, lengths and memory, on every device there is
O_DIRECT = getattr(os, "O_DIRECT", 0)


def aligned(length: int) -> memoryview:
    """Memory that `O_DIRECT` takes."""
    return memoryview(mmap.mmap(-1, length))


@dataclass
class Target:
    """`name` is the path that the user gave. Methods raise `OSError`."""

    name: str
    fd: int
    size: int
    zero_sectors: Callable[[int, int], None]  # (offset, length), both whole sectors
    finish: Callable[[], str | None] = lambda: None
    direct: bool = False

    def __post_init__(self) -> None:
        self.direct = self._set_direct(True)

    def _set_direct(self, wanted: bool) -> bool:
        flags = fcntl.fcntl(self.fd, fcntl.F_GETFL)
        try:
            fcntl.fcntl(self.fd, fcntl.F_SETFL, flags | O_DIRECT if wanted else flags & ~O_DIRECT)
        except OSError:  # the file system has no direct input and output
            return False
        return wanted and bool(O_DIRECT)

    @contextmanager
    def _mode(self, offset: int, length: int) -> Iterator[bool]:
        """Whether this access goes past the page cache."""
        odd = self.direct and bool(offset % ALIGN or length % ALIGN)
        if odd:
            self._set_direct(False)
        try:
            yield self.direct and not odd
        finally:
            if odd:
                self._set_direct(True)

    def write(self, offset: int, data: memoryview) -> None:
        with self._mode(offset, len(data)) as direct:
            while data:
                done = os.pwrite(self.fd, data, offset)
                offset, data = offset + done, data[done:]
            if not direct:
                os.fdatasync(self.fd)

    def read(self, offset: int, into: memoryview) -> None:
        """Fill `into` with what the medium holds."""
        with self._mode(offset, len(into)) as direct:
            if not direct:
                os.posix_fadvise(self.fd, offset, len(into), os.POSIX_FADV_DONTNEED)
            while into:
                got = os.preadv(self.fd, [into], offset)
                if not got:
                    raise OSError(f"the target ends at byte {offset}")
                offset, into = offset + got, into[got:]

    def zero(self, start: int, end: int) -> None:
        """Make a range read as zeros: whole sectors are the device's own work, odd bytes around them are written."""
        first = min(-(-start // SECTOR) * SECTOR, end)
        last = max(end // SECTOR * SECTOR, first)
        for low, high in ((start, first), (last, end)):
            if low < high:
                self.write(low, memoryview(bytes(high - low)))
        if first < last:
            self.zero_sectors(first, last - first)

    def flush(self) -> None:
        os.fsync(self.fd)


@dataclass(frozen=True)
class TargetDevice:
    """A target as a `BlockDevice`, for little things like a partition table."""

    target: Target

    @property
    def size(self) -> int:
        return self.target.size

    def read_at(self, offset: int, length: int) -> bytes:
        check_range(offset, length, self.size)
        view = aligned(length)
        self.target.read(offset, view)
        return bytes(view)

    def write_at(self, offset: int, data: bytes) -> None:
        check_range(offset, len(data), self.size)
        view = aligned(len(data))
        view[:] = data
        self.target.write(offset, view)

    def discard(self, offset: int, length: int) -> None:
        check_range(offset, length, self.size)
        self.target.zero(offset, offset + length)


@contextmanager
def open_target(path: Path, size: int) -> Iterator[Target]:
    """Open a disk (by its stable name, exclusively) or an existing file that takes `size` bytes; `Refused` if not."""
    if not is_file(path):
        with blockdev.claim(path, size) as claim:
            yield Target(str(path), claim.fd, claim.disk.size, claim.zero, claim.reread_table)
        return
    check_file(path, size)
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        _lock(path, fd)
        yield Target(str(path), fd, os.fstat(fd).st_size, lambda offset, length: sparse.punch(fd, offset, length))
    finally:
        os.close(fd)


def is_file(path: Path) -> bool:
    """Whether a path means a plain file: one that is there, or a name outside /dev."""
    return path.is_file() or not (blockdev.is_block_device(path) or path.absolute().is_relative_to("/dev"))


def check_file(path: Path, size: int) -> None:
    """A file must be there and be large enough: a mistyped name makes no new file."""
    if not path.is_file():
        do = f"make the file first: truncate -s {size} {path}"
        raise Refused("There is no such target", seen=str(path), why="only disks and existing files are written", do=do)
    if path.stat().st_size < size:
        raise Refused("The target is too small", seen=f"{path} has {path.stat().st_size} bytes, the image {size}")


def _lock(path: Path, fd: int) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Refused("The target is in use", seen=f"{path}: another program holds its lock") from None
