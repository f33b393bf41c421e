"""Rules at their limits, and the table of codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hvsbuild.spec.boot import SETTINGS, BootSetting, effective_settings
from hvsbuild.spec.codes import CODES
from hvsbuild.spec.diagnostics import SpecErrors
from hvsbuild.spec.load import parse_spec
from hvsbuild.spec.profile import load_profile, profile_names
from hvsbuild.spec.rules.sizes import FOOTER, ROOM
from hvsbuild.spec.units import MIB, format_size


def codes(
    *, vhd: str = "", disk: str = "", key: str = r"ControlSet001\Control", more: str = "", size: str = "24 GiB"
) -> list[str]:
    text = f"""\
spec: hvsbuild/v1
name: stick
os: hyperv-server-2008-r2
image: {{source: install.wim, index: 1}}
vhd: {{file: a.vhd, size: {size}, {vhd}}}
disk: {{match: {{serial: A1}}, {disk or "size: 32 GB"}}}
registry:
  - hive: SYSTEM
    key: {key}
    values: {{A: absent}}
{more}
"""
    try:
        return [one.code for one in parse_spec(text.encode(), Path("x.yaml"), {}).diagnostics]
    except SpecErrors as error:
        return [one.code for one in error.diagnostics]


def test_24_gib_on_32_gb_keeps_the_guideline_and_a_mib_more_does_not() -> None:
    # ee731893 counts nominal GB: 24 of 32 leave 25 %, though in bytes only 19 % stay free (windows-facts 7.3).
    assert codes() == []
    assert codes(size="24577 MiB") == ["HVS204"]


def test_the_vhd_its_footer_and_some_room_must_fit() -> None:
    exact = 200 * MIB + FOOTER + ROOM
    assert "HVS201" not in codes(size="200 MiB", disk=f"size: {exact} B")
    assert "HVS201" in codes(size="200 MiB", disk=f"size: {exact - 1} B")


@pytest.mark.parametrize(("label", "expected"), [("x" * 32, []), ("x" * 33, ["HVS212"]), ("100% Hyper-V & more!", [])])
def test_labels(label: str, expected: list[str]) -> None:
    assert codes(vhd=f'label: "{label}"') == expected


@pytest.mark.parametrize("letter", ["D", "d", "Z"])
def test_letters_that_may_be_used(letter: str) -> None:
    assert codes(vhd=f"letter: {letter}") == []


@pytest.mark.parametrize("letter", ["A", "b", "C"])
def test_letters_that_may_not(letter: str) -> None:
    assert codes(vhd=f"letter: {letter}") == ["HVS210"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hvs OS 100%.vhd", []),
        ("HVS.VHD", []),
        (".vhd", ["HVS213"]),
        ("con.vhd", ["HVS213"]),
        ("..vhd", []),
        (" a.vhd", ["HVS213"]),
        ("a.vhd ", ["HVS213"]),
        ("a/b.vhd", ["HVS213"]),
        ("R:a.vhd", ["HVS213"]),
        ("ü.vhd", ["HVS215"]),
        ("x" * 97 + ".vhd", ["HVS213"]),
    ],
)
def test_names_of_vhds(name: str, expected: list[str]) -> None:
    text = f"""\
