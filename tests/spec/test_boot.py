"""`boot:` its settings are those that bcdedit has; which of them an entry gets; the order of the menu."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.formats import bcd_elements as elements
from hvsbuild.formats.bcd_names import LOADER, element_code, format_of
from hvsbuild.plan import bootmenu
from hvsbuild.plan.names import StickNames
from hvsbuild.spec.boot import Boot, Ems, VhdBoot, effective_settings
from hvsbuild.spec.bootsettings import SETTINGS, WINDOWS, elsewhere
from hvsbuild.spec.load import parse_spec
from hvsbuild.spec.profile import load_profile, profile_names

SPEC = """\
spec: hvsbuild/v1
name: stick
os: hyperv-server-2019
vhds:
  - {file: a.vhdx, size: 16 GiB, image: {source: a.wim, index: 1}, boot: {description: A, settings: {sos: no}}}
  - {file: base.vhdx, size: 12 GiB, image: {source: b.wim, index: 1}}
  - {file: c.vhdx, type: differencing, parent: BASE.vhdx, boot: {description: C}}
  - {file: d.vhdx, type: differencing, parent: base.vhdx, boot: {description: D}}
disk: {match: {bus: usb, serial: "4C53000123"}, wipe: if-ours, size: 128 GB}
"""


def stick(boot: str = "") -> StickNames:
    return StickNames(parse_spec((SPEC + boot).encode(), Path("x.yaml"), {}).spec)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_an_element_of_a_windows_entry(name: str) -> None:
    setting, code = SETTINGS[name], element_code(name, LOADER)
    assert code is not None
    words = elements.ENUMS.get(name)
    if setting.text:
        assert format_of(code) == "string"
    elif setting.words and words:
        assert format_of(code) == "integer"
        assert set(setting.words) <= {word.lower() for word in words}
    elif setting.words or setting.top:
        assert format_of(code) == "integer"
        assert all(word.isdecimal() for word in setting.words)
        assert words is None
    else:
        assert format_of(code) == "boolean"
    for value in (*setting.words, *([setting.low, setting.top] if setting.top else [])):
        assert setting.canonical(value) == str(value)


def test_every_word_of_an_element_is_offered() -> None:
    """But for those that came with a build of Windows 10 that not every Windows of that version has."""
    missing = {
        (name, word.lower())
        for name, words in elements.ENUMS.items()
        if name in SETTINGS
        for word in words
        if word.lower() not in SETTINGS[name].words
    }
    assert missing == {("bootstatuspolicy", "alwaysdisplaystartupfailures")}


def test_no_name_of_bcdedits_is_called_unknown() -> None:
    tables = (elements.LIBRARY, elements.BOOTMGR, elements.LOADER, elements.RESUME, elements.MEMDIAG, elements.DEVICE)
    for name in {name for table in tables for name in table.values()}:
        assert (name in SETTINGS) != (elsewhere(name) is not None), name
    assert elsewhere("warpspeed") is None
    assert elsewhere("hiberboot") == ("of the boot manager, not of a Windows entry", "leave it out")
    assert elsewhere("xsaveaddfeature0") == ("hvsbuild does not make it", "set it on the machine: bcdedit /set")


@pytest.mark.parametrize(
    ("name", "value", "version", "why"),
    [
        ("nx", "optout", "6.1", ""),
        ("bootmenupolicy", "legacy", "6.1", "it came with Windows Server 2012"),
        ("bootmenupolicy", "legacy", "6.2", ""),
        ("bootstatuspolicy", "ignoreallfailures", "6.1", ""),
        ("bootstatuspolicy", "displaybootfailures", "6.1", "it came with Windows Server 2012"),
        ("hypervisorschedulertype", "core", "6.3", "it came with Windows Server 2016"),
        ("hypervisorschedulertype", "core", "10.0", ""),
        ("stampdisks", "yes", "6.2", ""),
        ("stampdisks", "yes", "6.3", "Windows Server 2012 was the last that knew it"),
        ("hypervisorpath", "x", "10.0", "Windows Server 2008 R2 was the last that knew it"),
    ],
)
def test_which_windows_knows_a_setting(name: str, value: str, version: str, why: str) -> None:
    assert SETTINGS[name].unknown_to(version, value) == why


def test_versions_are_those_of_the_profiles() -> None:
    assert {load_profile(name).version for name in profile_names()} <= WINDOWS.keys()
    for name in profile_names():
        profile = load_profile(name)
        assert not any(SETTINGS[key].unknown_to(profile.version, value) for key, value in profile.boot_settings.items())
        assert profile.bcdboot_firmware_flag or profile.firmware == ("bios",), "only /f makes boot files for UEFI"


def test_the_own_settings_of_an_entry_win() -> None:
    boot = Boot(settings={"nx": "optout", "sos": True}, ems=Ems())
    own = VhdBoot(settings={"sos": "off", "ems": False})
    defaults = {"hypervisorlaunchtype": "auto", "nx": "optin"}
    assert effective_settings(boot, defaults) == {
        "ems": "yes",
        "hypervisorlaunchtype": "auto",
        "nx": "optout",
        "sos": "yes",
    }
    assert effective_settings(boot, defaults, own) == {
        "ems": "no",
        "hypervisorlaunchtype": "auto",
        "nx": "optout",
        "sos": "no",
    }


@pytest.mark.parametrize(
    ("boot", "order"),
    [
        ("", ["a.vhdx", "c.vhdx", "d.vhdx"]),
        ("boot: {menu: {order: [d.vhdx]}}", ["d.vhdx", "a.vhdx", "c.vhdx"]),
        ("boot: {menu: {order: [D.VHDX, c.vhdx]}}", ["d.vhdx", "c.vhdx", "a.vhdx"]),
    ],
)
def test_the_menu_has_all_that_is_started_in_the_order_that_is_wanted(boot: str, order: list[str]) -> None:
    assert [names.vhd.file for names in bootmenu.started(stick(boot))] == order


def test_an_entry_is_the_default_one_only_where_it_is_alone() -> None:
    several = bootmenu.started(stick())
    assert [bootmenu.entry(names) for names in several] == ["\\a.vhdx", "\\c.vhdx", "\\d.vhdx"]
    text = SPEC.replace("  - {file: a.vhdx", "  # ").replace("  - {file: d.vhdx", "  # ")
    alone = StickNames(parse_spec(text.encode(), Path("x.yaml"), {}).spec)
    assert [bootmenu.entry(names) for names in bootmenu.started(alone)] == ["{default}"]


@pytest.mark.parametrize(
    ("firmware", "stores"),
    [
        ("bios", ["Y:\\Boot\\BCD"]),
        ("uefi", ["S:\\EFI\\Microsoft\\Boot\\BCD"]),
        ("both", ["S:\\Boot\\BCD", "S:\\EFI\\Microsoft\\Boot\\BCD"]),
    ],
)
def test_each_firmware_has_its_store(firmware: str, stores: list[str]) -> None:
    names = stick(f"boot: {{firmware: {firmware}}}")
    assert bootmenu.store_files(names) == stores
    assert bootmenu.letters(names) == (("letter:stick",) if firmware == "bios" else ("letter:system", "letter:stick"))
