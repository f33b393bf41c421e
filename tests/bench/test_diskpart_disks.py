"""Disks and partitions: effects in the table, judged by sfdisk; focus; failures."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.formats import gpt
from hvsbuild.formats.partitions import Partition
from hvsbuild.hosts.bench.diskpart import codes
from hvsbuild.hosts.bench.machine import Machine
from tests.bench.diskparting import GIB, MIB, bench, ok, output, run, sfdisk, table

CLEAN = ["select disk 1", "clean"]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return bench(tmp_path / "bench")


def parts(machine: Machine) -> tuple[Partition, ...]:
    found = table(machine)
    assert found is not None
    return found.partitions


def test_a_raw_disk_becomes_mbr_with_a_derived_signature(machine: Machine) -> None:
    ok(machine, *CLEAN, "create partition primary", "active")
    seen = sfdisk(machine.folder / "stick.img")
    assert seen["label"] == "dos"
    assert int(seen["id"], 16) != 0
    assert [(one["start"], one["size"], one["type"], one["bootable"]) for one in seen["partitions"]] == [
        (2048, 5 * GIB // 512 - 4096, "6", True)
    ]


def test_several_partitions_types_and_flags(machine: Machine) -> None:
    ok(
        machine,
        "select disk 1",
        "convert mbr",
        "create partition primary size=100",
        "active",
        "create partition primary size=200 id=27",
        "create partition primary size=300",
        "set id=0c",
        "active",
        "create partition primary offset=4194304 size=16",
    )
    seen = [(one["start"], one["size"], one["type"], one.get("bootable", False)) for one in sfdisk(
        machine.folder / "stick.img")["partitions"]]  # fmt: skip
    assert seen == [
        (2048, 100 * 2048, "6", False),
        (101 * 2048, 200 * 2048, "27", False),
        (301 * 2048, 300 * 2048, "c", True),
        (4 * GIB // 512, 16 * 2048, "6", False),
    ]
    assert run(machine, "select disk 1", "create partition primary")[0] == codes.VDS_PARTITION_LIMIT_REACHED
    ok(machine, "select disk 1", "select partition 3", "inactive")
    assert not any(one.active for one in parts(machine))


def test_gpt_as_microsoft_scripts_make_it(machine: Machine) -> None:
    """On a full Windows with one reserved partition more than they ask for (commercialization-public, issue 227)."""
    recovery = gpt.WINDOWS_RE
    ok(
        machine,
        *CLEAN,
        "convert gpt",
        "create partition efi size=100",
        "create partition msr size=16",
        "create partition primary size=1000",
        "create partition primary",
        f'set id="{recovery}"',
        "gpt attributes=0x8000000000000001",
    )
    image = machine.folder / "stick.img"
    seen = sfdisk(image)
    assert seen["label"] == "gpt"
    found = [(one["start"], one["size"], one["type"].lower(), one["name"]) for one in seen["partitions"]]
    assert found == [
        (34, 16 * 2048 - 34, gpt.MS_RESERVED, "Microsoft reserved partition"),
        (16 * 2048, 100 * 2048, gpt.EFI_SYSTEM, "EFI system partition"),
        (116 * 2048, 16 * 2048, gpt.MS_RESERVED, "Microsoft reserved partition"),
        (132 * 2048, 1000 * 2048, gpt.BASIC_DATA, "Basic data partition"),
        (1132 * 2048, 5 * GIB // 512 - 1133 * 2048, recovery, "Basic data partition"),
    ]
    assert len({one["uuid"] for one in seen["partitions"]} | {seen["id"]}) == 6
    hidden = 0x8000000000000000
    assert [one.attributes for one in parts(machine)] == [hidden, hidden, hidden, 0, hidden | 1]
    assert "No errors detected" in output("sfdisk", "--verify", image)
    assert "No problems found" in output("sgdisk", "-v", image)


def test_a_reserved_partition_is_made_once_wherever_the_script_runs(machine: Machine) -> None:
    """`offset=1024 noerr` makes one where Windows has made none, and fails without harm where it has."""
    reserved = "create partition msr size=15 offset=1024 noerr"
    ok(machine, *CLEAN, "convert gpt", reserved, "create partition efi size=260")
    assert [(one.type, one.start // MIB) for one in parts(machine)] == [(gpt.MS_RESERVED, 0), (gpt.EFI_SYSTEM, 16)]


def test_a_small_disk_gets_no_reserved_partition(tmp_path: Path) -> None:
    machine = bench(tmp_path / "bench", 31 * MIB)
    ok(machine, "select disk 1", "convert gpt")
    assert parts(machine) == ()


def test_diskpart_makes_no_efi_partition_on_a_removable_disk(machine: Machine) -> None:
    """Seen in the field; VDS_E_DISK_REMOVEABLE. An ESP that others made gets no letter from it, either."""
    machine.state.disks[0].removable = True
    machine.save()
    ok(machine, *CLEAN, "convert gpt")
    assert parts(machine) == ()
    for kind in ("efi", "msr"):
        assert run(machine, "select disk 1", f"create partition {kind} size=100")[0] == codes.VDS_DISK_REMOVEABLE
    ok(machine, "select disk 1", f"create partition primary size=100 id={gpt.EFI_SYSTEM}", "format quick fs=fat32")
    assert run(machine, "select disk 1", "select partition 1", "assign letter=S")[0] == codes.VDS_DISK_REMOVEABLE
    ok(machine, "select disk 1", "create partition primary", "assign letter=Y")


def test_clean_leaves_nothing_behind(machine: Machine) -> None:
    image = machine.folder / "stick.img"
    ok(machine, "select disk 1", "convert gpt", "create partition primary", "format quick", "assign letter=Y")
    assert image.stat().st_blocks > 1000
    for line in ("clean", "clean all"):
        ok(machine, "select disk 1", line)
        assert table(machine) is None
        assert machine.state.letters == {}
        assert image.stat().st_blocks == 0
    assert image.stat().st_size == 5 * GIB


def test_a_killed_script_is_taken_back(machine: Machine, tmp_path: Path) -> None:
    ok(machine, "select disk 1", "create partition primary", "format quick label=OLD", "assign letter=Y")
    before = table(machine)
    machine.undo.begin()
    with machine.host_file(machine.folder / "stick.img") as device:
        device.discard(0, device.size)
    assert table(machine) is None
    again = Machine(tmp_path / "bench")
    assert again.recover()
    assert table(again) == before
    assert "OLD" in ok(again, "list volume")


def test_delete_partition_and_its_protection(machine: Machine) -> None:
    ok(machine, "select disk 1", "convert gpt", "create partition efi size=100", "create partition primary size=50",
       "assign letter=Y")  # fmt: skip
    for protected in (1, 2):
        lines = ("select disk 1", f"select partition {protected}", "delete partition")
        assert run(machine, *lines)[0] == codes.VDS_OPERATION_DENIED
    ok(machine, "select disk 1", "select partition 3", "delete partition", "select partition 2",
       "delete partition override", "select partition 1", "delete partition override")  # fmt: skip
    assert parts(machine) == ()
    assert machine.state.letters == {}


def test_convert_needs_an_empty_disk_of_another_scheme(machine: Machine) -> None:
    bad = codes.VDS_DISK_NOT_CONVERTIBLE
    ok(machine, "select disk 1", "convert mbr", "convert gpt", "convert mbr")
    assert sfdisk(machine.folder / "stick.img")["label"] == "dos"
    with machine.open_disk(1) as device:
        assert not device.read_at(device.size - MIB, MIB).strip(b"\0"), "the GPT's copy at the end is gone"
        assert not device.read_at(512, MIB).strip(b"\0")
    assert run(machine, "select disk 1", "convert mbr")[0] == bad
    ok(machine, "select disk 1", "convert mbr noerr", "create partition primary")
    assert run(machine, "select disk 1", "convert gpt")[0] == bad


def test_uniqueid(machine: Machine) -> None:
    ok(machine, "select disk 1", "convert mbr", "uniqueid disk id=A1B2C3D4")
    assert sfdisk(machine.folder / "stick.img")["id"] == "0xa1b2c3d4"
    assert "a1b2c3d4" in ok(machine, "select disk 1", "uniqueid disk")
    assert run(machine, "select disk 1", f"uniqueid disk id={gpt.WINDOWS_RE}")[0] == codes.INVALID_PARAMETER


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["clean"], codes.SELECTION),
        (["create partition primary"], codes.SELECTION),
        (["select disk 7"], codes.SELECTION),
        (["select partition 1"], codes.SELECTION),
        (["select disk 1", "select partition 1"], codes.SELECTION),
        (["select volume Q"], codes.SELECTION),
        (["select volume 9"], codes.SELECTION),
        (["select disk 1", "active"], codes.SELECTION),
        (["select disk 1", "format quick"], codes.SELECTION),
        (["select disk 1", "assign letter=R"], codes.SELECTION),
        (["select disk 1", "create partition efi"], codes.SELECTION),
        (["select disk 1", "convert gpt", "create partition primary", "active"], codes.SELECTION),
        (["select disk 1", "create partition primary", "gpt attributes=0x1"], codes.SELECTION),
        (["select disk 1", "create partition primary", "clean", "format quick"], codes.SELECTION),
        (["select disk 1", "create partition primary", "select disk 1", "format quick"], codes.SELECTION),
        (["select disk 1", "convert gpt", "create partition msr size=16", "format quick"], codes.SELECTION),
        (["list"], codes.SYNTAX),
        (["select disk one"], codes.SYNTAX),
        (["select disk 1", "create partition primary size=6000"], codes.VDS_NOT_ENOUGH_SPACE),
        (["select disk 1", "create partition primary", "create partition primary"], codes.VDS_NOT_ENOUGH_SPACE),
        (["select disk 1", f"create partition primary id={gpt.WINDOWS_RE}"], codes.INVALID_PARAMETER),
        (["select disk 1", "convert gpt", "create partition primary id=07"], codes.INVALID_PARAMETER),
        (["select disk 1", "convert gpt", "create par pri size=9", "create par msr size=9"], codes.INVALID_PARAMETER),
        (["select disk 1", "create par pri", f"set id={gpt.WINDOWS_RE}"], codes.INVALID_PARAMETER),
        (["select disk 1", "online disk"], codes.VDS_INVALID_OPERATION),
        (["select disk 0", "clean"], codes.ACCESS_DENIED),
        (["select disk 0", "convert mbr"], codes.ACCESS_DENIED),
        (["select disk 0", "create partition primary"], codes.ACCESS_DENIED),
        (["select volume C", "format quick"], codes.ACCESS_DENIED),
        (["select volume C", "assign letter=R"], codes.ACCESS_DENIED),
        (["select volume C", "delete partition override"], codes.ACCESS_DENIED),
        (["select disk 0", "select partition 1", "active"], codes.ACCESS_DENIED),
    ],
)
def test_what_fails_as_on_windows(machine: Machine, lines: list[str], code: int) -> None:
    done, text = run(machine, *lines, "list volume")
    assert done == code, text
    assert f"test.diskpart:{len(lines)}: " in text


def test_a_volume_without_a_table_must_be_cleaned_first(machine: Machine) -> None:
    output("mkntfs", "-F", "-Q", machine.folder / "stick.img")
    assert run(machine, "select disk 1", "create partition primary")[0] == codes.VDS_NOT_ENOUGH_SPACE
    assert run(machine, "select disk 1", "convert mbr")[0] == codes.VDS_DISK_NOT_CONVERTIBLE
    ok(machine, *CLEAN, "create partition primary")
    assert len(parts(machine)) == 1


def test_what_changes_nothing_and_says_so(machine: Machine) -> None:
    text = ok(machine, "select disk 1", "attributes disk clear readonly", "online disk noerr", "rescan", "list disk",
              "create partition primary", "attributes volume clear readonly", "detail disk", "detail partition",
              "detail volume", "list partition", "select disk", "select partition", "select volume")  # fmt: skip
    assert text.count("not read-only") == 2
    assert "already online. (noerr: going on)" in text
    assert len(parts(machine)) == 1


def test_automount_is_remembered(machine: Machine) -> None:
    assert machine.state.automount
    ok(machine, "automount disable")
    assert not Machine(machine.folder).state.automount
    assert "disabled" in ok(machine, "automount", "automount scrub")
    ok(machine, "automount enable")
    assert machine.state.automount


def test_the_first_failure_stops_and_what_came_before_stays(machine: Machine) -> None:
    code, _ = run(machine, *CLEAN, "create partition primary size=100", "create partition primary size=9999", "clean")
    assert code == codes.VDS_NOT_ENOUGH_SPACE
    assert [one.size for one in parts(machine)] == [100 * MIB]


def test_listing_survives_a_damaged_table(machine: Machine) -> None:
    with machine.transaction(), machine.open_disk(1) as device:
        device.write_at(0x1BE, b"\x41" * 64 + b"\x55\xaa")
    text = ok(machine, "list disk", "list volume", "select volume C", *CLEAN)
    assert "makes no sense" in text
    assert table(machine) is None
