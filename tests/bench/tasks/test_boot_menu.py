"""The boot scripts of a stick with two VHDs, run on a bench, and looked at by dissect and by the observers of a run."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml
from dissect.regf import RegistryHive

from hvsbuild.bundle.render import Bundle
from hvsbuild.hosts.bench.machine import Disk, Machine
from hvsbuild.hosts.bench.tool import Console
from hvsbuild.hosts.bench.worker import run_script
from hvsbuild.run.check import Finding, check_image
from tests.bench import twoparts
from tests.bench.bootbench import IDENTITY, MIB, WINDOWS, ntfs_with, vhd_file
from tests.boot import sticks
from tests.golden import HERE as GOLDEN
from tests.golden import bundle_of, case_bundle, spec_of

BOOTMGR = "{9dea862c-5cdd-4e70-acc1-f32b344d4795}"
EMS, DEBUG = "{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}", "{4636856e-540f-4170-a130-a84776f4c654}"
FIRST, SECOND = "a.vhd", "b (new) & co.vhd"
CASE = GOLDEN / "boot-menu" / "two.yaml"
CHANGES: dict[str, Any] = yaml.safe_load(CASE.read_text())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stick, Y:, with two VHDs, each a small Windows."""
    folder = tmp_path_factory.mktemp("two")
    files = {f"\\{name}": vhd_file(folder, WINDOWS, name) for name in (FIRST, SECOND)}
    return sticks.disk(folder / "stick.img", ntfs_with(folder / "outer", 32 * MIB, files))


@pytest.fixture
def machine(made: Path, tmp_path: Path) -> Machine:
    """With both VHDs attached: a.vhd as R:, the other as Q:."""
    machine = Machine.create(tmp_path / "bench", IDENTITY, 1_600_000_000)
    (machine.folder / "stick.img").write_bytes(made.read_bytes())
    machine.add_disk(Disk(0, file="stick.img"))
    for number, (name, letter) in enumerate({FIRST: "R", SECOND: "Q"}.items(), 2):
        machine.add_disk(Disk(0, vdisk=f"Y:\\{name}"))
        machine.state.letters[letter] = (number, 1)
    machine.state.letters["Y"] = (1, 1)
    machine.save()
    return machine


def run(machine: Machine, bundle: Bundle, *kinds: str, code: int = 0) -> str:
    """Run the scripts of these kinds in the plan's order."""
    text = ""
    for task in bundle.manifest.tasks:
        if task.kind in kinds:
            console = Console()
            assert run_script(machine, console, f"{task.id}.cmd", "cmd", bundle.script(task)) == code, console.text()
            text += console.text()
    return text


class Seen:
    """A store as dissect reads it."""

    def __init__(self, data: bytes) -> None:
        self.hive = RegistryHive(io.BytesIO(data))

    def elements(self, guid: str) -> dict[str, Any]:
        return {one.name: one.value("Element").value for one in self.hive.open(rf"Objects\{guid}\Elements").subkeys()}

    def entry(self, vhd: str) -> str:
        """The GUID of the loader whose device has the VHD's path in it."""
        path = f"\\{vhd}\0".encode("utf-16-le")
        found = [one.name for one in self.hive.open("Objects").subkeys()]
        loaders = [
            one for one in found if self.hive.open(rf"Objects\{one}\Description").value("Type").value == 0x10200003
        ]
        (guid,) = [one for one in loaders if path in self.elements(one)["21000001"]]
        return str(guid)


def store(machine: Machine, path: str = r"\Boot\BCD", letter: str = "Y") -> Seen:
    with machine.reader(letter) as tree:
        return Seen(tree.read(path))


def number(value: int) -> bytes:
    return value.to_bytes(8, "little")


def boot_states(machine: Machine, bundle: Bundle) -> list[Finding]:
    found = check_image(bundle.manifest, machine.folder / "stick.img", {})
    return [one for one in found if one.kind in ("BootFile", "BootEntry", "BootSetting", "BootMenu")]


