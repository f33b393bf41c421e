"""bcdboot on the bench: what lies on the stick afterwards, twice the same, and what it refuses."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from hvsbuild.formats.bcd import Store, Value, store_of, write_store
from hvsbuild.formats.bcd_devices import GptPartition, LocateVhd, MbrPartition
from hvsbuild.formats.bcd_names import element_name
from hvsbuild.formats.bcd_template import LOADER_TEMPLATE, SCRATCH
from hvsbuild.formats.filesystem import walk
from hvsbuild.formats.hive import Hive, new_hive
from hvsbuild.formats.regvalue import REG_SZ, RegValue, utf16
from hvsbuild.hosts.bench.bcdboot import bcdboot
from hvsbuild.hosts.bench.bootdevice import letter_of, partition_device
from hvsbuild.hosts.bench.machine import Disk, Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console
from tests.bench.bootbench import EFI, FIXTURES, IDENTITY, WINDOWS, bench, read, run, stick, words
from tests.boot import sticks

HOST = MbrPartition(0xA1B2C3D4, 1 << 20)
LINE = r"bcdboot R:\windows /s Y:"
EFI_STORES = (r"\EFI\Microsoft\Boot\BCD", r"\EFI\Microsoft\Recovery\BCD")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stick(tmp_path_factory.mktemp("stick"), WINDOWS)


@pytest.fixture
def machine(tmp_path: Path, image: Path) -> Machine:
    return bench(tmp_path / "bench", image)


def files(machine: Machine) -> dict[str, int]:
    """The files and folders of the stick with their attributes (the archive bit of files alone)."""
    with machine.reader("Y") as tree:
        return {entry.path: entry.attributes & (0x17 if entry.is_dir else 0x37) for entry in walk(tree)}


def default(store: Store) -> dict[str, Value | None]:
    assert store.default is not None
    return {element_name(code, store.default.type): store.default.value(code) for code in store.default.elements}


def write_into_windows(machine: Machine, path: str, data: bytes) -> None:
    with machine.volume("R") as volume:
        volume.write(path, data)


def test_a_bios_stick(machine: Machine) -> None:
    code, text = run(bcdboot, machine, LINE)
    assert (code, text.splitlines()[-1]) == (0, "Boot files successfully created.")
    assert files(machine) == {
        r"\Boot": 0x16,
        r"\Boot\BCD": 0x20,
        r"\Boot\Fonts": 0x10,
        r"\Boot\Fonts\wgl4_boot.ttf": 0x20,
        r"\Boot\en-US": 0x10,
        r"\Boot\en-US\bootmgr.exe.mui": 0x20,
        r"\Boot\memtest.exe": 0x20,
        r"\bootmgr": 0x27,
        r"\hvsOS.vhd": 0x20,
    }
    for there, source in ((r"\bootmgr", r"\PCAT\bootmgr"), (r"\Boot\Fonts\wgl4_boot.ttf", r"\Fonts\wgl4_boot.ttf")):
        assert read(machine, there) == WINDOWS[rf"\Windows\Boot{source}"]
    store = store_of(read(machine, r"\Boot\BCD"))
    loader = default(store)
    assert loader["device"] == LocateVhd(HOST, r"\hvsOS.vhd", 0x12000002)
    assert loader["osdevice"] == LocateVhd(HOST, r"\hvsOS.vhd", 0x22000002)
    assert loader["path"] == r"\windows\system32\winload.exe"
    assert loader["systemroot"] == r"\windows"
    assert store.bootmgr is not None
    assert store.bootmgr.value("device") == HOST


def test_an_efi_stick(machine: Machine) -> None:
    assert run(bcdboot, machine, LINE + " /f uefi /l de-DE")[0] == 0
    assert r"\bootmgr" not in files(machine)
    assert read(machine, r"\EFI\Boot\bootx64.efi") == EFI
    assert read(machine, r"\EFI\Microsoft\Boot\bootmgfw.efi") == EFI
    assert read(machine, r"\EFI\Microsoft\Boot\en-US\bootmgfw.efi.mui") == b"MZ mui efi"
    assert r"\EFI\Microsoft\Boot\Fonts\wgl4_boot.ttf" in files(machine)
    for path in EFI_STORES:
        loader = default(store_of(read(machine, path)))
        assert loader["path"] == r"\windows\system32\winload.efi"
        assert loader["locale"] == "de-DE"


def test_all_is_both_with_two_stores(machine: Machine) -> None:
    assert run(bcdboot, machine, LINE + " /f ALL")[0] == 0
    assert {r"\bootmgr", r"\Boot\BCD", *EFI_STORES} <= set(files(machine))


def test_twice_is_once(machine: Machine) -> None:
    run(bcdboot, machine, LINE + " /f ALL")
    image = machine.folder / "stick.img"
    before = image.read_bytes()
    os.utime(image, (0, 0))
    code, text = run(bcdboot, machine, LINE + " /f ALL /v")
    assert code == 0
    assert "written" not in text
    assert (image.stat().st_mtime, image.read_bytes() == before) == (0, True)


def test_the_same_machine_makes_the_same_store_and_another_another(
    tmp_path: Path, image: Path, machine: Machine
) -> None:
    stores = []
    identities = (IDENTITY, IDENTITY, type(IDENTITY)(int=1))
    for name, identity in zip("abc", identities, strict=True):
        other = bench(tmp_path / name, image, identity)
        assert run(bcdboot, other, LINE)[0] == 0
        stores.append(read(other, r"\Boot\BCD"))
    assert stores[0] == stores[1]
    assert stores[0] != stores[2]
    assert run(bcdboot, machine, LINE)[0] == 0
    assert read(machine, r"\Boot\BCD") == stores[0]


def test_only_what_differs_is_written(machine: Machine) -> None:
    run(bcdboot, machine, LINE)
    with machine.volume("Y") as volume:
        volume.write(r"\Boot\memtest.exe", b"another")
        volume.set_attributes(r"\bootmgr", 0x20)
    _, text = run(bcdboot, machine, LINE + " /v")
    assert [line.split()[1] for line in text.splitlines() if "written" in line] == [
        r"Y:\bootmgr",
        r"Y:\Boot\memtest.exe",
    ]
    assert read(machine, r"\Boot\memtest.exe") == b"MZ memtest"
    assert files(machine)[r"\bootmgr"] == 0x27


def test_the_template_of_the_image_is_used(machine: Machine, tmp_path: Path) -> None:
    template = SCRATCH.objects[LOADER_TEMPLATE["bios"]].with_values({0x250000F0: 1, 0x25000020: 1})
    write_store(tmp_path / "BCD-Template", SCRATCH.with_object(template))
    write_into_windows(machine, r"\Windows\System32\config\BCD-Template", (tmp_path / "BCD-Template").read_bytes())
    code, text = run(bcdboot, machine, LINE)
    assert (code, text) == (0, "Boot files successfully created.")
    loader = default(store_of(read(machine, r"\Boot\BCD")))
    assert (loader["hypervisorlaunchtype"], loader["nx"]) == (1, 1)


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared BCD fixtures are not on this machine")
def test_a_real_template(machine: Machine) -> None:
    data = (FIXTURES / "BCD-Template-win11").read_bytes()
    write_into_windows(machine, r"\Windows\System32\config\BCD-Template", data)
    assert run(bcdboot, machine, LINE)[0] == 0
    assert default(store_of(read(machine, r"\Boot\BCD")))["bootmenupolicy"] == 1


def test_a_damaged_template_is_a_failure(machine: Machine) -> None:
    write_into_windows(machine, r"\Windows\System32\config\BCD-Template", b"regf" + bytes(5000))
    code, text = run(bcdboot, machine, LINE)
    assert (code, "BFSVC Error" in text) == (1, True)
    assert r"\bootmgr" not in files(machine)


def test_the_entry_is_named_after_the_product(machine: Machine, tmp_path: Path) -> None:
    new_hive(tmp_path / "SOFTWARE", "ROOT")
    with Hive.open(tmp_path / "SOFTWARE", writable=True) as hive:
        key = r"Microsoft\Windows NT\CurrentVersion"
        hive.set(key, "ProductName", RegValue(REG_SZ, utf16("Hyper-V Server 2008 R2")))
        hive.commit()
    write_into_windows(machine, r"\Windows\System32\config\SOFTWARE", (tmp_path / "SOFTWARE").read_bytes())
    run(bcdboot, machine, LINE)
    assert default(store_of(read(machine, r"\Boot\BCD")))["description"] == "Hyper-V Server 2008 R2"


def program(major: int) -> bytes:
    return b"MZ" + bytes(60) + struct.pack("<4I", 0xFEEF04BD, 0x10000, major << 16, 0)


def test_newer_boot_files_are_kept_as_a_set(machine: Machine) -> None:
    run(bcdboot, machine, LINE)
    write_into_windows(machine, r"\Windows\Boot\PCAT\memtest.exe", program(6))
    write_into_windows(machine, r"\Windows\Boot\PCAT\bootmgr", b"the older bootmgr")
    with machine.volume("Y") as volume:
        volume.write(r"\Boot\memtest.exe", program(10))
        volume.delete(r"\Boot\Fonts\wgl4_boot.ttf")
    code, text = run(bcdboot, machine, LINE)
    assert code == 0
    assert "kept" in text
    assert read(machine, r"\bootmgr") == WINDOWS[r"\Windows\Boot\PCAT\bootmgr"]
    assert read(machine, r"\Boot\memtest.exe") == program(10)
    assert r"\Boot\Fonts\wgl4_boot.ttf" in files(machine)


def test_windows_8_boot_files(machine: Machine) -> None:
    write_into_windows(machine, r"\Windows\Boot\PCAT\bootnxt", b"next")
    run(bcdboot, machine, LINE)
    assert files(machine)[r"\BOOTNXT"] == 0x26
    assert r"\Boot\bootnxt" not in files(machine)


@pytest.mark.parametrize(
    ("line", "words_of_it"),
    [
        (r"bcdboot R:\nowhere /s Y:", r"R:\nowhere\Boot\PCAT\bootmgr"),
        (r"bcdboot Q:\windows /s Y:", "Q:"),
        (r"bcdboot R:\windows /s Q:", "Q:"),
        (r"bcdboot windows /s Y:", "windows"),
    ],
)
def test_what_the_real_tool_fails_at(machine: Machine, line: str, words_of_it: str) -> None:
    code, text = run(bcdboot, machine, line)
    assert code == 1
    assert words_of_it in text
    assert set(files(machine)) == {r"\hvsOS.vhd"}


def test_an_image_without_the_efi_boot_manager(machine: Machine) -> None:
    with machine.volume("R") as volume:
        volume.delete(r"\Windows\Boot\EFI\bootmgfw.efi")
    code, text = run(bcdboot, machine, LINE + " /f ALL")
    assert (code, text.splitlines()[-1]) == (1, "Failure when attempting to copy boot files.")
    assert set(files(machine)) == {r"\hvsOS.vhd"}


@pytest.mark.parametrize(
    ("line", "column", "what"),
    [
        (r"bcdboot R:\windows", 1, "/s"),
        (r"bcdboot /s Y:", 1, "folder"),
        (r"bcdboot R:\windows /s Y: /bootex", 26, "/bootex"),
        (r"bcdboot R:\windows /s Y: /m {x}", 26, "/m"),
        (r"bcdboot R:\windows /s Y: /quick", 26, "/quick"),
        (r"bcdboot R:\windows /s Y: /f", 26, "/f"),
        (r"bcdboot R:\windows /s Y: /f EFI", 29, "EFI"),
        (r"bcdboot R:\windows /s Y: /s Y:", 26, "twice"),
        (r"bcdboot R:\windows /s Yes", 23, "Yes"),
        (r"bcdboot R:\windows /s Y: /p /addlast", 1, "/addlast"),
        (r"bcdboot R:\windows /s C:", 0, "C:"),
        (r"bcdboot C:\windows /s Y:", 0, "C:"),
        (r"bcdboot R:\windows /s R:", 0, "hvsOS.vhd"),
    ],
)
def test_what_the_bench_refuses(machine: Machine, line: str, column: int, what: str) -> None:
    with pytest.raises(BenchRefusal, match="cannot do this") as caught:
        bcdboot(words(line), machine, Console())
    assert what in caught.value.what
    assert caught.value.column == column


def test_a_vhd_on_drive_c_is_refused_with_a_hint(machine: Machine) -> None:
    (machine.folder / "C" / "hvs.vhd").write_bytes(read(machine, r"\hvsOS.vhd"))
    machine.add_disk(Disk(0, vdisk=r"C:\hvs.vhd"))
    machine.state.letters["S"] = (3, 1)
    machine.save()
    with pytest.raises(BenchRefusal) as caught:
        run(bcdboot, machine, r"bcdboot S:\windows /s Y:")
    assert caught.value.hint


def test_a_gpt_disk_is_named_by_its_guids(machine: Machine, tmp_path: Path) -> None:
    volume = sticks.ntfs_volume(tmp_path / "volume", 2 << 20, {})
    disk = sticks.gpt_disk(machine.folder / "gpt.img", [(volume, "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7")])
    number = machine.add_disk(Disk(0, file="gpt.img")).number
    machine.state.letters["T"] = (number, 1)
    table = sticks.table(disk).lower()
    where = partition_device(machine, "T")
    assert isinstance(where, GptPartition)
    assert f"label-id: {where.disk}" in table
    assert f"uuid={where.partition}" in table
    assert letter_of(machine, where) == "T:"


def test_addlast_and_p_are_about_the_firmware_alone(machine: Machine) -> None:
    run(bcdboot, machine, LINE)
    before = read(machine, r"\Boot\BCD")
    for flag in ("/addlast", "/p", "/d"):
        assert run(bcdboot, machine, f"{LINE} {flag}")[0] == 0
        assert read(machine, r"\Boot\BCD") == before
