"""What bcdedit prints: headings, order, words; the real stores in full, as they were reviewed (bcd_listings/).

The forms are those of real listings: of Windows 7, 8 and 11, and of a BCD-Template on Windows 10.
After a wanted change: `HVS_UPDATE=1 pytest tests/formats/test_bcd_text.py`, then read the diff.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest

from hvsbuild.formats import bcd
from hvsbuild.formats.bcd import BcdObject, Store, Value, store_of
from hvsbuild.formats.bcd_devices import Boot, GptPartition, LocateVhd, MbrPartition
from hvsbuild.formats.bcd_names import ALIASES, BOOTMGR, INHERIT_ANY, LOADER, heading
from hvsbuild.formats.bcd_text import Lister, chosen

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "bcd"
LISTINGS = Path(__file__).parent / "bcd_listings"
real_stores = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared BCD fixtures are not on this machine")
FIRST, SECOND = "{11111111-2222-11ef-8444-555555555555}", "{00000000-2222-11ef-8444-555555555555}"
HOST = MbrPartition(0xA1B2C3D4, 1 << 20)


def sample(**values: Value) -> Store:
    order: dict[int, Value] = {bcd.DEFAULT: FIRST, bcd.DISPLAY_ORDER: (FIRST, SECOND), bcd.TIMEOUT: 30}
    settings: dict[int, Value] = {int(code[1:], 16): value for code, value in values.items()}
    objects = (
        BcdObject(FIRST, LOADER).with_values({bcd.DESCRIPTION: "Windows", **settings}),
        BcdObject(SECOND, LOADER),
        BcdObject(ALIASES["{bootmgr}"], BOOTMGR).with_values(order),
        BcdObject(ALIASES["{emssettings}"], INHERIT_ANY),
        BcdObject(ALIASES["{dbgsettings}"], INHERIT_ANY),
    )
    return Store({}, {one.guid: one for one in objects})


def lines(store: Store, *, verbose: bool = False, of: str = FIRST, letter: str = "Y:") -> list[str]:
    found = store.find(of)
    assert found is not None
    return [*Lister(store, verbose, lambda where: letter if where == HOST else "").lines(found)][4:]


@real_stores
@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("*")))
def test_a_real_store_in_full(name: str) -> None:
    text = Lister(store_of((FIXTURES / name).read_bytes())).text("all")
    if os.environ.get("HVS_UPDATE"):
        LISTINGS.mkdir(exist_ok=True)
        (LISTINGS / f"{name}.txt").write_text(text, encoding="utf-8", newline="\n")
    assert text == (LISTINGS / f"{name}.txt").read_text("utf-8")


@real_stores
def test_a_template_as_windows_10_prints_it() -> None:
    """Word for word what bcdedit /v said of these objects (but for GUIDs, where it was asked without /v)."""
    store = store_of((FIXTURES / "BCD-Template-win11").read_bytes())
    text = Lister(store, verbose=True).text("all")
    for block in (
        r"""
Windows Boot Manager
--------------------
identifier              {9dea862c-5cdd-4e70-acc1-f32b344d4795}
path                    \EFI\Microsoft\Boot\bootmgfw.efi
description             Windows Boot Manager
locale                  en-US
inherit                 {7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e}
default                 {cbd971bf-b7b8-4885-951a-fa03044f5d71}
timeout                 30
custom:45000001         1
elementstomigrate       0x16000010
                        0x26000020
                        0x25000004
                        0x1600007e
""",
        r"""
Windows Setup
-------------
identifier              {cbd971bf-b7b8-4885-951a-fa03044f5d71}
locale                  en-US
inherit                 {6efb52bf-1766-41db-a6b3-0ee5eff72bd7}
allowedinmemorysettings 0x15000075
systemroot              \windows
nx                      OptOut
bootmenupolicy          Standard
winpe                   Yes
custom:42000002         \system32\winload.exe
custom:42000003         \boot.wim
custom:45000001         2
custom:47000005         301989892
                        1
""",
        r"""
Windows Legacy OS Loader
------------------------
identifier              {466f5a88-0af2-4f76-9038-095b170dc21c}
path                    \ntldr
custom:45000001         1
custom:47000005         301989892
                        6
