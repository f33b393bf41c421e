"""Where Windows puts a partition: aligned, in the largest free extent, with a little left over at the disk's end.

Source of the alignment: [MS-VDS] appendix B (registry `vds\\Alignment`; 64 KiB below 4 GiB, else 1 MiB). The reserve at
the end is what Windows is seen to leave (for a disk's later conversion to dynamic).
"""

from __future__ import annotations

from hvsbuild.formats import gpt
from hvsbuild.formats.block import SECTOR
from hvsbuild.formats.partitions import Table

SMALL_DISK = 4 << 30
SMALL_ALIGNMENT, ALIGNMENT = 64 << 10, 1 << 20
END_RESERVE = 1 << 20
MBR_LIMIT = (1 << 32) * SECTOR  # MBR entries count sectors in 32 bits


class NoRoom(Exception):
    """No free extent is large enough."""


def default_alignment(disk_size: int) -> int:
    return SMALL_ALIGNMENT if disk_size < SMALL_DISK else ALIGNMENT


def gaps(table: Table, disk_size: int, align: int) -> list[tuple[int, int]]:
    """The free extents (start, end; bytes) of a disk, both ends multiples of `align`, in order."""
    first, last = SECTOR, disk_size - END_RESERVE
    if table.scheme == "gpt":
        first, last = gpt.usable(disk_size)[0], min(last, gpt.usable(disk_size)[1])
    else:
        last = min(last, MBR_LIMIT)
    taken = sorted((one.start, one.start + one.size) for one in table.partitions)
    starts = [first, *(end for _, end in taken)]
    ends = [*(start for start, _ in taken), last]
    aligned = ((-(-start // align) * align, end // align * align) for start, end in zip(starts, ends, strict=True))
    return [(start, end) for start, end in aligned if start < end]


def place(table: Table, disk_size: int, *, size: int | None, offset: int | None, align: int | None) -> tuple[int, int]:
    """Start and size (bytes) of a new partition; `NoRoom` when it fits nowhere.

    Without `size` it fills its extent; without `offset` it starts the largest extent. An explicit `align` also moves
    an explicit `offset` up; without it an `offset` is taken as it is.
    """
    step = align or (default_alignment(disk_size) if offset is None else SECTOR)
    free = gaps(table, disk_size, step)
    if offset is not None:
        start = -(-offset // step) * step
        end = next((end for begin, end in free if begin <= start < end), start)
    else:
        start, end = max(free, key=lambda extent: (extent[1] - extent[0], -extent[0]), default=(0, 0))
    if end <= start or (size is not None and start + size > end):
        raise NoRoom
    return start, size if size is not None else end - start
