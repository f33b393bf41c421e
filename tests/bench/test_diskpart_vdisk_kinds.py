"""Expandable, differencing and VHDX on the bench: made, attached, written where they lie, taken back."""

from __future__ import annotations

import hashlib
import random
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from hvsbuild.errors import HvsError
from hvsbuild.formats import vdisk, vhdx_disk
from hvsbuild.formats.block import BlockDevice, FileDevice
from hvsbuild.formats.ntfs import NtfsTree
from hvsbuild.formats.ntfs3g import NtfsVolume
from hvsbuild.formats.table import read_table
from hvsbuild.hosts import tools
from hvsbuild.hosts.bench.batch import run_batch
from hvsbuild.hosts.bench.diskpart import codes
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import Console
from tests.bench.diskparting import MIB, bench, carve, ok, output, run
from tests.formats.vdisks import by_7zip, by_dissect, by_libvhdi, by_qemu

KINDS = [(form, kind) for form in ("vhd", "vhdx") for kind in ("fixed", "expandable")]
NOISE = random.Random(3).randbytes(3 * MIB)
BIG = random.Random(4).randbytes(20 * MIB)
FORMAT = ("attach vdisk", "create partition primary", "format quick label=HVS", "assign letter=R")
STICK = ("select disk 1", "create partition primary", "format quick label=STICK", "assign letter=Y")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return bench(tmp_path / "bench", stick=256 * MIB)


def cmd(machine: Machine, *lines: str) -> tuple[int, str]:
    console = Console()
    with machine.transaction():
        code = run_batch("".join(line + "\r\n" for line in lines).encode(), "test.cmd", machine, console)
    return code, console.text()


def write(machine: Machine, path: str, data: bytes) -> None:
    letter, rest = machine.split_path(path)
    with machine.transaction(), machine.volume(letter) as volume:
        volume.write(rest, data)


def read(machine: Machine, path: str) -> bytes:
    letter, rest = machine.split_path(path)
    with machine.reader(letter) as tree:
        return tree.read(rest)


