"""The front door to a volume, whatever its file system: NTFS or FAT32.

`open_tree` reads, on any platform; `open_volume` writes as well: NTFS by libntfs-3g (Linux), FAT32 anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from hvsbuild.errors import FormatError
from hvsbuild.formats.block import SECTOR, BlockDevice, FileDevice
from hvsbuild.formats.filesystem import FileSystem, Tree

Kind = Literal["ntfs", "fat32"]
# Where a first sector names what it is the first sector of
MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0x03, b"NTFS    ", "ntfs"),
    (0x52, b"FAT32   ", "fat32"),
    (0x03, b"EXFAT   ", "exFAT"),
    (0x03, b"-FVE-FS-", "BitLocker"),
    (0x36, b"FAT16   ", "FAT16"),
    (0x36, b"FAT12   ", "FAT12"),
    (0x03, b"ReFS", "ReFS"),
)


class VolumeTree(Tree, Protocol):
    """What `open_tree` gives. On FAT32 Windows makes a label upper-case: compare labels without regard to case."""

    @property
    def label(self) -> str: ...
    @property
    def filesystem(self) -> str: ...


class Volume(FileSystem, Protocol):
    """What `open_volume` gives."""

    def copy_in(self, path: str, source: FileDevice, progress: Callable[[int, int], None]) -> None:
        """Copy a big host file in, piece by piece."""


def kind_of(device: BlockDevice) -> Kind | None:
    """The file system by its mark in the first sector; None for one that is not read here and for no volume."""
    found = _mark(device)
    return "ntfs" if found == "ntfs" else "fat32" if found == "fat32" else None


def _mark(device: BlockDevice) -> str:
    sector = device.read_at(0, min(SECTOR, device.size))
    found = (name for at, mark, name in MARKS if sector[at : at + len(mark)] == mark)
    return next(found, "" if sector.strip(b"\0") else "not formatted")


def _unknown(device: BlockDevice) -> FormatError:
    found = _mark(device)
    seen = {"": "its first sector names no file system", "not formatted": "it is not formatted"}
    why = "hvsbuild reads NTFS and FAT32"
    return FormatError("A volume with an unknown file system", seen=seen.get(found, f"it is {found}"), why=why)


def open_tree(device: BlockDevice) -> VolumeTree:
    """A reader; `FormatError` for a damaged volume and for any other file system."""
    match kind_of(device):
        case "ntfs":
            from hvsbuild.formats.ntfs import NtfsTree

            return NtfsTree(device)
        case "fat32":
            from hvsbuild.formats.fat32 import FatTree

            return FatTree(device)
    raise _unknown(device)


def open_volume(device: BlockDevice) -> AbstractContextManager[Volume]:
    """A reader and writer, mounted while the context lasts; `FormatError` as `open_tree`."""
    match kind_of(device):
        case "ntfs":
            from hvsbuild.formats.ntfs3g import NtfsVolume

            return NtfsVolume(device)
        case "fat32":
            from hvsbuild.formats.fatvolume import FatVolume

            return FatVolume(device)
    raise _unknown(device)
