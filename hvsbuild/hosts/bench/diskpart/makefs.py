"""New file systems: made in a temporary sparse host file of the partition's size, then only the data is copied over.

The same partition gets the same bytes: mkntfs sees the machine's clock, the serial number is derived.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hvsbuild.formats.block import SECTOR
from hvsbuild.hosts import tools
from hvsbuild.hosts.bench.undo import UndoLog

NTFS_SERIAL = slice(0x48, 0x50)
NTFS_UNIT = 4096  # Windows' default cluster up to 16 TiB
NTFS_SMALLEST = 7 << 20  # below, Windows makes no NTFS
NTFS_LARGEST_CLUSTERS = (1 << 32) - 1
FAT32_LARGEST = 32 << 30  # above, Windows' format makes no FAT32
FAT32_CLUSTERS = 65525  # fewer, and it would be FAT16
# Windows' default FAT32 clusters: up to this volume size (bytes), that many bytes (Microsoft KB 140365).
FAT32_UNITS = ((64 << 20, 512), (128 << 20, 1024), (256 << 20, 2048), (8 << 30, 4096), (16 << 30, 8192))
FAT32_LARGE_UNIT = 16384


def fat32_unit(size: int) -> int:
    """The default cluster size in bytes for a FAT32 volume of `size` bytes."""
    return next((unit for limit, unit in FAT32_UNITS if size <= limit), FAT32_LARGE_UNIT)


@contextmanager
def scratch(path: Path, size: int, undo: UndoLog) -> Iterator[Path]:
    """A sparse host file of `size` bytes that is gone when the block ends, or at the roll-back of a killed script."""
    path.unlink(missing_ok=True)
    undo.created(path)
    with path.open("xb") as file:
        file.truncate(size)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def make_ntfs(path: Path, *, start: int, label: str, unit: int, serial: bytes, epoch: int) -> None:
    """NTFS over the whole file. `start` is the partition's first byte on its disk (hidden sectors), `serial` 8 bytes.

    mkntfs draws a serial number and takes times from the clock: the first is replaced, here and in the backup boot
    sector at the end, the second is frozen at `epoch` unless the whole process runs under such a clock already.
    """
    words = ["mkntfs", "-F", "-Q", "-L", label, "-p", str(start // SECTOR), "-H", "255", "-S", "63", "-s", str(SECTOR)]
    tools.run([*_frozen(epoch), *words, "-c", str(unit), path])
    with path.open("r+b") as file:
        for sector in (0, path.stat().st_size - SECTOR):
            file.seek(sector + 3)
            if file.read(8) == b"NTFS    ":
                file.seek(sector + NTFS_SERIAL.start)
                file.write(serial)


def _frozen(epoch: int) -> list[str]:
    if "FAKETIME" in os.environ and int(time.time()) == epoch:
        return []
    return ["faketime", "-f", datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S")]


def make_fat32(path: Path, *, start: int, label: str, unit: int, serial: bytes) -> None:
    """FAT32 over the whole file; `serial` is 4 bytes, `label` at most 11 characters."""
    name = ["-n", label.upper()] if label else []
    words = ["mkfs.fat", "-F", "32", "--invariant", "-i", serial.hex(), "-s", str(unit // SECTOR), "-S", str(SECTOR)]
    tools.run([*words, "-h", str(start // SECTOR), "-g", "255/63", *name, path])
