"""bcdboot and bootsect where the system partition is FAT32 and the VHD lies on another one, on MBR and on GPT disks."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest

from hvsbuild.formats import bootcode
from hvsbuild.formats.bcd import Store, store_of
from hvsbuild.formats.bcd_devices import GptPartition, LocateVhd, MbrPartition
from hvsbuild.formats.bcd_names import element_name
from hvsbuild.formats.bcd_place import partition_of
from hvsbuild.formats.filesystem import walk
from hvsbuild.formats.ranges import total
from hvsbuild.formats.table import read_table
from hvsbuild.hosts.bench.bcdboot import bcdboot
from hvsbuild.hosts.bench.bootsect import bootsect
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal
from tests.bench.bootbench import EFI, WINDOWS, run
from tests.bench.diskparting import carve, sfdisk
from tests.bench.twoparts import MIB, NUMBERS, attach, batch, bench, detach, diskpart
from tests.formats import fatting
from tests.formats.test_inuse import spoil

BIOS_STORE, EFI_STORE, RECOVERY_STORE = r"\Boot\BCD", r"\EFI\Microsoft\Boot\BCD", r"\EFI\Microsoft\Recovery\BCD"


@pytest.fixture(scope="module", params=["mbr", "gpt"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The scheme, and a prepared bench."""
    folder = tmp_path_factory.mktemp(request.param) / "bench"
    bench(folder, request.param)
    return request.param, folder


@pytest.fixture
def scheme(made: tuple[str, Path]) -> str:
    return made[0]


@pytest.fixture
def machine(made: tuple[str, Path], tmp_path: Path) -> Machine:
    """A copy of it, holes and all."""
    subprocess.run(["cp", "-a", "--sparse=always", "--reflink=auto", made[1], tmp_path / "bench"], check=True)
    return Machine(tmp_path / "bench")


def devices(machine: Machine, scheme: str) -> list[MbrPartition | GptPartition]:
    """The system partition and the one with the VHD, by what sfdisk reads."""
    table = sfdisk(machine.folder / "stick.img")
    parts = [table["partitions"][number - 1] for number in NUMBERS[scheme]]
    if scheme == "mbr":
        return [MbrPartition(int(table["id"], 16), one["start"] * 512) for one in parts]
    return [GptPartition(uuid.UUID(table["id"]), uuid.UUID(one["uuid"])) for one in parts]


def store(machine: Machine, path: str) -> Store:
    with machine.reader("S") as tree:
        return store_of(tree.read(path))


def loaders(found: Store) -> dict[str, dict[str, Any]]:
    """The loaders by their GUIDs, with their elements by name."""
    return {one.guid: {element_name(code, one.type): one.value(code) for code in one.elements} for one in found.loaders}


def names(machine: Machine) -> dict[str, int]:
    with machine.reader("S") as tree:
        return {one.path: one.attributes & 0x27 for one in walk(tree) if not one.is_dir}


def check(machine: Machine, scheme: str, to: Path) -> Path:
    """The FAT32 partition as a file of its own, after fsck.fat has found nothing."""
    part = sfdisk(machine.folder / "stick.img")["partitions"][NUMBERS[scheme][0] - 1]
    fat = carve(machine.folder / "stick.img", part["start"] * 512, part["size"] * 512, to)
    fatting.check(fat)
    return fat


