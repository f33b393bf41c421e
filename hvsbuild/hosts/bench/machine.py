"""The technician's PC that lives in a folder: which file is which disk, letters, attached VHDs, loaded hives.

FOLDER/machine.json   the state, replaced as a whole
FOLDER/C/             drive C:
FOLDER/hives/         loaded hives, until they are unloaded
FOLDER/undo/          only while a script runs
"""

from __future__ import annotations

import fcntl
import json
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from hvsbuild.errors import HvsError
from hvsbuild.formats import ntfs, vhd
from hvsbuild.formats.block import BlockDevice, FileDevice, Slice
from hvsbuild.formats.filesystem import FileSystem
from hvsbuild.formats.ntfs3g import NtfsVolume
from hvsbuild.formats.partitions import Partition
from hvsbuild.formats.table import read_table
from hvsbuild.hosts.bench.folder import HostFolder
from hvsbuild.hosts.bench.undo import UndoLog


class PathError(HvsError):
    """A Windows path that leads nowhere on this machine."""


@dataclass
class Disk:
    """A disk: physical (an image file or block device of the Linux host) or, with `vdisk`, an attached VHD."""

    number: int
    file: str = ""  # host path; relative to the bench's folder
    bus: str = "usb"
    model: str = ""
    serial: str = ""
    removable: bool = False
    vdisk: str = ""  # the Windows path of the VHD file


@dataclass
class Hive:
    """A loaded hive: the Windows path of its file and the working copy (relative to the bench's folder)."""

    file: str
    copy: str


@dataclass
class State:
    """All that a machine remembers between two scripts. Letters map to (disk number, partition number)."""

    identity: str
    epoch: int
    disks: list[Disk] = field(default_factory=list)
    letters: dict[str, tuple[int, int]] = field(default_factory=dict)
    hives: dict[str, Hive] = field(default_factory=dict)  # "HKLM\\NAME" in upper case
    automount: bool = True


def load_state(text: str) -> State:
    raw = json.loads(text)
    raw["disks"] = [Disk(**disk) for disk in raw["disks"]]
    raw["letters"] = {letter: (disk, part) for letter, (disk, part) in raw["letters"].items()}
    raw["hives"] = {key: Hive(**hive) for key, hive in raw["hives"].items()}
    return State(**raw)


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """The machine's lock, held by whoever runs scripts on it and by the programs they started; waits for those of a
    killed run to end. Yields the descriptor."""
    with (folder / "lock").open("a") as file:
        for _ in range(300):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.1)
        else:
            raise HvsError("The bench is in use", seen=str(folder), do="wait until the other run has ended")
        yield file.fileno()


