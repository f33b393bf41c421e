"""What bcdboot makes of a store, from a real template and from none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hvsbuild.formats import bcd
from hvsbuild.formats.bcd import BcdError, Store, Value, store_of
from hvsbuild.formats.bcd_boot import WindowsEntry, add_windows
from hvsbuild.formats.bcd_devices import LocatePath, LocateVhd, MbrPartition
from hvsbuild.formats.bcd_names import ALIASES, element_name
from hvsbuild.formats.bcd_template import LOADER_TEMPLATE, SCRATCH, Firmware

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "bcd"
real_stores = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared BCD fixtures are not on this machine")
HOST = MbrPartition(0xA1B2C3D4, 1 << 20)
LOADER = "{aaaaaaaa-0000-0000-0000-000000000001}"
RESUME = "{aaaaaaaa-0000-0000-0000-000000000002}"


def entry(firmware: Firmware = "bios", path: str = r"\hvsOS.vhd", loader: str = LOADER) -> WindowsEntry:
    resume = RESUME.replace("2}", loader[-2:]).replace("aaaaaaaa", "bbbbbbbb")
    return WindowsEntry(
        firmware, HOST, LocateVhd(HOST, path, 0x12000002), r"\windows", "Hyper-V Server", "en-US", loader, resume
    )


def named(store: Store, identifier: str) -> dict[str, Value]:
    """The elements of an object by their bcdedit names."""
    one = store.find(identifier)
    assert one is not None, identifier
    found = {element_name(code, one.type): one.value(code) for code in sorted(one.elements)}
    return {name: value for name, value in found.items() if value is not None}


def vhd(element: int, path: str = r"\hvsOS.vhd") -> LocateVhd:
    return LocateVhd(HOST, path, element)


@real_stores
def test_an_entry_from_a_real_template() -> None:
    template = store_of((FIXTURES / "BCD-Template-win11").read_bytes())
    store = add_windows(None, template, entry())
    assert named(store, "{default}") == {
        "device": vhd(0x12000002),
        "path": r"\windows\system32\winload.exe",
        "description": "Hyper-V Server",
        "locale": "en-US",
        "inherit": (ALIASES["{bootloadersettings}"],),
        "allowedinmemorysettings": (0x15000075,),
        "osdevice": vhd(0x22000002),
        "systemroot": r"\windows",
        "resumeobject": entry().resume,
        "nx": 0,
        "bootmenupolicy": 1,
    }
    assert named(store, "{bootmgr}") == {
        "device": HOST,
        "description": "Windows Boot Manager",
        "locale": "en-US",
        "inherit": (ALIASES["{globalsettings}"],),
        "default": LOADER,
        "resumeobject": entry().resume,
        "displayorder": (LOADER,),
        "toolsdisplayorder": (ALIASES["{memdiag}"],),
        "timeout": 30,
    }
    assert named(store, entry().resume)["path"] == r"\windows\system32\winresume.exe"
    assert named(store, entry().resume)["filepath"] == r"\hiberfil.sys"
    assert named(store, "{memdiag}")["badmemoryaccess"] is True
    assert named(store, "{dbgsettings}") == {"debugtype": 4}
    settings = {alias for alias, guid in ALIASES.items() if guid in store.objects}
    assert settings == set(ALIASES) - {"{fwbootmgr}", "{ntldr}", "{ramdiskoptions}", "{kerneldbgsettings}"}
    assert len(store.objects) == len(settings) + 2
    for one in store.objects.values():
        for code, raw in one.elements.items():
            assert code >> 28 != 4  # setup elements stay in the template
            assert code >> 24 & 15 != 5 or len(raw.data) == 8  # numbers are widened


@real_stores
def test_an_efi_entry_agrees_with_the_store_that_a_real_windows_has() -> None:
    template = store_of((FIXTURES / "BCD-Template-win11").read_bytes())
    store = add_windows(None, template, entry("uefi"))
    real = store_of((FIXTURES / "BCD-win10-efi").read_bytes())
    ours, theirs = named(store, "{default}"), named(real, "{default}")
    for name in ("inherit", "isolatedcontext", "allowedinmemorysettings", "nx", "bootmenupolicy"):
        assert ours[name] == theirs[name]
    assert str(ours["path"]).lower() == str(theirs["path"]).lower()
    # what only its recovery environment brought
    assert set(theirs) - set(ours) == {"recoverysequence", "displaymessageoverride", "recoveryenabled"}
    for alias in ("{bootmgr}", "{memdiag}"):
        assert set(named(store, alias)) == set(named(real, alias))
        assert named(store, alias)["path"] == named(real, alias)["path"]
    for alias in (
        "{globalsettings}",
        "{bootloadersettings}",
        "{resumeloadersettings}",
        "{dbgsettings}",
        "{emssettings}",
    ):
        assert named(store, alias) == named(real, alias)
    assert named(store, "{hypervisorsettings}") == named(real, "{hypervisorsettings}")


@pytest.mark.parametrize(("firmware", "suffix"), [("bios", "exe"), ("uefi", "efi")])
def test_an_entry_without_a_template(firmware: Firmware, suffix: str) -> None:
    store = add_windows(None, SCRATCH, entry(firmware))
    loader = named(store, "{default}")
    assert loader["path"] == rf"\windows\system32\winload.{suffix}"
    assert loader["osdevice"] == vhd(0x22000002)
    assert named(store, "{hypervisorsettings}")["hypervisorbaudrate"] == 115200
    assert ("path" in named(store, "{bootmgr}")) == (firmware == "uefi")
    assert not set(store.objects) & set(LOADER_TEMPLATE.values())


def test_the_same_windows_is_entered_anew_and_others_are_kept() -> None:
    other = entry(path=r"\other.vhd", loader="{aaaaaaaa-0000-0000-0000-000000000009}")
    store = add_windows(add_windows(None, SCRATCH, other), SCRATCH, entry())
    first = store.objects[LOADER]
    store = store.with_object(first.with_values({0x250000F0: 1}))
    again = add_windows(store, SCRATCH, entry())
    assert again.objects[LOADER] == first  # the old values are erased
    assert named(again, "{bootmgr}")["displayorder"] == (LOADER, other.loader)
    assert again.objects[other.loader] == store.objects[other.loader]
    assert add_windows(again, SCRATCH, entry()) == again


@pytest.mark.parametrize("host", [HOST, LocatePath(r"\HVSOS.vhd")])
def test_an_entry_of_another_tool_for_the_same_vhd_is_replaced(host: MbrPartition | LocatePath) -> None:
    foreign = "{cccccccc-0000-0000-0000-000000000007}"
    store = add_windows(None, SCRATCH, entry(loader=foreign))
    loader = store.objects[foreign].with_values({bcd.OSDEVICE: LocateVhd(host, r"\HVSOS.vhd", 0x22000002)})
    again = add_windows(store.with_object(loader), SCRATCH, entry())
    assert foreign not in again.objects
    assert entry(loader=foreign).resume in store.objects
    assert entry(loader=foreign).resume not in again.objects
    assert [one.guid for one in again.loaders] == [LOADER]
    assert named(again, "{bootmgr}")["displayorder"] == (LOADER,)


def test_the_default_can_be_kept_and_the_menu_settings_always_are() -> None:
    other = entry(path=r"\other.vhd", loader="{aaaaaaaa-0000-0000-0000-000000000009}")
    store = add_windows(None, SCRATCH, other)
    manager = store.bootmgr
    assert manager is not None
    store = store.with_object(manager.with_values({bcd.TIMEOUT: 5}))
    kept, not_kept = (add_windows(store, SCRATCH, entry(), keep_default=keep) for keep in (True, False))
    assert kept.default is not None
    assert not_kept.default is not None
    assert (kept.default.guid, not_kept.default.guid) == (other.loader, LOADER)
    assert named(kept, "{bootmgr}")["resumeobject"] == other.resume
    for result in (kept, not_kept):
        assert named(result, "{bootmgr}")["displayorder"] == (LOADER, other.loader)
        assert named(result, "{bootmgr}")["timeout"] == 5


def test_a_windows_on_a_partition_has_partition_elements() -> None:
    where = MbrPartition(0xA1B2C3D4, 5 << 20)
    loader = named(add_windows(None, SCRATCH, replace(entry(), device=where)), "{default}")
    assert loader["device"] == loader["osdevice"] == where


@pytest.mark.parametrize(
    "lost", [LOADER_TEMPLATE["bios"], "{98b02a23-0674-4ce7-bdad-e0a15a8ff97b}", ALIASES["{bootmgr}"]]
)
def test_a_template_without_what_is_needed_is_an_error(lost: str) -> None:
    with pytest.raises(BcdError, match="not whole"):
        add_windows(None, SCRATCH.without(lost), entry())


def test_a_template_without_a_memory_test_or_resume_object_still_boots() -> None:
    template = SCRATCH.objects[LOADER_TEMPLATE["bios"]].without(bcd.LOADER_RESUME)
    store = add_windows(None, SCRATCH.with_object(template).without(ALIASES["{memdiag}"]), entry())
    assert "resumeobject" not in named(store, "{default}")
    assert not {"resumeobject", "toolsdisplayorder"} & set(named(store, "{bootmgr}"))
