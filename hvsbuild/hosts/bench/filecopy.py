"""Copying one file on the bench, between C: and the volumes behind letters. What copy, move and robocopy share."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats.block import BlockDevice, FileDevice, data_ranges
from hvsbuild.formats.filesystem import ARCHIVE, HIDDEN, READ_ONLY, SYSTEM, Entry, FileSystem, Tree, VolumeFull, split
from hvsbuild.formats.volume import Volume
from hvsbuild.hosts.bench.folder import HostFolder
from hvsbuild.hosts.bench.machine import Machine, PathError
from hvsbuild.hosts.bench.tool import BenchRefusal, Word

BIG = 16 << 20  # bytes; above it a file is moved piece by piece
PIECE = 1 << 20

NO_FILE = "The system cannot find the file specified."
NO_PATH = "The system cannot find the path specified."
NO_DRIVE = "The system cannot find the drive specified."
DENIED = "Access is denied."
NO_SPACE = "There is not enough space on the disk."


class Failed(Exception):
    """What Windows would answer: its message (English) and, as a Win32 error, its number."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.message, self.code = message, code


@dataclass(frozen=True)
class At:
    """A full path on the machine: its letter, and the rest with a leading and without a closing backslash."""

    letter: str
    rest: str

    def __truediv__(self, name: str) -> At:
        return At(self.letter, self.rest.rstrip("\\") + "\\" + name)

    def __str__(self) -> str:
        return f"{self.letter}:{self.rest}"

    @property
    def parent(self) -> At:
        return At(self.letter, self.rest.rpartition("\\")[0] or "\\")

    @property
    def name(self) -> str:
        return self.rest.rpartition("\\")[2]


def locate(machine: Machine, word: Word) -> At:
    """Where a word points; a relative path or a wildcard is refused, a letter without a volume is `Failed`."""
    if set(word) & set("*?"):
        raise BenchRefusal(f"the wildcard {word}", column=word.column, hint="name the file")
    if len(word) == 2 and word[1] == ":":
        word = Word(word + "\\", word.column)
    try:
        letter, rest = machine.split_path(word)
    except PathError as error:
        if word[1:2] == ":" and word[2:3] in ("\\", "/"):
            raise Failed(NO_DRIVE, 15) from error
        raise BenchRefusal(f"{error.phrase}: {error.seen}", column=word.column, hint=error.do) from error
    return At(letter, rest.rstrip("\\") or "\\")


def find(tree: Tree, path: str) -> Entry | None:
    """Like `tree.find`, also where a file stands in the place of a folder (libfsntfs takes that for damage)."""
    names = split(path)
    for depth in range(1, len(names)):
        above = tree.find("\\" + "\\".join(names[:depth]))
        if above is None or not above.is_dir:
            return None
    return tree.find(path)


def look(machine: Machine, at: At) -> Entry | None:
    """The entry at a place, or None; a volume that has no file system is `Failed`."""
    try:
        with machine.reader(at.letter) as tree:
            return find(tree, at.rest)
    except FormatError as error:
        raise Failed("The volume does not contain a recognized file system.", 1005) from error


