"""What diskpart remembers while a script runs: the focus; and the ways in which commands reach disks and tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hvsbuild.errors import FormatError
from hvsbuild.formats import gpt, mbr
from hvsbuild.formats.block import BlockDevice
from hvsbuild.formats.partitions import Partition, Table
from hvsbuild.formats.table import read_table
from hvsbuild.hosts.bench.diskpart import codes
from hvsbuild.hosts.bench.diskpart.codes import DiskpartError
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import Console

SYSTEM_DISK, SYSTEM_VOLUME = 0, (0, 1)  # the bench's own disk with C:, which no command changes
NO_VOLUME = (gpt.MS_RESERVED, "05", "0f", "85")  # partitions that Windows makes no volume of


@dataclass
class Focus:
    """The selected objects: the path of a VHD, a disk's number, a partition's number on it, a volume (disk, partition).

    Selecting a disk loses partition and volume. Selecting a partition selects its volume, selecting a volume its
    partition and disk. A VHD is selected apart from all others; attaching it selects its disk.
    """

    vdisk: str | None = None
    disk: int | None = None
    partition: int | None = None
    volume: tuple[int, int] | None = None

    def on_disk(self, number: int | None) -> None:
        self.disk, self.partition, self.volume = number, None, None

    def on_partition(self, disk: int, partition: Partition | None, number: int) -> None:
        self.disk, self.partition = disk, number
        self.volume = None if partition is not None and partition.type in NO_VOLUME else (disk, number)


@dataclass(frozen=True)
class Volume:
    """One volume as `list volume` numbers them: C: first, then by disk and partition."""

    number: int
    disk: int
    partition: int
    letters: tuple[str, ...]
    on_disk: Partition | None = None  # None for C:


@dataclass
class Session:
    """One run of diskpart on a machine. `typed` are the partitions whose type the script has chosen itself."""

    machine: Machine
    console: Console
    focus: Focus = field(default_factory=Focus)
    typed: set[tuple[int, int]] = field(default_factory=set)

    def say(self, text: str) -> None:
        self.console.print(text)

    # --- what a command needs to be selected ---

    def need_disk(self) -> int:
        if self.focus.disk is None:
            raise DiskpartError(codes.SELECTION, "There is no disk selected.")
        return self.focus.disk

    def need_partition(self) -> tuple[int, int]:
        if self.focus.disk is None or self.focus.partition is None:
            raise DiskpartError(codes.SELECTION, "There is no partition selected.")
        return self.focus.disk, self.focus.partition

    def need_volume(self) -> tuple[int, int]:
        if self.focus.volume is None:
            raise DiskpartError(codes.SELECTION, "There is no volume selected.")
        return self.focus.volume

    def need_vdisk(self) -> str:
        if self.focus.vdisk is None:
            raise DiskpartError(codes.SELECTION, "There is no virtual disk selected.")
        return self.focus.vdisk

    # --- reading ---

    def table(self, disk: int) -> Table | None:
        """The table of a disk other than the bench's own; None for a RAW one."""
        with self.machine.open_disk(disk) as device:
            return read_table(device)

    def letters(self, disk: int, partition: int | None = None) -> tuple[str, ...]:
        """The letters of a partition's volume, or of all volumes of a disk."""
        if disk == SYSTEM_DISK:
            return ("C",)
        found = self.machine.state.letters.items()
        return tuple(sorted(one for one, at in found if at[0] == disk and partition in (None, at[1])))

    def volumes(self) -> list[Volume]:
        """All volumes. A disk with a damaged table has none, and a line says so."""
        found: list[tuple[int, Partition | None]] = [(SYSTEM_DISK, None)]
        for disk in sorted(self.machine.state.disks, key=lambda disk: disk.number):
            try:
                table = self.table(disk.number)
            except FormatError as error:
                self.say(f"Disk {disk.number}: {error.phrase}: {error.seen}")
                continue
            parts = table.partitions if table else ()
            found += [(disk.number, one) for one in parts if one.type not in NO_VOLUME]
        return [
            Volume(number, disk, part.number if part else 1, self.letters(disk, part.number if part else 1), part)
            for number, (disk, part) in enumerate(found)
        ]

    def open_files(self, disk: int, partition: int | None = None) -> list[str]:
        """The attached VHDs with their parents, and loaded hives, whose files lie on a disk (or a partition of it)."""
        letters = self.letters(disk, partition)
        state = self.machine.state
        files = [file for one in state.disks if one.vdisk for file in (one.vdisk, *one.parents)]
        files += [hive.file for hive in state.hives.values()]
        return [file for file in files if file[:1].upper() in letters]

    def key(self, disk: int) -> str:
        """What a disk's identifiers are derived from: the VHD's path, or what tells the stick from another one."""
        found = self.machine.disk(disk)
        assert found is not None
        if found.vdisk:
            return f"vdisk:{found.vdisk.casefold()}"
        return f"disk:{found.bus}:{found.model}:{found.serial}"

    # --- changing ---

    def refuse_if_in_use(self, disk: int, partition: int | None = None) -> None:
        """Stop ahead of a change to the bench's own disk, or below an attached VHD or a loaded hive."""
        if disk == SYSTEM_DISK:
            raise DiskpartError(codes.ACCESS_DENIED, "Access is denied: this is the PC's own system disk.")
        if files := self.open_files(disk, partition):
            raise DiskpartError(codes.VDS_DEVICE_IN_USE, f"The device is in use: {', '.join(files)}.")

    def refuse_if_readonly(self, disk: int) -> None:
        found = self.machine.disk(disk)
        if found and found.readonly:
            raise DiskpartError(codes.WRITE_PROTECT, f"The media is write protected: {found.vdisk} is read-only.")

    @contextmanager
    def changing(self, disk: int) -> Iterator[tuple[BlockDevice, Table | None]]:
        """A disk to be changed, and its table; not the bench's own disk."""
        if disk == SYSTEM_DISK:
            self.refuse_if_in_use(disk)
        self.refuse_if_readonly(disk)
        with self.machine.open_disk(disk) as device:
            yield device, read_table(device)

    def forget_letters(self, disk: int, partition: int | None = None) -> None:
        for one in self.letters(disk, partition):
            del self.machine.state.letters[one]


def write_table(device: BlockDevice, table: Table) -> None:
    (mbr if table.scheme == "mbr" else gpt).write(device, table)


def replaced(table: Table, new: Partition) -> Table:
    """The table with the partition of the same number replaced by `new`, or with `new` added."""
    others = [one for one in table.partitions if one.number != new.number]
    return Table(table.scheme, table.id, tuple(sorted([*others, new], key=lambda one: one.number)))
