"""What a reader or writer of a file system offers; paths are Windows paths inside it, like `\\Boot\\BCD`.

Names match without regard to case, as in Windows. A path may use `\\` or `/`; the leading one is optional.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from hvsbuild.formats.block import BlockDevice

READ_ONLY, HIDDEN, SYSTEM, DIRECTORY, ARCHIVE = 0x01, 0x02, 0x04, 0x10, 0x20


class VolumeFull(OSError):
    """There is no room left in a volume (the host's disk may have plenty)."""


@dataclass(frozen=True)
class Entry:
    """One file or folder: `path` from the root with backslashes, size in bytes (0 for a folder), DOS attributes."""

    path: str
    size: int
    attributes: int

    @property
    def name(self) -> str:
        return self.path.rsplit("\\", 1)[-1]

    @property
    def is_dir(self) -> bool:
        return bool(self.attributes & DIRECTORY)


class Tree(Protocol):
    """The reading side."""

    def find(self, path: str) -> Entry | None:
        """The entry at `path` with its names as stored, or None."""

    def children(self, path: str) -> list[Entry]:
        """The entries of a folder, by name; `FileNotFoundError` when it is absent."""

    def read(self, path: str) -> bytes:
        """The whole content of a file; `FileNotFoundError` when it is absent."""

    def open(self, path: str) -> BlockDevice:
        """The file as a device (reading; writable in place only where the ground is)."""


class FileSystem(Tree, Protocol):
    """The writing side. Timestamps come from the (frozen) clock of the process."""

    def write(self, path: str, data: bytes) -> None:
        """Create or replace a file; its folder must exist."""

    def make_folder(self, path: str) -> None:
        """Create a folder and its parents; nothing happens when it is there."""

    def delete(self, path: str) -> None:
        """Remove a file or an empty folder."""

    def set_attributes(self, path: str, attributes: int) -> None: ...

    def free_bytes(self) -> int: ...


def split(path: str) -> list[str]:
    """The names in a path: `\\Boot\\BCD` -> ["Boot", "BCD"]."""
    return [part for part in path.replace("/", "\\").split("\\") if part]


def walk(tree: Tree, path: str = "\\") -> Iterator[Entry]:
    """Every entry below `path`, folders before what is in them."""
    for entry in tree.children(path):
        yield entry
        if entry.is_dir:
            yield from walk(tree, entry.path)
