"""The phony hives, read by other people's readers and held against the real ones."""

from __future__ import annotations

import io
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from dissect.regf import regf

from phony import bcdtemplate, hives

FIXTURES = Path(__file__).parents[2].parent / "shared/fixtures"
MEMORY = "ControlSet001\\Control\\Session Manager\\Memory Management"


def opened(data: bytes) -> regf.RegistryHive:
    return regf.RegistryHive(io.BytesIO(data))


@pytest.fixture(scope="module")
def system() -> regf.RegistryHive:
    return opened(hives.system())


def fixture(name: str) -> bytes:
    path = FIXTURES / name
    if not path.exists():
        pytest.skip(f"the fixture {path} is absent")
    return lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()


def count(key: regf.RegistryKey) -> int:
    return 1 + sum(count(child) for child in key.subkeys())


@pytest.mark.parametrize("make", [hives.system, hives.software, bcdtemplate.build])
def test_they_are_the_same_each_time(make: Callable[[], bytes]) -> None:
    assert make() == make()


def test_select_names_one_control_set(system: regf.RegistryHive) -> None:
    select = {value.name: value.value for value in system.open("Select").values()}
    assert select == {"Current": 1, "Default": 1, "Failed": 0, "LastKnownGood": 1}


def test_the_page_file_is_configured_as_in_a_real_hive(system: regf.RegistryHive) -> None:
    """Same names and types as Windows 7's own hive, and the two values that the seed spec changes have its bytes."""
    ours = {value.name: value for value in system.open(MEMORY).values()}
    theirs = {value.name: value for value in opened(fixture("hives/SYSTEM-win7-x86.xz")).open(MEMORY).values()}
    assert {name: value.type for name, value in ours.items()} == {name: value.type for name, value in theirs.items()}
    for name in ("PagingFiles", "ExistingPageFiles"):
        assert ours[name].value == theirs[name].value


def test_the_hive_is_not_trivial(system: regf.RegistryHive) -> None:
    assert count(system.root()) > 300
    services = system.open("ControlSet001\\services")
    start = {name: services.subkey(name).value("Start").value for name in ("disk", "USBSTOR", "vhdmp")}
    assert start == {"disk": 0, "USBSTOR": 3, "vhdmp": 3}
    assert system.open("ControlSet001\\services\\USBSTOR").value("BootFlags").value == 4


def objects(hive: regf.RegistryHive) -> dict[str, tuple[int, set[str]]]:
    """GUID -> (type, codes of the elements)."""
    return {
        key.name: (
            key.subkey("Description").value("Type").value,
            {element.name.upper() for element in key.subkey("Elements").subkeys()},
        )
        for key in hive.open("Objects").subkeys()
    }


def test_the_bcd_template_has_the_objects_of_a_real_one() -> None:
    ours, theirs = objects(opened(bcdtemplate.build())), objects(opened(fixture("bcd/BCD-Template-win11")))
    assert {guid: kind for guid, (kind, _) in ours.items()} == {guid: kind for guid, (kind, _) in theirs.items()}
    for guid in (bcdtemplate.PCAT_LOADER, bcdtemplate.EFI_LOADER, bcdtemplate.MEMDIAG, bcdtemplate.BOOTMGR):
        assert ours[guid][1] <= theirs[guid][1], guid


def test_elements_of_the_template_are_encoded_as_in_a_real_one() -> None:
    ours, theirs = opened(bcdtemplate.build()), opened(fixture("bcd/BCD-Template-win11"))
    for guid, code in (
        (bcdtemplate.BOOTMGR, "25000004"),
        (bcdtemplate.HYPERVISOR, "250000F5"),
        (bcdtemplate.MEMDIAG, "1600000B"),
        (bcdtemplate.MEMDIAG, "47000005"),
        (bcdtemplate.LOADER_SETTINGS, "14000006"),
        (bcdtemplate.PCAT_LOADER, "42000002"),
    ):
        path = f"Objects\\{guid}\\Elements\\{code}"
        one, other = (hive.open(path).value("Element") for hive in (ours, theirs))
        assert (one.type, one.value) == (other.type, other.value), (guid, code)
