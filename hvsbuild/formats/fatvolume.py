"""Writing into a FAT32 volume on any `BlockDevice`: a writer of our own (docs/decisions/0011), pure Python.

Every call leaves a whole volume behind: both tables, the folder and the number of free clusters agree. Times come from
the clock of the process, in UTC; clusters are taken from the front, so that the same calls give the same bytes.
"""

from __future__ import annotations

import errno
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from hvsbuild.formats import fatfolder, fatnames
from hvsbuild.formats.block import BlockDevice, Extents, FileDevice
from hvsbuild.formats.fat32 import ENTRY, FIRST_CLUSTER, FREE, FatTree, missing
from hvsbuild.formats.fatfolder import Slot
from hvsbuild.formats.filesystem import ARCHIVE, DIRECTORY, HIDDEN, READ_ONLY, SYSTEM, VolumeFull, split

SETTABLE = READ_ONLY | HIDDEN | SYSTEM | ARCHIVE
LARGEST_FILE = 0xFFFFFFFF
LARGEST_FOLDER = 65536 * fatfolder.SIZE
PIECE = 1 << 20
# The sector with the number of free clusters: its marks, and where the numbers are
INFO_MARKS = ((0, b"RRaA"), (484, b"rrAa"), (508, b"\0\0\x55\xaa"))
INFO_COUNT = 488
UNKNOWN = 0xFFFFFFFF


def _full() -> VolumeFull:
    return VolumeFull(errno.ENOSPC, "no space left in the FAT32 volume")


