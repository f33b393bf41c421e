"""BCD stores: the real ones read whole, ours read by others, writing that changes only what differs."""

from __future__ import annotations

from pathlib import Path

import pytest
from dissect.regf import RegistryHive

from hvsbuild.errors import FormatError
from hvsbuild.formats import bcd
from hvsbuild.formats.bcd import BcdError, BcdObject, Store, Value, decode_value, encode_value, store_of, write_store
from hvsbuild.formats.bcd_devices import Boot, LocateVhd, MbrPartition
from hvsbuild.formats.bcd_elements import DEVICE, LIBRARY
from hvsbuild.formats.bcd_names import (
    ALIASES,
    APPLICATION,
    BOOTMGR,
    LOADER,
    alias_of,
    element_code,
    element_name,
    guid_of,
)
from hvsbuild.formats.hive import new_hive
from hvsbuild.formats.regvalue import REG_BINARY, REG_DWORD, REG_SZ, RegValue, utf16
from hvsbuild.hosts import tools

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "bcd"
real_stores = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared BCD fixtures are not on this machine")
STORES = {  # objects and elements in them
    "BCD-Template-win11": (16, 94),
    "BCD-grub-a1ive-vhd": (3, 23),
    "BCD-lyshie-bios-vhd": (12, 46),
    "BCD-lyshie-efi-vhdx": (16, 52),
    "BCD-ntloader-vhd": (3, 16),
    "BCD-pybcd-BCDTest": (8, 13),
    "BCD-win10-efi": (17, 78),
}
GUID = "{11111111-2222-3333-4444-555555555555}"
VHD = LocateVhd(MbrPartition(0xA1B2C3D4, 1 << 20), r"\hvsOS.vhd", 0x12000002)


def sample() -> Store:
    manager = BcdObject(ALIASES["{bootmgr}"], BOOTMGR).with_values(
        {bcd.DEFAULT: GUID, bcd.DISPLAY_ORDER: (GUID,), bcd.TIMEOUT: 30}
    )
    values: dict[int, Value] = {bcd.DEVICE: VHD, bcd.DESCRIPTION: "Hyper-V", 0x26000010: True}
    loader = BcdObject(GUID, LOADER).with_values(values)
    return Store({"KeyName": RegValue(REG_SZ, utf16("BCD00000001"))}, {one.guid: one for one in (manager, loader)})


@real_stores
@pytest.mark.parametrize("name", STORES)
def test_a_real_store_reads_whole_and_as_dissect_reads_it(name: str) -> None:
    store = store_of((FIXTURES / name).read_bytes())
    values = [one.value(code) for one in store.objects.values() for code in one.elements]
    assert (len(store.objects), len(values)) == STORES[name]
    assert None not in values
    with (FIXTURES / name).open("rb") as file:
        for one in RegistryHive(file).root().subkey("Objects").subkeys():
            for key in one.subkey("Elements").subkeys():
                theirs, code = key.value("Element").value, int(key.name, 16)
                raw, ours = store.objects[one.name].elements[code], store.objects[one.name].value(code)
                if isinstance(theirs, bytes):
                    assert raw.data == theirs
                else:
                    assert ours == (theirs if isinstance(theirs, str) else tuple(theirs))


@real_stores
@pytest.mark.parametrize("name", STORES)
def test_writing_what_is_there_changes_no_byte(tmp_path: Path, name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    (tmp_path / "BCD").write_bytes(data)
    write_store(tmp_path / "BCD", store_of(data))
    assert (tmp_path / "BCD").read_bytes() == data


@real_stores
def test_the_default_loader_and_trimmed_integers() -> None:
    store = store_of((FIXTURES / "BCD-win10-efi").read_bytes())
    assert store.default is not None
    assert store.default.value("description") == "Windows 10"
    assert store.default.value("nx") == 0
    assert store.default.value("bootmenupolicy") == 1
    assert store.find("{DEFAULT}") == store.default
    template = store_of((FIXTURES / "BCD-Template-win11").read_bytes())
    settings, manager = template.find("{hypervisorsettings}"), template.find("{bootmgr}")
    assert settings is not None
    assert manager is not None
    assert settings.elements[0x250000F5].data == bytes.fromhex("00c201")
    assert settings.value("hypervisorbaudrate") == 115200
    assert manager.value("timeout") == 30


@real_stores
def test_a_change_to_a_real_store_touches_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "BCD").write_bytes((FIXTURES / "BCD-win10-efi").read_bytes())
    store = store_of((tmp_path / "BCD").read_bytes())
    assert store.default is not None
    changed = store.with_object(store.default.with_values({0x250000F0: 1}).without(bcd.LOCALE))
    write_store(tmp_path / "BCD", changed)
    assert store_of((tmp_path / "BCD").read_bytes()) == changed
    with (tmp_path / "BCD").open("rb") as file:
        hive = RegistryHive(file)
        objects = hive.root().subkey("Objects")
        assert len(objects.subkey(ALIASES["{bootmgr}"]).subkey("Description").value("FirmwareVariable").value) > 100
        elements = objects.subkey(store.default.guid).subkey("Elements")
        assert elements.subkey("250000f0").value("Element").value == bytes([1, 0, 0, 0, 0, 0, 0, 0])
        assert "12000005" not in [key.name for key in elements.subkeys()]