def test_uefi(machine: Machine, scheme: str, tmp_path: Path) -> None:
    code, text = run(bcdboot, machine, r"bcdboot R:\windows /s S: /f UEFI")
    assert (code, text.splitlines()[-1]) == (0, "Boot files successfully created.")
    assert set(names(machine)) == {
        r"\EFI\Boot\bootx64.efi",
        r"\EFI\Microsoft\Boot\BCD",
        r"\EFI\Microsoft\Boot\bootmgfw.efi",
        r"\EFI\Microsoft\Boot\en-US\bootmgfw.efi.mui",
        r"\EFI\Microsoft\Boot\Fonts\wgl4_boot.ttf",
        r"\EFI\Microsoft\Recovery\BCD",
    }
    system, data = devices(machine, scheme)
    with machine.open_disk(1) as disk:
        table = read_table(disk)
    assert table is not None
    assert [partition_of(table, one) for one in (system, data)] == [table.partition(one) for one in NUMBERS[scheme]]
    for path in (EFI_STORE, RECOVERY_STORE):
        found = store(machine, path)
        assert found.bootmgr is not None
        assert found.bootmgr.value("device") == system
        assert found.bootmgr.value("path") == r"\EFI\Microsoft\Boot\bootmgfw.efi"
        (loader,) = loaders(found).values()
        assert loader["path"] == r"\windows\system32\winload.efi"
        assert loader["device"] == LocateVhd(data, r"\hvsOS.vhd", 0x12000002)
        assert loader["osdevice"] == LocateVhd(data, r"\hvsOS.vhd", 0x22000002)
    fat = check(machine, scheme, tmp_path / "fat")
    fatting.output("mcopy", "-i", fat, "::/efi/boot/BOOTX64.EFI", tmp_path / "program")
    assert (tmp_path / "program").read_bytes() == EFI


def test_all_is_both_with_two_stores(machine: Machine, scheme: str, tmp_path: Path) -> None:
    assert run(bcdboot, machine, r"bcdboot R:\windows /s S: /f ALL")[0] == 0
    found = names(machine)
    assert {BIOS_STORE, EFI_STORE, RECOVERY_STORE, r"\EFI\Boot\bootx64.efi", r"\Boot\memtest.exe"} <= set(found)
    assert found[r"\bootmgr"] == 0x27
    with machine.reader("S") as tree:
        folder = tree.find(r"\Boot")
        assert folder is not None
        assert folder.attributes == 0x16
    with machine.reader("Y") as tree:
        assert [one.path for one in walk(tree)] == [r"\hvsOS.vhd"], "nothing but the VHD is on its volume"
    system, data = devices(machine, scheme)
    for path, loader in ((BIOS_STORE, "winload.exe"), (EFI_STORE, "winload.efi")):
        stored = store(machine, path)
        assert stored.bootmgr is not None
        assert stored.bootmgr.value("device") == system
        (entry,) = loaders(stored).values()
        assert entry["path"] == rf"\windows\system32\{loader}"
        assert entry["osdevice"] == LocateVhd(data, r"\hvsOS.vhd", 0x22000002)
    fat = check(machine, scheme, tmp_path / "fat")
    assert fatting.output("mattrib", "-i", fat, "::/bootmgr").split()[:2] == ["A", "SHR"]


def test_twice_is_once(machine: Machine) -> None:
    run(bcdboot, machine, r"bcdboot R:\windows /s S: /f ALL")
    before = (machine.folder / "stick.img").stat().st_mtime_ns
    assert "written" not in run(bcdboot, machine, r"bcdboot R:\windows /s S: /f ALL /v")[1]
    assert (machine.folder / "stick.img").stat().st_mtime_ns == before


def second_vhd(machine: Machine, name: str) -> None:
    """Another VHD beside the first, attached as W:."""
    shutil.copyfile(machine.folder / "C" / "hvsOS.vhd", machine.folder / "C" / name)
    batch(machine, rf"copy /y C:\{name} Y:\{name}")
    diskpart(machine, attach(rf"Y:\{name}", "W"))


