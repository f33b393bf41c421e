"""What is said to fit does: against mkntfs, and against where the bench's diskpart puts partitions."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hvsbuild.formats import gpt
from hvsbuild.formats.partitions import Partition, Table
from hvsbuild.hosts.bench.diskpart import layout
from hvsbuild.hosts.bench.diskpart.disks import RESERVED_END
from hvsbuild.spec.diagnostics import SpecErrors
from hvsbuild.spec.load import parse_spec
from hvsbuild.spec.rules.fitting import BOOT_FILES, room
from hvsbuild.spec.units import GIB, MIB


@pytest.mark.parametrize("size", [300 * MIB, 4 * GIB, 16_000_000_000 // 4096 * 4096, 64 * GIB])
def test_ntfs_takes_no_more_than_is_counted(tmp_path: Path, size: int) -> None:
    assert shutil.which("mkntfs"), "mkntfs of ntfs-3g is needed"
    volume = tmp_path / "v.img"
    with volume.open("wb") as file:
        file.truncate(size)
    subprocess.run(["mkntfs", "-F", "-Q", "-T", volume], check=True, capture_output=True)
    told = subprocess.run(["ntfsinfo", "-m", "-f", volume], check=True, capture_output=True, text=True).stdout
    free = re.search(r"Free Clusters: (\d+)", told)
    assert free
    taken = size - int(free[1]) * 4096
    assert taken <= room(size) - BOOT_FILES + MIB
    assert taken >= (room(size) - BOOT_FILES) // 2, "and not far less"


def spec_of(sizes: list[int], disk: int, scheme: str, align: int | None) -> str:
    uses = ["system", "vhds", *["data"] * (len(sizes) - 2)]
    lines = [f"    - {{use: {use}, size: {size} MiB}}" for use, size in zip(uses, sizes, strict=True)]
    return "\n".join(
        [
            "spec: hvsbuild/v1\nname: stick\nos: hyperv-server-2019\nimage: {source: a.wim, index: 1}",
            "vhd: {file: a.vhdx, size: 200 MiB}\nboot: {firmware: uefi}",
            f"disk:\n  match: {{serial: A1}}\n  size: {disk} MiB\n  scheme: {scheme}",
            *([f"  align: {align} KiB"] if align else []),
            "  partitions:",
            *lines,
        ]
    )


def codes(text: str) -> set[str]:
    try:
        return {one.code for one in parse_spec(text.encode(), Path("x.yaml"), {}).diagnostics}
    except SpecErrors as error:
        return {one.code for one in error.diagnostics}


def placed(sizes: list[int], disk: int, scheme: str, align: int | None) -> bool:
    """Whether the bench's diskpart finds room for all of them."""
    table = Table(scheme, "00000000" if scheme == "mbr" else "0" * 8 + "-0000" * 3 + "-" + "0" * 12)
    if scheme == "gpt":
        start = gpt.usable(disk * MIB)[0]
        table = Table(scheme, table.id, (Partition(1, start, RESERVED_END - start, gpt.MS_RESERVED),))
    for size in sizes:
        try:
            step = align * 1024 if align else None
            start, length = layout.place(table, disk * MIB, size=size * MIB, offset=None, align=step)
        except layout.NoRoom:
            return False
        new = Partition(len(table.partitions) + 1, start, length, "07" if scheme == "mbr" else gpt.BASIC_DATA)
        table = Table(scheme, table.id, (*table.partitions, new))
    return True


@pytest.mark.parametrize("align", [None, 1024, 4096, 8192, 3072])
@pytest.mark.parametrize("scheme", ["mbr", "gpt"])
@pytest.mark.parametrize("sizes", [[260, 1000, 700], [100, 3000], [261, 513, 777]])
def test_partitions_fit_exactly_where_diskpart_finds_room(sizes: list[int], scheme: str, align: int | None) -> None:
    sizes = [*sizes[:-1], sizes[-1] + 4096]  # MiB; from 4 GiB on 1 MiB is the usual alignment
    for spare in range(48):
        disk = sum(sizes) + spare
        refused = "HVS237" in codes(spec_of(sizes, disk, scheme, align))
        assert refused != placed(sizes, disk, scheme, align), f"{spare} MiB to spare"
