"""Where partitions go: alignment, extents, the reserve at the end."""

from __future__ import annotations

import pytest

from hvsbuild.formats import gpt
from hvsbuild.formats.partitions import Partition, Table
from hvsbuild.hosts.bench.diskpart.layout import NoRoom, place

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
EMPTY = Table("mbr", "00000001")
# 1 MiB..2 GiB taken, then a gap of 1 GiB, then 3 GiB..4 GiB taken, then the rest
TWO = Table("mbr", "00000001", (Partition(1, MIB, 2 * GIB - MIB, "07"), Partition(2, 3 * GIB, GIB, "07")))


@pytest.mark.parametrize(
    ("disk", "start", "size"),
    [
        (24576 * MIB, MIB, 24574 * MIB),
        (500_107_862_016, MIB, 500_105_740_288),  # as seen on a disk that Windows 7 had set up
        (32_000_000_000, MIB, 30515 * MIB),
        (4 * GIB, MIB, 4094 * MIB),
        (4 * GIB - MIB, 64 * KIB, 4094 * MIB - 64 * KIB),
        (64 * MIB, 64 * KIB, 63 * MIB - 64 * KIB),
        (3 << 40, MIB, (2 << 40) - MIB),  # MBR ends at 2 TiB
    ],
)
def test_one_partition_over_the_whole_disk(disk: int, start: int, size: int) -> None:
    assert place(EMPTY, disk, size=None, offset=None, align=None) == (start, size)


@pytest.mark.parametrize(
    ("disk", "wanted", "expected"),
    [
        (6 * GIB, {}, (4 * GIB, 2 * GIB - MIB)),
        (6 * GIB, {"size": 100 * MIB}, (4 * GIB, 100 * MIB)),
        (4 * GIB + 8 * MIB, {"size": 100 * MIB}, (2 * GIB, 100 * MIB)),
        (4 * GIB + 8 * MIB, {"size": GIB}, (2 * GIB, GIB)),
        (6 * GIB, {"offset": 2 * GIB + 3 * KIB, "size": MIB}, (2 * GIB + 3 * KIB, MIB)),
        (6 * GIB, {"offset": 2 * GIB + 512 * MIB}, (2 * GIB + 512 * MIB, 512 * MIB)),
        (6 * GIB, {"offset": 2 * GIB + 1 * KIB, "align": 64 * KIB, "size": MIB}, (2 * GIB + 64 * KIB, MIB)),
        (6 * GIB, {"align": 32 * MIB}, (4 * GIB, 2 * GIB - 32 * MIB)),
    ],
)
def test_gaps(disk: int, wanted: dict[str, int], expected: tuple[int, int]) -> None:
    assert place(TWO, disk, **{"size": None, "offset": None, "align": None, **wanted}) == expected


@pytest.mark.parametrize(
    "wanted",
    [{"size": 3 * GIB}, {"offset": 100 * MIB}, {"offset": 2 * GIB, "size": GIB + MIB}, {"offset": 7 * GIB}],
)
def test_what_fits_nowhere(wanted: dict[str, int]) -> None:
    with pytest.raises(NoRoom):
        place(TWO, 6 * GIB, **{"size": None, "offset": None, "align": None, **wanted})


def test_gpt_keeps_clear_of_both_copies() -> None:
    table = Table("gpt", "01234567-89ab-cdef-0123-456789abcdef")
    assert place(table, 64 * MIB, size=None, offset=None, align=None) == (64 * KIB, 63 * MIB - 64 * KIB)
    with pytest.raises(NoRoom):
        place(table, 64 * MIB, size=None, offset=16 * KIB, align=None)
    assert gpt.usable(64 * MIB)[0] == 17 * KIB
    assert place(table, 64 * MIB, size=MIB, offset=17 * KIB, align=None) == (17 * KIB, MIB)
