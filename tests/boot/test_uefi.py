"""OVMF in QEMU starts the phony `bootmgfw.efi`, which reads a file inside a VHD on another partition of the stick."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hvsbuild.hosts import tools
from phony import efi
from tests.boot import qemu, sticks

pytestmark = [
    pytest.mark.skipif(not shutil.which("qemu-system-x86_64"), reason="qemu-system-x86 is not installed"),
    pytest.mark.skipif(not qemu.OVMF_CODE.exists(), reason="ovmf is not installed"),
    pytest.mark.skipif(not Path("/usr/lib/grub/x86_64-efi").is_dir(), reason="grub-efi-amd64-bin is not installed"),
]


def system_partition(path: Path, program: bytes) -> Path:
    """A FAT32 volume with the program where firmware looks for it."""
    path.open("wb").truncate(40 << 20)
    tools.run(["mkfs.fat", "-F", "32", "--invariant", path])
    path.with_suffix(".efi").write_bytes(program)
    tools.run(["mmd", "-i", path, "::/EFI", "::/EFI/Boot"])
    tools.run(["mcopy", "-i", path, path.with_suffix(".efi"), "::/EFI/Boot/bootx64.efi"])
    return path


def test_the_efi_stub_reads_inside_the_vhd(tmp_path: Path) -> None:
    inner = sticks.ntfs_volume(tmp_path / "inner", 4 << 20, {"phony.txt": f"{efi.WORD}\n".encode()}, folder="Windows")
    fixed = ["-f", "raw", "-O", "vpc", "-o", "subformat=fixed,force_size=on"]
    tools.run(["qemu-img", "convert", *fixed, sticks.disk(tmp_path / "disk", inner), tmp_path / "os"])
    data = sticks.ntfs_volume(tmp_path / "data", 16 << 20, {"hvsOS.vhd": tmp_path / "os"})
    esp = system_partition(tmp_path / "esp", efi.program())
    stick = sticks.gpt_disk(tmp_path / "stick.img", [(esp, "uefi"), (data, "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7")])
    text = qemu.boot(stick, expect=efi.DONE, uefi=True, seconds=120)
    assert efi.REACHED in text
    assert "hvsOS.vhd\n" in text
    assert f"{efi.WORD}\n" in text