def test_the_menu_of_two_vhds(machine: Machine) -> None:
    bundle = case_bundle(CASE)
    run(machine, bundle, "boot-files")
    ahead = boot_states(machine, bundle)
    assert {one.kind for one in ahead if one.holds} - {"BootMenu"} == {"BootFile", "BootEntry"}
    run(machine, bundle, "boot-settings")
    run(machine, bundle, "boot-menu")
    seen = store(machine)
    first, second, manager = seen.entry(FIRST), seen.entry(SECOND), seen.elements(BOOTMGR)
    assert (manager["24000001"], manager["23000003"]) == ([second, first], second)
    assert (manager["25000004"], manager["26000020"]) == (number(10), b"\1")
    one, other = seen.elements(first), seen.elements(second)
    assert (one["25000020"], one["25000061"], one["26000091"], one["250000f0"]) == (
        number(1),
        number(4),
        b"\1",
        number(1),
    )
    assert (other["12000004"], other["12000030"], other["16000009"]) == ("Core (50% of it)", "A B", b"\0")
    assert other["25000061"] == number(4)
    assert "26000091" not in other
    assert one["12000004"] == "Windows"
    after = boot_states(machine, bundle)
    assert [one for one in after if not one.holds] == []
    assert [one.wanted for one in after if one.kind == "BootMenu"] == [
        rf"\Boot\BCD: the menu offers \{SECOND}, \{FIRST}; \{SECOND} starts by itself"
    ]


def test_running_them_again_changes_nothing(machine: Machine) -> None:
    bundle = case_bundle(CASE)
    kinds = ("boot-files", "boot-settings", "boot-menu")
    for kind in kinds:
        run(machine, bundle, kind)
    before = (machine.folder / "stick.img").read_bytes()
    for kind in kinds[1:]:
        run(machine, bundle, kind)
    assert (machine.folder / "stick.img").read_bytes() == before


def test_only_what_changed_is_out_of_state(machine: Machine) -> None:
    """Another timeout asks for boot-menu alone; another setting of one VHD for its own settings alone."""
    bundle = case_bundle(CASE)
    for kind in ("boot-files", "boot-settings", "boot-menu"):
        run(machine, bundle, kind)
    slower = {**CHANGES, "boot": {**CHANGES["boot"], "menu": {**CHANGES["boot"]["menu"], "timeout": 60}}}
    first, second = CHANGES["vhds"]
    noisy = {
        **CHANGES,
        "vhds": [{**first, "boot": {"settings": {"nx": "optout", "sos": True, "bootlog": True}}}, second],
    }
    swapped = {
        **CHANGES,
        "boot": {**CHANGES["boot"], "menu": {"order": [FIRST], "timeout": 10, "displaybootmenu": True}},
    }
    for changes, task, wanted in (
        (slower, "boot-menu", ["{bootmgr} timeout 60"]),
        (noisy, "boot-settings-a", [r"\a.vhd bootlog yes"]),
        (swapped, "boot-menu", [rf"the menu offers \{FIRST}, \{SECOND}; \{FIRST} starts by itself"]),
    ):
        run(machine, bundle, "boot-settings")
        run(machine, bundle, "boot-menu")
        drifted = [one for one in boot_states(machine, bundle_of(spec_of(changes))) if not one.holds]
        assert {one.task for one in drifted} == {task}
        assert [one.wanted.removeprefix(r"\Boot\BCD: ") for one in drifted] == wanted
        run(machine, bundle_of(spec_of(changes)), *({"boot-menu"} if task == "boot-menu" else {"boot-settings"}))
        assert all(one.holds for one in boot_states(machine, bundle_of(spec_of(changes))))
    assert {one.task for one in boot_states(machine, bundle) if not one.holds} == {"boot-menu"}


def test_a_new_run_of_bcdboot_is_seen(machine: Machine) -> None:
    """It makes the entry anew: its settings are gone, and it starts by itself."""
    bundle = case_bundle(CASE)
    for kind in ("boot-files", "boot-settings", "boot-menu"):
        run(machine, bundle, kind)
    twoparts.batch(machine, r"bcdboot R:\windows /s Y: /f BIOS /l de-DE")
    drifted = [one for one in boot_states(machine, bundle) if not one.holds]
    assert {(one.task, one.kind) for one in drifted} == {
        ("boot-settings-a", "BootSetting"),
        ("boot-menu", "BootMenu"),
    }
    assert [one.seen for one in drifted if one.kind == "BootMenu"] == [
        rf"the menu offers \{FIRST}, \{SECOND}; \{FIRST} starts by itself"
    ]


