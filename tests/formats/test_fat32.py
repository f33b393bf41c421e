"""FAT32: what our writer leaves is judged by fsck.fat, mtools, 7-Zip and dissect; what mtools writes is read by us."""

from __future__ import annotations

import random
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hvsbuild.errors import FormatError
from hvsbuild.formats import fatfolder, fatnames
from hvsbuild.formats.block import FileDevice, Slice
from hvsbuild.formats.fat32 import FatTree, geometry
from hvsbuild.formats.fatvolume import FatVolume
from hvsbuild.formats.filesystem import ARCHIVE, HIDDEN, READ_ONLY, SYSTEM, VolumeFull, walk
from tests.formats.fatting import FOLDERS, MIB, by_dissect, check, output, program, volume

NAMES = (
    "bootmgfw.efi", "BCD", "Mixed.Case", "README", "ümläut 世界🪟.txt", ".dots.and.dots", "a+b;c=[1]", "LONGNA~1.TXT",
    "x" * 255, "thirteen chars", "bootmgfw.efi.mui", "noextension", "with blank", "UPPER.low", "12345678.123",
)  # fmt: skip


@contextmanager
def opened(path: Path) -> Iterator[FatVolume]:
    with FileDevice(path, writable=True) as device, FatVolume(device) as found:
        yield found


def everything(tree: FatTree) -> dict[str, bytes | None]:
    return {one.path: None if one.is_dir else tree.read(one.path) for one in walk(tree)}


class Model:
    """The same calls on a dictionary and on the volume."""

    def __init__(self, tree: FatVolume, seed: int, cluster: int) -> None:
        self.tree, self.random, self.cluster = tree, random.Random(seed), cluster
        self.files: dict[str, bytes | None] = {}

    def step(self) -> None:
        chance, path = self.random.random(), self.path()
        there = self.tree.find(path)
        if chance < 0.3:
            victim = self.random.choice(sorted(self.files)) if self.files else None
            if victim and not any(one.startswith(victim + "\\") for one in self.files):
                self.tree.delete(victim)
                del self.files[victim]
        elif chance < 0.45 and not there:
            self.tree.make_folder(path)
            self.files[path] = None
        elif not (there and there.is_dir):
            cluster = self.cluster
            data = self.random.randbytes(self.random.choice([0, 1, cluster - 1, cluster, 3 * cluster + 1, 40_000]))
            self.tree.write(path, data)
            self.files[there.path if there else path] = data

    def path(self) -> str:
        folders = ["", *sorted(path for path, data in self.files.items() if data is None)]
        name = self.random.choice(NAMES) if self.random.random() < 0.4 else f"long name {self.random.randrange(60)}.txt"
        return self.random.choice(folders) + "\\" + name


@pytest.mark.parametrize("seed", range(6))
def test_any_calls_leave_a_volume_that_others_read(tmp_path: Path, seed: int) -> None:
    cluster = (512, 1024, 4096)[seed % 3]
    path = volume(tmp_path / "v.img", cluster)
    with opened(path) as tree:
        model = Model(tree, seed, cluster)
        for _ in range(160):
            model.step()
        free = tree.free_bytes()
        assert everything(tree) == model.files
    check(path)
    assert by_dissect(path) == {name.upper(): data for name, data in model.files.items()}
    with opened(path) as again:  # nothing was kept in memory alone
        assert everything(again) == model.files
        assert again.free_bytes() == free
        for one in reversed(list(walk(again))):
            again.delete(one.path)
    check(path)


def test_the_same_calls_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_767_225_601.0)
    images = [volume(tmp_path / name, 512) for name in "ab"]
    for path in images:
        with opened(path) as tree:
            model = Model(tree, 1, 512)
            for _ in range(60):
                model.step()
    assert images[0].read_bytes() == images[1].read_bytes()


