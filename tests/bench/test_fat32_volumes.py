"""Letters on FAT32 volumes: what diskpart makes of them, and the file commands; judged by fsck.fat and mtools."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from hvsbuild.formats import imagemap
from hvsbuild.hosts.bench.machine import Machine
from tests.bench.diskparting import carve, ok, output, sfdisk
from tests.bench.twoparts import MIB, NUMBERS, batch, blank, diskpart, prepare
from tests.formats import fatting

SIZE = 340 * MIB


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine whose stick has only a FAT32 partition, S:, and with a file on C:."""
    found = blank(tmp_path / "bench", 80 * MIB)
    diskpart(found, ["select disk 1", "create partition primary", "format fs=fat32 label=SYSTEM", "assign letter=S"])
    (found.folder / "C" / "file.txt").write_bytes(b"one\r\ntwo\r\n")
    return found


def volume(machine: Machine, to: Path, number: int = 1) -> Path:
    """A partition of the stick as a file of its own."""
    parts = sfdisk(machine.folder / "stick.img")["partitions"]
    return carve(machine.folder / "stick.img", parts[number - 1]["start"] * 512, parts[number - 1]["size"] * 512, to)


@pytest.mark.parametrize("scheme", ["mbr", "gpt"])
def test_a_stick_with_a_system_partition(tmp_path: Path, scheme: str) -> None:
    machine = blank(tmp_path / "bench", SIZE)
    diskpart(machine, prepare(scheme))
    system, data = NUMBERS[scheme]
    assert machine.state.letters == {"S": (1, system), "Y": (1, data)}
    parts = sfdisk(machine.folder / "stick.img")["partitions"]
    first, second = parts[system - 1], parts[data - 1]
    assert (first["start"], first["size"]) == (128 if scheme == "mbr" else 16 * 2048, 260 * 2048)
    assert second["start"] == first["start"] + first["size"]
    assert second["start"] + second["size"] == (SIZE - MIB) // 512, "the rest, less the MiB that Windows leaves"
    if scheme == "mbr":
        assert [(one["type"], one.get("bootable", False)) for one in parts] == [("c", True), ("7", False)]
    else:
        assert "No problems found" in output("sgdisk", "-v", machine.folder / "stick.img")
    fat = volume(machine, tmp_path / "fat", system)
    fatting.check(fat)
    assert f"{first['start']} hidden sectors" in fatting.output("fsck.fat", "-n", "-v", fat)
    assert "Volume in drive : is SYSTEM" in fatting.output("mdir", "-i", fat, "-f", "::/")
    output("ntfsfix", "-n", volume(machine, tmp_path / "ntfs", data))
    listed = ok(machine, "list volume")
    assert "FAT32" in listed
    assert "NTFS" in listed


@pytest.mark.parametrize("scheme", ["mbr", "gpt"])
def test_the_same_script_makes_the_same_stick_and_another_machine_another(tmp_path: Path, scheme: str) -> None:
    made = []
    for name, identity in (("a", uuid.UUID(int=1)), ("b", uuid.UUID(int=1)), ("c", uuid.UUID(int=2))):
        machine = blank(tmp_path / name, SIZE, identity)
        diskpart(machine, prepare(scheme))
        made.append((imagemap.survey(machine.folder / "stick.img"), sfdisk(machine.folder / "stick.img")))
    assert made[0][0] == made[1][0]
    ids = [{table["id"], *(one.get("uuid", "") for one in table["partitions"])} for _, table in made]
    assert ids[0] == ids[1]
    assert ids[0].isdisjoint(ids[2] - {""})


def test_the_file_commands(machine: Machine, tmp_path: Path) -> None:
    (machine.folder / "C" / "tree" / "below").mkdir(parents=True)
    (machine.folder / "C" / "tree" / "A long name.txt").write_bytes(b"long")
    (machine.folder / "C" / "tree" / "below" / "deep.bin").write_bytes(bytes(range(256)) * 100)
    (machine.folder / "C" / "big.bin").write_bytes(b"big" * (6 << 20))
    stop = 'if not "%errorlevel%"=="0" exit /b %errorlevel%'
    text = batch(
        machine,
        r"mkdir S:\EFI\Microsoft\Boot",
        stop,
        r"copy /y C:\file.txt S:\EFI\file.txt",
        stop,
        r"copy /y C:\big.bin S:\big.bin",
        stop,
        r"robocopy C:\tree S:\tree /e",
        'if not "%errorlevel%"=="1" exit /b 9',
        r"robocopy C:\tree S:\tree /e",
        'if not "%errorlevel%"=="0" exit /b 9',
        r">S:\hvsbuild.json echo {}",
        r"attrib +r +s +h S:\hvsbuild.json",
        stop,
        r"attrib -h -s -r S:\hvsbuild.json",
        r"del S:\hvsbuild.json",
        stop,
        r">>S:\EFI\file.txt echo three",
        r"type S:\efi\FILE.TXT",
        r"attrib +h S:\EFI\file.txt",
        r"if exist S:\tree\below\DEEP.BIN echo there",
        r"rd /s /q S:\EFI\Microsoft",
        r"copy /y S:\tree\below\deep.bin C:\back.bin",
        stop,
    )
    assert [line for line in text.splitlines() if line in ("one", "two", "three", "there")] == [
        "one",
        "two",
        "three",
        "there",
    ]
    assert (machine.folder / "C" / "back.bin").read_bytes() == bytes(range(256)) * 100
    fat = volume(machine, tmp_path / "fat")
    fatting.check(fat)
    assert fatting.by_dissect(fat) == {
        r"\EFI": None,
        r"\EFI\FILE.TXT": b"one\r\ntwo\r\nthree\r\n",
        r"\BIG.BIN": b"big" * (6 << 20),
        r"\TREE": None,
        r"\TREE\A LONG NAME.TXT": b"long",
        r"\TREE\BELOW": None,
        r"\TREE\BELOW\DEEP.BIN": bytes(range(256)) * 100,
    }


def test_a_full_volume_is_windows_error_and_not_ours(machine: Machine, tmp_path: Path) -> None:
    for name, size in (("big", 60), ("more", 40)):
        with (machine.folder / "C" / name).open("wb") as file:
            file.truncate(size * MIB)
    text = batch(machine, r"copy C:\big S:\big", r"copy C:\more S:\more", code=1)
    assert "There is not enough space on the disk." in text
    fatting.check(volume(machine, tmp_path / "fat"))


def test_a_killed_script_is_taken_back(machine: Machine) -> None:
    image = machine.folder / "stick.img"
    before = imagemap.survey(image)
    machine.undo.begin()
    with machine.volume("S") as system:
        system.make_folder(r"\EFI\Boot")
        system.write(r"\EFI\Boot\bootx64.efi", b"program" * 100_000)
        system.delete(r"\EFI\Boot\bootx64.efi")
    assert imagemap.survey(image) != before
    assert Machine(machine.folder).recover()
    assert imagemap.survey(image) == before


def test_labels(machine: Machine) -> None:
    """FAT keeps them in capitals, as on Windows."""
    ok(machine, "select volume S", "format fs=fat32 label=hvsUSB quick")
    assert "HVSUSB" in ok(machine, "list volume")
