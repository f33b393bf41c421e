"""A script on the bench happens wholly or not at all: what it overwrites is kept until it has ended.

The folder `undo/` exists while a script runs. It holds a copy of the bench's state, a log (JSON lines, each written
ahead of the change that it can take back) and the old bytes. A process that is killed leaves the folder behind; the
next one rolls it back. It guards against a killed process, not against a power cut: nothing here is fsynced.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hvsbuild.formats import sparse

BLOCK = 1 << 16
BEYOND = 1 << 62  # more blocks than any file has
MANY = 8  # more blocks than that are looked at as a range, with its holes
FEW = 64  # blocks of a range that are remembered one by one


@dataclass
class Kept:
    """The blocks of a file that are in the log already: single ones, and whole ranges (a volume has many)."""

    blocks: set[int] = field(default_factory=set)
    ranges: list[range] = field(default_factory=list)

    def holds(self, block: int) -> bool:
        return block in self.blocks or any(block in one for one in self.ranges)

    def covers(self, first: int, last: int) -> bool:
        """Whether one range has all from `first` to `last`."""
        return any(first in one and last in one for one in self.ranges)

    def add(self, first: int, last: int) -> None:
        """All blocks from `first` up to `last`, which is not among them."""
        if self.ranges and self.ranges[-1].stop == first < last:
            self.ranges[-1] = range(self.ranges[-1].start, last)
        elif last - first > FEW:
            self.ranges.append(range(first, last))
        else:
            self.blocks.update(range(first, last))


class UndoLog:
    """The undo log in `folder`; `state` is the file that is put back as a whole."""

    def __init__(self, folder: Path, state: Path) -> None:
        self.folder, self.state = folder, state
        self.log_fd = self.blob_fd = -1
        self.kept: dict[Path, Kept] = {}
        self.whole: set[Path] = set()
        self.grown: set[Path] = set()

    @property
    def open(self) -> bool:
        return self.log_fd >= 0

    def begin(self) -> None:
        """Start keeping; `rollback` must have been called if an old log is there."""
        new = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        shutil.copyfile(self.state, new / "state.json")
        (new / "log").touch()
        (new / "blobs").touch()
        new.rename(self.folder)
        flags = os.O_RDWR | os.O_APPEND
        self.log_fd, self.blob_fd = os.open(self.folder / "log", flags), os.open(self.folder / "blobs", flags)
        self.kept, self.whole, self.grown = {}, set(), set()

    def _record(self, **fields: Any) -> None:
        os.write(self.log_fd, (json.dumps(fields) + "\n").encode())

    def _keep(self, path: Path, offset: int, data: bytes) -> None:
        at = None
        if data.strip(b"\0"):
            at = os.lseek(self.blob_fd, 0, os.SEEK_END)
            os.write(self.blob_fd, data)
        self._record(file=str(path), offset=offset, length=len(data), at=at)

    def guard(self, path: Path, fd: int) -> Callable[[int, int], None]:
        """The `before_write` hook of a device: keeps each 64 KiB block of `path` ahead of its first change."""

        def before_write(offset: int, length: int) -> None:
            if not self.open or not length:
                return
            kept = self.kept.setdefault(path, Kept())
            first, last = offset // BLOCK, (offset + length - 1) // BLOCK
            if kept.covers(first, last):
                return
            if length > MANY * BLOCK:  # a discard, of a whole volume perhaps: only its data is worth keeping
                self.keep_data(path, fd, offset, length)
                return
            for block in range(first, last + 1):
                if not kept.holds(block):
                    kept.blocks.add(block)
                    self._keep(path, block * BLOCK, os.pread(fd, BLOCK, block * BLOCK))

        return before_write

    def keep_data(self, path: Path, fd: int, offset: int, length: int) -> None:
        """Keep all data in a range; the holes in it are punched again at a roll-back."""
        end = offset + length
        first, last = -(-offset // BLOCK), end // BLOCK
        guard = self.guard(path, fd)
        if first >= last:
            for block in {offset // BLOCK, (end - 1) // BLOCK}:
                guard(block * BLOCK, 1)
            return
        if offset % BLOCK:
            guard(offset, 1)
        if end % BLOCK:
            guard(end - 1, 1)
        for start, size in sparse.data_ranges(fd, first * BLOCK, last * BLOCK):
            for block in range(start // BLOCK, (start + size - 1) // BLOCK + 1):
                guard(block * BLOCK, 1)
        # last, so that a roll-back (which goes backwards) punches first and then puts the data back
        self._record(hole=str(path), offset=first * BLOCK, length=(last - first) * BLOCK)
        self.kept.setdefault(path, Kept()).add(first, last)

    def filler(self, path: Path, fd: int) -> Callable[[int, int], None]:
        """The `before_fill` hook: a range that is free in its file system is about to be filled, so what it holds may
        be lost; only its holes are noted, to be punched again."""

        def before_fill(offset: int, length: int) -> None:
            if not self.open:
                return
            position, end = offset, offset + length
            for start, size in [*sparse.data_ranges(fd, offset, end), (end, 0)]:
                if start > position:
                    self._record(hole=str(path), offset=position, length=start - position)
                position = start + size

        return before_fill

    def grower(self, path: Path) -> Callable[[int], None]:
        """The `before_grow` hook: only the length that the file had ahead of its first growth counts. What it gains
        goes away with it, so nothing beyond that length is kept."""

        def before_grow(size: int) -> None:
            if self.open and path not in self.grown:
                self.grown.add(path)
                self._record(grown=str(path), size=size)
                self.kept.setdefault(path, Kept()).ranges.insert(0, range(-(-size // BLOCK), BEYOND))

        return before_grow

    def created(self, path: Path) -> None:
        """A host file or folder is about to be made."""
        if self.open:
            self._record(created=str(path))

    def replaced(self, path: Path) -> None:
        """A host file (not a disk) is about to be changed or removed as a whole; only the first time counts."""
        if self.open and path not in self.whole:
            self.whole.add(path)
            if not path.exists():
                self.created(path)
                return
            copy = f"file{len(list(self.folder.iterdir()))}"
            if path.is_symlink() or path.stat().st_size < 1 << 28:
                shutil.copy2(path, self.folder / copy, follow_symlinks=False)
            else:  # a VHD: the name moves, the bytes stay
                os.link(path, self.folder / copy)
            self._record(replaced=str(path), copy=copy)

    def removed(self, folder: Path) -> None:
        """An empty host folder is about to be removed."""
        if self.open:
            self._record(removed=str(folder))

    def lent(self, path: Path, offset: int, size: int) -> None:
        """`offset` bytes at the front of `path` (then `size` long) are about to be taken away for a while."""
        if self.open:
            self._record(lent=str(path), offset=offset, size=size)

    def close(self) -> None:
        for fd in (self.log_fd, self.blob_fd):
            if fd >= 0:
                os.close(fd)
        self.log_fd = self.blob_fd = -1

    def commit(self) -> None:
        """The script has ended: forget what was kept."""
        self.close()
        done = self.folder.with_name(self.folder.name + ".done")
        shutil.rmtree(done, ignore_errors=True)
        self.folder.rename(done)
        shutil.rmtree(done)

    def rollback(self) -> bool:
        """Take back all that an unfinished script did; returns whether there was one. It may itself be killed."""
        self.close()
        if not self.folder.exists():
            return False
        records = []
        for line in (self.folder / "log").read_text().splitlines():
            try:
                records.append(json.loads(line))
            except json.JSONDecodeError:  # cut short: its change had not begun
                break
        with (self.folder / "blobs").open("rb") as blobs:
            for record in reversed(records):
                self._undo(record, blobs.fileno())
        shutil.copyfile(self.folder / "state.json", self.state)
        self.commit()
        return True

    def _undo(self, record: dict[str, Any], blobs: int) -> None:
        if "created" in record:
            path = Path(record["created"])
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            return
        if "removed" in record:
            Path(record["removed"]).mkdir(exist_ok=True)
            return
        if "replaced" in record:
            path, copy = Path(record["replaced"]), self.folder / record["copy"]
            if copy.exists() or copy.is_symlink():
                copy.replace(path)
            return
        path = Path(record.get("file") or record.get("hole") or record.get("lent") or record["grown"])
        if not path.exists():
            return
        if "grown" in record:
            os.truncate(path, min(record["size"], path.stat().st_size))
            return
        fd = os.open(path, os.O_RDWR)
        try:
            offset, size = record["offset"], os.lseek(fd, 0, os.SEEK_END)  # fstat knows no size of a block device
            if "lent" in record:
                if size == record["size"] - offset:
                    sparse.insert_range(fd, 0, offset)
            elif "hole" in record:
                sparse.punch(fd, offset, record["length"])
            elif record["at"] is None:
                sparse.punch(fd, offset, max(0, min(record["length"], size - offset)))
            else:
                os.pwrite(fd, os.pread(blobs, record["length"], record["at"]), offset)
        finally:
            os.close(fd)
