"""Reading a FAT32 volume on any `BlockDevice`: pure Python, any platform.

Source: Microsoft's FAT specification 1.03. `fatnames` knows the names, `fatfolder` the records, `fatvolume` writes.
"""

from __future__ import annotations

import errno
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from hvsbuild.errors import FormatError
from hvsbuild.formats import fatfolder
from hvsbuild.formats.block import BlockDevice, Extents
from hvsbuild.formats.fatfolder import Slot
from hvsbuild.formats.fatnames import CODE_PAGE, key, shown
from hvsbuild.formats.filesystem import DIRECTORY, Entry, split

BOOT_SECTOR = 512
FREE, FIRST_CLUSTER = 0, 2
ENTRY = 0x0FFFFFFF  # the upper four bits of an entry are reserved
BAD, CHAIN_END = 0x0FFFFFF7, 0x0FFFFFF8
NO_NAME = "NO NAME"
ROOT = Slot("", b"", DIRECTORY, 0, 0)


def is_fat32(device: BlockDevice) -> bool:
    """Whether the device begins with a FAT32 boot sector."""
    if device.size < BOOT_SECTOR:
        return False
    sector = device.read_at(0, BOOT_SECTOR)
    return sector[0x52:0x5A] == b"FAT32   " and sector[510:] == b"\x55\xaa"


@dataclass(frozen=True)
class Geometry:
    """Where things lie; all in bytes, but for `root` (a cluster) and `clusters` (how many there are)."""

    sector: int
    cluster: int
    fat: int  # the first table
    fat_size: int
    fats: tuple[int, ...]  # the numbers of the tables that are kept, the one that counts first
    data: int  # cluster 2
    root: int
    clusters: int
    info: int  # the sector with the number of free clusters; 0 when there is none

    def offset(self, cluster: int) -> int:
        return self.data + (cluster - FIRST_CLUSTER) * self.cluster