class FatVolume(FatTree):
    """Implements `FileSystem`. Leaving it as a context manager has nothing to write back."""

    def __init__(self, device: BlockDevice) -> None:
        super().__init__(device)
        self.free = sum(1 for one in self.table[FIRST_CLUSTER:] if one & ENTRY == FREE)
        self.lowest = FIRST_CLUSTER  # no cluster before it is free
        self.dirty: set[int] = set()  # sectors of a table

    def __enter__(self) -> FatVolume:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    # --- the tables ---

    def _set(self, cluster: int, value: int) -> None:
        old = self.table[cluster]
        self.free += (value == FREE) - (old & ENTRY == FREE)
        self.table[cluster] = old & ~ENTRY | value
        self.dirty.add(cluster * 4 // self.geometry.sector)
        if value == FREE:
            self.lowest = min(self.lowest, cluster)

    def _flush(self) -> None:
        """Write what has changed in the tables, and the number of free clusters."""
        form = self.geometry
        per_sector = form.sector // 4
        for sector in sorted(self.dirty):
            entries = self.table[sector * per_sector : (sector + 1) * per_sector].tobytes()
            for fat in form.fats:
                self.device.write_at(form.fat + fat * form.fat_size + sector * form.sector, entries)
        if self.dirty and form.info:
            info = self.device.read_at(form.info, 512)
            if all(info[at : at + len(mark)] == mark for at, mark in INFO_MARKS):
                numbers = struct.pack("<II", self.free, next(self._free_clusters(), UNKNOWN))
                self.device.write_at(form.info + INFO_COUNT, numbers)
        self.dirty.clear()

    def _free_clusters(self) -> Iterator[int]:
        for cluster in range(self.lowest, len(self.table)):
            if self.table[cluster] & ENTRY == FREE:
                self.lowest = cluster
                yield cluster

    def _take(self, count: int) -> list[int]:
        """The first free clusters, chained."""
        found = self._free_clusters()
        taken = [next(found) for _ in range(count)]
        for index, one in enumerate(taken, 1):
            self._set(one, taken[index] if index < count else ENTRY)
        return taken

    def _release(self, clusters: list[int]) -> None:
        for one in clusters:
            self._set(one, FREE)
        for start, length in self.runs(clusters):
            self.device.discard(start, length)

    # --- folders ---

    def _above(self, path: str) -> tuple[list[Slot], str]:
        """The folder of a path and the path's last name; `FileNotFoundError` when there is no such folder."""
        *above, name = split(path)
        found = self.trail("\\".join(above))
        if found is None or not found[-1].is_dir:
            raise missing("folder", path)
        return found, name

    def _add(self, folder: Slot, slot: Slot, content: int) -> list[int]:
        """Enter a file or folder under `slot.name` and give it `content` clusters, which are returned.

        Nothing is changed when they do not fit."""
        fatnames.check(slot.name)
        data, chain = self.folder(folder), self.folder_chain(folder)
        taken, now = [one.alias for one in fatfolder.slots(data)], time.time()
        length = len(fatfolder.made(slot.name, taken, slot, now))
        at = fatfolder.room(data, length // fatfolder.SIZE) * fatfolder.SIZE
        more = -(-max(0, at + length - len(data)) // self.geometry.cluster)
        if content + more > self.free or at + length > LARGEST_FOLDER:
            raise _full()
        clusters = self._take(content)
        if more:
            chain += self._grow(chain[-1], more)
        made = fatfolder.made(slot.name, taken, replace(slot, cluster=clusters[0] if clusters else 0), now)
        ground = self.ground(chain)
        if fatfolder.end(data) < at + length < ground.size:
            made += bytes(fatfolder.SIZE)  # the mark of the end moves behind what is new
        ground.write_at(at, made)
        return clusters

    def _grow(self, last: int, count: int) -> list[int]:
        added = self._take(count)
        self._set(last, added[0])
        ground = self.ground(added)
        ground.write_at(0, bytes(ground.size))
        return added

    def make_folder(self, path: str) -> None:
        names = split(path)
        for depth in range(1, len(names) + 1):
            part = "\\".join(names[:depth])
            found = self.trail(part)
            if found is None:
                self._make_folder(part)
            elif not found[-1].is_dir:
                raise NotADirectoryError(errno.ENOTDIR, "a file of that name is in the FAT32 volume", part)

    def _make_folder(self, path: str) -> None:
        above, name = self._above(path)
        parent = above[-1].cluster  # 0 for the root, as it is written in a folder below it
        clusters = self._add(above[-1], Slot(name, b"", DIRECTORY, 0, 0), 1)
        records = fatfolder.dots(clusters[0], parent, time.time())
        self.ground(clusters).write_at(0, records.ljust(self.geometry.cluster, b"\0"))
        self._flush()

    # --- files ---

    def _make(self, path: str, size: int) -> Extents:
        """The file with room for `size` bytes, as a device of whole clusters; what lies there is not cleared."""
        if size > LARGEST_FILE:  # Windows, too, answers that the disk is full
            raise _full()
        count = -(-size // self.geometry.cluster)
        above, name = self._above(path)
        found = self.trail(path)
        if found is None:
            clusters = self._add(above[-1], Slot(name, b"", ARCHIVE, 0, size), count)
        else:
            clusters = self._resize(above[-1], found[-1], size, count)
        self._flush()
        return self.ground(clusters)

    def _resize(self, folder: Slot, slot: Slot, size: int, count: int) -> list[int]:
        """Other clusters for a file, unless it has as many as it needs."""
        if slot.is_dir:
            raise IsADirectoryError(errno.EISDIR, "a folder of that name is in the FAT32 volume", slot.name)
        clusters = self.chain(slot.cluster)
        if len(clusters) != count:
            if count > self.free + len(clusters):
                raise _full()
            self._release(clusters)
            clusters = self._take(count)
        ground = self.ground(self.folder_chain(folder))
        record = ground.read_at(slot.last, fatfolder.SIZE)
        first, attributes = clusters[0] if clusters else 0, slot.attributes | ARCHIVE
        ground.write_at(slot.last, fatfolder.changed(record, first, size, attributes, time.time()))
        return clusters

    def write(self, path: str, data: bytes) -> None:
        """Create or replace; a file of the same size is overwritten where it lies."""
        ground = self._make(path, len(data))
        ground.write_at(0, data.ljust(ground.size, b"\0"))

    def copy_in(self, path: str, source: FileDevice, progress: Callable[[int, int], None]) -> None:
        """Copy a big host file in, piece by piece; pieces of zeros are discarded."""
        ground = self._make(path, source.size)
        for at in range(0, source.size, PIECE):
            piece = source.read_at(at, min(PIECE, source.size - at))
            if piece.count(0) == len(piece):
                ground.discard(at, len(piece))
            else:
                ground.write_at(at, piece)
            progress(at + len(piece), source.size)
        ground.write_at(source.size, bytes(ground.size - source.size))

    def delete(self, path: str) -> None:
        """Remove a file or an empty folder. Its space is given back to the ground."""
        found = self.trail(path)
        if found is None or len(found) == 1:
            raise missing("file", path)
        slot, folder = found[-1], self.ground(self.folder_chain(found[-2]))
        if slot.is_dir and any(fatfolder.slots(self.folder(slot))):
            raise OSError(errno.ENOTEMPTY, "the folder in the FAT32 volume is not empty", path)
        for index in range(slot.first, slot.first + slot.count):
            folder.write_at(index * fatfolder.SIZE, bytes([fatfolder.DELETED]))
        self._release(self.chain(slot.cluster))
        self._flush()

    def set_attributes(self, path: str, attributes: int) -> None:
        """Read-only, hidden, system and archive; that it is a folder stays."""
        found = self.trail(path)
        if found is None or len(found) == 1:
            raise missing("file", path)
        new = found[-1].attributes & ~SETTABLE | attributes & SETTABLE
        self.ground(self.folder_chain(found[-2])).write_at(found[-1].last + fatfolder.ATTRIBUTES_AT, bytes([new]))

    def free_bytes(self) -> int:
        return self.free * self.geometry.cluster
