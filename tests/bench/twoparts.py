"""A small bench whose stick has a FAT32 system partition (S:) and an NTFS one (Y:) with VHDs, as the templates make it.

The scripts are what a rendered bundle says: nothing is put in place behind the bench's back but the VHD in C:\\.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from hvsbuild.hosts.bench.batch import run_batch
from hvsbuild.hosts.bench.diskpart import run_script
from hvsbuild.hosts.bench.machine import Disk, Machine
from hvsbuild.hosts.bench.tool import Console
from tests.bench.bootbench import WINDOWS, vhd_file

MIB = 1 << 20
EPOCH = 1_767_225_600  # 2026-01-01
IDENTITY = uuid.UUID("0c1f5a39-6b0e-4b5b-8a53-6a6c2a3b8d10")
# The numbers of the system partition and of the one for the VHDs: on a GPT disk, Windows puts a reserved one first.
NUMBERS = {"mbr": (1, 2), "gpt": (2, 3)}


def prepare(scheme: str, size: int = 260) -> list[str]:
    create = f"create partition {'efi' if scheme == 'gpt' else 'primary'} size={size}"
    return [
        "select disk 1",
        "clean",
        f"convert {scheme}",
        create,
        'format fs=fat32 label="SYSTEM" quick',
        "assign letter=S",
        "create partition primary",
        'format fs=ntfs label="hvsUSB" quick',
        "assign letter=Y",
        *(["select partition 1", "active"] if scheme == "mbr" else []),
    ]


def attach(file: str, letter: str) -> list[str]:
    return [f'select vdisk file="{file}"', "attach vdisk", "select partition 1", f"assign letter={letter}"]


def detach(file: str) -> list[str]:
    return [f'select vdisk file="{file}"', "detach vdisk"]


def diskpart(machine: Machine, lines: Sequence[str]) -> None:
    """A diskpart script that must succeed."""
    console = Console()
    with machine.transaction():
        code = run_script("".join(line + "\r\n" for line in lines).encode(), "test.diskpart", machine, console)
    assert code == 0, console.text()


def batch(machine: Machine, *lines: str, code: int = 0) -> str:
    """What a .cmd script prints that ends with `code`."""
    console = Console()
    with machine.transaction():
        found = run_batch("".join(line + "\r\n" for line in ["@echo off", *lines]).encode(), "t.cmd", machine, console)
    assert found == code, console.text()
    return console.text()


def blank(folder: Path, size: int, identity: uuid.UUID = IDENTITY) -> Machine:
    """A machine with an empty stick as disk 1."""
    machine = Machine.create(folder, identity, EPOCH)
    with (folder / "stick.img").open("wb") as file:
        file.truncate(size)
    machine.add_disk(Disk(0, file="stick.img"))
    machine.save()
    return machine


def bench(
    folder: Path, scheme: str, *, files: Mapping[str, bytes] = WINDOWS, identity: uuid.UUID = IDENTITY
) -> Machine:
    """The stick is prepared, `\\hvsOS.vhd` with a small Windows is on Y: and attached as R:."""
    machine = blank(folder, 340 * MIB, identity)
    vhd_file(folder / "C", files)
    diskpart(machine, prepare(scheme))
    batch(machine, r'copy /y "C:\hvsOS.vhd" "Y:\hvsOS.vhd"', 'if not "%errorlevel%"=="0" exit /b %errorlevel%')
    diskpart(machine, attach(r"Y:\hvsOS.vhd", "R"))
    return machine