spec: hvsbuild/v1
name: stick
os: hyperv-server-2008-r2
image: {{source: install.wim, index: 1}}
vhd: {{file: "{name}", size: 24 GiB}}
disk: {{match: {{serial: A1}}, size: 32 GB}}
"""
    try:
        found = parse_spec(text.encode(), Path("x.yaml"), {}).diagnostics
    except SpecErrors as error:
        found = error.diagnostics
    assert [one.code for one in found] == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (r"ControlSet001\Services\usbstor", []),
        ("Select", []),
        (r"ControlSet001\Control\a/b", []),
        (r"currentcontrolset\Control", ["HVS301"]),
        (r"HKLM\CurrentControlSet", ["HVS302"]),
        (r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001", ["HVS302"]),
        ("SYSTEM", ["HVS303"]),
        (r"SystemSetup\x", []),
        (r"ControlSet001\\Control", ["HVS304"]),
        ("x" * 256, ["HVS304"]),
        ("Bücher", ["HVS215"]),
    ],
)
def test_keys(key: str, expected: list[str]) -> None:
    assert codes(key=f"'{key}'") == expected


def test_current_control_set_is_only_special_in_system() -> None:
    more = "  - {hive: SOFTWARE, key: CurrentControlSet, values: {A: absent}}"
    assert codes(more=more) == []


def test_the_same_value_in_another_hive_is_another_value() -> None:
    more = r"  - {hive: SOFTWARE, key: ControlSet001\Control, values: {A: absent}}"
    assert codes(more=more) == []
    assert codes(more=more.replace("SOFTWARE", "SYSTEM")) == ["HVS308"]


def test_all_types_with_their_natural_data() -> None:
    more = r"""  - hive: SOFTWARE
    key: Vendor
    values:
      "": {type: REG_SZ, data: ""}
      S: {type: REG_SZ, data: 'C:\Program Files\x\'}
      E: {type: REG_EXPAND_SZ, data: "%SystemRoot%\\x"}
      M: {type: REG_MULTI_SZ, data: [a, 'b c', "%x%"]}
      N: {type: REG_MULTI_SZ, data: []}
      D: {type: REG_DWORD, data: 0xffffffff}
      Q: {type: REG_QWORD, data: 18446744073709551615}
      B: {type: REG_BINARY, data: "00ffAA"}
      C: {type: REG_BINARY, data: ""}
"""
    assert codes(more=more) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("hypervisorlaunchtype", "Auto", "auto"),
        ("hypervisorlaunchtype", False, None),
        ("detecthal", True, "yes"),
        ("detecthal", "off", "no"),
        ("detecthal", 1, None),
        ("numproc", 4, "4"),
        ("numproc", True, None),
        ("numproc", "4", "4"),
        ("numproc", "1025", None),
        ("nx", "OptOut", "optout"),
    ],
)
def test_boot_settings_as_bcdedit_is_told_them(name: str, value: bool | int | str, expected: str | None) -> None:
    assert SETTINGS[name].canonical(value) == expected


def test_the_spec_holds_boot_settings_as_bcdedit_is_told_them() -> None:
    text = """\
spec: hvsbuild/v1
name: stick
os: hyperv-server-2008-r2
image: {source: install.wim, index: 1}
vhd: {file: a.vhd, size: 24 GiB}
disk: {match: {serial: A1}, size: 32 GB}
boot: {settings: {detecthal: on, numproc: 4, hypervisorlaunchtype: "off"}}
"""
    loaded = parse_spec(text.encode(), Path("x.yaml"), {})
    wanted = {"detecthal": "yes", "hypervisorlaunchtype": "off", "numproc": "4"}
    assert loaded.spec.boot.settings == wanted
    assert effective_settings(loaded.spec.boot, loaded.profile.boot_settings) == wanted


def test_a_release_rule_hides_that_the_thing_is_not_supported_yet() -> None:
    assert codes(more="boot: {firmware: uefi}") == ["HVS221"]


# --- profiles and codes ---


@pytest.mark.parametrize("name", profile_names())
def test_profiles_are_complete_and_consistent(name: str) -> None:
    profile = load_profile(name)
    assert profile.vhd_minimum <= profile.vhd_recommended
    assert {*profile.loader} == {*profile.firmware}
    assert all(SETTINGS[key].canonical(value) == value for key, value in profile.boot_settings.items())
    assert (profile.apply == "imagex") == (not profile.bcdboot_firmware_flag) == (name == "hyperv-server-2008-r2")
    assert format_size(profile.vhd_recommended) == "24 GiB"


def test_the_profiles_that_the_design_names_are_there() -> None:
    years = ("2008-r2", "2012", "2012-r2", "2016", "2019")
    assert profile_names() == [f"hyperv-server-{year}" for year in years]
    with pytest.raises(KeyError):
        load_profile("../model")


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.code)
def test_codes_are_explained_in_fixed_phrases(code: object) -> None:
    row = CODES[code.code]  # type: ignore[attr-defined]
    assert re.fullmatch("HVS[0-9]{3}", row.code)
    assert row.title and row.why.endswith((".", "?")) and row.fix.endswith((".", "]")) and row.source  # noqa: PT018
    assert "{" not in row.title.replace("${", "")
    assert row.title.startswith("Not supported yet: ") == row.code.startswith("HVS9")


def test_a_yes_no_setting_lists_its_words() -> None:
    assert BootSetting().allowed() == "yes, no"