def geometry(device: BlockDevice) -> Geometry:
    """From the boot sector; `FormatError` when it is none of FAT32, or makes no sense."""
    if not is_fat32(device):
        raise FormatError("Not a FAT32 volume", seen="the first sector has no FAT32 mark")
    boot = device.read_at(0, BOOT_SECTOR)
    sector, per_cluster, reserved, fats, root_entries, _, _, fat_16 = struct.unpack_from("<HBHBHHBH", boot, 11)
    sectors, fat_32, flags, version, root, info = struct.unpack_from("<IIHHIH", boot, 32)
    sane = (
        sector in (512, 1024, 2048, 4096)
        and per_cluster in (1, 2, 4, 8, 16, 32, 64, 128)
        and 1 <= fats <= 4
        and (root_entries, fat_16, version) == (0, 0, 0)
    )
    data = (reserved + fats * fat_32) * sector
    clusters = (sectors - data // sector) // per_cluster if sane else 0
    room = fat_32 * sector // 4 - FIRST_CLUSTER
    if not 0 < clusters <= min(room, BAD - FIRST_CLUSTER) or sectors * sector > device.size:
        seen = f"{sectors} sectors of {sector} bytes in its boot sector, {device.size} bytes in all"
        raise _damaged(seen)
    # bit 7: the tables are not copies of each other, and the lower bits name the one that counts
    kept = (flags & 0x0F,) if flags & 0x80 else tuple(range(fats))
    at = info * sector if info not in (0, 0xFFFF) else 0
    return Geometry(sector, per_cluster * sector, reserved * sector, fat_32 * sector, kept, data, root, clusters, at)


def _damaged(seen: str) -> FormatError:
    return FormatError("A damaged FAT32 volume", seen=seen)


def missing(what: str, path: str) -> FileNotFoundError:
    return FileNotFoundError(errno.ENOENT, f"no such {what} in the FAT32 volume", path)


class FatTree:
    """Implements `Tree`. What a file's short name is called finds it, too, as in Windows."""

    filesystem = "fat32"

    def __init__(self, device: BlockDevice) -> None:
        self.device, self.geometry = device, geometry(device)

    @cached_property
    def table(self) -> array[int]:
        """The entry of each cluster, with its reserved bits; indexes 0 and 1 are no clusters."""
        form = self.geometry
        start = form.fat + form.fats[0] * form.fat_size
        return array("I", self.device.read_at(start, (form.clusters + FIRST_CLUSTER) * 4))

    @property
    def label(self) -> str:
        """The label in the root folder, or the one in the boot sector when the folder has none."""
        found = fatfolder.volume_label(self.folder(ROOT))
        if found is None:
            found = self.device.read_at(0x47, 11).decode(CODE_PAGE).rstrip(" ")
        return "" if found == NO_NAME else found

    # --- clusters ---

    def chain(self, cluster: int) -> list[int]:
        """The clusters from `cluster` (0: none) to the end of their chain."""
        found: list[int] = []
        while cluster:
            if not FIRST_CLUSTER <= cluster < len(self.table) or len(found) > self.geometry.clusters:
                raise _damaged(f"a chain of clusters leads to {cluster} or in a circle")
            found.append(cluster)
            following = self.table[cluster] & ENTRY
            cluster = 0 if following >= CHAIN_END else following
            if following == FREE:
                raise _damaged(f"the chain of clusters breaks off behind {found[-1]}")
        return found

    def runs(self, clusters: list[int]) -> list[tuple[int, int]]:
        """Where clusters lie: (start, length) in bytes of the volume, neighbours joined."""
        joined: list[tuple[int, int]] = []
        for one in clusters:
            start, size = self.geometry.offset(one), self.geometry.cluster
            if joined and sum(joined[-1]) == start:
                joined[-1] = (joined[-1][0], joined[-1][1] + size)
            else:
                joined.append((start, size))
        return joined

    def ground(self, clusters: list[int]) -> Extents:
        """All bytes of some clusters as one device."""
        return Extents(self.device, self.runs(clusters), len(clusters) * self.geometry.cluster)

    # --- names ---

    def folder_chain(self, slot: Slot) -> list[int]:
        return self.chain(slot.cluster or self.geometry.root)

    def folder(self, slot: Slot) -> bytes:
        """The records of a folder."""
        found = self.ground(self.folder_chain(slot))
        return found.read_at(0, found.size)

    def trail(self, path: str) -> list[Slot] | None:
        """The entries from the root to `path`, or None when it is not there."""
        found = [ROOT]
        for name in split(path):
            if not found[-1].is_dir:
                return None
            wanted = key(name)
            here = list(fatfolder.slots(self.folder(found[-1])))
            slot = next((one for one in here if key(one.name) == wanted), None)
            slot = slot or next((one for one in here if key(shown(one.alias, 0)) == wanted), None)
            if slot is None:
                return None
            found.append(slot)
        return found

    @staticmethod
    def entry(slot: Slot, folder: str) -> Entry:
        return Entry(f"{folder}\\{slot.name}", 0 if slot.is_dir else slot.size, slot.attributes)

    def find(self, path: str) -> Entry | None:
        found = self.trail(path)
        return self.entry(found[-1], "".join("\\" + one.name for one in found[1:-1])) if found else None

    def children(self, path: str) -> list[Entry]:
        found = self.trail(path)
        if found is None or not found[-1].is_dir:
            raise missing("folder", path)
        base = "".join("\\" + one.name for one in found[1:])
        entries: Iterator[Entry] = (self.entry(one, base) for one in fatfolder.slots(self.folder(found[-1])))
        return sorted(entries, key=lambda entry: entry.path)

    # --- content ---

    def file(self, path: str) -> Slot:
        found = self.trail(path)
        if found is None or found[-1].is_dir:
            raise missing("file", path)
        return found[-1]

    def clusters(self, slot: Slot) -> list[int]:
        """The clusters of a file, all that its size needs."""
        found = self.chain(slot.cluster)
        if len(found) * self.geometry.cluster < slot.size:
            raise _damaged(f"{slot.name} has fewer clusters than its {slot.size} bytes need")
        return found

    def read(self, path: str) -> bytes:
        slot = self.file(path)
        return self.ground(self.clusters(slot)).read_at(0, slot.size)

    def open(self, path: str) -> BlockDevice:
        """A file by its runs: read and written in place; an empty one is an error, as on NTFS."""
        slot = self.file(path)
        if not slot.size:
            raise FormatError("A file cannot be used in place", seen=f"{path} has no runs of its own")
        return Extents(self.device, self.runs(self.clusters(slot)), slot.size)
