"""A partition as a plain file for tools that take nothing else (mkntfs, wimlib): in place where the host can.

A partition that starts at 1 MiB of a file becomes a volume file by taking that MiB away from the front
(`FALLOC_FL_COLLAPSE_RANGE`; ext4, XFS) and a partition again by putting it back (`FALLOC_FL_INSERT_RANGE`): nothing is
copied. So it is in a fixed VHD and in a fixed VHDX. Elsewhere, as in an expandable or differencing virtual disk, the
volume is copied out and back, its data only.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hvsbuild.formats import sparse
from hvsbuild.formats.block import BlockDevice, FileDevice, data_ranges, file_ground
from hvsbuild.hosts.bench.machine import Machine

PIECE = 1 << 20


@contextmanager
def lend(machine: Machine, device: BlockDevice) -> Iterator[Path]:
    """A host file that begins with the volume of `device` (and may be longer than it); changes to it are kept."""
    ground = file_ground(device, 0, device.size)
    if ground and len(ground) == 1:
        file, start, length = ground[0]
        machine.undo.keep_data(file.path, file.fd, start, length)
        head = os.pread(file.fd, start, 0)
        if start == 0:
            yield file.path
            return
        if _collapse(machine, file, start):
            try:
                yield file.path
            finally:
                sparse.insert_range(file.fd, 0, start)
                os.pwrite(file.fd, head, 0)
            return
    with tempfile.TemporaryDirectory(dir=machine.folder) as folder:
        copy = Path(folder) / "volume.ntfs"
        _copy_out(device, copy)
        yield copy
        pour(copy, device)


def _collapse(machine: Machine, file: FileDevice, start: int) -> bool:
    if file.before_write:
        file.before_write(0, start)
    machine.undo.lent(file.path, start, file.size)
    try:
        sparse.collapse_range(file.fd, 0, start)
    except OSError:  # the file system cannot, or the start is not at a block of it
        return False
    return True


def _copy_out(device: BlockDevice, copy: Path) -> None:
    with copy.open("wb") as out:
        out.truncate(device.size)
        for start, length in data_ranges(device, 0, device.size):
            for at in range(start, start + length, PIECE):
                out.seek(at)
                out.write(device.read_at(at, min(PIECE, start + length - at)))


def pour(path: Path, device: BlockDevice, progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
    """Make `device` hold what the file holds: all of it is discarded, then the file's data is copied."""
    device.discard(0, device.size)
    fd = os.open(path, os.O_RDONLY)
    try:
        ranges = list(sparse.data_ranges(fd, 0, device.size))
        total, done = sum(length for _, length in ranges), 0
        for start, length in ranges:
            for at in range(start, start + length, PIECE):
                piece = os.pread(fd, min(PIECE, start + length - at), at)
                if piece.count(0) != len(piece):
                    device.write_at(at, piece)
                done += len(piece)
                progress(done, total)
    finally:
        os.close(fd)