@contextmanager
def full_disk(machine: Machine) -> Iterator[None]:
    """Tell a full volume (`Failed`) from a full disk of the Linux host (an error of its own)."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        if isinstance(error, VolumeFull):
            raise Failed(NO_SPACE, 112) from error
        raise HvsError(
            "The disk of this machine is full",
            seen=str(machine.folder),
            do="free some space there, then run the same command again",
        ) from error


def copy_file(machine: Machine, source: At, target: At, progress: Callable[[int, int], None]) -> None:
    """Copy a file; an existing one is replaced. Attributes go along, times do not (they are the frozen clock's).

    Raises `Failed`: no such file or folder, access denied, not enough space.
    """
    found = _source(machine, source)
    _check_target(machine, source, target)
    with full_disk(machine):
        if found.size <= BIG:
            with machine.reader(source.letter) as tree:
                data = tree.read(source.rest)
            with _room(machine, target, found.size) as volume:
                volume.write(target.rest, data)
                _attributes(volume, target, found)
        elif target.letter == "C":
            with _room(machine, target, found.size):
                _to_host(machine, source, target, progress)
        elif source.letter == "C":
            with (
                FileDevice(machine.host_path(str(source))) as device,
                _room(machine, target, found.size) as volume,
            ):
                if isinstance(volume, HostFolder):
                    raise BenchRefusal(f"a big file on {target.letter}:")
                volume.copy_in(target.rest, device, progress)
                _attributes(volume, target, found)
        else:
            raise BenchRefusal(f"copying {found.size} bytes between two letters", hint="big files come from C:")


def _source(machine: Machine, source: At) -> Entry:
    found = look(machine, source)
    if found is None or found.is_dir:
        parent = look(machine, source.parent)
        raise Failed(NO_FILE if parent and parent.is_dir else NO_PATH, 2)
    if found.attributes & (HIDDEN | SYSTEM):  # not verified what cmd answers for them
        raise BenchRefusal(f"copying the hidden or system file {source}")
    return found


def _check_target(machine: Machine, source: At, target: At) -> None:
    if str(source).casefold() == str(target).casefold():
        raise Failed("The file cannot be copied onto itself.")
    parent, there = look(machine, target.parent), look(machine, target)
    if parent is None or not parent.is_dir:
        raise Failed(NO_PATH, 3)
    if there and (there.is_dir or there.attributes & (READ_ONLY | HIDDEN | SYSTEM)):
        raise Failed(DENIED, 5)  # CreateFile refuses to overwrite these


@contextmanager
def _room(machine: Machine, target: At, size: int) -> Iterator[Volume | HostFolder]:
    """The target's volume, once it is known that `size` bytes fit."""
    with machine.volume(target.letter) as volume:
        old = volume.find(target.rest)
        if target.letter != "C" and volume.free_bytes() + (old.size if old else 0) < size:
            raise Failed(NO_SPACE, 112)
        yield volume


def _attributes(volume: FileSystem, target: At, found: Entry) -> None:
    volume.set_attributes(target.rest, (found.attributes & READ_ONLY) | ARCHIVE)


def _to_host(machine: Machine, source: At, target: At, progress: Callable[[int, int], None]) -> None:
    path = machine.host_path(str(target))
    machine.undo.replaced(path)
    path.unlink(missing_ok=True)
    with opened(machine, source) as device, path.open("wb") as out:
        out.truncate(device.size)
        for index in sorted(_pieces(device)):
            offset = index * PIECE
            out.seek(offset)
            out.write(device.read_at(offset, min(PIECE, device.size - offset)))
            progress(out.tell(), device.size)


@contextmanager
def opened(machine: Machine, at: At) -> Iterator[BlockDevice]:
    """A file as a device, for reading."""
    if at.letter == "C":
        with FileDevice(machine.host_path(str(at))) as device:
            yield device
    else:
        with machine.open_file(str(at)) as device:
            yield device


def _pieces(device: BlockDevice) -> set[int]:
    """The pieces of a device under which there is data; the others are zeros."""
    found: set[int] = set()
    for start, length in data_ranges(device, 0, device.size):
        found.update(range(start // PIECE, (start + length - 1) // PIECE + 1))
    return found


def same_content(machine: Machine, source: At, target: At) -> bool:
    """Whether two files of the same size hold the same bytes; holes of the host are not read."""
    one, other = look(machine, source), look(machine, target)
    if one is None or other is None or one.is_dir or other.is_dir or one.size != other.size:
        return False
    if one.size <= BIG:
        with machine.reader(source.letter) as tree:
            data = tree.read(source.rest)
        with machine.reader(target.letter) as tree:
            return tree.read(target.rest) == data
    try:
        with opened(machine, source) as left, opened(machine, target) as right:
            for index in sorted(_pieces(left) | _pieces(right)):
                offset, length = index * PIECE, min(PIECE, one.size - index * PIECE)
                if left.read_at(offset, length) != right.read_at(offset, length):
                    return False
    except FormatError:  # sparse or compressed: not what a copy would be
        return False
    return True
