from __future__ import annotations

import subprocess
from collections.abc import Callable

from tests.bench.diskparting import output
from tests.bench.tasks.stages import Bench


def test_one_ntfs_partition_and_nothing_of_what_was(before: Callable[[str], Bench]) -> None:
    bench = before("disk-prepare")
    junk = "label: gpt\nsize=20MiB\nsize=30MiB\n"
    subprocess.run(["sfdisk", "-q", bench.stick], input=junk, text=True, check=True)
    assert len(bench.table(bench.stick)["partitions"]) == 2
    bench.run("disk-prepare")
    table = bench.table(bench.stick)
    assert table["label"] == "dos"
    (partition,) = table["partitions"]
    assert partition["type"] == "7"
    assert "bootable" not in partition
    assert partition["size"] * 512 > 290_000_000
    volume = bench.volume(bench.stick)
    assert output("ntfslabel", "-f", volume).strip() == "hvsUSB"
    assert "processed successfully" in output("ntfsfix", "-n", volume)
    assert bench.vhd.stat().st_size == (64 << 20) + 512, "only the stick is touched"


def test_a_label_with_a_percent_sign(before: Callable[[str], Bench]) -> None:
    bench = before("disk-prepare")
    bench.run("disk-prepare", "label")
    assert output("ntfslabel", "-f", bench.volume(bench.stick)).strip() == "The 8% stick"
