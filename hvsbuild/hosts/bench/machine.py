"""The technician's PC that lives in a folder: which file is which disk, letters, attached VHDs, loaded hives.

FOLDER/machine.json   the state, replaced as a whole
FOLDER/C/             drive C:
FOLDER/hives/         loaded hives, until they are unloaded
FOLDER/undo/          only while a script runs
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

from hvsbuild.errors import HvsError
from hvsbuild.formats import vdisk
from hvsbuild.formats.block import BlockDevice, Extents, FileDevice, GrowableDevice, GrowingFile, ReadOnly, Slice
from hvsbuild.formats.filesystem import Tree, VolumeFull
from hvsbuild.formats.ntfs3g import NtfsVolume
from hvsbuild.formats.partitions import Partition
from hvsbuild.formats.table import read_table
from hvsbuild.formats.volume import Volume, open_tree, open_volume
from hvsbuild.hosts.bench.folder import HostFolder
from hvsbuild.hosts.bench.tool import BenchRefusal
from hvsbuild.hosts.bench.undo import UndoLog

T = TypeVar("T")


class PathError(HvsError):
    """A Windows path that leads nowhere on this machine."""


class WriteProtected(PathError):
    """A volume in a virtual disk that is attached read-only."""


class NoRoom(HvsError):
    """A virtual disk cannot become longer: its volume is full."""


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
    parents: list[str] = field(default_factory=list)  # of a differencing one, the next one first
    readonly: bool = False


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
def full_volume(path: str, size: int) -> Iterator[None]:
    """Say what it means when a virtual disk cannot become longer."""
    try:
        yield
    except VolumeFull as error:
        raise NoRoom(
            "There is no room for a virtual disk to grow",
            seen=f"{path} should have {size} bytes, and {path[:2]} is full",
            why="an expandable or differencing virtual disk takes more room as it is written",
            do="make the disk larger, or what is written less",
        ) from error


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
        self._shared: dict[tuple[str, object], object] = {}

    @contextmanager
    def _share(self, what: str, key: object, make: Callable[[], AbstractContextManager[T]]) -> Iterator[T]:
        """What is opened twice at once is one and the same: what one user writes, allocates or lengthens, the other
        sees. The first one to open it closes it."""
        if (found := self._shared.get((what, key))) is not None:
            yield found  # type: ignore[misc]
            return
        with make() as made:
            self._shared[what, key] = made
            try:
                yield made
            finally:
                del self._shared[what, key]

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

    def host_file(self, path: Path) -> AbstractContextManager[FileDevice]:
        """A file of the Linux host as a device whose changes are kept in the undo log."""
        return self._share("file", path, lambda: self._host_file(path))

    @contextmanager
    def _host_file(self, path: Path) -> Iterator[FileDevice]:
        with FileDevice(path, writable=True) as device:
            device.before_write = self.undo.guard(path, device.fd)
            device.before_fill = self.undo.filler(path, device.fd)
            device.before_grow = self.undo.grower(path)
            yield device

    def open_disk(self, number: int) -> AbstractContextManager[BlockDevice]:
        """The sectors of a disk (for an attached VHD: of the disk inside it)."""
        return self._share("disk", number, lambda: self._open_disk(number))

    @contextmanager
    def _open_disk(self, number: int) -> Iterator[BlockDevice]:
        disk = self.disk(number)
        if disk is None:
            raise PathError("There is no such disk on the bench", seen=str(number))
        if not disk.vdisk:
            with self.host_file(self.folder / disk.file) as device:
                yield device
        else:
            with self.open_chain(disk.vdisk) as links:
                inside = vdisk.stacked(links)
                yield ReadOnly(inside) if disk.readonly else inside

    @contextmanager
    def open_chain(self, path: str) -> Iterator[list[vdisk.Link]]:
        """A virtual disk file and its parents; `vdisk.chain` names the errors."""
        with ExitStack() as stack:

            def open_file(one: str) -> BlockDevice:
                try:
                    return stack.enter_context(self.open_file(one))
                except PathError as error:
                    raise FileNotFoundError(errno.ENOENT, error.text(), one) from error

            yield vdisk.chain(path, open_file)

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
    def volume(self, letter: str) -> Iterator[Volume | HostFolder]:
        """The file system behind a letter, for reading and writing; mounted only while the block runs."""
        if letter.upper() == "C":
            yield HostFolder(self.folder / "C", self.undo)
            return
        with self._share("volume", letter.upper(), lambda: self._volume(letter.upper())) as filesystem:
            yield filesystem

    @contextmanager
    def _volume(self, letter: str) -> Iterator[Volume]:
        number, partition = self.state.letters[letter]
        self._refuse_readonly(number, letter)
        with self.open_partition(number, partition) as (device, _), open_volume(device) as filesystem:
            yield filesystem

    def _refuse_readonly(self, number: int, letter: str) -> None:
        disk = self.disk(number)
        if disk and disk.readonly:
            raise WriteProtected(
                "The media is write protected",
                seen=f"{letter}: lies in {disk.vdisk}, which is attached read-only",
                do="attach it without readonly",
            )

    @contextmanager
    def reader(self, letter: str) -> Iterator[Tree]:
        """The same for reading alone; cheaper, and sure to change nothing."""
        if letter.upper() == "C":
            yield HostFolder(self.folder / "C", self.undo)
            return
        number, partition = self.state.letters[letter.upper()]
        with self.open_partition(number, partition) as (device, _):
            yield open_tree(device)

    def open_file(self, path: str) -> AbstractContextManager[GrowableDevice]:
        """A big file (a VHD) as a device, read and written in place; `FileNotFoundError` when it is absent."""
        return self._share("vdisk", path.casefold(), lambda: self._open_file(path))

    @contextmanager
    def _open_file(self, path: str) -> Iterator[GrowableDevice]:
        letter, rest = self.split_path(path)
        if letter == "C":
            with self.host_file(self.host_path(path)) as device:
                yield device
            return
        with ExitStack() as stack:
            found = stack.enter_context(self.reader(letter)).open(rest)
            if not isinstance(found, Extents):
                raise BenchRefusal(f"a virtual disk on {letter}:, which is not NTFS", hint="put it on an NTFS volume")

            def lengthen(size: int) -> Extents:
                """The volume stays mounted to the end: growing once more is cheap then."""
                volume = stack.enter_context(self.volume(letter))
                assert isinstance(volume, NtfsVolume)
                with full_volume(path, size):
                    return Extents(found.base, volume.extend(rest, size), size)

            yield GrowingFile(found, lengthen)

    @contextmanager
    def make_file(self, path: str) -> Iterator[GrowableDevice]:
        """A new big file, empty at first. The caller has seen to it that its folder is there, and it is not."""
        letter, rest = self.split_path(path)
        if letter == "C":
            host = self.host_path(path)
            self.undo.created(host)
            host.open("xb").close()
            with self.host_file(host) as device:
                yield device
            return
        with self.volume(letter) as volume:
            if not isinstance(volume, NtfsVolume):
                raise BenchRefusal(f"a virtual disk on {letter}:, which is not NTFS", hint="put it on an NTFS volume")
            ground = volume.device

            def lengthen(size: int) -> Extents:
                with full_volume(path, size):
                    runs = volume.extend(rest, size) if volume.exists(rest) else volume.allocate(rest, size)
                return Extents(ground, runs, size)

            yield GrowingFile(Extents(ground, [], 0), lengthen)

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