def sha(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def volume_of(data: bytes, to: Path) -> Path:
    """The first partition of a disk, as a file."""
    to.write_bytes(data)
    with FileDevice(to) as device:
        table = read_table(device)
        assert table
        part = table.partitions[0]
    to.write_bytes(data[part.start : part.start + part.size])
    return to


@pytest.mark.parametrize(("form", "kind"), KINDS)
def test_a_volume_in_every_kind(machine: Machine, tmp_path: Path, form: str, kind: str) -> None:
    """Files written on the bench are found by ntfs-3g's own tools in what other programs read in the virtual disk."""
    ok(machine, f"create vdisk file=C:\\x.{form} maximum=64 type={kind}", *FORMAT)
    write(machine, "R:\\noise", NOISE)
    ok(machine, f"select vdisk file=C:\\x.{form}", "detach vdisk")
    path = machine.folder / "C" / f"x.{form}"
    disks = [by_qemu(path), by_libvhdi(path), by_dissect(path), by_7zip(path)]
    assert disks[0] == disks[1] == disks[2] == disks[3]
    volume = volume_of(disks[0], tmp_path / "volume")
    output("ntfsfix", "-n", volume)
    assert subprocess.run(["ntfscat", volume, "noise"], capture_output=True, check=True).stdout == NOISE
    ok(machine, f"select vdisk file=C:\\x.{form}", "attach vdisk", "select partition 1", "assign letter=R")
    assert read(machine, "R:\\noise") == NOISE


@pytest.mark.parametrize(("form", "kind"), KINDS)
def test_the_same_script_gives_the_same_bytes(tmp_path: Path, form: str, kind: str) -> None:
    seen = []
    for name in "ab":
        machine = bench(tmp_path / name)
        ok(machine, f"create vdisk file=C:\\x.{form} maximum=64 type={kind}", *FORMAT)
        seen.append(sha(machine.folder / "C" / f"x.{form}"))
    assert seen[0] == seen[1]


def test_the_same_disk_is_in_a_fixed_and_in_an_expandable_vhd(tmp_path: Path) -> None:
    seen = []
    for kind in ("fixed", "expandable"):
        machine = bench(tmp_path / kind)
        ok(machine, f"create vdisk file=C:\\x.vhd maximum=64 type={kind}", *FORMAT)
        seen.append(by_libvhdi(machine.folder / "C" / "x.vhd"))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("kind", ["fixed", "expandable", "differencing"])
@pytest.mark.parametrize("form", ["vhd", "vhdx"])
def test_wimlib_applies_an_image_to_every_kind(machine: Machine, tmp_path: Path, form: str, kind: str) -> None:
    tree = tmp_path / "tree"
    (tree / "Windows").mkdir(parents=True)
    (tree / "Windows" / "noise.dll").write_bytes(NOISE)
    tools.run(["wimlib-imagex", "capture", tree, machine.folder / "C" / "x.wim", "Test", "--compress=XPRESS"])
    base = f"C:\\base.{form}"
    make = f"create vdisk file={base} maximum=64 type={'fixed' if kind == 'differencing' else kind}"
    ok(machine, make, *FORMAT)
    name = "base"
    if kind == "differencing":
        name = "child"
        ok(machine, f"select vdisk file={base}", "detach vdisk", f"create vdisk file=C:\\child.{form} parent={base}")
        ok(machine, f"select vdisk file=C:\\child.{form}", "attach vdisk", "select partition 1", "assign letter=R")
    assert cmd(machine, "dism /Apply-Image /ImageFile:C:\\x.wim /Index:1 /ApplyDir:R:\\")[0] == 0
    assert read(machine, "R:\\Windows\\noise.dll") == NOISE
    ok(machine, f"select vdisk file=C:\\{name}.{form}", "detach vdisk")
    files = [machine.folder / "C" / f"{one}.{form}" for one in dict.fromkeys((name, "base"))]
    volume = volume_of(by_libvhdi(*files), tmp_path / "volume")
    output("ntfsfix", "-n", volume)
    found = subprocess.run(["ntfscat", volume, "Windows/noise.dll"], capture_output=True, check=True).stdout
    assert found == NOISE


@pytest.mark.parametrize("form", ["vhd", "vhdx"])
def test_big_files_go_into_and_out_of_an_expandable_disk(machine: Machine, form: str) -> None:
    (machine.folder / "C" / "big").write_bytes(BIG)
    ok(machine, f"create vdisk file=C:\\x.{form} maximum=128 type=expandable", *FORMAT)
    code, text = cmd(machine, "copy C:\\big R:\\big", "copy R:\\big C:\\back")
    assert code == 0, text
    assert (machine.folder / "C" / "back").read_bytes() == BIG == read(machine, "R:\\big")


# --- on the stick ---


def with_base(machine: Machine, form: str, kind: str = "fixed", size: int = 64) -> None:
    """A stick with a base disk on it, made there."""
    ok(machine, *STICK, f"create vdisk file=Y:\\base.{form} maximum={size} type={kind}", *FORMAT)
    write(machine, "R:\\base.txt", b"from the base")
    ok(machine, f"select vdisk file=Y:\\base.{form}", "detach vdisk")


def stick_volume(machine: Machine, to: Path) -> Path:
    with FileDevice(machine.folder / "stick.img") as device:
        table = read_table(device)
        assert table
        part = table.partitions[0]
    return carve(machine.folder / "stick.img", part.start, part.size, to)


def file_on_stick(machine: Machine, name: str, to: Path) -> Path:
    """A file on the stick as ntfs-3g reads it, not by its extents."""
    volume = stick_volume(machine, to.with_name("stick.volume"))
    output("ntfsfix", "-n", volume)
    with to.open("wb") as out:
        subprocess.run(["ntfscat", volume, name], stdout=out, check=True)
    return to


@pytest.mark.parametrize("form", ["vhd", "vhdx"])
def test_a_child_on_the_stick_grows_where_it_lies(machine: Machine, tmp_path: Path, form: str) -> None:
    with_base(machine, form)
    before = hashlib.sha256(read(machine, f"Y:\\base.{form}")).digest()
    child = f"Y:\\role-a.{form}"
    ok(machine, f"create vdisk file={child} parent=Y:\\base.{form}", "attach vdisk", "select partition 1",
       "assign letter=R")  # fmt: skip
    small = len(read(machine, child))
    assert read(machine, "R:\\base.txt") == b"from the base"
    write(machine, "R:\\role.txt", b"from the role")
    write(machine, "R:\\noise", NOISE)
    assert read(machine, "R:\\noise") == NOISE
    text = ok(machine, f"select vdisk file={child}", "detail vdisk", "detach vdisk")
    assert f"differencing {form.upper()}, 67108864 bytes" in text
    assert f"Parent: Y:\\base.{form}" in text
    assert len(read(machine, child)) >= small + 4 * MIB
    assert hashlib.sha256(read(machine, f"Y:\\base.{form}")).digest() == before, "the parent is as it was"
    # by programs that are not ours: the files out of the stick, the disk out of the files
    files = [file_on_stick(machine, name, tmp_path / name) for name in (f"role-a.{form}", f"base.{form}")]
    data = by_libvhdi(*files)
    assert by_7zip(files[0]) == data
    volume = volume_of(data, tmp_path / "volume")
    output("ntfsfix", "-n", volume)
    for name, content in (("noise", NOISE), ("role.txt", b"from the role"), ("base.txt", b"from the base")):
        assert subprocess.run(["ntfscat", volume, name], capture_output=True, check=True).stdout == content
    ok(machine, "select volume Y", "remove", "select disk 1", "clean")


@pytest.mark.parametrize("form", ["vhd", "vhdx"])
def test_a_file_that_has_grown_is_solid_and_initialized(machine: Machine, tmp_path: Path, form: str) -> None:
    """Windows attaches no sparse VHD, and reads zeros where a file is not initialized."""
    with_base(machine, form, "expandable")
    info = output("ntfsinfo", "-F", f"/base.{form}", "-v", stick_volume(machine, tmp_path / "volume"))
    data = info[info.index("attribute $DATA (0x80)") :]
    sizes = {}
    for line in data.splitlines():
        name, _, value = line.strip().partition(":")
        if name in ("Data size", "Initialized size", "Allocated size", "Attribute flags"):
            sizes.setdefault(name, value.split()[0])
    assert sizes["Attribute flags"] == "0x0000", "neither sparse nor compressed"
    assert sizes["Data size"] == sizes["Initialized size"] == str(len(read(machine, f"Y:\\base.{form}")))


def test_what_was_in_free_space_does_not_show_through(machine: Machine) -> None:
    """New blocks read as zeros though the clusters had other content before."""
    ok(machine, *STICK)
    with machine.transaction(), machine.open_partition(1, 1) as (device, _), NtfsVolume(device) as volume:
        free = volume.allocate("\\spoil", 200 * MIB)
        for start, length in free:
            for at in range(start, start + length, MIB):
                device.write_at(at, b"\xee" * min(MIB, start + length - at))
    with machine.open_partition(1, 1) as (device, _), NtfsVolume(device) as volume:
        volume.device = _NoDiscard(device)
        volume.delete("\\spoil")
    ok(machine, "create vdisk file=Y:\\x.vhd maximum=64 type=expandable", "attach vdisk")
    with machine.transaction(), machine.open_disk(2) as disk:
        disk.write_at(10 * MIB, b"x")
    with machine.open_disk(2) as disk:
        assert disk.read_at(10 * MIB, 4 * MIB) == b"x" + bytes(4 * MIB - 1)


class _NoDiscard:
    """A device that keeps what it is told to forget."""

    def __init__(self, base: BlockDevice) -> None:
        self.base, self.size = base, base.size

    def read_at(self, offset: int, length: int) -> bytes:
        return self.base.read_at(offset, length)

    def write_at(self, offset: int, data: bytes) -> None:
        self.base.write_at(offset, data)

    def discard(self, offset: int, length: int) -> None:
        pass


@pytest.mark.parametrize("form", ["vhd", "vhdx"])
@pytest.mark.parametrize("where", ["C", "Y"])
def test_growth_is_taken_back(machine: Machine, form: str, where: str) -> None:
    """A script that fails, and one whose process is killed, leave every byte and every length as it was."""
    with_base(machine, form)
    if where == "C":
        assert cmd(machine, f"copy Y:\\base.{form} C:\\base.{form}")[0] == 0
    child = f"{where}:\\child.{form}"
    ok(machine, f"create vdisk file={child} parent={where}:\\base.{form}", "attach vdisk", "select partition 1",
       "assign letter=R")  # fmt: skip
    path = machine.folder / "stick.img" if where == "Y" else machine.folder / "C" / f"child.{form}"
    before, state = sha(path), machine.file.read_text()

    def act() -> None:
        with machine.volume("R") as volume:
            volume.write("\\noise", NOISE)

    with suppress(ZeroDivisionError), machine.transaction():
        act()
        assert sha(path) != before
        raise ZeroDivisionError
    assert (sha(path), machine.file.read_text()) == (before, state)
    machine.undo.begin()
    act()
    assert sha(path) != before
    again = Machine(machine.folder)
    assert again.recover()
    assert (sha(path), machine.file.read_text()) == (before, state)
    write(again, "R:\\noise", NOISE)
    assert read(again, "R:\\noise") == NOISE


def test_a_full_stick_stops_a_child_from_growing(tmp_path: Path) -> None:
    machine = bench(tmp_path / "bench", stick=88 * MIB)
    with_base(machine, "vhd", size=64)
    ok(machine, "create vdisk file=Y:\\child.vhd parent=Y:\\base.vhd", "attach vdisk", "select partition 1",
       "assign letter=R")  # fmt: skip
    before = sha(machine.folder / "stick.img")
    with pytest.raises(HvsError, match="no room for a virtual disk to grow") as caught:
        write(machine, "R:\\big", BIG)
    assert "Y:\\child.vhd should have" in caught.value.seen
    assert sha(machine.folder / "stick.img") == before
    code, text = run(machine, "create vdisk file=Y:\\other.vhd maximum=64", "list disk")
    assert code == codes.DISK_FULL, text
    ok(machine, "create vdisk file=Y:\\other.vhd maximum=64 noerr", "select vdisk file=Y:\\base.vhd")
    assert not machine.exists("Y:\\other.vhd")


def test_a_virtual_disk_lies_on_ntfs(machine: Machine) -> None:
    ok(machine, "select disk 1", "create partition primary size=200", "format fs=fat32 quick", "assign letter=S")
    with pytest.raises(HvsError, match="S:, which is not NTFS"):
        run(machine, "create vdisk file=S:\\x.vhd maximum=5 type=expandable")


# --- who may use a file at once ---


def chain(machine: Machine, form: str = "vhd") -> None:
    ok(machine, f"create vdisk file=C:\\a.{form} maximum=16", f"create vdisk file=C:\\b.{form} parent=C:\\a.{form}",
       f"create vdisk file=C:\\c.{form} parent=C:\\b.{form}")  # fmt: skip


def test_a_parent_in_use_is_not_written(machine: Machine) -> None:
    chain(machine)
    ok(machine, "select vdisk file=C:\\c.vhd", "attach vdisk")
    assert machine.state.disks[-1].parents == ["C:\\b.vhd", "C:\\a.vhd"]
    for name in "ab":
        code, text = run(machine, f"select vdisk file=C:\\{name}.vhd", "attach vdisk")
        assert code == codes.SHARING_VIOLATION
        assert f"C:\\{name}.vhd is a parent of C:\\c.vhd" in text
    ok(machine, "select vdisk file=C:\\a.vhd", "attach vdisk readonly", "list vdisk")
    ok(machine, "create vdisk file=C:\\d.vhd parent=C:\\a.vhd", "attach vdisk")
    ok(machine, "select vdisk file=C:\\d.vhd", "detach vdisk", "select vdisk file=C:\\c.vhd", "detach vdisk")
    ok(machine, "select vdisk file=C:\\a.vhd", "detach vdisk", "attach vdisk")
    code, text = run(machine, "select vdisk file=C:\\c.vhd", "attach vdisk")
    assert code == codes.SHARING_VIOLATION
    assert "C:\\a.vhd is attached" in text
    assert run(machine, "create vdisk file=C:\\e.vhd parent=C:\\a.vhd")[0] == codes.SHARING_VIOLATION


def test_what_lies_below_an_attached_child_is_in_use(machine: Machine) -> None:
    with_base(machine, "vhd")
    ok(machine, "create vdisk file=C:\\child.vhd parent=Y:\\base.vhd", "attach vdisk")
    code, text = run(machine, "select disk 1", "clean")
    assert code == codes.VDS_DEVICE_IN_USE
    assert "Y:\\base.vhd" in text


def test_a_read_only_disk_is_read_and_not_written(machine: Machine) -> None:
    ok(machine, "create vdisk file=C:\\x.vhdx maximum=64 type=expandable", *FORMAT)
    write(machine, "R:\\noise", NOISE)
    ok(machine, "select vdisk file=C:\\x.vhdx", "detach vdisk")
    before = sha(machine.folder / "C" / "x.vhdx")
    ok(machine, "select vdisk file=C:\\x.vhdx", "attach vdisk readonly", "select partition 1", "assign letter=R")
    assert read(machine, "R:\\noise") == NOISE
    for lines in (["clean"], ["convert gpt"], ["select partition 1", "format quick"], ["create partition primary"]):
        code, text = run(machine, "select disk 2", *lines)
        assert code == codes.WRITE_PROTECT, text
        assert "write protected" in text
    (machine.folder / "C" / "file").write_bytes(b"x")
    for line in ("copy C:\\file R:\\file", "del R:\\noise"):
        code, text = cmd(machine, line)
        assert (code, "The media is write protected." in text) == (1, True), text
    assert sha(machine.folder / "C" / "x.vhdx") == before


@pytest.mark.parametrize("form", ["vhd", "vhdx"])
def test_a_child_whose_parent_is_amiss(machine: Machine, form: str) -> None:
    chain(machine, form)
    attach = (f"select vdisk file=C:\\c.{form}", "attach vdisk")
    folder = machine.folder / "C"
    (folder / f"a.{form}").rename(folder / "away")
    code, text = run(machine, *attach)
    assert code == codes.VHD_PARENT_NOT_FOUND
    assert f"C:\\b.{form} is a child of C:\\a.{form}" in text
    ok(machine, f"create vdisk file=C:\\other.{form} maximum=16")
    (folder / f"other.{form}").rename(folder / f"a.{form}")
    code, text = run(machine, *attach)
    assert code == codes.VHD_CHILD_PARENT_ID_MISMATCH
    assert "make the child again" in text
    (folder / "away").rename(folder / f"a.{form}")
    ok(machine, *attach)


def test_attaching_a_vhdx_for_writing_orphans_its_children_as_on_windows(machine: Machine) -> None:
    chain(machine, "vhdx")
    before = sha(machine.folder / "C" / "c.vhdx")
    ok(machine, "select vdisk file=C:\\c.vhdx", "attach vdisk", "detach vdisk")
    assert sha(machine.folder / "C" / "c.vhdx") == before, "it has no children: nobody would know its new ids"
    ok(machine, "select vdisk file=C:\\a.vhdx", "attach vdisk readonly", "detach vdisk")
    ok(machine, "select vdisk file=C:\\c.vhdx", "attach vdisk", "detach vdisk")
    ok(machine, "select vdisk file=C:\\b.vhdx", "attach vdisk", "detach vdisk")
    assert run(machine, "select vdisk file=C:\\c.vhdx", "attach vdisk")[0] == codes.VHD_CHILD_PARENT_ID_MISMATCH
    ok(machine, "select vdisk file=C:\\a.vhdx", "attach vdisk", "detach vdisk")
    assert run(machine, "select vdisk file=C:\\b.vhdx", "attach vdisk")[0] == codes.VHD_CHILD_PARENT_ID_MISMATCH


@pytest.mark.parametrize("form", ["vhd", "vhdx"])
def test_merge_writes_the_child_into_its_parent(machine: Machine, form: str) -> None:
    ok(machine, f"create vdisk file=C:\\a.{form} maximum=64 type=expandable", *FORMAT)
    ok(machine, f"select vdisk file=C:\\a.{form}", "detach vdisk")
    ok(machine, f"create vdisk file=C:\\b.{form} parent=C:\\a.{form}", "attach vdisk", "select partition 1",
       "assign letter=R")  # fmt: skip
    write(machine, "R:\\noise", NOISE)
    assert run(machine, f"select vdisk file=C:\\b.{form}", "merge vdisk depth=1")[0] == codes.VDS_DEVICE_IN_USE
    ok(machine, f"select vdisk file=C:\\b.{form}", "detach vdisk", "merge vdisk depth=1")
    with pytest.raises(HvsError, match="2 levels"):
        run(machine, f"select vdisk file=C:\\b.{form}", "merge vdisk depth=2")
    ok(machine, f"select vdisk file=C:\\a.{form}", "attach vdisk", "select partition 1", "assign letter=R")
    assert read(machine, "R:\\noise") == NOISE
    by_qemu(machine.folder / "C" / f"a.{form}")


def test_a_disk_with_large_sectors_is_refused(machine: Machine) -> None:
    ok(machine, "create vdisk file=C:\\x.vhdx maximum=16 type=expandable")
    with FileDevice(machine.folder / "C" / "x.vhdx", writable=True) as file:
        metadata = vhdx_disk.open_vhdx(file).metadata
        file.write_at(2 * MIB, replace(metadata, logical_sector=4096).pack())
        assert vdisk.read_kind(file).sector == 4096
    with pytest.raises(HvsError, match="sectors of 4096 bytes"):
        run(machine, "select vdisk file=C:\\x.vhdx", "attach vdisk")


def test_trees_that_are_open_twice_see_one_file(machine: Machine) -> None:
    """One machine, one device: what one user lengthens, the other sees."""
    with_base(machine, "vhd", "expandable")
    ok(machine, "select vdisk file=Y:\\base.vhd", "attach vdisk")
    with machine.transaction(), machine.open_disk(2) as one, machine.open_disk(2) as two:
        assert one is two
        with machine.volume("Y") as stick:
            stick.write("\\note", b"while the volume is mounted for something else")
            one.write_at(50 * MIB, b"grown")
        assert two.read_at(50 * MIB, 5) == b"grown"
    with machine.reader("Y") as tree:
        assert isinstance(tree, NtfsTree)
        assert tree.read("\\note").startswith(b"while")
    with machine.open_disk(2) as disk:
        assert disk.read_at(50 * MIB, 5) == b"grown"
