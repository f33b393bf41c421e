from __future__ import annotations

from collections.abc import Callable

from tests.bench.tasks.stages import Bench


def test_the_partition_is_the_active_one(before: Callable[[str], Bench]) -> None:
    bench = before("disk-active")
    (ahead,) = bench.table(bench.stick)["partitions"]
    assert "bootable" not in ahead
    bench.run("disk-active")
    (after,) = bench.table(bench.stick)["partitions"]
    assert after == ahead | {"bootable": True}
