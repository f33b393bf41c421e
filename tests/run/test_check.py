"""`check` finds and names each thing that is changed on a finished stick, and changes nothing itself."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hvsbuild.formats import mbr, vdisk
from hvsbuild.formats.block import BlockDevice, FileDevice
from hvsbuild.formats.hive import Hive
from hvsbuild.formats.ntfs3g import NtfsVolume
from hvsbuild.formats.regvalue import encode
from tests.run.small import digest, first_volume, hvsbuild

MEMORY = r"ControlSet001\Control\Session Manager\Memory Management"


def edit_hive(disk: BlockDevice, scratch: Path, change: Callable[[Hive], None]) -> None:
    """Change the SYSTEM hive in the VHD on the stick, as somebody else would: without hvsbuild's bench."""
    with NtfsVolume(first_volume(disk)) as stick:
        inner = first_volume(vdisk.disk_inside(stick.open("\\os.vhd")))
    with NtfsVolume(inner) as volume:
        scratch.write_bytes(volume.read("\\Windows\\System32\\config\\SYSTEM"))
        with Hive.open(scratch, writable=True) as hive:
            change(hive)
            hive.commit()
        volume.write("\\Windows\\System32\\config\\SYSTEM", scratch.read_bytes())


def registry_changed(disk: BlockDevice, scratch: Path) -> None:
    value = encode("REG_MULTI_SZ", ["?:\\pagefile.sys"])
    edit_hive(disk, scratch, lambda hive: hive.set(MEMORY, "PagingFiles", value))


def registry_back(disk: BlockDevice, scratch: Path) -> None:
    value = encode("REG_MULTI_SZ", ["\\??\\C:\\pagefile.sys"])
    edit_hive(disk, scratch, lambda hive: hive.set(MEMORY, "ExistingPageFiles", value))


def vhd_renamed(disk: BlockDevice, scratch: Path) -> None:
    with NtfsVolume(first_volume(disk)) as stick:
        stick.delete("\\os.vhd")
        with FileDevice(scratch) as source:
            stick.copy_in("\\other.vhd", source, lambda _done, _total: None)


def no_active(disk: BlockDevice, _scratch: Path) -> None:
    disk.write_at(446, b"\0")


def no_boot_code(disk: BlockDevice, _scratch: Path) -> None:
    disk.write_at(0, bytes(440))


def no_bootmgr(disk: BlockDevice, _scratch: Path) -> None:
    with NtfsVolume(first_volume(disk)) as stick:
        stick.delete("\\bootmgr")


def no_store(disk: BlockDevice, _scratch: Path) -> None:
    with NtfsVolume(first_volume(disk)) as stick:
        stick.delete("\\Boot\\BCD")


def bad_footer(disk: BlockDevice, _scratch: Path) -> None:
    with NtfsVolume(first_volume(disk)) as stick:
        file = stick.open("\\os.vhd")
    file.write_at(file.size - 512, b"xonectix")


def no_table(disk: BlockDevice, _scratch: Path) -> None:
    disk.write_at(0, bytes(512))
    assert mbr.read(disk) is None


CHANGES: list[tuple[Callable[[BlockDevice, Path], None], str, str]] = [
    (registry_changed, "registry-SYSTEM", "PagingFiles"),
    (registry_back, "registry-SYSTEM", "ExistingPageFiles"),
    (vhd_renamed, "vhd-copy", "it holds other.vhd"),
    (no_active, "disk-active", "no partition is active"),
    (no_boot_code, "boot-code", "no boot code"),
    (no_bootmgr, "boot-files", "bootmgr"),
    (no_store, "boot-files", "BCD"),
    (bad_footer, "vhd-copy", "os.vhd"),
    (no_table, "disk-prepare", "no partition table"),
]


@pytest.fixture
def stick(tmp_path: Path, undisturbed: Path) -> Path:
    image = tmp_path / "stick.img"
    subprocess.run(["cp", "--sparse=always", undisturbed / "stick.img", image], check=True)
    return image


@pytest.mark.parametrize(("change", "task", "word"), CHANGES, ids=lambda one: getattr(one, "__name__", None))
def test_each_change_is_found_and_named(
    change: Callable[[BlockDevice, Path], None], task: str, word: str, stick: Path, undisturbed: Path, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    if change is vhd_renamed:
        subprocess.run(["cp", "--sparse=always", undisturbed / "os.vhd", scratch], check=True)
    with FileDevice(stick, writable=True) as disk:
        change(disk, scratch)
    before = digest(stick)
    done = hvsbuild("check", undisturbed / "bundle", "--disk", stick, "--json")
    assert done.returncode == 2, done.stderr
    drifted = [state for state in json.loads(done.stdout)["states"] if not state["holds"]]
    assert any(state["task"] == task and word in state["wanted"] + state["seen"] for state in drifted), drifted
    assert digest(stick) == before


def test_an_untouched_stick_has_no_drift_and_stays_untouched(undisturbed: Path, tmp_path: Path) -> None:
    lonely = tmp_path / "somewhere" / "else.img"  # no bench, no workspace, read only
    lonely.parent.mkdir()
    os.link(undisturbed / "stick.img", lonely)
    before = digest(lonely)
    done = hvsbuild("check", undisturbed / "bundle", "--disk", lonely)
    assert done.returncode == 0, done.stdout
    assert "states hold" in done.stdout
    assert digest(lonely) == before


@pytest.mark.parametrize("seed", range(12))
def test_damage_is_drift_and_never_a_traceback(seed: int, stick: Path, undisturbed: Path) -> None:
    """Random bytes over the places where the structures are: partition table, boot sector, MFT, the VHD's inside."""
    dice = random.Random(seed)
    with FileDevice(stick, writable=True) as disk:
        for _ in range(40):
            offset = dice.choice(
                (dice.randrange(4096), (1 << 20) + dice.randrange(1 << 16), dice.randrange(disk.size - 4096))
            )
            disk.write_at(offset, dice.randbytes(dice.choice((1, 8, 512))))
    done = hvsbuild("check", undisturbed / "bundle", "--disk", stick, "--json")
    assert done.returncode in (0, 2), done.stderr
    assert "Traceback" not in done.stderr
    json.loads(done.stdout)


def test_an_image_that_is_cut_short(stick: Path, undisturbed: Path) -> None:
    os.truncate(stick, 5_000_000)
    done = hvsbuild("check", undisturbed / "bundle", "--disk", stick, "--json")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
