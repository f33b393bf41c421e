"""Hives: written through libhivex, read by our own reader, judged by hivex's tools, dissect and libregf."""

from __future__ import annotations

import hashlib
import lzma
import random
import resource
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyregf
import pytest
from dissect.regf import regf as dissect_regf
from hypothesis import given, settings
from hypothesis import strategies as st

from hvsbuild.errors import HvsError, MissingTool
from hvsbuild.formats import hivex
from hvsbuild.formats.block import BytesDevice, FileDevice
from hvsbuild.formats.hive import Hive, HiveError, HiveReader, control_set, empty_hive, new_hive
from hvsbuild.formats.regf import BIG_DATA, checksum
from hvsbuild.formats.regvalue import RegValue, encode

FIXTURES = Path(__file__).parents[2] / ".." / "shared" / "fixtures"
MEMORY = r"ControlSet001\Control\Session Manager\Memory Management"


def fixture(name: str) -> Path:
    path = FIXTURES / name
    if not path.exists():
        pytest.skip(f"no fixtures: {path} is absent")
    return path


@pytest.fixture(scope="session")
def win7(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hives") / "SYSTEM"
    path.write_bytes(lzma.decompress(fixture("hives/SYSTEM-win7-x86.xz").read_bytes()))
    return path


@pytest.fixture
def system(win7: Path, tmp_path: Path) -> Path:
    """A copy of a real SYSTEM hive of Windows 7."""
    return Path(shutil.copy(win7, tmp_path / "SYSTEM"))


@pytest.fixture
def hive(tmp_path: Path) -> Path:
    """A new, empty hive."""
    new_hive(tmp_path / "hive", "NewStoreRoot")
    return tmp_path / "hive"


def hivexget(path: Path, key: str) -> str:
    if not shutil.which("hivexget"):
        pytest.skip("hivexget is not installed (package libhivex-bin)")
    return subprocess.run(["hivexget", path, key], check=True, capture_output=True, text=True).stdout


def content(reader: HiveReader, key: str = "") -> Iterator[tuple[str, dict[str, RegValue]]]:
    """Every key below one with its values."""
    yield key, reader.values(key)
    for name in reader.keys(key):
        yield from content(reader, f"{key}\\{name}".strip("\\"))


def hivex_content(hive: Hive, node: int, key: str = "") -> Iterator[tuple[str, dict[str, RegValue]]]:
    yield key, hive.values(node)
    for child in hive.handle.children(node):
        yield from hivex_content(hive, child, f"{key}\\{hive.handle.name(child)}".strip("\\"))


def dissect_content(key: dissect_regf.RegistryKey, path: str = "") -> Iterator[tuple[str, dict[str, RegValue]]]:
    values = {one.name: RegValue(int(one.type), bytes(one.data)) for one in key.values()}
    yield path, {"" if name == "(Default)" else name: value for name, value in values.items()}
    for child in key.subkeys():
        yield from dissect_content(child, f"{path}\\{child.name}".strip("\\"))


# --- a new hive ---


def test_a_new_hive_opens_in_every_reader(hive: Path) -> None:
    assert list(content(HiveReader(FileDevice(hive)))) == [("", {})]
    with hive.open("rb") as file:
        root = dissect_regf.RegistryHive(file).root()
        assert (root.name, list(root.subkeys()), list(root.values())) == ("NewStoreRoot", [], [])
    libregf = pyregf.file()
    libregf.open(str(hive))
    assert (libregf.root_key.name, libregf.format_version, libregf.is_corrupted()) == ("NewStoreRoot", "1.3", False)
    libregf.close()
    if shutil.which("hivexml"):
        xml = subprocess.run(["hivexml", hive], check=True, capture_output=True, text=True).stdout
        assert '<node name="NewStoreRoot" root="1">' in xml
    assert hivexget(hive, "\\") == ""


def test_a_new_hive_is_always_the_same_and_has_no_times() -> None:
    assert empty_hive("System") == empty_hive("System")
    assert empty_hive("System") != empty_hive("NewStoreRoot")
    data = empty_hive("System")
    assert data[12:20] == data[0x1000 + 36 + 4 : 0x1000 + 36 + 12] == bytes(8)


def test_the_security_of_a_new_hive_is_that_of_a_store_made_by_windows(hive: Path) -> None:
    def access(data: bytes) -> bytes:
        sk = 0x1000 + int(struct.unpack_from("<I", data, 0x1000 + 32 + 4 + 44)[0])
        assert data[sk + 4 : sk + 6] == b"sk"
        return data[sk + 24 + 20 : sk + 24 + 0x48]

    assert access(hive.read_bytes()) == access(fixture("bcd/BCD-pybcd-BCDTest").read_bytes())


@pytest.mark.parametrize("name", ["", "a\\b", "日", "x" * 256, "a\0"])
def test_a_root_cannot_have_any_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(HiveError, match="Not a name for the root key"):
        new_hive(tmp_path / "hive", name)
    assert not (tmp_path / "hive").exists()


# --- changing one ---


def test_the_page_file_values_of_a_real_hive(system: Path) -> None:
    before = hivexget(system, MEMORY).splitlines()
    with Hive.open(system, writable=True) as opened:
        assert control_set(opened) == "ControlSet001"
        opened.set(MEMORY.lower(), "pagingFILES", encode("REG_MULTI_SZ", []))
        assert opened.delete_value(MEMORY, "existingpagefiles")
        assert not opened.delete_value(MEMORY, "ExistingPageFiles")
        opened.commit()
    after = hivexget(system, MEMORY).splitlines()
    assert [line for line in after if line not in before] == ['"PagingFiles"=hex(7):00,00']
    assert {line.split("=")[0] for line in before if line not in after} == {'"PagingFiles"', '"ExistingPageFiles"'}
    with FileDevice(system) as device:
        reader = HiveReader(device)
        assert reader.get(MEMORY.upper(), "PAGINGFILES") == RegValue(7, b"\0\0")
        assert reader.get(MEMORY, "ExistingPageFiles") is None
        assert control_set(reader) == "ControlSet001"


def test_the_rest_of_a_real_hive_stays_as_it_was(win7: Path, system: Path) -> None:
    key = r"ControlSet001\Control\Session Manager"
    with Hive.open(system, writable=True) as opened:
        opened.set(key + r"\New Key", "x", encode("REG_DWORD", 1))
        opened.delete_key(key + r"\Power")
        opened.commit()
    with FileDevice(win7) as old, FileDevice(system) as new:
        before, after = dict(content(HiveReader(old), key)), dict(content(HiveReader(new), key))
    gone = {path for path in before if path.startswith(key + r"\Power")}
    assert gone
    assert after == {path: values for path, values in before.items() if path not in gone} | {
        key + r"\New Key": {"x": encode("REG_DWORD", 1)}
    }


def test_the_same_calls_give_the_same_bytes(system: Path, tmp_path: Path) -> None:
    sums = set()
    for name in ("one", "two"):
        path = Path(shutil.copy(system, tmp_path / name))
        with Hive.open(path, writable=True) as opened:
            opened.set(MEMORY, "PagingFiles", encode("REG_MULTI_SZ", []))
            opened.set("A\\B", "", encode("REG_SZ", "x" * 5000))
            opened.commit()
        sums.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(sums) == 1


def test_setting_an_equal_value_does_not_touch_the_file(hive: Path) -> None:
    with Hive.open(hive, writable=True) as opened:
        opened.set("Key", "Name", encode("REG_SZ", "x"))
        opened.commit()
    before = (hive.read_bytes(), hive.stat().st_ino, hive.stat().st_mtime_ns)
    with Hive.open(hive, writable=True) as opened:
        opened.set("KEY", "NAME", encode("REG_SZ", "x"))
        assert not opened.delete_key("Other")
        opened.commit()
    assert (hive.read_bytes(), hive.stat().st_ino, hive.stat().st_mtime_ns) == before


def test_changes_that_are_not_committed_are_forgotten(hive: Path) -> None:
    before = hive.read_bytes()
    with Hive.open(hive, writable=True) as opened:
        opened.make("Key")
    assert hive.read_bytes() == before
    assert [one.name for one in hive.parent.iterdir()] == ["hive"]


def test_keys_and_values_are_found_without_regard_to_case_and_kept_as_stored(hive: Path) -> None:
    with Hive.open(hive, writable=True) as opened:
        node = opened.make(r"Objects\{ABC}")
        assert opened.make(r"OBJECTS\{abc}") == node == opened.find(r"\objects\{Abc}\\")
        opened.set("Objects", "Größe", encode("REG_SZ", "a"))
        opened.set("Objects", "GRÖßE", encode("REG_SZ", "b"))
        assert opened.values(opened.make("objects")) == {"Größe": encode("REG_SZ", "b")}
        assert opened.keys(opened.root) == ["Objects"]
        assert opened.find("") == opened.root
        assert opened.find("Objects\\x\\y") is None
        assert opened.get("Objects\\x", "y") is None


def test_keys_are_kept_in_the_order_that_windows_searches_by(hive: Path) -> None:
    names = ["b", "A", "c_1", "C", "{x}", "AB", "a-b", "Zz", "z"]
    with Hive.open(hive, writable=True) as opened:
        for name in names:
            opened.make(name)
        opened.delete_key("C")
        opened.commit()
    with FileDevice(hive) as device:
        assert HiveReader(device).keys("") == sorted(set(names) - {"C"}, key=str.upper)


@pytest.mark.parametrize("name", ["Größe", "k" * 256, "a\0b"])
def test_a_key_that_windows_would_not_find_is_not_made(hive: Path, name: str) -> None:
    with Hive.open(hive, writable=True) as opened, pytest.raises(HiveError, match="A key with this name"):
        opened.make(f"Objects\\{name}")


def test_the_root_is_not_deleted(hive: Path) -> None:
    with Hive.open(hive, writable=True) as opened, pytest.raises(HiveError, match="cannot be deleted"):
        opened.delete_key("")


CLASS, SECURITY, VALUES, SUBKEYS = 48, 44, 40, 28  # where a key holds the offsets of its parts


@pytest.mark.parametrize(("part", "offset"), [(CLASS, 36), (CLASS, None), (SECURITY, 32), (VALUES, 36), (SUBKEYS, 40)])
def test_a_damaged_key_is_not_deleted(hive: Path, part: int, offset: int | None) -> None:
    """With a part that is no cell, or (None) the key itself, libhivex would abort or crash the process."""
    with Hive.open(hive, writable=True) as opened:
        opened.set("Key\\Sub", "value", encode("REG_SZ", "text"))
        opened.commit()
        key = opened.find("Key\\Sub")
        assert key
    data = bytearray(hive.read_bytes())
    struct.pack_into("<I", data, key + 4 + part, key - 4096 if offset is None else offset)
    struct.pack_into("<I", data, key + 4 + 20, int(part == SUBKEYS))
    hive.write_bytes(data)
    with Hive.open(hive, writable=True) as opened:
        with pytest.raises(HiveError, match="is damaged"):
            opened.delete_key("Key")
        assert not opened.changed


def test_all_keys_of_real_hives_can_be_deleted(tmp_path: Path) -> None:
    for source in (fixture("hives/NTUSER.DAT"), fixture("hives/yarp-BigDataHive"), fixture("bcd/BCD-win10-efi")):
        path = tmp_path / source.name
        path.write_bytes(source.read_bytes())
        with Hive.open(path, writable=True) as opened:
            for key in opened.keys(opened.root):
                assert opened.delete_key(key)
            opened.commit()
        with FileDevice(path) as device:
            assert HiveReader(device).keys("") == []


def test_long_values(hive: Path, tmp_path: Path) -> None:
    """Version 1.3 keeps any value in one piece; later ones cut it up, which libhivex cannot write."""
    long = RegValue(3, bytes(range(256)) * 100)
    with Hive.open(hive, writable=True) as opened:
        opened.set("Key", "long", long)
        opened.commit()
        with pytest.raises(HiveError, match="too long to be written"):
            opened.set("Key", "longer", RegValue(3, bytes(1_000_000)))
    with FileDevice(hive) as device:
        assert HiveReader(device).get("Key", "long") == long
    pieces = Path(shutil.copy(fixture("hives/yarp-BigDataHive"), tmp_path / "pieces"))
    with FileDevice(pieces) as device:
        key, values = next((key, values) for key, values in content(HiveReader(device)) if values)
    assert max(len(value.data) for value in values.values()) > BIG_DATA
    with Hive.open(pieces, writable=True) as opened:
        with pytest.raises(HiveError, match="too long to be written"):
            opened.set("New", "long", long)
        with pytest.raises(HiveError, match="too long to be written"):
            opened.set(key, "a short neighbour", encode("REG_DWORD", 1))
        assert not opened.changed


NAMES = st.sampled_from(["", "a", "A", "Name", "ß", "日本", "x" * 40])
KEYS = st.sampled_from(["", "K", "k\\Sub", "K\\sub\\{1}", "Other"])
VALUES = st.builds(RegValue, st.integers(0, (1 << 32) - 1), st.one_of(st.binary(max_size=9), st.just(b"x" * 9000)))
STEPS = st.lists(st.tuples(KEYS, NAMES, st.none() | VALUES), max_size=12)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_any_steps_leave_what_they_say(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, RegValue | None]]
) -> None:
    path = tmp_path_factory.mktemp("steps") / "hive"
    new_hive(path, "Root")
    expected: dict[tuple[str, str], RegValue] = {}
    with Hive.open(path, writable=True) as opened:
        for key, name, value in steps:
            at = (key.upper(), name.replace("a", "A"))
            if value is None:
                assert opened.delete_value(key, name) == (expected.pop(at, None) is not None)
            else:
                opened.set(key, name, value)
                expected[at] = value
        opened.commit()
    with FileDevice(path) as device:
        found = dict(content(HiveReader(device)))
    assert {
        (key.upper(), name.replace("a", "A")): value for key, values in found.items() for name, value in values.items()
    } == expected
    with Hive.open(path) as opened:
        assert dict(hivex_content(opened, opened.root)) == found


