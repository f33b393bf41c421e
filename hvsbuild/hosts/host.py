"""What the executor needs of the machine that runs the scripts; `windows` and `bench` are such hosts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hvsbuild.formats.block import BlockDevice

# (what is done, bytes done, bytes in all)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class DiskInfo:
    """A disk as the machine describes it. `system`: it holds the boot, system or page-file volume. Size in bytes.
    `note`: what a person should know of its identity (a serial that Windows made up is no serial, and is left out)."""

    number: int
    bus: str
    size: int
    model: str = ""
    serial: str = ""
    unique_id: str = ""
    removable: bool | None = None
    system: bool = False
    virtual: bool = False  # an attached VHD
    note: str = ""


@dataclass(frozen=True)
class Mount:
    """Where a drive letter leads: a partition of a disk; `vhd` is the Windows path when it is a VHD's."""

    disk: int
    partition: int
    vhd: str | None = None


@dataclass(frozen=True)
class Result:
    """What a script's process gave back; the code as cmd shows it, signed (32 bit)."""

    exit_code: int
    output: str

    @property
    def code(self) -> str:
        """The code as one looks it up: `5`, or `-2147024891 (0x80070005)`, which are 32 bits unsigned."""
        small = 0 <= self.exit_code < 0x10000
        return str(self.exit_code) if small else f"{self.exit_code} (0x{self.exit_code & 0xFFFFFFFF:08X})"


class Host(Protocol):
    """One machine. Observing changes nothing; only `run` does."""

    name: str

    def disks(self) -> list[DiskInfo]: ...

    def letters(self) -> Mapping[str, Mount]: ...

    def attached(self) -> list[str]:
        """The Windows paths of the VHDs that are attached."""

    def hives(self) -> list[str]:
        """The keys under which hives are loaded, like `HKLM\\hvsbuild-SYSTEM`."""

    def open_disk(self, number: int) -> AbstractContextManager[BlockDevice]:
        """The raw sectors of a disk, for reading."""

    def open_file(self, path: str) -> AbstractContextManager[BlockDevice]:
        """A file of the machine's own disk (the VHD in the workspace); `FileNotFoundError` when it is absent."""

    def is_folder(self, path: str) -> bool: ...

    def place_input(self, name: str, path: Path | None) -> str | None:
        """Make an input reachable for the scripts and return its Windows path; None when it never was."""

    def known_input(self, name: str) -> Path | None:
        """Where an input lies that an earlier run has placed."""

    def run(self, name: str, script: bytes, tool: str, progress: Progress) -> Result:
        """Run one script with `diskpart /s` or `cmd /d /c` and wait for its end."""

    def wait(self, seconds: float) -> None:
        """Let time pass, ahead of another try."""

    def close(self) -> None: ...