@pytest.mark.parametrize(("flag", "default"), [("", r"\second.vhd"), (" /d", r"\hvsOS.vhd")])
def test_a_second_vhd_becomes_a_second_entry(machine: Machine, flag: str, default: str) -> None:
    run(bcdboot, machine, r"bcdboot R:\windows /s S: /f ALL")
    second_vhd(machine, "second.vhd")
    assert run(bcdboot, machine, r"bcdboot W:\windows /s S: /f ALL" + flag)[0] == 0
    for path in (BIOS_STORE, EFI_STORE):
        found = store(machine, path)
        entries = {guid: loader["osdevice"].path for guid, loader in loaders(found).items()}
        assert sorted(entries.values()) == [r"\hvsOS.vhd", r"\second.vhd"]
        assert found.bootmgr is not None
        order = found.bootmgr.value("displayorder")
        assert isinstance(order, tuple)
        assert [entries[str(guid)] for guid in order] == [r"\second.vhd", r"\hvsOS.vhd"]
        assert found.default is not None
        assert entries[found.default.guid] == default
    # the first one again: no third entry, but its place is the first now
    assert run(bcdboot, machine, r"bcdboot R:\windows /s S: /f ALL")[0] == 0
    found = store(machine, EFI_STORE)
    assert len(found.loaders) == 2
    assert found.default is not None
    assert loaders(found)[found.default.guid]["osdevice"].path == r"\hvsOS.vhd"


def test_boot_code_for_a_fat32_system_partition(machine: Machine, scheme: str) -> None:
    diskpart(machine, detach(r"Y:\hvsOS.vhd"))
    line = "bootsect /nt60 S: /force /mbr"
    if scheme == "gpt":
        before = (machine.folder / "stick.img").stat().st_mtime_ns
        with pytest.raises(BenchRefusal) as caught:
            run(bootsect, machine, line)
        assert "GPT" in caught.value.what
        assert "UEFI" in caught.value.hint
        assert caught.value.column == line.index("S:") + 1
        assert (machine.folder / "stick.img").stat().st_mtime_ns == before
        return
    table = sfdisk(machine.folder / "stick.img")
    assert run(bootsect, machine, line)[0] == 0
    assert sfdisk(machine.folder / "stick.img") == table
    with machine.open_disk(1) as disk:
        found = [bootcode.recognise(disk, one["start"] * 512) for one in table["partitions"]]
    assert found == ["grub-ntldr", None]


def test_the_vhd_does_not_keep_the_system_partition_open(machine: Machine, scheme: str) -> None:
    """It lies on Y:, so that S: can be locked; on the one volume of a BIOS stick it would be in the way."""
    if scheme == "mbr":
        assert run(bootsect, machine, "bootsect /nt60 S: /force /mbr")[0] == 0
        with pytest.raises(BenchRefusal, match="cannot do this"):
            run(bootsect, machine, "bootsect /nt60 Y: /force /mbr")


def test_an_image_without_efi_files_leaves_the_partition_as_it_was(tmp_path: Path) -> None:
    machine = bench(
        tmp_path / "bench", "gpt", files={name: data for name, data in WINDOWS.items() if "EFI" not in name}
    )
    code, text = run(bcdboot, machine, r"bcdboot R:\windows /s S: /f UEFI")
    assert (code, text.splitlines()[-1]) == (1, "Failure when attempting to copy boot files.")
    assert names(machine) == {}


def test_what_the_block_map_leaves_out_may_be_anything(machine: Machine, scheme: str, tmp_path: Path) -> None:
    """As on a drive with old content that is flashed: both file systems are whole, with garbage in all the rest."""
    run(bcdboot, machine, r"bcdboot R:\windows /s S: /f ALL")
    stick = machine.folder / "stick.img"
    clean = fatting.by_dissect(check(machine, scheme, tmp_path / "clean"))
    used = spoil(stick)
    assert total(used) < 60 * MIB
    assert fatting.by_dissect(check(machine, scheme, tmp_path / "spoiled")) == clean
    assert sfdisk(stick)["label"] == {"mbr": "dos", "gpt": "gpt"}[scheme]
    with machine.reader("R") as tree:
        assert tree.read(r"\Windows\Boot\PCAT\bootmgr") == WINDOWS[r"\Windows\Boot\PCAT\bootmgr"]
