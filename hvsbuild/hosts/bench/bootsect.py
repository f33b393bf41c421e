"""bootsect: `bootsect /nt60 Y: [/force] /mbr`. BIOS boot code for the disk of a volume.

Microsoft's code is not ours to ship, so GRUB's is written, which loads `\\bootmgr` from the volume as theirs does. It
lies in the MBR and in the gap behind it, never in the volume's boot record; hence `/mbr` is needed on the bench. The
volume may be NTFS or FAT32: the code brings its own reader.
Source: learn.microsoft.com, "BootSect Command-Line Options".
"""

from __future__ import annotations

from dataclasses import dataclass

from hvsbuild.formats import bootcode
from hvsbuild.formats.block import BlockDevice, Slice
from hvsbuild.formats.table import read_table
from hvsbuild.formats.volume import kind_of
from hvsbuild.hosts.bench import grub
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word

FLAGS = ("/force", "/mbr")


@dataclass(frozen=True)
class Request:
    """What a command line asks for."""

    letter: str
    force: bool


def parse(argv: list[Word]) -> Request:
    """Read `/nt60 Y: [/force] [/mbr]`; what the bench cannot do for real is refused with its column."""
    if len(argv) < 3:
        raise BenchRefusal("bootsect without `/nt60` and a drive", column=argv[-1].column)
    kind, drive, *flags = argv[1:]
    if kind.lower() != "/nt60":
        known = "it writes the boot code for ntldr" if kind.lower() == "/nt52" else "unknown option"
        raise BenchRefusal(f"bootsect {kind}: {known}", column=kind.column, hint="use /nt60, for bootmgr")
    if drive.upper() in ("SYS", "ALL"):
        raise BenchRefusal(
            f"bootsect /nt60 {drive}: which volumes that means depends on the machine",
            column=drive.column,
            hint="name the volume, like Y:",
        )
    if len(drive) != 2 or not drive[0].isalpha() or drive[1] != ":":
        raise BenchRefusal(f"bootsect: {drive!r} is not a drive", column=drive.column, hint="write it like Y:")
    seen: set[str] = set()
    for flag in flags:
        if flag.lower() not in FLAGS or flag.lower() in seen:
            raise BenchRefusal(f"bootsect: unknown or repeated option {flag}", column=flag.column)
        seen.add(flag.lower())
    if "/mbr" not in seen:
        raise BenchRefusal(
            "bootsect without /mbr: it would change only the volume's boot record, whose code is Microsoft's",
            column=drive.column,
            hint="add /mbr; the bench's boot code lies in the MBR and behind it",
        )
    return Request(drive[0].upper(), "/force" in seen)


def open_files(machine: Machine, letter: str) -> list[str]:
    """What keeps a volume open: attached VHDs and loaded hives whose files lie on it."""
    names = [disk.vdisk for disk in machine.state.disks if disk.vdisk]
    names += [hive.file for hive in machine.state.hives.values()]
    return sorted(name for name in names if name[:2].upper() == f"{letter}:")


def bootsect(argv: list[Word], machine: Machine, console: Console) -> int:
    """Write boot code for one volume's disk; 1 when the real tool could not do it either."""
    request = parse(argv)
    if request.letter == "C":
        raise BenchRefusal("bootsect C: would change the machine's own disk", column=argv[2].column)
    place = machine.state.letters.get(request.letter)
    if place is None:
        console.print(f"{request.letter}: is not the letter of a volume.")
        return 1
    held = open_files(machine, request.letter)
    if held and request.force:
        raise BenchRefusal(
            f"bootsect /force on {request.letter}: while {held[0]} is in use: Windows would tear it out",
            column=argv[2].column,
            hint="detach the virtual disk or unload the hive first",
        )
    if held:
        console.print(f"Could not lock {request.letter}: because {held[0]} is in use.")
        return 1
    with machine.open_disk(place[0]) as disk:
        return write(disk, place[1], argv[2], console)


def write(disk: BlockDevice, number: int, drive: Word, console: Console) -> int:
    """Write the code that starts partition `number` of `disk`, which `drive` names."""
    letter, table = drive[0].upper(), read_table(disk)
    partition = table.partition(number) if table else None
    if table is None or partition is None:
        console.print(f"{letter}: is not on a partition of its disk.")
        return 1
    if table.scheme == "gpt":
        raise BenchRefusal(
            f"bootsect on {letter}:, whose disk is GPT: no BIOS starts bootmgr from it",
            column=drive.column,
            hint="a GPT disk boots by UEFI and needs no boot code: leave bootsect out; for a BIOS use an MBR disk",
        )
    if kind_of(Slice(disk, partition.start, partition.size)) is None:
        console.print(f"The file system of {letter}: is not supported; format it with NTFS or FAT32 first.")
        return 1
    if not partition.active:
        console.print(f"Warning: the partition of {letter}: is not active; Windows' own boot code would not start it.")
    bootcode.write(disk, grub.bios_boot_code(number))
    console.print(f"Target volume: {letter}:")
    console.print("Boot code that loads bootmgr was written to the disk's MBR and behind it (GRUB's, not Microsoft's).")
    return 0
