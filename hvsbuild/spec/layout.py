"""The stick's partitions as they are meant: what the spec writes, and what follows from the firmware."""

from __future__ import annotations

from dataclasses import dataclass

from hvsbuild.spec.disk import Disk, Filesystem, PartitionSection, Scheme, Use
from hvsbuild.spec.units import MIB

SYSTEM_SIZE = 260 * MIB  # the smallest FAT32 on disks with sectors of 4 KiB (Microsoft: UEFI/GPT-based partitions)
SYSTEM_LETTER, SYSTEM_LABEL = "S", "SYSTEM"


@dataclass(frozen=True)
class Part:
    """One partition; `size` in bytes, None is all the rest; `letter` "" is none. `system`: bootmgr and its store are
    there. `number` counts the partitions of the spec; on a GPT disk a reserved one is ahead of them."""

    number: int
    use: Use
    size: int | None
    filesystem: Filesystem
    label: str
    letter: str
    system: bool
    number_on_disk: int


@dataclass(frozen=True)
class Layout:
    """All partitions of a stick, in their order."""

    scheme: Scheme
    parts: tuple[Part, ...]

    @property
    def system(self) -> Part:
        """Where bootmgr and its store lie."""
        return next(part for part in self.parts if part.system)

    @property
    def vhds(self) -> Part:
        """Where the VHDs lie."""
        return next(part for part in self.parts if part.use == "vhds")


def layout_of(disk: Disk, firmware: str) -> Layout:
    """The partitions of `disk:` for `boot.firmware`; of a spec that has passed its rules."""
    sections = disk.partitions or _usual(firmware)
    own_system = any(section.use == "system" for section in sections)
    parts = [_part(number, section, disk, firmware, own_system) for number, section in enumerate(sections, 1)]
    return Layout(disk.scheme, tuple(parts))


def _usual(firmware: str) -> tuple[PartitionSection, ...]:
    vhds = PartitionSection(use="vhds")
    if firmware == "bios":
        return (vhds,)
    return (
        PartitionSection.model_construct(use="system", size=SYSTEM_SIZE, letter=None, label=None, filesystem=None),
        vhds,
    )


def _part(number: int, section: PartitionSection, disk: Disk, firmware: str, own_system: bool) -> Part:
    size = None if section.size == "rest" else section.size
    filesystem: Filesystem = section.filesystem or "ntfs"
    letter = "" if section.letter in (None, "none") else str(section.letter)
    label = section.label or "DATA"
    if section.use == "vhds":
        label, letter = disk.label, disk.letter
    elif section.use == "system":
        filesystem = section.filesystem or ("ntfs" if firmware == "bios" else "fat32")
        label, letter = section.label or SYSTEM_LABEL, letter or SYSTEM_LETTER
    if filesystem == "fat32":
        label = label.upper()  # FAT keeps no small letters in a label
    on_disk = number + (disk.scheme == "gpt")
    system = section.use == "system" or (section.use == "vhds" and not own_system)
    return Part(number, section.use, size, filesystem, label, letter, system, on_disk)
