from __future__ import annotations

from collections.abc import Callable

from tests.bench.diskparting import output
from tests.bench.tasks.stages import Bench


def test_one_ntfs_partition_over_the_vhd(before: Callable[[str], Bench]) -> None:
    bench = before("vhd-format")
    bench.run("vhd-format")
    table = bench.table(bench.vhd)
    assert table["label"] == "dos"
    (partition,) = table["partitions"]
    assert partition["type"] == "7"
    volume = bench.volume(bench.vhd)
    assert output("ntfslabel", "-f", volume).strip() == "HVS"
    assert "processed successfully" in output("ntfsfix", "-n", volume)
    assert bench.remembered()["letters"] == {}, "the script detaches what it attached"
    assert [disk for disk in bench.remembered()["disks"] if disk["vdisk"]] == []


def test_a_label_with_all_that_may_stand_in_one(before: Callable[[str], Bench]) -> None:
    bench = before("vhd-format")
    bench.run("vhd-format", "label")
    assert output("ntfslabel", "-f", bench.volume(bench.vhd)).strip() == "50% off & (more)! ^trail 9012345"
