"""bootsect on the bench: what it writes, what it refuses, and what the real tool would fail at."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from hvsbuild.formats import bootcode
from hvsbuild.formats.block import FileDevice
from hvsbuild.hosts.bench.bootsect import bootsect
from hvsbuild.hosts.bench.machine import Disk, Hive, Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word
from tests.boot import sticks

START = 1 << 20


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with a prepared stick as disk 1, letter Y:."""
    machine = Machine.create(tmp_path / "bench", uuid.UUID(int=7), 1_600_000_000)
    sticks.disk(machine.folder / "stick.img", sticks.ntfs_volume(tmp_path / "volume", 4 << 20, {}))
    machine.add_disk(Disk(0, file="stick.img"))
    machine.state.letters["Y"] = (1, 1)
    machine.save()
    return machine


def words(line: str) -> list[Word]:
    found, at = [], 0
    for text in line.split():
        at = line.index(text, at)
        found.append(Word(text, at + 1))
        at += len(text)
    return found


def run(machine: Machine, line: str) -> tuple[int, str]:
    console = Console()
    with machine.transaction():
        code = bootsect(words(line), machine, console)
    return code, console.text()


def recognised(machine: Machine) -> str | None:
    with FileDevice(machine.folder / "stick.img") as disk:
        return bootcode.recognise(disk, START)


@pytest.mark.parametrize("line", ["bootsect /nt60 Y: /force /mbr", "BOOTSECT.exe /NT60 y: /MBR"])
def test_it_writes_boot_code_and_nothing_else(machine: Machine, line: str) -> None:
    stick = machine.folder / "stick.img"
    table, volume = sticks.table(stick), stick.read_bytes()[START:]
    code, text = run(machine, line)
    assert (code, recognised(machine)) == (0, "grub-ntldr")
    assert "Y:" in text
    assert sticks.table(stick) == table
    assert stick.read_bytes()[START:] == volume


def test_a_killed_run_leaves_the_old_bytes(machine: Machine) -> None:
    stick = machine.folder / "stick.img"
    before = stick.read_bytes()

    def interrupted() -> None:
        with machine.transaction():
            assert bootsect(words("bootsect /nt60 Y: /mbr"), machine, Console()) == 0
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert stick.read_bytes() == before


def test_an_inactive_partition_gets_its_code_and_a_warning(machine: Machine) -> None:
    with (machine.folder / "stick.img").open("r+b") as file:
        file.seek(446)
        file.write(b"\0")
    code, text = run(machine, "bootsect /nt60 Y: /mbr")
    assert (code, recognised(machine)) == (0, "grub-ntldr")
    assert "not active" in text


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("bootsect", 1),
        ("bootsect /nt60", 10),
        ("bootsect /nt52 Y: /mbr", 10),
        ("bootsect /help Y:", 10),
        ("bootsect /nt60 SYS /mbr", 16),
        ("bootsect /nt60 all /mbr", 16),
        ("bootsect /nt60 Y:\\ /mbr", 16),
        ("bootsect /nt60 C: /mbr", 16),
        ("bootsect /nt60 Y: /mbr /quiet", 24),
        ("bootsect /nt60 Y: /mbr /MBR", 24),
        ("bootsect /nt60 Y: /force", 16),
    ],
)
def test_what_the_bench_cannot_do_is_refused_with_its_column(machine: Machine, line: str, column: int) -> None:
    before = (machine.folder / "stick.img").read_bytes()
    with pytest.raises(BenchRefusal) as refusal:
        run(machine, line)
    assert refusal.value.column == column
    assert (machine.folder / "stick.img").read_bytes() == before


def test_an_unknown_letter_fails_as_on_windows(machine: Machine) -> None:
    code, text = run(machine, "bootsect /nt60 Q: /mbr")
    assert code == 1
    assert "Q:" in text


def test_a_volume_without_a_file_system_fails(machine: Machine) -> None:
    with (machine.folder / "stick.img").open("r+b") as file:
        file.seek(START)
        file.write(bytes(512))
    assert run(machine, "bootsect /nt60 Y: /mbr")[0] == 1
    assert recognised(machine) is None


@pytest.mark.parametrize("kind", ["vhd", "hive"])
def test_a_volume_in_use_cannot_be_locked_and_is_not_torn_away(machine: Machine, kind: str) -> None:
    if kind == "vhd":
        machine.add_disk(Disk(0, vdisk="y:\\hvsOS.vhd"))
    else:
        machine.state.hives["HKLM\\X"] = Hive("Y:\\SYSTEM", "hives/x")
    machine.save()
    code, text = run(machine, "bootsect /nt60 Y: /mbr")
    assert code == 1
    assert "lock" in text
    with pytest.raises(BenchRefusal):
        run(machine, "bootsect /nt60 Y: /force /mbr")
    assert recognised(machine) is None