""",
    ):
        assert block in text
    plain = Lister(store).text("all")
    assert "OS Target Template" in text
    assert "OS Target Template" not in plain
    assert "custom:4" not in plain


def test_objects_come_by_kind_and_then_by_guid() -> None:
    store = sample()
    assert [one.guid for one in chosen(store, "all")] == [
        ALIASES["{bootmgr}"],
        SECOND,
        FIRST,
        ALIASES["{emssettings}"],
        ALIASES["{dbgsettings}"],
    ]
    assert [one.guid for one in chosen(store, "active")] == [ALIASES["{bootmgr}"], FIRST, SECOND]
    assert [one.guid for one in chosen(store, "osloader")] == [SECOND, FIRST]


@pytest.mark.parametrize(
    ("guid", "kind", "expected"),
    [
        (FIRST, LOADER, "Windows Boot Loader"),
        (ALIASES["{badmemory}"], INHERIT_ANY, "RAM Defects"),
        ("{7254a080-1510-4e85-ac0f-e7fb3d444736}", LOADER, "Windows Setup"),
        (FIRST, 0x101FFFFF, "Firmware Application (101fffff)"),
        (FIRST, 0x20200003, "Inherited Settings (20200003)"),
        (FIRST, 0x30000000, "Device options"),
        (FIRST, 0x1020000A, "Unknown object type (1020000a)"),
    ],
)
def test_headings(guid: str, kind: int, expected: str) -> None:
    assert heading(guid, kind) == expected


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("x25000020", 3, ["nx                      AlwaysOn"]),
        ("x25000020", 9, ["nx                      9"]),
        ("x26000010", False, ["detecthal               No"]),
        ("x17000077", (0x15000075, 0x17000077), [
            "allowedinmemorysettings 0x15000075",
            "                        0x17000077",
        ]),
        ("x27009999", (5, 16), ["custom:27009999         5", "                        16"]),
        ("x25009999", 16, ["custom:25009999         16"]),
        ("x22009999", "a b", ["custom:22009999         a b"]),
        ("x1500001a", 0xC0A8010A, ["hostip                  192.168.1.10"]),
        ("x15000066", 3, ["displaymessageoverride  Recovery"]),
        ("x2200011e", "1,2", ["hypervisorrootprocnumanodelps 1,2"]),
        ("x14000006", (ALIASES["{emssettings}"], SECOND), [
            "inherit                 {emssettings}",
            f"                        {SECOND}",
        ]),
        ("x14000006", (), ["inherit"]),
        ("x23000003", FIRST, ["resumeobject            {default}"]),
        ("x46000010", True, []),
        ("x21000001", Boot(), ["osdevice                boot"]),
        ("x21000001", HOST, ["osdevice                partition=Y:"]),
        ("x21000001", LocateVhd(HOST, r"\a.vhd", 0x22000002), [
            r"osdevice                vhd=[Y:]\a.vhd,locate=custom:22000002",
        ]),
        ("x21000001", MbrPartition(5, 512), ["osdevice                unknown"]),
        ("x21000001", LocateVhd(MbrPartition(5, 512), r"\a.vhd", 0x22000002), ["osdevice                unknown"]),
    ],
)  # fmt: skip
def test_a_value_in_bcdedits_words(code: str, value: Value, expected: list[str]) -> None:
    assert lines(sample(**{code: value}))[1:] == expected


def test_with_v_guids_stand_for_names_and_template_elements_are_shown() -> None:
    store = sample(x46000010=True, x14000006=(ALIASES["{emssettings}"],))
    assert lines(store, verbose=True)[1:] == [
        f"inherit                 {ALIASES['{emssettings}']}",
        "custom:46000010         Yes",
    ]
    assert lines(store, verbose=True, of="{bootmgr}")[0] == f"default                 {FIRST}"
    assert lines(store, of="{bootmgr}")[0] == "default                 {default}"


def test_partitions_without_a_machine_are_shown_by_what_identifies_them() -> None:

    where = GptPartition(uuid.UUID(int=1), uuid.UUID(int=2))
    store = sample(x11000001=HOST, x21000001=where)
    found = store.find(FIRST)
    assert found is not None
    text = list(Lister(store).lines(found))
    assert "device                  partition=disk A1B2C3D4 offset 1048576" in text
    assert f"osdevice                partition=disk {{{uuid.UUID(int=1)}}} partition {{{uuid.UUID(int=2)}}}" in text
