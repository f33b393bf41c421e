"""diskpart's command line, and the seed procedure's scripts as a whole, judged by programs that nobody here wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hvsbuild.hosts.bench.diskpart import codes, diskpart
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word
from tests.bench.diskparting import GIB, MIB, bench, output, sfdisk, table

VHD = """rem Create the VHD and give it one NTFS volume
create vdisk file="C:\\work\\hvsOS.vhd" maximum=2048 type=fixed
attach vdisk
convert mbr
create partition primary
format fs=ntfs label="HVS" quick
assign letter=R
"""
STICK = """rem Prepare the stick: one active NTFS partition
select disk 1
clean
create partition primary
active
format fs=ntfs label="hvsUSB" quick
assign letter=Y
exit
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = bench(tmp_path / "bench")
    (machine.folder / "C" / "work").mkdir()
    for name, text in (("vhd.txt", VHD), ("stick file.txt", STICK), ("bad.txt", "select disk 9")):
        (machine.folder / "C" / "work" / name).write_bytes(text.replace("\n", "\r\n").encode())
    return machine


def call(machine: Machine, *words: str) -> tuple[int, str]:
    argv, column = [], 1
    for word in ("diskpart", *words):
        argv.append(Word(word, column))
        column += len(word) + 1
    console = Console()
    with machine.transaction():
        code = diskpart(argv, machine, console)
    return code, console.text()


def test_the_seed_procedure(machine: Machine) -> None:
    assert call(machine, "/s", "C:\\work\\vhd.txt")[0] == 0
    assert call(machine, "/S", "c:\\WORK\\stick file.txt", "/t", "15")[0] == 0
    assert machine.state.letters == {"R": (2, 1), "Y": (1, 1)}
    vhd, stick = machine.folder / "C" / "work" / "hvsOS.vhd", machine.folder / "stick.img"
    for image, size, extra in ((vhd, 2 * GIB, 128), (stick, 5 * GIB, 2048)):
        (part,) = sfdisk(image)["partitions"]
        assert (part["start"], part["size"], part["type"]) == (extra, size // 512 - 2048 - extra, "7")
    assert sfdisk(stick)["partitions"][0]["bootable"]
    assert sfdisk(vhd)["id"] != sfdisk(stick)["id"]
    with machine.volume("Y") as volume:
        volume.write("\\hello.txt", b"hello")


def test_7zip_and_dissect_see_the_volumes(machine: Machine) -> None:
    assert call(machine, "/s", "C:\\work\\vhd.txt")[0] == 0
    vhd = machine.folder / "C" / "work" / "hvsOS.vhd"
    text = output("7zz", "l", "-tvhd", vhd)
    for line in ("Method = Fixed", "Creator Application = win 6.1", "Created = 2026-01-01 00:00:00"):
        assert line in text
    assert re.search(r" 2147483648 +2147483648 +hvsOS\.mbr", text), text
    dissect_vhd = pytest.importorskip("dissect.hypervisor.disk.vhd")
    dissect_ntfs = pytest.importorskip("dissect.ntfs")
    from dissect.util.stream import RangeStream

    with vhd.open("rb") as raw:
        disk = dissect_vhd.VHD(raw)
        volume = dissect_ntfs.NTFS(RangeStream(disk, 128 * 512, 2 * GIB - MIB - 128 * 512))
        assert (volume.volume_name, volume.cluster_size) == ("HVS", 4096)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["/s"], codes.BAD_PARAMETERS),
        (["/s", "C:\\work\\vhd.txt", "/t", "soon"], codes.BAD_PARAMETERS),
        (["/s", "C:\\work\\none.txt"], codes.NO_SCRIPT),
        (["/s", "C:\\none\\none.txt"], codes.NO_SCRIPT),
        (["/s", "C:\\work"], codes.NO_SCRIPT),
        (["/s", "Q:\\vhd.txt"], codes.NO_SCRIPT),
        (["/s", "C:\\work\\bad.txt"], codes.SELECTION),
    ],
)
def test_exit_codes(machine: Machine, words: list[str], code: int) -> None:
    done, text = call(machine, *words)
    assert done == code
    assert text
    assert table(machine) is None


@pytest.mark.parametrize(
    ("words", "column"), [([], 1), (["/?"], 10), (["/x", "y"], 10), (["/s", "vhd.txt"], 13), (["/t", "5"], 1)]
)
def test_what_the_bench_refuses(machine: Machine, words: list[str], column: int) -> None:
    with pytest.raises(BenchRefusal) as caught:
        call(machine, *words)
    assert caught.value.column == column


def test_a_refusal_in_a_script_names_the_script(machine: Machine) -> None:
    (machine.folder / "C" / "work" / "odd.txt").write_text("select disk 1\nclean\nem prepare\n")
    with pytest.raises(BenchRefusal) as caught:
        call(machine, "/s", "C:\\work\\odd.txt")
    assert (caught.value.script, caught.value.line, caught.value.column) == ("C:\\work\\odd.txt", 3, 1)