class Machine:
    """One bench. `recover` (with the lock held) takes back what a killed script had begun."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "machine.json"
        self.undo = UndoLog(folder / "undo", self.file)
        self.state = load_state(self.file.read_text())

    def recover(self) -> bool:
        """Roll back an unfinished script; returns whether there was one."""
        rolled_back = self.undo.rollback()
        self.reload()
        return rolled_back

    def reload(self) -> None:
        self.state = load_state(self.file.read_text())

    @classmethod
    def create(cls, folder: Path, identity: uuid.UUID, epoch: int) -> Machine:
        """A new machine with an empty C: and no other disk. `epoch` is the time its clock shows (seconds)."""
        (folder / "C").mkdir(parents=True, exist_ok=True)
        (folder / "hives").mkdir(exist_ok=True)
        (folder / "machine.json").write_text(json.dumps(asdict(State(str(identity), epoch)), indent=1))
        return cls(folder)

    def save(self) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(asdict(self.state), indent=1, sort_keys=True))
        new.replace(self.file)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What happens inside stays as a whole, or is taken back when an exception leaves it."""
        self.undo.begin()
        try:
            yield
        except BaseException:
            self.recover()
            raise
        self.save()
        self.undo.commit()

    def derive(self, purpose: str) -> uuid.UUID:
        """An identifier that the same spec always gets and another spec never: UUIDv5 of the identity and `purpose`."""
        return uuid.uuid5(uuid.UUID(self.state.identity), purpose)

    # --- disks ---

    def disk(self, number: int) -> Disk | None:
        return next((disk for disk in self.state.disks if disk.number == number), None)

    def add_disk(self, disk: Disk) -> Disk:
        """Plug in a disk; it takes the lowest free number from 1 (disk 0 is the machine's own, C:)."""
        used = {one.number for one in self.state.disks}
        disk.number = next(number for number in range(1, 1000) if number not in used)
        self.state.disks.append(disk)
        return disk

    def remove_disk(self, number: int) -> None:
        self.state.disks = [disk for disk in self.state.disks if disk.number != number]
        self.state.letters = {letter: at for letter, at in self.state.letters.items() if at[0] != number}

    @contextmanager
    def host_file(self, path: Path) -> Iterator[FileDevice]:
        """A file of the Linux host as a device whose changes are kept in the undo log."""
        with FileDevice(path, writable=True) as device:
            device.before_write = self.undo.guard(path, device.fd)
            device.before_fill = self.undo.filler(path, device.fd)
            yield device

    @contextmanager
    def open_disk(self, number: int) -> Iterator[BlockDevice]:
        """The sectors of a disk (for an attached VHD: of the disk inside it)."""
        disk = self.disk(number)
        if disk is None:
            raise PathError("There is no such disk on the bench", seen=str(number))
        if not disk.vdisk:
            with self.host_file(self.folder / disk.file) as device:
                yield device
        else:
            with self.open_file(disk.vdisk) as file:
                yield vhd.disk_inside(file)

    @contextmanager
    def open_partition(self, number: int, partition: int) -> Iterator[tuple[BlockDevice, Partition]]:
        with self.open_disk(number) as disk:
            table = read_table(disk)
            found = table.partition(partition) if table else None
            if found is None:
                raise PathError("There is no such partition on the bench", seen=f"disk {number}, partition {partition}")
            yield Slice(disk, found.start, found.size), found

    # --- letters and paths ---

    def split_path(self, path: str) -> tuple[str, str]:
        """`r:\\Windows` -> ("R", "\\Windows"); `PathError` for a path without a letter or with an unknown one."""
        letter, rest = path[:1].upper(), path[2:].replace("/", "\\") or "\\"
        if path[1:2] != ":" or not rest.startswith("\\"):
            raise PathError("Not a full Windows path", seen=repr(path), do="write it with its letter, like C:\\folder")
        if letter != "C" and letter not in self.state.letters:
            raise PathError("No volume has this letter", seen=f"{letter}: in {path!r}")
        return letter, rest

    @contextmanager
    def volume(self, letter: str) -> Iterator[FileSystem]:
        """The file system behind a letter, for reading and writing; mounted only while the block runs."""
        if letter.upper() == "C":
            yield HostFolder(self.folder / "C", self.undo)
            return
        number, partition = self.state.letters[letter.upper()]
        with self.open_partition(number, partition) as (device, _), NtfsVolume(device) as filesystem:
            yield filesystem

    @contextmanager
    def reader(self, letter: str) -> Iterator[ntfs.NtfsTree | HostFolder]:
        """The same for reading alone; cheaper, and sure to change nothing."""
        if letter.upper() == "C":
            yield HostFolder(self.folder / "C", self.undo)
            return
        number, partition = self.state.letters[letter.upper()]
        with self.open_partition(number, partition) as (device, _):
            yield ntfs.NtfsTree(device)

    @contextmanager
    def open_file(self, path: str) -> Iterator[BlockDevice]:
        """A big file (a VHD) as a device, read and written in place; `FileNotFoundError` when it is absent."""
        letter, rest = self.split_path(path)
        if letter == "C":
            found = HostFolder(self.folder / "C", self.undo).host_path(rest)
            with self.host_file(found) as device:
                yield device
        else:
            with self.reader(letter) as tree:
                yield tree.open(rest)

    def host_path(self, path: str) -> Path:
        """The Linux path of a file on C:; `PathError` for another letter."""
        letter, rest = self.split_path(path)
        if letter != "C":
            raise PathError("Only files on C: are files of the Linux host", seen=path)
        return HostFolder(self.folder / "C", self.undo).host_path(rest)

    def exists(self, path: str) -> bool:
        letter, rest = self.split_path(path)
        if letter != "C" and os.path.normpath(rest) == "\\":
            return True
        with self.reader(letter) as tree:
            return tree.find(rest) is not None