def test_what_mtools_and_7zip_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_767_225_601.0)  # 2026-01-01 00:00:01
    path, data = volume(tmp_path / "v.img", 4096), random.Random(3).randbytes(70_001)
    with opened(path) as tree:
        tree.make_folder(r"\EFI\Microsoft\Boot")
        tree.write(r"\EFI\Microsoft\Boot\bootmgfw.efi.mui", data)
        tree.write(r"\bootmgr", b"bootmgr")
        tree.set_attributes(r"\bootmgr", READ_ONLY | HIDDEN | SYSTEM | ARCHIVE)
        assert tree.label == "SYSTEM"
    output("mcopy", "-i", path, "::/efi/microsoft/BOOT/bootmgfw.efi.mui", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == data
    assert output("mattrib", "-i", path, "::/bootmgr").split()[:2] == ["A", "SHR"]
    listed = output("mdir", "-i", path, "-a", "::/EFI/Microsoft/Boot")
    assert "BOOTMG~1 MUI     70001 2026-01-01   0:00  bootmgfw.efi.mui" in listed
    assert "EFI          <DIR>" in output("mdir", "-i", path, "-a", "::/")
    words = [program("7zz", "7z"), "l", "-slt", str(path)]
    seen = subprocess.run(words, capture_output=True, text=True, check=True, env={"PATH": FOLDERS}).stdout
    assert "Path = EFI/Microsoft/Boot/bootmgfw.efi.mui\n" in seen
    assert "Label = SYSTEM\n" in seen
    assert "Path = bootmgr\n" in seen, "the lower-case marks stand for a long name"


def test_we_read_what_mtools_writes(tmp_path: Path) -> None:
    path, source = volume(tmp_path / "v.img", 1024), tmp_path / "source"
    source.mkdir()
    for name in NAMES:
        (source / name).write_bytes(name.encode() * 50)
    output("mmd", "-i", path, "::/folder with a name")
    output("mcopy", "-i", path, *(source / name for name in NAMES if name.isascii()), "::/folder with a name")
    output("mattrib", "-i", path, "+h", "+s", "::/folder with a name/BCD")
    with FileDevice(path) as device:
        tree = FatTree(device)
        found = everything(tree)
        bcd = tree.find(r"\FOLDER WITH A NAME\bcd")
    assert found == {
        r"\folder with a name": None,
        **{rf"\folder with a name\{name}": name.encode() * 50 for name in NAMES if name.isascii()},
    }
    assert bcd is not None
    assert (bcd.path, bcd.attributes) == (r"\folder with a name\BCD", ARCHIVE | HIDDEN | SYSTEM)


def test_paths(tmp_path: Path) -> None:
    path = volume(tmp_path / "v.img")
    with opened(path) as tree:
        tree.make_folder("/Boot/Fonts")
        tree.make_folder(r"\BOOT\fonts")  # there already
        tree.write(r"\boot\A long name.txt", b"one")
        assert [one.path for one in walk(tree)] == [r"\Boot", r"\Boot\A long name.txt", r"\Boot\Fonts"]
        assert tree.read(r"\Boot\ALONGN~1.TXT") == b"one", "the short name leads there, too"
        root = tree.find("\\")
        assert root is not None
        assert root.is_dir
        assert tree.find(r"\Boot\A long name.txt\below") is None
        for missing in (r"\Boot\none", r"\none\none"):
            assert tree.find(missing) is None
            with pytest.raises(FileNotFoundError):
                tree.read(missing)
        with pytest.raises(FileNotFoundError):
            tree.children(r"\Boot\A long name.txt")
        with pytest.raises(FileNotFoundError):
            tree.write(r"\none\file", b"")
        with pytest.raises(NotADirectoryError):
            tree.make_folder(r"\Boot\A long name.txt\folder")
        with pytest.raises(IsADirectoryError):
            tree.write(r"\Boot", b"")
        with pytest.raises(OSError, match="not empty"):
            tree.delete(r"\Boot")
        for bad in ("a:b", "what?", "dot.", "blank ", "y" * 256, "tab\t"):
            with pytest.raises(fatnames.BadName):
                tree.write("\\" + bad, b"")
    check(path)


def test_a_file_is_written_in_place(tmp_path: Path) -> None:
    path = volume(tmp_path / "v.img", 512)
    with opened(path) as tree:
        for name in ("one", "two", "one"):  # `one` ends in two runs
            old = tree.read(f"\\{name}") if tree.find(f"\\{name}") else b""
            tree.write(f"\\{name}", old + b"a" * 700)
        device = tree.open(r"\one")
        assert device.size == 1400
        device.write_at(690, b"B" * 20)
        assert tree.read(r"\one") == b"a" * 690 + b"B" * 20 + b"a" * 690
        tree.write(r"\empty", b"")
        with pytest.raises(FormatError, match="in place"):
            tree.open(r"\empty")
    check(path)


def test_a_full_volume_is_left_as_it_was(tmp_path: Path) -> None:
    path = volume(tmp_path / "v.img", 512)
    with opened(path) as tree:
        tree.write(r"\big", bytes([1]) * (tree.free_bytes() - 2048))
        tree.write(r"\small", b"old")
        before = path.read_bytes()
        for name, size in ((r"\more", 4096), (r"\small", 4096), (r"\huge", 1 << 32)):
            with pytest.raises(VolumeFull):
                tree.copy_in(name, _sized(tmp_path / "source", size), lambda _done, _all: None)
        with pytest.raises(VolumeFull):
            tree.write("\\" + "a long name" * 20, bytes(1500))  # room for the file, but not for its name, too
        assert path.read_bytes() == before
        tree.write(r"\last", b"x" * tree.free_bytes())
        assert tree.free_bytes() == 0
        tree.delete(r"\big")
        tree.write(r"\more", bytes(4096))
    check(path)


def _sized(path: Path, size: int) -> FileDevice:
    with path.open("wb") as file:
        file.truncate(size)
    return FileDevice(path)


def test_a_big_file_takes_no_room_for_its_zeros(tmp_path: Path) -> None:
    path, seen = volume(tmp_path / "v.img", 4096), list[tuple[int, int]]()
    with opened(path) as tree:
        tree.write(r"\old", b"\xff" * (30 * MIB))
        tree.delete(r"\old")
        with _sized(tmp_path / "source", 24 * MIB + 5) as source:
            with (tmp_path / "source").open("r+b") as file:
                file.seek(9 * MIB)
                file.write(b"middle")
            tree.copy_in(r"\big.bin", source, lambda done, whole: seen.append((done, whole)))
        assert tree.read(r"\big.bin") == (tmp_path / "source").read_bytes()
    assert seen[-1] == (24 * MIB + 5, 24 * MIB + 5)
    assert path.stat().st_blocks * 512 < 4 * MIB
    check(path)


def test_folders_grow_and_their_places_are_used_again(tmp_path: Path) -> None:
    path = volume(tmp_path / "v.img", 512)
    with opened(path) as tree:
        tree.make_folder(r"\many")
        for number in range(120):
            tree.write(rf"\many\file number {number}.txt", str(number).encode())
        size = len(tree.folder(tree.trail(r"\many")[-1]))  # type: ignore[index]
        for number in range(0, 120, 2):
            tree.delete(rf"\many\file number {number}.txt")
        for number in range(0, 120, 2):
            tree.write(rf"\many\other number {number}", b"")
        assert len(tree.folder(tree.trail(r"\many")[-1])) <= size  # type: ignore[index]
        assert len(tree.children(r"\many")) == 120
        aliases = [one.alias for one in fatfolder.slots(tree.folder(tree.trail(r"\many")[-1]))]  # type: ignore[index]
        assert len(set(aliases)) == 120
    check(path)


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("bootmgfw.efi.mui", [], b"BOOTMG~1MUI"),
        ("bootmgfw.efi.mui", [b"BOOTMG~1MUI"], b"BOOTMG~2MUI"),
        ("Boot", [], b"BOOT       "),
        ("Boot", [b"BOOT       "], b"BOOT~1     "),
        ("a b.c d", [], b"AB~1    CD "),
        (".profile", [], b"PROFIL~1   "),
        ("Grüße.html", [], b"GR__E~1 HTM"),
        ("a+b.txt", [], b"A_B~1   TXT"),
        ("archive.tar.gz", [], b"ARCHIV~1GZ "),
        ("many long names", [b"MANYLO~%d   " % number for number in range(1, 10)], b"MANYL~10   "),
    ],
)
def test_short_names_beside_long_ones(name: str, taken: list[bytes], expected: bytes) -> None:
    assert fatnames.alias(name, taken) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("BOOTMGR", (b"BOOTMGR    ", 0)),
        ("bootmgr", (b"BOOTMGR    ", 8)),
        ("bootx64.efi", (b"BOOTX64 EFI", 24)),
        ("NTDLL.dll", (b"NTDLL   DLL", 16)),
        ("12345678.123", (b"12345678123", 0)),
        ("Boot", None),
        ("a b", None),
        ("ninechars", None),
        ("a.html", None),
        ("ü", None),
        (".a", None),
    ],
)
def test_names_that_need_no_long_one(name: str, expected: tuple[bytes, int] | None) -> None:
    assert fatnames.short(name) == expected
    if expected:
        assert fatnames.shown(*expected) == name


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, (33, 0, 0)), (1_767_225_601, (46 << 9 | 33, 0, 100)), (1 << 33, (127 << 9 | 12 << 5 | 31, 49021, 100))],
)
def test_moments(seconds: int, expected: tuple[int, int, int]) -> None:
    assert fatfolder.stamp(seconds) == expected


