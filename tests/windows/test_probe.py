"""Findings on a machine: from facts alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hvsbuild.bundle.render import Bundle
from hvsbuild.hosts.host import Mount
from hvsbuild.hosts.windows.probe import Facts, Wanted, judge
from hvsbuild.run.windows_session import wanted
from tests.golden import HERE, case_bundle
from tests.run.small import write_spec
from tests.windows.bundles import bundle_of

VHD, COPY = "C:\\hvsbuild\\x\\os.vhd", "Y:\\os.vhd"
WANTED = Wanted(
    words={"diskpart": frozenset(), "dism": frozenset({"/apply-image"}), "bcdboot": frozenset({"/s", "/f"})},
    letters={"R": "vhd", "Y": "stick"},
    vhds=(VHD, COPY),
    hives=("HKLM\\hvsbuild-SYSTEM",),
    space=24 << 30,
)
FIT = Facts(
    elevated=True,
    exact=True,
    versions={"diskpart": "10.0.17763.1", "dism": "10.0.17763.1", "bcdboot": "6.3.9600.17415"},
    letters={"C": Mount(0, 2)},
    stick=3,
    hives=("HKLM\\SYSTEM",),
    free=100 << 30,
)


def test_nothing_is_wrong_with_a_fit_machine() -> None:
    found = judge(WANTED, FIT)
    assert [one.name for one in found if not one.ok] == []
    assert [one.name for one in found] == [
        "elevation", "observation", "tool bcdboot", "tool diskpart", "tool dism", "letter R:", "letter Y:", "space",
        "BitLocker policy for fixed disks", "BitLocker policy for removable disks", "automount", "pending mounts",
    ]  # fmt: skip


OLD = "6.1.7601.17514"  # Windows 7 and Server 2008 R2


@pytest.mark.parametrize(("release", "fit"), [((10, 0), True), ((6, 3), True), ((10, 1), False)])
def test_dism_must_not_be_older_than_what_it_services(release: tuple[int, int], fit: bool) -> None:
    found = judge(replace(WANTED, serviced=release), FIT)
    assert [one.name for one in found if not one.ok] == ([] if fit else ["tool dism"])


def test_what_a_script_writes_down_is_not_what_it_runs() -> None:
    """SetupComplete.cmd calls dism, but not on this machine."""
    asked = wanted(case_bundle(HERE / "text-file" / "first-boot-newer.yaml"))
    assert asked.words["dism"] == {"/english", "/apply-image", "/imagefile", "/index", "/applydir"}
    assert asked.serviced == ()
    assert wanted(case_bundle(HERE / "servicing" / "offline.yaml")).serviced == (10, 0)


@pytest.mark.parametrize(
    ("change", "name", "must", "seen"),
    [
        ({"elevated": False}, "elevation", True, "not elevated"),
        ({"exact": False}, "observation", True, "no Get-Disk"),
        ({"versions": {**FIT.versions, "dism": OLD}}, "tool dism", True, OLD),
        ({"versions": {**FIT.versions, "bcdboot": OLD}}, "tool bcdboot", True, OLD),
        ({"versions": {"diskpart": "10.0", "dism": "10.0"}}, "tool bcdboot", True, "missing"),
        ({"letters": {"R": Mount(0, 3)}}, "letter R:", True, "partition 3 of disk 0"),
        ({"letters": {"R": Mount(4, 1, "D:\\other.vhd")}}, "letter R:", True, "D:\\other.vhd"),
        ({"letters": {"Y": Mount(-1, 0)}}, "letter Y:", True, "CD drive"),
        ({"letters": {"Y": Mount(2, 1)}}, "letter Y:", True, "partition 1 of disk 2"),
        ({"free": 1 << 30}, "space", False, "1.0 GiB free"),
        ({"bitlocker": {"FDVDenyWriteAccess": 1}}, "BitLocker policy for fixed disks", False, "is 1"),
        ({"bitlocker": {"RDVDenyWriteAccess": 1}}, "BitLocker policy for removable disks", False, "is 1"),
        ({"mountmgr": {"NoAutoMount": 1}}, "automount", False, "off"),
        ({"attached": (VHD.upper(),)}, "pending mounts", False, VHD.upper()),
        ({"hives": ("HKLM\\HVSBUILD-system",)}, "pending mounts", False, "HKLM\\HVSBUILD-system"),
    ],
)
def test_one_thing_is_wrong(change: dict[str, object], name: str, must: bool, seen: str) -> None:
    (wrong,) = [one for one in judge(WANTED, replace(FIT, **change)) if not one.ok]  # type: ignore[arg-type]
    assert (wrong.name, wrong.must) == (name, must)
    assert seen in wrong.seen
    assert wrong.why
    assert wrong.do


@pytest.mark.parametrize("mounts", [{"Y": Mount(3, 1)}, {"R": Mount(5, 1, COPY.lower())}, {"R": Mount(5, 1, VHD)}])
def test_letters_that_are_ours_already(mounts: dict[str, Mount]) -> None:
    assert all(one.ok for one in judge(WANTED, replace(FIT, letters=mounts)))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return bundle_of(write_spec(tmp_path_factory.mktemp("spec")))


def test_what_a_bundle_needs(bundle: Bundle) -> None:
    needs = wanted(bundle)
    assert set(needs.words) == {"diskpart", "cmd", "imagex", "reg", "bootsect", "bcdboot", "bcdedit"}
    assert needs.words["imagex"] == {"/apply"}
    assert "/s" in needs.words["bcdboot"]
    assert needs.letters == {"R": "vhd", "Y": "stick"}
    assert needs.vhds == ("C:\\hvsbuild\\small\\os.vhd", "Y:\\os.vhd")
    assert needs.hives == ("HKLM\\hvsbuild-SOFTWARE", "HKLM\\hvsbuild-SYSTEM")
    assert needs.space == 128 << 20


def test_a_change_in_place_needs_less(bundle: Bundle) -> None:
    needs = wanted(bundle, ["registry-SYSTEM"])
    assert set(needs.words) == {"diskpart", "cmd", "reg"}
    assert needs.space == 0
    assert needs.letters == {"R": "vhd", "Y": "stick"}


def test_newer_tools_are_needed_by_newer_profiles(tmp_path: Path) -> None:
    bundle = bundle_of(write_spec(tmp_path, ("hyperv-server-2008-r2", "hyperv-server-2016")))
    needs = wanted(bundle)
    assert "imagex" not in needs.words
    assert {"/english", "/apply-image", "/imagefile", "/index", "/applydir"} == needs.words["dism"]
    assert "/f" in needs.words["bcdboot"]