def test_a_new_store_is_the_same_every_time_and_others_read_it(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_store(tmp_path / name, sample())
    data = (tmp_path / "one").read_bytes()
    assert data == (tmp_path / "two").read_bytes()
    assert store_of(data) == sample()
    key = f"cd \\Objects\\{GUID}\\Elements"
    commands = f"{key}\\11000001\nlsval\n{key}\\26000010\nlsval\n{key}\\12000004\nlsval Element\ncd \\\nls\n"
    text = tools.run(["hivexsh", tmp_path / "one"], stdin=commands.encode())
    assert encode_value(bcd.DEVICE, VHD).data.hex(",") in text.replace(" ", "")
    assert '"Element"=hex(3):01' in text
    assert "Hyper-V" in text
    assert text.split()[-2:] == ["Description", "Objects"]
    with (tmp_path / "one").open("rb") as file:
        root = RegistryHive(file).root()
        assert root.name == "NewStoreRoot"
        objects = root.subkey("Objects")
        assert objects.subkey(GUID).subkey("Description").value("Type").value == LOADER
        manager = objects.subkey(ALIASES["{bootmgr}"]).subkey("Elements")
        assert manager.subkey("24000001").value("Element").value == [GUID]
        assert manager.subkey("25000004").value("Element").value == (30).to_bytes(8, "little")


def test_an_object_that_is_gone_is_removed(tmp_path: Path) -> None:
    write_store(tmp_path / "BCD", sample())
    write_store(tmp_path / "BCD", sample().without(GUID))
    assert list(store_of((tmp_path / "BCD").read_bytes()).objects) == [ALIASES["{bootmgr}"]]


def test_both_names_of_the_root_key_are_read(tmp_path: Path) -> None:
    new_hive(tmp_path / "BCD", "System")
    write_store(tmp_path / "BCD", sample())
    assert store_of((tmp_path / "BCD").read_bytes()).objects == sample().objects


def test_another_hive_is_not_a_store(tmp_path: Path) -> None:
    new_hive(tmp_path / "SYSTEM", "ROOT")
    with pytest.raises(BcdError, match="not a BCD store"):
        store_of((tmp_path / "SYSTEM").read_bytes())
    with pytest.raises(FormatError):
        store_of(b"no hive at all")


@pytest.mark.parametrize(
    ("code", "value", "data"),
    [
        (0x12000004, "Ä", "c4000000"),
        (0x23000003, GUID, GUID.encode("utf-16-le").hex() + "0000"),
        (0x24000001, (GUID,), GUID.encode("utf-16-le").hex() + "00000000"),
        (0x24000001, (), "0000"),
        (0x25000004, 30, "1e00000000000000"),
        (0x26000010, True, "01"),
        (0x26000010, False, "00"),
        (0x17000077, (0x15000075, 1), "75000015000000000100000000000000"),
        (0x11000001, Boot(), "00" * 16 + "05000000000000004800000000000000" + "00" * 56),
    ],
)
def test_values_are_stored_as_bcdedit_stores_them(code: int, value: Value, data: str) -> None:
    assert encode_value(code, value).data.hex() == data
    assert decode_value(code, encode_value(code, value)) == value


@pytest.mark.parametrize("data", ["1e", "1e00", "1e0000", "1e000000", "1e0000000000", "1e00000000000000"])
def test_integers_may_be_1_to_8_bytes(data: str) -> None:
    assert decode_value(0x25000004, RegValue(REG_BINARY, bytes.fromhex(data))) == 30


@pytest.mark.parametrize(("kind", "data"), [(REG_BINARY, b""), (REG_BINARY, bytes(9)), (REG_DWORD, bytes(4))])
def test_an_integer_of_another_shape_is_an_error(kind: int, data: bytes) -> None:
    with pytest.raises(BcdError, match="not of its type"):
        decode_value(0x25000004, RegValue(kind, data))


@pytest.mark.parametrize(
    ("code", "value"),
    [(0x25000004, "30"), (0x25000004, True), (0x25000004, -1), (0x26000010, 1), (0x12000004, 5), (0x11000001, "boot")],
)
def test_a_value_must_fit_its_element(code: int, value: Value) -> None:
    with pytest.raises(BcdError, match="does not fit"):
        encode_value(code, value)


def test_names_go_both_ways() -> None:
    for kind, table in APPLICATION.items():
        for code, name in {**LIBRARY, **DEVICE, **table}.items():
            assert element_name(code, kind) == name
            assert element_code(name.upper(), kind) == code
    assert element_name(0x23000003, BOOTMGR) == "default"
    assert element_name(0x23000003, LOADER) == "resumeobject"
    assert element_code("detecthal", LOADER) == 0x26000010
    assert element_code("hypervisorlaunchtype", BOOTMGR) is None
    assert element_name(0x26009999, LOADER) == "custom:26009999"
    assert element_code("custom:26009999", LOADER) == 0x26009999
    for wrong in ("custom:zz", "custom:9999999999", "custom:00000001"):
        assert element_code(wrong, LOADER) is None


def test_identifiers() -> None:
    assert guid_of("{BootMgr}") == "{9dea862c-5cdd-4e70-acc1-f32b344d4795}"
    assert alias_of("{9DEA862C-5CDD-4E70-ACC1-F32B344D4795}") == "{bootmgr}"
    assert guid_of(GUID.upper()) == GUID
    for wrong in (GUID[1:-1], "{default}", "{11111111}", "{" + GUID + "}"):
        assert guid_of(wrong) is None