def test_a_missing_library_names_its_package(monkeypatch: pytest.MonkeyPatch, hive: Path) -> None:
    def absent(*_: object, **__: object) -> None:
        raise OSError("libhivex.so.0: cannot open shared object file")

    hivex._library.cache_clear()
    monkeypatch.setattr(hivex.ctypes, "CDLL", absent)
    with pytest.raises(MissingTool, match="libhivex0"):
        Hive.open(hive)


def test_a_hive_that_cannot_be_written_stays_whole(hive: Path) -> None:
    before, limits = hive.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    with Hive.open(hive, writable=True) as opened:
        opened.make("Key")
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, limits[1]))
        try:
            with pytest.raises(HvsError, match=r"cannot be written(?s:.*)File too large"):
                opened.commit()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert hive.read_bytes() == before
    assert [one.name for one in hive.parent.iterdir()] == ["hive"]


def test_a_change_that_failed_half_way_is_not_written(hive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = hive.read_bytes()
    with Hive.open(hive, writable=True) as opened:
        opened.set("Key", "a", encode("REG_DWORD", 1))
        monkeypatch.setattr(hivex.HivexHandle, "value_name", lambda *_: "a\0b")  # a neighbour that cannot be kept
        with pytest.raises(HiveError, match="holds a NUL"):
            opened.set("Key", "b", encode("REG_DWORD", 1))
        with pytest.raises(HiveError, match="half-way"):
            opened.commit()
    assert hive.read_bytes() == before


def test_a_closed_hive_is_an_error_and_no_crash(hive: Path) -> None:
    opened = Hive.open(hive)
    opened.close()
    opened.close()
    with pytest.raises(ValueError, match="closed"):
        opened.find("x")


# --- reading one ---

REAL = [
    *(f"bcd/{name}" for name in ("BCD-Template-win11", "BCD-grub-a1ive-vhd", "BCD-lyshie-bios-vhd", "BCD-win10-efi")),
    *(f"hives/yarp-{name}Hive" for name in ("BadSubkey", "BigData", "Empty", "ExtendedASCII", "MultiSz")),
    *("hives/yarp-StringValuesHive", "hives/yarp-UnicodeHive", "hives/NTUSER.DAT"),
]


@pytest.mark.parametrize("name", REAL)
def test_every_value_of_real_hives_is_what_hivex_and_dissect_read(name: str) -> None:
    path = fixture(name)
    with FileDevice(path) as device:
        found = list(content(HiveReader(device)))
    with Hive.open(path) as opened:
        assert found == list(hivex_content(opened, opened.root))
    with path.open("rb") as file:
        assert found == list(dissect_content(dissect_regf.RegistryHive(file).root()))


def test_a_value_of_one_byte_which_libregf_gets_wrong() -> None:
    """Why the reader is our own: as soon as this fails, libregf could be used."""
    path = fixture("bcd/BCD-Template-win11")
    key, name = r"Objects\{7254a080-1510-4e85-ac0f-e7fb3d444736}\Elements\16000060", "Element"
    with FileDevice(path) as device:
        assert HiveReader(device).get(key, name) == RegValue(3, b"\1")
    libregf = pyregf.file()
    libregf.open(str(path))
    assert libregf.get_key_by_path("\\" + key).get_value_by_name(name).data != b"\1"
    libregf.close()


def test_what_is_absent_is_empty(hive: Path) -> None:
    reader = HiveReader(BytesDevice(hive.read_bytes()))
    assert not reader.has_key("x")
    assert reader.has_key("")
    assert (reader.keys("x"), reader.values("x\\y"), reader.get("x", "")) == ([], {}, None)


def test_a_system_hive_that_does_not_name_its_control_set(hive: Path) -> None:
    with Hive.open(hive, writable=True) as opened:
        with pytest.raises(HiveError, match="does not name its current control set"):
            control_set(opened)
        opened.set("Select", "Current", encode("REG_DWORD", 12))
        assert control_set(opened) == "ControlSet012"


# --- what is no sound hive ---


def refused(path: Path, phrase: str) -> None:
    """Both sides refuse a file with one phrase."""
    with pytest.raises(HiveError, match=phrase):
        Hive.open(path)
    with FileDevice(path) as device, pytest.raises(HiveError, match=phrase):
        HiveReader(device)


@pytest.mark.parametrize("data", [b"", b"reg", b"MZ" + bytes(9000), bytes(9000)])
def test_what_is_no_hive(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    refused(tmp_path / "file", "This is not a registry hive")


@pytest.mark.parametrize("size", [4, 4095, 4096, 8191])
def test_a_hive_that_is_cut_short(hive: Path, size: int) -> None:
    hive.write_bytes(hive.read_bytes()[:size])
    refused(hive, "cut short")


def test_a_dirty_hive(tmp_path: Path) -> None:
    path = tmp_path / "SYSTEM"
    path.write_bytes(lzma.decompress(fixture("hives/SYSTEM-win10-1709-dirty.xz").read_bytes()))
    refused(path, "is dirty")
    with FileDevice(path) as device:
        reader = HiveReader(device, dirty_ok=True)
        assert reader.dirty
        assert control_set(reader) == "ControlSet001"


def test_hives_with_damage_say_so() -> None:
    refused(fixture("hives/yarp-GarbageHive"), "header of the registry hive is damaged")
    path = fixture("hives/yarp-TruncatedNameHive")
    with FileDevice(path) as device, pytest.raises(HiveError, match="is damaged"):
        HiveReader(device).keys("")
    with Hive.open(path) as opened, pytest.raises(HiveError, match="is damaged"):
        opened.keys(opened.root)


@pytest.mark.parametrize("name", ["bcd/BCD-pybcd-BCDTest", "hives/yarp-BigDataHive"])
def test_random_damage_is_an_error_or_nothing(name: str) -> None:
    original, chance = fixture(name).read_bytes(), random.Random(name)
    errors = 0
    for _ in range(150):
        data = bytearray(original)
        for _ in range(chance.choice([1, 3, 10])):
            data[chance.randrange(4096, 4096 + 8192)] = chance.choice([0, 1, 0x80, 0xFF, chance.randrange(256)])
        struct.pack_into("<I", data, 508, checksum(bytes(data)))
        try:
            for number, _ in enumerate(content(HiveReader(BytesDevice(bytes(data))))):
                if number == 500:  # a key that lies in itself
                    break
        except HiveError:
            errors += 1
    assert 5 < errors < 150
