"""What the registry entries of a spec come to, and the tweaks that are shipped."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from hvsbuild.spec.changes import Change, Merged, changes_of, tweak_changes
from hvsbuild.spec.diagnostics import SpecErrors
from hvsbuild.spec.hives import find_key, hive_file, plain_key, user_hive
from hvsbuild.spec.load import parse_spec
from hvsbuild.spec.model import RegistryData
from hvsbuild.spec.profile import load_profile, profile_names
from hvsbuild.spec.rules.registry import wrong_data, wrong_key
from hvsbuild.spec.tweaks import FOLDER, load_tweak, tweak_names

SPEC = {
    "spec": "hvsbuild/v1",
    "name": "stick",
    "image": {"source": "install.wim", "index": 1},
    "vhd": {"file": "a.vhd", "size": "24 GiB"},
    "disk": {"match": {"serial": "A1"}, "size": "32 GB"},
}


def merged(entries: list[dict[str, Any]], folder: Path = Path(), os: str = "hyperv-server-2016") -> Merged:
    profile = load_profile(os)
    firmware = {} if "bios" in profile.firmware else {"boot": {"firmware": "uefi"}}
    text = yaml.safe_dump({**SPEC, **firmware, "os": os, "registry": entries})
    spec = parse_spec(text.encode(), folder / "x.yaml", {}).spec
    return changes_of(spec.registry, ("registry",), profile)


def plain(change: Change) -> tuple[str, str | None, object]:
    want = change.want
    return change.key, change.name, want.data if isinstance(want, RegistryData) else want


# --- hives ---


@pytest.mark.parametrize(
    ("hive", "user", "name", "path"),
    [
        ("SYSTEM", None, "SYSTEM", r"\Windows\System32\config\SYSTEM"),
        ("NTUSER.DAT", None, "NTUSER", r"\Users\Default\NTUSER.DAT"),
        (None, "default", "NTUSER", r"\Users\Default\NTUSER.DAT"),
        (None, "Jo & Co", "NTUSER-Jo---Co", r"\Users\Jo & Co\NTUSER.DAT"),
    ],
)
def test_where_a_hive_lies(hive: str | None, user: str | None, name: str, path: str) -> None:
    found = hive_file(hive, user)
    assert (found.name, found.path) == (name, path)
    assert found.place == ("SYSTEM" if hive == "SYSTEM" else path)


@pytest.mark.parametrize(
    ("key", "hive", "inside"),
    [
        (r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control", "SYSTEM", r"CurrentControlSet\Control"),
        (r"hkey_local_machine\system\CURRENTCONTROLSET", "SYSTEM", "CurrentControlSet"),
        (r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Control", "SYSTEM", r"ControlSet001\Control"),
        (r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet\Control", "SYSTEM", r"CurrentControlSet\Control"),
        (r"HKEY_LOCAL_MACHINE\SOFTWARE\CurrentControlSet", "SOFTWARE", "CurrentControlSet"),
        (r"HKEY_LOCAL_MACHINE\SOFTWARE", "SOFTWARE", ""),
        (r"HKEY_CLASSES_ROOT\.txt\Shell", "SOFTWARE", r"Classes\.txt\Shell"),
        (r"HKEY_USERS\.DEFAULT\Console", "DEFAULT", "Console"),
        (r"HKEY_CURRENT_USER\Software\Vendor", "NTUSER-bob", r"Software\Vendor"),
    ],
)
def test_a_key_of_a_running_windows_in_its_hive(key: str, hive: str, inside: str) -> None:
    found = find_key(key, user_hive("bob"))
    assert isinstance(found, tuple)
    assert (found[0].name, found[1]) == (hive, inside)


def test_only_system_has_control_sets() -> None:
    assert plain_key(hive_file("SOFTWARE", None), "ControlSet\\x") == "ControlSet\\x"
    assert plain_key(hive_file("SYSTEM", None), "ControlSet0\\x") == "ControlSet0\\x"


# --- merging ---


def test_short_forms() -> None:
    values = {"N": 4, "T": "text", "E": "", "L": ["a", "b"], "Z": [], "Gone": "absent", "Full": None}
    values["Full"] = {"type": "REG_SZ", "data": "absent"}
    changes = merged([{"hive": "SOFTWARE", "key": "V", "values": values}]).changes
    kinds = {one.name: one.want.type if isinstance(one.want, RegistryData) else one.want for one in changes}
    expected = {"N": "REG_DWORD", "T": "REG_SZ", "E": "REG_SZ", "L": "REG_MULTI_SZ", "Z": "REG_MULTI_SZ"}
    assert kinds == {**expected, "Gone": "absent", "Full": "REG_SZ"}


@pytest.mark.parametrize("text", ["absent ", "Absent", "abesnt", "none", "-", "4", "0x4", "007", "%A%\\%B%"])
def test_what_a_text_alone_cannot_be(text: str) -> None:
    with pytest.raises(SpecErrors) as caught:
        merged([{"hive": "SOFTWARE", "key": "V", "values": {"A": text}}])
    assert [one.code for one in caught.value.diagnostics if one.severity == "error"] == ["HVS315"]


@pytest.mark.parametrize("text", ["absence of evidence", "4 GB", "1.2.3", "C:\\x", "100 %", "a", "{4D36E972}", "1,2"])
def test_what_it_can_be(text: str) -> None:
    assert merged([{"hive": "SOFTWARE", "key": "V", "values": {"A": text}}]).changes


def test_the_spec_wins_over_an_import_and_that_over_a_tweak(tmp_path: Path) -> None:
    crash = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\CrashControl"
    (tmp_path / "a.reg").write_text(f'REGEDIT4\n[{crash}]\n"CRASHDUMPENABLED"=dword:3\n"AutoReboot"=dword:0\n')
    own = {"hive": "SYSTEM", "key": "controlset001\\Control\\CrashControl", "values": {"AutoReboot": 1}}
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        entries = [{"tweaks": "no-crash-dump"}, {"import": "a.reg"}, own]
        found = merged([entries[number] for number in order], tmp_path)
        assert {plain(one)[1:] for one in found.changes} == {("AutoReboot", 1), ("CRASHDUMPENABLED", 3)}
        assert len(found.hidden) == 2
        assert not found.clashes


def test_the_same_value_from_two_places_is_one() -> None:
    found = merged([{"tweaks": ["flash-lifetime", "no-prefetch"]}])
    assert len({one.identity for one in found.changes}) == len(found.changes)
    assert not found.hidden
    assert not found.clashes


def test_of_several_lines_of_a_file_the_last_one_counts(tmp_path: Path) -> None:
    lines = [
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\V]",
        '"A"=dword:1',
        '"a"=dword:2',
        '"B"="x"',
        '"B"=-',
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\V\\Empty]",
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\V\\Made]",
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\V\\Made\\Below]",
        '@="x"',
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\V\\Only removes]",
        '"x"=-',
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\W\\Sub]",
        '"C"=dword:1',
        "[-HKEY_LOCAL_MACHINE\\SOFTWARE\\W]",
    ]
    (tmp_path / "a.reg").write_text("\n".join(["REGEDIT4", *lines]))
    assert [plain(one) for one in merged([{"import": "a.reg"}], tmp_path).changes] == [
        ("V", "a", 2),
        ("V", "B", "absent"),
        ("V\\Empty", None, "present"),
        ("V\\Made\\Below", "", "x"),
        ("V\\Only removes", None, "present"),
        ("V\\Only removes", "x", "absent"),
        ("W", None, "absent"),
    ]


def test_a_tweak_gives_way_where_the_spec_removes_the_key() -> None:
    removed = {"hive": "SYSTEM", "key": "ControlSet001\\Services\\FsDepends", "absent": True}
    found = merged([{"tweaks": "expand-on-demand"}, removed])
    assert [plain(one)[1:] for one in found.changes] == [(None, "absent")]
    assert len(found.hidden) == 1


# --- the tweaks that are shipped ---


def test_every_file_is_a_tweak() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(tweak_names())
    assert len(tweak_names()) >= 8


@pytest.mark.parametrize("release", profile_names())
@pytest.mark.parametrize("name", tweak_names())
def test_a_tweak_can_be_set(name: str, release: str) -> None:
    profile, tweak = load_profile(release), load_tweak(name)
    changes = list(tweak_changes(name, profile, ()))
    assert bool(changes) != bool(tweak.not_for(profile))
    for change in changes:
        assert wrong_key(change.key) is None
        assert not change.key.startswith("ControlSet"), "a tweak is for the control set that starts"
        assert isinstance(change.want, str) or not list(wrong_data(change.want))
    assert not merged([{"tweaks": name}], os=release).clashes if changes else True
    assert tweak.title[0].islower() or tweak.title.startswith("Windows")
    assert f"tweak {name}: {tweak.title}".isascii(), "it stands in a script"


@pytest.mark.parametrize("release", profile_names())
def test_no_two_tweaks_contradict_each_other(release: str) -> None:
    profile = load_profile(release)
    fitting = [name for name in tweak_names() if not load_tweak(name).not_for(profile)]
    for one, other in combinations(fitting, 2):
        found = merged([{"tweaks": [one, other]}], os=release)
        assert not found.clashes, (one, other)


@pytest.mark.parametrize("release", profile_names())
def test_the_tweaks_that_a_profile_advises_are_for_it(release: str) -> None:
    profile = load_profile(release)
    for name in profile.tweaks:
        assert not load_tweak(name).not_for(profile)


@pytest.mark.parametrize(
    ("release", "flags"), [("hyperv-server-2008-r2", 6), ("hyperv-server-2012", 0x14), ("hyperv-server-2016", 0x14)]
)
def test_the_drivers_of_a_start_from_usb(release: str, flags: int) -> None:
    (change,) = tweak_changes("usb-boot", load_profile(release), ())
    assert plain(change) == ("CurrentControlSet\\Control", "BootDriverFlags", flags)
