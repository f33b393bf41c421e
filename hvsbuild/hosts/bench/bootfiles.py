"""The boot files that bcdboot copies from a Windows to the system partition, and where they go."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from hvsbuild.formats.bcd_template import Firmware
from hvsbuild.formats.filesystem import ARCHIVE, HIDDEN, READ_ONLY, SYSTEM, FileSystem, Tree, split, walk

BIOS_ATTRIBUTES = {r"\bootmgr": READ_ONLY | HIDDEN | SYSTEM | ARCHIVE, r"\BOOTNXT": HIDDEN | SYSTEM | ARCHIVE}
FOLDER_ATTRIBUTES = {r"\Boot": HIDDEN | SYSTEM}
_SETTABLE = READ_ONLY | HIDDEN | SYSTEM | ARCHIVE
_EFI_NAMES = {0x8664: "bootx64.efi", 0x014C: "bootia32.efi", 0xAA64: "bootaa64.efi", 0x01C4: "bootarm.efi"}
# store of each firmware's boot manager
STORES: dict[Firmware, tuple[str, ...]] = {
    "bios": (r"\Boot\BCD",),
    "uefi": (r"\EFI\Microsoft\Boot\BCD", r"\EFI\Microsoft\Recovery\BCD"),
}


@dataclass(frozen=True)
class BootFile:
    """One file for the system partition; `attributes` are DOS attributes, or None to leave them as they are."""

    path: str
    data: bytes
    attributes: int | None = None


class MissingBootFile(Exception):
    """The image lacks a file without which nothing boots; the argument is its path."""


def _below(tree: Tree, folder: str, target: str, skip: tuple[str, ...] = ()) -> Iterator[BootFile]:
    """Every file of a folder under another one; nothing when there is no such folder."""
    if not tree.find(folder):
        return
    for entry in walk(tree, folder):
        rest = split(entry.path)[len(split(folder)) :]
        if not entry.is_dir and "\\".join(rest).lower() not in skip:
            yield BootFile("\\".join([target, *rest]), tree.read(entry.path))


def _needed(tree: Tree, path: str) -> bytes:
    if not tree.find(path):
        raise MissingBootFile(path)
    return tree.read(path)


def efi_name(program: bytes) -> str:
    """`bootx64.efi`, … by the machine in the PE header (UEFI specification 3.5.1.1); x64 when there is no header."""
    header = int.from_bytes(program[0x3C:0x40], "little")
    found = program[:2] == b"MZ" and program[header : header + 4] == b"PE\0\0"
    machine = int.from_bytes(program[header + 4 : header + 6], "little") if found else 0x8664
    return _EFI_NAMES.get(machine, "bootx64.efi")


def boot_files(tree: Tree, windows: str, firmware: Firmware) -> list[BootFile]:
    """The files of one firmware, as the image has them. Raises `MissingBootFile`."""
    boot = windows.rstrip("\\") + r"\Boot"
    if firmware == "bios":
        target = r"\Boot"
        files = [BootFile(r"\bootmgr", _needed(tree, rf"{boot}\PCAT\bootmgr"), BIOS_ATTRIBUTES[r"\bootmgr"])]
        if tree.find(rf"{boot}\PCAT\bootnxt"):  # Windows 8 and later
            next_boot = tree.read(rf"{boot}\PCAT\bootnxt")
            files.append(BootFile(r"\BOOTNXT", next_boot, BIOS_ATTRIBUTES[r"\BOOTNXT"]))
        files += _below(tree, rf"{boot}\PCAT", target, skip=("bootmgr", "bootnxt"))
    else:
        target = r"\EFI\Microsoft\Boot"
        manager = _needed(tree, rf"{boot}\EFI\bootmgfw.efi")
        files = [BootFile(rf"\EFI\Boot\{efi_name(manager)}", manager), *_below(tree, rf"{boot}\EFI", target)]
    for shared in ("Fonts", "Resources"):
        files += _below(tree, rf"{boot}\{shared}", rf"{target}\{shared}")
    return files


def version(data: bytes) -> tuple[int, ...] | None:
    """The file version in a program's version resource (VS_FIXEDFILEINFO), or None when it has none."""
    at = data.find(struct.pack("<2I", 0xFEEF04BD, 0x00010000))
    if at < 0 or at + 16 > len(data):
        return None
    high, low = struct.unpack_from("<2I", data, at + 8)
    return high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF


def newer_there(tree: Tree, files: list[BootFile]) -> BootFile | None:
    """A file whose copy on the system partition is newer: then bcdboot keeps the whole set that is there.

    A set is kept or replaced as one, because bootmgr itself carries no readable version.
    """
    for one in files:
        mine = version(one.data)
        theirs = version(tree.read(one.path)) if mine and tree.find(one.path) else None
        if mine and theirs and theirs > mine:
            return one
    return None


def pending(tree: Tree, files: list[BootFile], *, keep: bool = False) -> list[BootFile]:
    """The files that are not there as they should be; with `keep`, those that are not there at all."""
    result = []
    for one in files:
        found = tree.find(one.path)
        wrong = found and one.attributes is not None and found.attributes & _SETTABLE != one.attributes
        if not found or (not keep and (wrong or tree.read(one.path) != one.data)):
            result.append(one)
    return result


def write_files(volume: FileSystem, files: list[BootFile]) -> None:
    """Write files with their folders; the attributes of files and of `\\Boot` are set last."""
    for one in files:
        volume.make_folder("\\" + "\\".join(split(one.path)[:-1]))
        volume.write(one.path, one.data)
        if one.attributes is not None:
            volume.set_attributes(one.path, one.attributes)
    for path, attributes in FOLDER_ATTRIBUTES.items():
        found = volume.find(path)
        if found and found.attributes & _SETTABLE != attributes:
            volume.set_attributes(path, attributes)
