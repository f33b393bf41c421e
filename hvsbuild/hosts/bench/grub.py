"""GRUB's images by `grub-mkimage`: the boot code that bootsect puts on a disk."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hvsbuild.errors import MissingTool
from hvsbuild.formats import bootcode
from hvsbuild.hosts import tools

LIBRARY = Path("/usr/lib/grub")
PACKAGES = {"i386-pc": "grub-pc-bin", "x86_64-efi": "grub-efi-amd64-bin"}
# What Windows' own boot code does: \bootmgr from one partition of the boot drive, or a word on the screen. Two
# spellings, because GRUB heeds the case of NTFS names that a Linux program made (they are in the POSIX namespace).
LOAD_BOOTMGR = r"""ntldr /bootmgr
boot
ntldr /BOOTMGR
boot
echo 'BOOTMGR cannot be loaded from the active partition of this disk.'
"""
# fat: a stick for BIOS and UEFI has \bootmgr on its FAT32 partition
BIOS_MODULES = ("biosdisk", "part_msdos", "ntfs", "fat", "ntldr", "boot", "echo")


def modules(platform: str, *needed: str) -> Path:
    """The folder of a platform's modules; `MissingTool` when it or a module in it is missing."""
    folder = LIBRARY / platform
    for name in needed:
        if not (folder / name).exists():
            raise MissingTool(str(folder / name), PACKAGES[platform])
    return folder


def image(platform: str, names: Sequence[str], config: str, *, prefix: str, memdisk: bytes | None = None) -> bytes:
    """A core image (`i386-pc`) or EFI program (`x86_64-efi`) that runs `config`, line by line, when it starts.

    `prefix` is GRUB's own: `(,msdos1)/` is partition 1 of the drive that the firmware started from.
    """
    folder = modules(platform, *(f"{name}.mod" for name in names))
    with tempfile.TemporaryDirectory(prefix="hvsbuild-grub-") as name:
        work = Path(name)
        (work / "embed.cfg").write_text(config)
        argv: list[str | Path] = ["grub-mkimage", "-O", platform, "-d", folder, "-p", prefix, "-c", work / "embed.cfg"]
        if memdisk is not None:
            (work / "memdisk.tar").write_bytes(memdisk)
            argv += ["-m", work / "memdisk.tar"]
        tools.run([*argv, "-o", work / "image", *names])
        return (work / "image").read_bytes()


def bios_boot_code(partition: int) -> bootcode.BootCode:
    """Boot code that loads `\\bootmgr` from partition `partition` (from 1) of the boot drive, and from nowhere else."""
    boot = modules("i386-pc", "boot.img") / "boot.img"
    core = image("i386-pc", BIOS_MODULES, LOAD_BOOTMGR, prefix=f"(,msdos{partition})/")
    return bootcode.assemble(boot.read_bytes(), core, partition)
