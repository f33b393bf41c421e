"""The profiles: complete, each fact with a source of its own, nothing said twice."""

from __future__ import annotations

import lzma
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pyregf
import pytest

from hvsbuild.spec.boot import SETTINGS
from hvsbuild.spec.profile import COMMON, FOLDER, Profile, load_profile, profile_names, read_facts
from hvsbuild.spec.tweaks import tweak_names
from hvsbuild.spec.units import GB, GIB

FILES = sorted(path.stem for folder in (FOLDER, COMMON) for path in folder.glob("*.yaml"))
NO_FACTS = {"like", "title", "sources"}
# How well a thing is known: the first word of its source.
KINDS = ("Microsoft", "Field report", "Measured", "Inference", "Unknown")
YEARS = ("2008-r2", "2012", "2012-r2", "2016", "2019")


def facts_of(name: str) -> set[str]:
    return read_facts(name).keys() - NO_FACTS


def test_the_releases_that_teams_boot() -> None:
    servers = [f"windows-server-{year}" for year in (*YEARS, "2022", "2025")]
    others = ["windows-7", "windows-10", "windows-11", "winpe"]
    assert set(profile_names()) == {*(f"hyperv-server-{year}" for year in YEARS), *servers, *others}
    with pytest.raises(KeyError):
        load_profile("../model")
    with pytest.raises(KeyError):
        load_profile("windows-6.1")


@pytest.mark.parametrize("name", FILES)
def test_who_states_a_fact_states_its_source(name: str) -> None:
    raw = read_facts(name)
    assert facts_of(name) == raw.get("sources", {}).keys()


@pytest.mark.parametrize("name", FILES)
def test_no_fact_is_said_twice(name: str) -> None:
    """Two files that a profile shares never state the same thing: their order does not matter."""

    def all_facts(one: str) -> set[str]:
        return facts_of(one).union(*map(all_facts, read_facts(one)["like"]))

    for one, other in combinations(read_facts(name)["like"], 2):
        assert not all_facts(one) & all_facts(other)


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_only_what_differs_from_what_it_shares(name: str) -> None:
    raw = read_facts(name)
    for shared in raw["like"]:
        theirs = read_facts(shared)
        assert not [fact for fact in facts_of(name) if raw[fact] == theirs.get(fact)]


def has_unknown(value: object) -> bool:
    if isinstance(value, dict | list):
        return any(map(has_unknown, value.values() if isinstance(value, dict) else value))
    return value == "unknown"


@pytest.mark.parametrize("name", profile_names())
def test_sources_say_how_well_a_fact_is_known(name: str) -> None:
    profile = load_profile(name)
    assert profile.sources.keys() == profile.facts().keys()
    for fact, value in profile.facts().items():
        sources = profile.sources[fact]
        assert all(source.startswith(KINDS) for source in sources), (fact, sources)
        assert has_unknown(value) == any(source.startswith("Unknown") for source in sources), fact


@pytest.mark.parametrize("name", profile_names())
def test_facts_agree_with_each_other(name: str) -> None:
    profile = load_profile(name)
    sizes = profile.sizes
    for least, advised in ((sizes.vhd_minimum, sizes.vhd_recommended), (sizes.stick_minimum, sizes.stick_recommended)):
        assert advised == "unknown" or least <= advised
    assert sizes.vhd_minimum <= sizes.stick_minimum * 3 / 4, "a quarter of the smallest stick stays free"
    assert {*profile.loader} == {*profile.firmware}
    assert {*profile.vhd_formats_supported} <= {*profile.vhd_formats}
    assert ("vhdx" in profile.vhd_formats) == (profile.version != "6.1")
    assert (profile.apply == "dism") == ("/Apply-Image" in profile.dism) == profile.bcdboot_firmware_flag
    first, last = profile.builds
    assert last == "unknown" or first <= last
    assert profile.version == version_of(first)
    assert (profile.removable_partitions == "several") == (first >= 15063)
    assert (profile.removable_partitions == "by-build") == (first < 15063 and (last == "unknown" or last >= 15063))
    assert {*profile.tweaks} <= {*tweak_names()}


def version_of(build: int) -> str:
    versions = {10240: "10.0", 9600: "6.3", 9200: "6.2", 7600: "6.1"}
    return next(version for least, version in versions.items() if build >= least)


@pytest.mark.parametrize("name", profile_names())
def test_boot_settings_are_bcdedits(name: str) -> None:
    settings = load_profile(name).boot_settings
    assert all(SETTINGS[key].canonical(value) == value for key, value in settings.items())
    assert ("hypervisorlaunchtype" in settings) == name.startswith("hyperv-server-")


def test_the_guidelines_numbers() -> None:
    sizes = load_profile("hyperv-server-2008-r2").sizes
    assert (sizes.vhd_minimum, sizes.vhd_recommended) == (12 * GB, 24 * GIB)
    assert (sizes.stick_minimum, sizes.stick_recommended) == (16 * GB, 32 * GB)


def test_desktops_come_in_the_order_of_their_numbers() -> None:
    desktops = [name for name in profile_names() if name[8:].isdecimal()]
    assert desktops == ["windows-7", "windows-10", "windows-11"]


@pytest.mark.parametrize(("firmware", "starts"), [("bios", True), ("uefi", False), ("both", False)])
def test_both_wants_both(firmware: str, starts: bool) -> None:
    profile: Profile = load_profile("hyperv-server-2008-r2")
    assert profile.starts_on(firmware) == starts  # type: ignore[arg-type]


# --- what the profiles say was measured ---

HIVES = Path(__file__).parents[3] / "shared" / "fixtures" / "hives"
MEASURED = {
    # windows-7 SP1 and windows-10 1709: Control\BootDriverFlags, and BootFlags of services (None: no such service)
    "SYSTEM-win7-x86.xz": (0, {"usbstor": 4, "usbehci": 4, "vhdmp": 2, "usbxhci": None}),
    "SYSTEM-win10-1709-dirty.xz": (0x1C, {"usbstor": 0x14, "usbehci": 4, "vhdmp": 2, "usbxhci": 0x10}),
}


@pytest.mark.parametrize("name", MEASURED)
def test_boot_flags_of_real_hives(name: str) -> None:
    """Read by libregf: drivers that a start from USB needs early are marked with the bits that the profiles name."""
    if not (HIVES / name).exists():
        pytest.skip("the real hives of ../shared/fixtures are not here")
    hive = pyregf.file()
    hive.open_file_object(BytesIO(lzma.decompress((HIVES / name).read_bytes())))

    def number(key: str, value: str) -> int | None:
        found = hive.get_key_by_path(f"\\ControlSet001\\{key}")
        values = {one.name: one for one in found.values} if found else {}
        return values[value].get_data_as_integer() if value in values else None

    flags, services = MEASURED[name]
    assert number("Control", "BootDriverFlags") == flags
    assert {service: number(f"Services\\{service}", "BootFlags") for service in services} == services
    assert number("Services\\FsDepends\\Parameters", "VirtualDiskExpandOnMount") == 1, "it expands when started from"
    boot = load_profile("windows-7" if "win7" in name else "windows-10").boot_driver_flags
    assert boot.usb3 == ("none" if services["usbxhci"] is None else services["usbstor"])
