"""create, select, attach and detach vdisk."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from hvsbuild.formats import vhd
from hvsbuild.formats.block import FileDevice
from hvsbuild.hosts.bench.diskpart import codes
from hvsbuild.hosts.bench.machine import Hive, Machine
from hvsbuild.hosts.bench.tool import BenchRefusal
from tests.bench.diskparting import EPOCH, MIB, bench, ok, output, run, sfdisk, table

MAKE = "create vdisk file=C:\\vhd\\hvsOS.vhd maximum=24576 type=fixed"
SMALL = "create vdisk file=C:\\vhd\\small.vhd maximum=64"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = bench(tmp_path / "bench")
    (machine.folder / "C" / "vhd").mkdir()
    return machine


def test_the_vhd_of_the_seed_procedure(machine: Machine) -> None:
    ok(machine, MAKE)
    path = machine.folder / "C" / "vhd" / "hvsOS.vhd"
    assert path.stat().st_size == 25_769_803_776 + 512
    with FileDevice(path) as file:
        footer = vhd.read_footer(file)
    assert (footer.kind, footer.geometry, footer.timestamp) == (vhd.FIXED, (49932, 16, 63), EPOCH - vhd.EPOCH_2000)
    assert json.loads(output("qemu-img", "info", "-f", "vpc", "--output=json", path))["virtual-size"] == 25_769_803_776


def test_identifiers_belong_to_the_spec(tmp_path: Path) -> None:
    seen = []
    for name, identity in (("a", 1), ("b", 1), ("c", 2)):
        machine = bench(tmp_path / name, identity=uuid.UUID(int=identity))
        ok(machine, "create vdisk file=C:\\x.vhd maximum=5", "attach vdisk", "create partition primary")
        seen.append((machine.folder / "C" / "x.vhd").read_bytes())
    assert seen[0] == seen[1] != seen[2]
    assert seen[0][0x1B8:0x1BC] != seen[2][0x1B8:0x1BC]


def test_attach_gives_the_disk_focus_and_no_letter(machine: Machine) -> None:
    ok(machine, SMALL, "attach vdisk", "create partition primary", "assign letter=R")
    assert [(disk.number, disk.bus, disk.vdisk) for disk in machine.state.disks] == [
        (1, "usb", ""),
        (2, "virtual", "C:\\vhd\\small.vhd"),
    ]
    assert table(machine, 1) is None
    assert machine.state.letters == {"R": (2, 1)}
    seen = sfdisk(machine.folder / "C" / "vhd" / "small.vhd")
    assert [(one["start"], one["size"], one["type"]) for one in seen["partitions"]] == [(128, 63 * 2048 - 128, "6")]


def test_detach_takes_disk_and_letters_away_and_the_vhd_stays_selected(machine: Machine) -> None:
    ok(machine, SMALL, "attach vdisk", "create partition primary", "assign letter=R", "detach vdisk")
    assert [disk.number for disk in machine.state.disks] == [1]
    assert machine.state.letters == {}
    ok(
        machine,
        "select vdisk file=c:\\VHD\\SMALL.vhd",
        "attach vdisk",
        "detach vdisk",
        "attach vdisk",
        "list partition",
    )
    assert machine.state.letters == {}, "no letters by themselves"
    again = ["select vdisk file=C:\\vhd\\small.vhd", "detach vdisk", "attach vdisk", "list partition", "detach vdisk"]
    code, text = run(machine, *again, "list partition")
    assert code == codes.SELECTION
    assert "test.diskpart:6: list partition: There is no disk selected." in text


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["create vdisk file=C:\\vhd\\a.vhd maximum=2"], codes.INVALID_PARAMETER),
        (["create vdisk file=C:\\vhd\\a.vhd maximum=2088961"], codes.INVALID_PARAMETER),
        (["create vdisk file=C:\\vhd\\a.img maximum=5"], codes.INVALID_PARAMETER),
        (["create vdisk file=C:\\vhd\\a.vhd"], codes.SYNTAX),
        (["create vdisk file=C:\\vhd\\a.vhdx maximum=2"], codes.INVALID_PARAMETER),
        (["create vdisk file=C:\\vhd\\a.vhdx maximum=67108865"], codes.INVALID_PARAMETER),
        (["create vdisk file=Q:\\a.vhd maximum=5"], codes.PATH_NOT_FOUND),
        (["create vdisk file=C:\\vhd\\a.vhd parent=C:\\none.vhd"], codes.FILE_NOT_FOUND),
        (["create vdisk file=C:\\vhd\\a.vhd parent=C:\\vhd\\text.vhd"], codes.VHD_FORMAT_UNKNOWN),
        ([SMALL, "create vdisk file=C:\\vhd\\a.vhdx parent=C:\\vhd\\small.vhd"], codes.INVALID_PARAMETER),
        ([SMALL, "merge vdisk depth=1"], codes.VHD_INVALID_TYPE),
        (["create vdisk file=C:\\nowhere\\a.vhd maximum=5"], codes.PATH_NOT_FOUND),
        ([SMALL, "create vdisk file=C:\\VHD\\Small.VHD maximum=5"], codes.FILE_EXISTS),
        (["select vdisk file=C:\\vhd\\none.vhd"], codes.FILE_NOT_FOUND),
        (["select vdisk file=Q:\\none.vhd"], codes.FILE_NOT_FOUND),
        (["attach vdisk"], codes.SELECTION),
        (["detach vdisk"], codes.SELECTION),
        (["detail vdisk"], codes.SELECTION),
        ([SMALL, "attach vdisk", "attach vdisk"], codes.VDS_ALREADY_ATTACHED),
        ([SMALL, "detach vdisk"], codes.VDS_ALREADY_DETACHED),
        (["select vdisk file=C:\\vhd\\text.vhd", "attach vdisk"], codes.VHD_FORMAT_UNKNOWN),
        (["select vdisk file=C:\\vhd\\cut.vhd", "attach vdisk"], codes.VHD_FORMAT_UNKNOWN),
        (["select vdisk file=C:\\vhd", "attach vdisk"], codes.VHD_HOST_FILE_UNFIT),
    ],
)
def test_what_fails_as_on_windows(machine: Machine, lines: list[str], code: int) -> None:
    folder = machine.folder / "C" / "vhd"
    (folder / "text.vhd").write_text("not a disk" * 100)
    (folder / "cut.vhd").write_bytes(vhd.make_footer(3 * MIB, uuid.UUID(int=1), EPOCH).pack())
    done, text = run(machine, *lines, "list disk")
    assert done == code, text
    assert f"test.diskpart:{len(lines)}: " in text, "the failing line is named, and the next one has not run"
    assert not list(folder.glob("a.*"))


@pytest.mark.parametrize("failing", ["create vdisk file=C:\\vhd\\small.vhd maximum=5", "attach vdisk", "convert mbr"])
def test_noerr_goes_on(machine: Machine, failing: str) -> None:
    ok(machine, SMALL, "attach vdisk", "convert mbr", f"{failing} noerr", "create partition primary")
    assert table(machine, 2) is not None


def test_noerr_does_not_help_a_syntax_error(machine: Machine) -> None:
    code, _ = run(machine, "create vdisk file=C:\\vhd\\x.vhd maximum=big noerr")
    assert code == codes.SYNTAX


def test_a_refused_script_has_done_nothing(machine: Machine) -> None:
    with pytest.raises(BenchRefusal, match=r"test\.diskpart:3:1"):
        run(machine, SMALL, "attach vdisk", "shrink desired=5")
    assert not list((machine.folder / "C" / "vhd").iterdir())


def test_a_vhd_with_a_loaded_hive_stays_attached(machine: Machine) -> None:
    ok(machine, SMALL, "attach vdisk", "create partition primary", "format quick", "assign letter=R")
    machine.state.hives["HKLM\\HVS"] = Hive("R:\\Windows\\System32\\config\\SYSTEM", "hives/x")
    machine.save()
    select = "select vdisk file=C:\\vhd\\small.vhd"
    assert run(machine, select, "detach vdisk")[0] == codes.VDS_DEVICE_IN_USE
    assert run(machine, "select volume R", "format quick")[0] == codes.VDS_DEVICE_IN_USE
    assert run(machine, "select volume R", "remove")[0] == codes.VDS_DEVICE_IN_USE
    assert run(machine, "select disk 2", "clean")[0] == codes.VDS_DEVICE_IN_USE
    machine.state.hives.clear()
    machine.save()
    ok(machine, select, "detach vdisk")


def test_a_vhd_on_the_stick_is_attached_in_place(machine: Machine) -> None:
    ok(machine, "select disk 1", "create partition primary", "format fs=ntfs quick", "assign letter=Y")
    content = bytearray(3 * MIB) + vhd.make_footer(3 * MIB, uuid.UUID(int=1), EPOCH).pack()
    with machine.transaction(), machine.volume("Y") as stick:
        stick.write("\\small.vhd", bytes(content))
    ok(machine, "select vdisk file=Y:\\small.vhd", "attach vdisk", "create partition primary id=17", "assign letter=Q")
    found = table(machine, 2)
    assert found is not None
    assert [one.type for one in found.partitions] == ["17"]
    with machine.reader("Y") as tree:
        assert tree.read("\\small.vhd")[0x1C2] == 0x17
    assert run(machine, "select disk 1", "clean")[0] == codes.VDS_DEVICE_IN_USE
    assert run(machine, "select volume Y", "assign letter=Z")[0] == codes.VDS_DEVICE_IN_USE
    ok(
        machine,
        "select vdisk file=y:\\SMALL.VHD",
        "detach vdisk",
        "select volume y",
        "remove",
        "select disk 1",
        "clean",
    )


def test_list_and_detail_say_what_is_attached(machine: Machine) -> None:
    assert "no virtual disks" in ok(machine, "list vdisk")
    text = ok(machine, SMALL, "list vdisk", "detail vdisk", "attach vdisk", "list vdisk", "detail vdisk")
    assert "Detached  C:\\vhd\\small.vhd" in text
    assert "Attached  C:\\vhd\\small.vhd" in text
    assert "fixed VHD, 67108864 bytes" in text
    assert "attached as disk 2" in text
