"""Drive letters of the bench and the BCD device elements that they stand for."""

from __future__ import annotations

from hvsbuild.formats import bcd_place
from hvsbuild.formats.bcd_devices import Device, GptPartition, LocateVhd, MbrPartition
from hvsbuild.formats.table import read_table
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal

PATH_ELEMENT = 0x12000002


def partition_device(machine: Machine, letter: str) -> MbrPartition | GptPartition:
    """The partition behind a letter of a physical disk. Refused: C:, which has no partition, and disks inside VHDs."""
    if letter == "C":
        raise BenchRefusal(
            "a boot entry for C:, which on the bench is a folder without a partition",
            hint="put what is to be booted on a disk that the spec describes",
        )
    number, partition = machine.state.letters[letter]
    disk = machine.disk(number)
    if disk and disk.vdisk:
        raise BenchRefusal(
            f"a boot entry with {letter}:, which lies in the VHD {disk.vdisk}, as a partition",
            hint="name the volume that holds the VHD; a VHD in a VHD cannot be booted",
        )
    with machine.open_disk(number) as device:
        table = read_table(device)
    found = table.partition(partition) if table else None
    if table is None or found is None:
        raise BenchRefusal(f"a boot entry for {letter}:, whose disk has no partition table")
    return bcd_place.partition_device(table, found)


def vhd_device(machine: Machine, path: str, element: int = PATH_ELEMENT) -> LocateVhd:
    """`vhd=[Y:]\\x.vhd` for the Windows path of a VHD file."""
    letter, rest = machine.split_path(path)
    return LocateVhd(partition_device(machine, letter), rest, element)


def windows_device(machine: Machine, letter: str) -> Device:
    """What bcdboot writes for a Windows on this letter: its partition, or the VHD that is attached there."""
    number, _ = machine.state.letters.get(letter, (0, 0))
    disk = machine.disk(number)
    return vhd_device(machine, disk.vdisk) if disk and disk.vdisk else partition_device(machine, letter)


def letter_of(machine: Machine, where: MbrPartition | GptPartition) -> str:
    """The drive of a partition as bcdedit prints it (`Y:`); empty when no letter of the bench is it."""
    for letter, (number, _) in sorted(machine.state.letters.items()):
        disk = machine.disk(number)
        if disk and not disk.vdisk and partition_device(machine, letter) == where:
            return f"{letter}:"
    return ""
