"""SeaBIOS in QEMU starts a stick with our boot code, and GRUB reads what is in a VHD on a stick."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hvsbuild.formats import bootcode
from hvsbuild.formats.block import FileDevice
from hvsbuild.hosts import tools
from hvsbuild.hosts.bench import grub
from phony import bootmgr
from tests.boot import qemu, sticks

pytestmark = [
    pytest.mark.skipif(not shutil.which("qemu-system-x86_64"), reason="qemu-system-x86 is not installed"),
    pytest.mark.skipif(not Path("/usr/lib/grub/i386-pc").is_dir(), reason="grub-pc-bin is not installed"),
]
FIRST = 0xAB00  # sectors; letters and digits, so that the line shows them all


def bootable(path: Path, volume: Path, start: int, kind: str = "7") -> Path:
    stick = sticks.disk(path, volume, start=start, kind=kind)
    with FileDevice(stick, writable=True) as disk:
        bootcode.write(disk, grub.bios_boot_code(1))
    return stick


def test_the_boot_chain_reaches_bootmgr_on_a_usb_stick(tmp_path: Path) -> None:
    files = {"filler": bytes(100_000), "bootmgr": bootmgr.assemble()}
    volume = sticks.ntfs_volume(tmp_path / "volume", 8 << 20, files, start=FIRST)
    text = qemu.boot(bootable(tmp_path / "stick.img", volume, FIRST), expect=bootmgr.REACHED, usb=True, seconds=30)
    assert f"{bootmgr.REACHED}, drive 80, partition at sector 0000AB00\n" in text


def test_the_name_may_be_in_capitals(tmp_path: Path) -> None:
    volume = sticks.ntfs_volume(tmp_path / "volume", 4 << 20, {"BOOTMGR": bootmgr.assemble()})
    qemu.boot(bootable(tmp_path / "stick.img", volume, 2048), expect=bootmgr.REACHED, seconds=30)


def test_a_fat32_system_partition_boots_too(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.open("wb").truncate(40 << 20)
    tools.run(["mkfs.fat", "-F", "32", "-h", "2048", "--invariant", volume])
    (tmp_path / "bootmgr").write_bytes(bootmgr.assemble())
    tools.run(["mcopy", "-i", volume, tmp_path / "bootmgr", "::/bootmgr"])
    stick = bootable(tmp_path / "stick.img", volume, 2048, kind="c")
    assert "partition at sector 00000800" in qemu.boot(stick, expect=bootmgr.REACHED, seconds=30)


def test_only_the_boot_drive_is_looked_at(tmp_path: Path) -> None:
    """A second disk with a bootmgr must not be started in place of the stick's missing one."""
    empty = sticks.ntfs_volume(tmp_path / "empty", 4 << 20, {})
    full = sticks.ntfs_volume(tmp_path / "full", 4 << 20, {"bootmgr": bootmgr.assemble()})
    stick = bootable(tmp_path / "stick.img", empty, 2048)
    other = sticks.disk(tmp_path / "other.img", full)
    text = qemu.boot(stick, other, expect="BOOTMGR cannot be loaded", screen=True, seconds=30)
    assert bootmgr.REACHED not in text


def test_grub_reads_a_file_inside_a_vhd_on_a_stick(tmp_path: Path) -> None:
    inner = sticks.ntfs_volume(tmp_path / "inner", 4 << 20, {"word.txt": b"deep inside\n"})
    fixed = ["-f", "raw", "-O", "vpc", "-o", "subformat=fixed,force_size=on"]
    tools.run(["qemu-img", "convert", *fixed, sticks.disk(tmp_path / "disk", inner), tmp_path / "os"])
    volume = sticks.ntfs_volume(tmp_path / "outer", 16 << 20, {"hvsOS.vhd": tmp_path / "os"})
    stick = sticks.disk(tmp_path / "stick.img", volume)
    assert qemu.read_inside_vhd(stick, "/hvsOS.vhd", "/word.txt") == "deep inside"
    assert "file `/none' not found" in qemu.read_inside_vhd(stick, "/hvsOS.vhd", "/none")


def test_the_hexadecimal_digits_of_the_stub() -> None:
    """The program is as long as its labels say, and ends with its texts."""
    program = bootmgr.assemble()
    assert program.endswith(b"\r\n\0")
    assert bootmgr.REACHED.encode() in program
    assert len(program) < 512
