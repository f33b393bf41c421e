"""format, assign, remove, select volume: real file systems, judged by ntfs-3g's and dosfstools' own programs."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from hvsbuild.hosts import tools
from hvsbuild.hosts.bench.diskpart import codes
from hvsbuild.hosts.bench.machine import Machine
from tests.bench.diskparting import EPOCH, MIB, bench, carve, ok, output, run, sfdisk, table

SIZE = 128 * MIB
START, LENGTH = 128 * 512, 127 * MIB - 128 * 512  # the one partition of a disk of 128 MiB
ONE = ["select disk 1", "clean", "create partition primary"]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return bench(tmp_path / "bench", SIZE)


def volume(machine: Machine, tmp_path: Path) -> Path:
    return carve(machine.folder / "stick.img", START, LENGTH, tmp_path / "volume.img")


def kind(machine: Machine) -> str:
    return str(sfdisk(machine.folder / "stick.img")["partitions"][0]["type"])


@pytest.mark.parametrize(
    "line", ["format quick fs=ntfs label=HVS", "for lab=HVS", 'format label="HVS" unit=4096 quick']
)
def test_ntfs(machine: Machine, tmp_path: Path, line: str) -> None:
    ok(machine, *ONE, line)
    assert kind(machine) == "7"
    image = volume(machine, tmp_path)
    text = output("ntfsinfo", "-m", image)
    assert "Volume Name: HVS" in text
    assert "Cluster Size: 4096" in text
    assert "NTFS volume version is 3.1." in output("ntfsfix", "-n", image)
    data = image.read_bytes()
    assert data[:512] == data[-512:], "the backup boot sector has the same serial number"
    assert int.from_bytes(data[0x1C:0x20], "little") == 128, "hidden sectors"
    assert (data[0x18], data[0x1A]) == (63, 255)


def test_times_and_serial_do_not_come_from_the_clock(tmp_path: Path) -> None:
    images = []
    for name, identity in (("a", 1), ("b", 1), ("c", 2)):
        machine = bench(tmp_path / name, SIZE, uuid.UUID(int=identity))
        ok(machine, *ONE, "format quick")
        images.append((machine.folder / "stick.img").read_bytes())
    assert images[0] == images[1]
    serials = [image[START + 0x48 : START + 0x50] for image in images]
    assert serials[0] != serials[2]
    assert serials[0] == images[0][START + LENGTH - 512 + 0x48 :][:8]
    pyfsntfs = pytest.importorskip("pyfsntfs")
    (tmp_path / "volume").write_bytes(images[0][START : START + LENGTH])
    opened = pyfsntfs.volume()
    opened.open(str(tmp_path / "volume"))
    assert int(opened.get_root_directory().get_creation_time().timestamp()) in (EPOCH, EPOCH + 1)


def test_two_volumes_have_two_serials(machine: Machine) -> None:
    ok(machine, "select disk 1", "create partition primary size=40", "format quick", "create partition primary size=40",
       "format quick")  # fmt: skip
    found = table(machine)
    assert found is not None
    data = (machine.folder / "stick.img").read_bytes()
    assert len({data[one.start + 0x48 :][:8] for one in found.partitions}) == 2


def test_fat32(machine: Machine, tmp_path: Path) -> None:
    ok(machine, *ONE, "format fs=fat32 quick label=system unit=512")
    assert kind(machine) == "c"
    image = volume(machine, tmp_path)
    assert image.read_bytes()[0x47:0x5A] == b"SYSTEM     FAT32   "
    assert int.from_bytes(image.read_bytes()[0x1C:0x20], "little") == 128
    assert "clusters" in output("fsck.fat", "-n", image)


def test_the_fat32_default_unit_makes_a_readable_volume(tmp_path: Path) -> None:
    machine = bench(tmp_path / "bench", 300 * MIB)
    ok(machine, *ONE, "format fs=fat32 quick")
    found = table(machine)
    assert found is not None
    part = found.partitions[0]
    output("fsck.fat", "-n", carve(machine.folder / "stick.img", part.start, part.size, tmp_path / "fat.img"))


def test_an_old_volume_leaves_no_trace(machine: Machine) -> None:
    ok(machine, *ONE, "format quick label=ONE", "assign letter=Y")
    first = (machine.folder / "stick.img").read_bytes()
    with machine.transaction(), machine.volume("Y") as stick:
        stick.write("\\secret.txt", b"secret" * 100_000)
    ok(machine, "select volume Y", "format quick label=ONE override")
    assert (machine.folder / "stick.img").read_bytes() == first


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["create partition primary", "format quick"], "7"),
        (["create partition primary", "format quick fs=fat32 unit=512"], "c"),
        (["create partition primary", "format quick", "format quick fs=fat32 unit=512"], "c"),
        (["create partition primary id=27", "format quick"], "27"),
        (["create partition primary id=06", "format quick"], "6"),
        (["create partition primary", "set id=0b", "format quick"], "b"),
        (["create partition primary", "set id=17", "format quick"], "17"),
    ],
)
def test_the_type_follows_the_file_system_unless_it_was_chosen(
    machine: Machine, lines: list[str], expected: str
) -> None:
    ok(machine, "select disk 1", *lines)
    assert kind(machine) == expected


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"format quick label={'x' * 33}", codes.INVALID_PARAMETER),
        ("format quick fs=fat32 unit=512 label=twelve_chars", codes.INVALID_PARAMETER),
        ("format quick fs=fat32 unit=512 label=a+b", codes.INVALID_PARAMETER),
        ("format quick fs=fat32 unit=64K", codes.VDS_FAT32_NOT_SUPPORTED),
    ],
)
def test_what_cannot_be_formatted(machine: Machine, line: str, code: int) -> None:
    ok(machine, *ONE)
    before = (machine.folder / "stick.img").read_bytes()
    assert run(machine, "select disk 1", "select partition 1", line)[0] == code
    assert (machine.folder / "stick.img").read_bytes() == before


def test_sizes_that_no_file_system_takes(tmp_path: Path) -> None:
    small = bench(tmp_path / "small", 8 * MIB)
    assert run(small, *ONE, "format fs=ntfs quick")[0] == codes.VDS_NTFS_NOT_SUPPORTED
    large = bench(tmp_path / "large", 33 << 30)
    assert run(large, *ONE, "format fs=fat32 quick")[0] == codes.VDS_FAT32_NOT_SUPPORTED


def test_a_label_of_32_characters(machine: Machine, tmp_path: Path) -> None:
    ok(machine, *ONE, f'format quick label="{"x" * 30} y"')
    assert f"Volume Name: {'x' * 30} y" in output("ntfsinfo", "-m", volume(machine, tmp_path))


def test_nothing_is_left_of_the_scratch_file(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    ok(machine, *ONE)
    names = sorted(path.name for path in machine.folder.iterdir())

    def fail(argv: object) -> None:
        raise OSError(f"no such luck: {argv}")

    monkeypatch.setattr(tools, "before_run", fail)
    with pytest.raises(OSError, match="mkntfs"):
        run(machine, "select disk 1", "select partition 1", "format quick")
    monkeypatch.setattr(tools, "before_run", None)
    assert sorted(path.name for path in machine.folder.iterdir()) == names
    ok(machine, "select disk 1", "select partition 1", "format quick")
    assert sorted(path.name for path in machine.folder.iterdir()) == names


def test_progress_is_told_in_bytes(machine: Machine) -> None:
    from hvsbuild.hosts.bench.diskpart import run_script
    from hvsbuild.hosts.bench.tool import Console

    seen: list[tuple[str, int, int]] = []
    console = Console(progress=lambda label, done, total: seen.append((label, done, total)))
    with machine.transaction():
        assert run_script("\n".join([*ONE, "format quick"]).encode(), "x", machine, console) == 0
    assert seen[-1][0] == "format"
    assert seen[-1][1] == seen[-1][2] > 0
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


def test_letters(machine: Machine) -> None:
    ok(machine, "select disk 1", "create partition primary size=20", "assign", "create partition primary size=20",
       "assign letter=W")  # fmt: skip
    assert machine.state.letters == {"D": (1, 1), "W": (1, 2)}
    taken = codes.VDS_DRIVE_LETTER_NOT_FREE
    assert run(machine, "select volume W", "assign letter=D")[0] == taken
    assert run(machine, "select volume W", "assign letter=C")[0] == taken
    ok(machine, "select volume W", "assign letter=D noerr", "assign letter=W", "assign letter=X")
    assert machine.state.letters == {"D": (1, 1), "X": (1, 2)}
    assert run(machine, "select volume X", "remove letter=D")[0] == codes.SELECTION
    ok(machine, "select volume X", "remove letter=X", "remove all dismount", "select volume D", "remove all")
    assert machine.state.letters == {}
    assert run(machine, "select disk 1", "select partition 1", "remove")[0] == codes.SELECTION
    ok(machine, "select disk 1", "select partition 1", "remove noerr")


def test_selecting_a_volume_selects_disk_and_partition(machine: Machine) -> None:
    ok(
        machine,
        "select disk 1",
        "create partition primary size=20",
        "create partition primary size=20",
        "assign letter=W",
    )
    ok(machine, "select volume=W", "active")
    ok(machine, "select volume 1", "set id=17")
    found = table(machine)
    assert found is not None
    assert [(one.type, one.active) for one in found.partitions] == [("17", False), ("06", True)]
    assert "  * 2       W" in ok(machine, "select volume w", "list volume")
