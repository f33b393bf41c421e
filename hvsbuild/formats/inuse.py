"""Which bytes of a disk its file systems use: tables, metadata, the clusters of files; in a fixed virtual disk the same
again.

An image's holes are zeros. Where a file system uses them (a bitmap, a table, a zero cluster of a file) a disk that is
to be equal must read as zeros there, too; where it does not, anything may lie there. A list of the image's *data* alone
loses that difference: a stick with old content would get those ranges wrong, and nobody would notice until later.

What is not understood counts as used: it costs time, not correctness. Understood are MBR (primary partitions), GPT,
NTFS, FAT32, and fixed VHDs and VHDXs on an NTFS volume.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Iterator
from itertools import groupby

from hvsbuild.errors import HvsError
from hvsbuild.formats import ntfs, vdisk
from hvsbuild.formats.block import SECTOR, BlockDevice, Extents, Slice
from hvsbuild.formats.filesystem import walk
from hvsbuild.formats.partitions import MIB
from hvsbuild.formats.ranges import Span, clip, merge, subtract
from hvsbuild.formats.table import read_table

BITMAP = 6  # the number of $Bitmap in the master file table
# Anything but free clusters in a bitmap: whole bytes in use, or one byte with some of them.
USED_BITS = re.compile(rb"\xff+|[^\x00\xff]", re.DOTALL)
FAT_ENTRY = 0x0FFFFFFF  # the upper four bits of a FAT32 entry are reserved


def used(disk: BlockDevice) -> list[Span]:
    """The ranges of a disk (or of one volume that is the whole disk) that must be as they are."""
    return _disk(disk, look_for_vhds=True)


def _disk(disk: BlockDevice, *, look_for_vhds: bool) -> list[Span]:
    try:
        table = read_table(disk)
    except HvsError:  # damaged: nobody knows what is where
        return [(0, disk.size)]
    if table is None:
        return _volume(disk, look_for_vhds=look_for_vhds)
    spans = [(0, min(MIB, disk.size)), (max(0, disk.size - MIB), disk.size)]  # tables, boot code, the backup GPT
    for one in table.partitions:
        inside = _volume(Slice(disk, one.start, one.size), look_for_vhds=look_for_vhds)
        spans += [(one.start + start, one.start + end) for start, end in inside]
    return merge(spans)


def _volume(volume: BlockDevice, *, look_for_vhds: bool) -> list[Span]:
    try:
        if ntfs.is_ntfs(volume):
            return _ntfs(volume, look_for_vhds=look_for_vhds)
        if volume.size > SECTOR and volume.read_at(0x52, 8) == b"FAT32   ":
            return _fat32(volume)
    except (HvsError, OSError, ValueError, ZeroDivisionError, struct.error):
        pass  # damaged
    return [(0, volume.size)]


def _ntfs(volume: BlockDevice, *, look_for_vhds: bool) -> list[Span]:
    """Source: NTFS boot sector; bit N of $Bitmap is cluster N. Behind the last cluster lies the backup boot sector."""
    tree = ntfs.NtfsTree(volume)
    sector, per_cluster = struct.unpack("<HB", volume.read_at(11, 3))
    (sectors,) = struct.unpack("<Q", volume.read_at(40, 8))
    if per_cluster > 0x80:  # clusters above 64 KiB: a negative power of two
        per_cluster = 1 << (0x100 - per_cluster)
    cluster, end = sector * per_cluster, sectors * sector
    bitmap = tree.volume.get_file_entry(BITMAP)
    spans = [(first * cluster, last * cluster) for first, last in _set_bits(bitmap.read(bitmap.size))]
    spans = clip([*spans, (end // cluster * cluster, volume.size)], 0, volume.size)
    if look_for_vhds:
        for entry in walk(tree):
            if not entry.is_dir and vdisk.format_of(entry.name):
                spans = _without_free_space(spans, tree, entry.path)
    return spans


def _without_free_space(spans: list[Span], tree: ntfs.NtfsTree, path: str) -> list[Span]:
    """`spans` of the volume, less what is free in the fixed virtual disk at `path`; as they are when it is none."""
    try:
        file = tree.open(path)
        disk = vdisk.disk_inside(file)
    except HvsError:
        return spans
    if not isinstance(file, Extents) or not isinstance(disk, Slice):
        return spans
    inside = [(disk.start + start, disk.start + end) for start, end in _disk(disk, look_for_vhds=False)]
    inside = [(0, disk.start), *inside, (disk.start + disk.size, file.size)]
    parts = [part for start, end in inside for part in file.map(start, end - start)]
    outside = subtract(spans, [(start, start + length) for start, length in file.runs])
    return merge([*outside, *((start, start + length) for start, length in parts)])


def _set_bits(bitmap: bytes) -> Iterator[Span]:
    """The runs of set bits, lowest bit first; a run may be split."""
    for match in USED_BITS.finditer(bitmap):
        if bitmap[match.start()] == 0xFF:
            yield match.start() * 8, match.end() * 8
            continue
        value, first = bitmap[match.start()], match.start() * 8
        yield from ((first + bit, first + bit + 1) for bit in range(8) if value >> bit & 1)


def _fat32(volume: BlockDevice) -> list[Span]:
    """Source: Microsoft's FAT specification 1.03, sections 3 and 4. An entry that is not 0 is a cluster in use."""
    sector, per_cluster, reserved, fats = struct.unpack("<HBHB", volume.read_at(11, 6))
    sectors, sectors_per_fat = struct.unpack("<II", volume.read_at(32, 8))
    cluster, data = sector * per_cluster, (reserved + fats * sectors_per_fat) * sector
    clusters = (sectors * sector - data) // cluster
    entries = array("I", volume.read_at(reserved * sector, (clusters + 2) * 4))
    spans, index = [(0, data)], 0
    for in_use, group in groupby(entry & FAT_ENTRY != 0 for entry in entries):
        first, index = index, index + sum(1 for _ in group)
        if in_use:
            spans.append((data + max(first - 2, 0) * cluster, data + max(index - 2, 0) * cluster))
    return clip(spans, 0, volume.size)