def test_a_stray_long_name_is_passed_over(tmp_path: Path) -> None:
    """As DOS leaves it behind when it renames: the records ahead belong to no short one."""
    path = volume(tmp_path / "v.img")
    with opened(path) as tree:
        tree.write(r"\a long name.txt", b"content")
        ground = tree.ground(tree.folder_chain(tree.trail("\\")[0]))  # type: ignore[index]
        slot = tree.trail(r"\a long name.txt")[-1]  # type: ignore[index]
        ground.write_at(slot.last, b"RENAMED TXT")
        assert [one.path for one in walk(tree)] == [r"\RENAMED.TXT"]


@pytest.mark.parametrize(
    ("at", "data"),
    [
        (11, struct.pack("<H", 100)),
        (13, b"\3"),
        (16, b"\0"),
        (17, b"\1"),
        (32, struct.pack("<I", 1 << 31)),
        (36, struct.pack("<I", 1)),
        (44, struct.pack("<I", 1 << 27)),
    ],
)
def test_a_damaged_boot_sector(tmp_path: Path, at: int, data: bytes) -> None:
    path = volume(tmp_path / "v.img")
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)
    with FileDevice(path) as device, pytest.raises(FormatError, match="damaged FAT32"):
        FatTree(device).children("\\")


@pytest.mark.parametrize("value", [0, 1, 0x0FFFFFF7, 5, 0x0ABCDEF0])
def test_a_damaged_chain(tmp_path: Path, value: int) -> None:
    """Free, reserved, bad, in a circle, out of the volume."""
    path = volume(tmp_path / "v.img", 512)
    with opened(path) as tree:
        tree.write(r"\file", bytes(2000))
        first = tree.trail(r"\file")[-1].cluster  # type: ignore[index]
        assert first + 2 == 5
    with FileDevice(path, writable=True) as device:
        device.write_at(geometry(device).fat + (first + 2) * 4, struct.pack("<I", value))
        with pytest.raises(FormatError, match="damaged FAT32"):
            FatTree(device).read(r"\file")


def test_it_stacks(tmp_path: Path) -> None:
    """A volume in the middle of a bigger device, which is left alone around it."""
    inner, outer = volume(tmp_path / "v.img", 512), tmp_path / "disk.img"
    size = inner.stat().st_size
    outer.write_bytes(b"\xaa" * MIB + inner.read_bytes() + b"\xaa" * MIB)
    with FileDevice(outer, writable=True) as disk, FatVolume(Slice(disk, MIB, size)) as tree:
        tree.make_folder(r"\EFI\Boot")
        tree.write(r"\EFI\Boot\bootx64.efi", b"program")
    data = outer.read_bytes()
    assert data[:MIB] == data[-MIB:] == b"\xaa" * MIB
    inner.write_bytes(data[MIB:-MIB])
    check(inner)