def test_an_entry_that_is_not_there(machine: Machine) -> None:
    bundle = case_bundle(CASE)
    twoparts.batch(machine, r"bcdboot R:\windows /s Y: /f BIOS")
    text = run(machine, bundle, "boot-menu", code=1)
    assert rf'There must be one entry that starts from "\{SECOND}" in "Y:\Boot\BCD". These are there:' in text
    assert r"device                  vhd=[Y:]\a.vhd,locate=custom:12000002" in text
    assert [one.seen for one in boot_states(machine, bundle) if one.kind == "BootEntry"] == [
        r"the entry of \a.vhd starts \Windows\system32\winload.exe from \a.vhd",
        rf"no entries start from \{SECOND}",
    ]


def test_two_entries_of_one_vhd(machine: Machine) -> None:
    bundle = case_bundle(CASE)
    run(machine, bundle, "boot-files")
    twoparts.batch(machine, r'bcdedit /store Y:\Boot\BCD /copy {default} /d "another"')
    assert "There must be one entry" in run(machine, bundle, "boot-menu", code=1)
    assert sorted(one.seen for one in boot_states(machine, bundle) if one.kind == "BootEntry")[0].startswith(
        "2 entries"
    )


def test_one_entry_with_a_name_and_consoles(machine: Machine) -> None:
    """The golden script names {default}."""
    twoparts.batch(machine, r"bcdboot R:\windows /s Y:")
    run(machine, case_bundle(GOLDEN / "boot-menu" / "one.yaml"), "boot-menu")
    seen = store(machine)
    manager = seen.elements(BOOTMGR)
    assert seen.elements(manager["23000003"])["12000004"] == "Hyper-V core"
    assert (manager["25000004"], manager["26000020"], manager["16000020"]) == (number(0), b"\0", b"\1")
    ems, debug = seen.elements(EMS), seen.elements(DEBUG)
    assert (ems["15000022"], ems["15000023"]) == (number(1), number(57600))
    assert (debug["15000011"], debug["15000013"], debug["15000014"]) == (number(0), number(2), number(115200))


def test_a_store_for_each_firmware(tmp_path: Path) -> None:
    machine = twoparts.blank(tmp_path / "bench", 340 * MIB, uuid.UUID(int=9))
    twoparts.diskpart(machine, twoparts.prepare("mbr"))
    for name, letter in {"a.vhdx": "R", "b.vhdx": "Q"}.items():
        vhd_file(machine.folder / "C", WINDOWS, name.removesuffix("x"))
        twoparts.batch(machine, rf'copy /y "C:\{name[:-1]}" "Y:\{name[:-1]}"')
        twoparts.diskpart(machine, twoparts.attach(rf"Y:\{name[:-1]}", letter))
    changes = yaml.safe_load((GOLDEN / "boot-menu" / "both.yaml").read_text().replace(".vhdx", ".vhd"))
    bundle = bundle_of(spec_of(changes))
    for kind in ("boot-files", "boot-settings", "boot-menu"):
        run(machine, bundle, kind)
    for path, loader in ((r"\Boot\BCD", "winload.exe"), (r"\EFI\Microsoft\Boot\BCD", "winload.efi")):
        seen = store(machine, path, "S")
        first, second, manager = seen.entry("a.vhd"), seen.entry("b.vhd"), seen.elements(BOOTMGR)
        assert (manager["24000001"], manager["23000003"]) == ([first, second], second)
        assert [seen.elements(one)["12000004"] for one in (first, second)] == ["A", "B"]
        assert seen.elements(first)["12000002"].lower().endswith(loader)
        assert seen.elements(first)["250000f0"] == number(1)
    found = boot_states(machine, bundle)
    assert [one for one in found if not one.holds] == []
    assert len([one for one in found if one.kind == "BootFile"]) == 6
