"""Holes in host files: find the data, punch holes, insert and remove ranges in place (Linux)."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterator

# include/uapi/linux/falloc.h
KEEP_SIZE, PUNCH_HOLE, COLLAPSE_RANGE, INSERT_RANGE = 0x01, 0x02, 0x08, 0x20


def _fallocate(fd: int, mode: int, offset: int, length: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]
    if libc.fallocate(fd, mode, offset, length) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def punch(fd: int, offset: int, length: int) -> None:
    """Make a range read as zeros; where the file system cannot punch, zeros are written."""
    if not length:
        return
    try:
        _fallocate(fd, PUNCH_HOLE | KEEP_SIZE, offset, length)
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        for start in range(offset, offset + length, 1 << 20):
            os.pwrite(fd, bytes(min(1 << 20, offset + length - start)), start)


def insert_range(fd: int, offset: int, length: int) -> None:
    """Open a hole of `length` bytes at `offset`, moving what follows; raises `OSError` where it cannot be done."""
    _fallocate(fd, INSERT_RANGE, offset, length)


def collapse_range(fd: int, offset: int, length: int) -> None:
    """Remove `length` bytes at `offset`, moving what follows; raises `OSError` where it cannot be done."""
    _fallocate(fd, COLLAPSE_RANGE, offset, length)


def data_ranges(fd: int, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The (offset, length) ranges of a file that hold data; the rest are holes and read as zeros."""
    end = os.lseek(fd, 0, os.SEEK_END) if end is None else end
    while start < end:
        try:
            data = os.lseek(fd, start, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # no data after `start`
                return
            raise
        if data >= end:
            return
        start = min(os.lseek(fd, data, os.SEEK_HOLE), end)
        yield data, start - data
