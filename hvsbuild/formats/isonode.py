"""What the two file systems of an ISO image have in common: names, and where the bytes of a file lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hvsbuild.errors import FormatError
from hvsbuild.formats.block import BlockDevice, Extents

SECTOR = 2048
MOST_FOLDER = 1 << 26  # bytes; the largest folder of a Windows ISO has some hundred names


@dataclass(frozen=True)
class Node:
    """A file or folder: its name, its size in bytes, and its runs (start, length; bytes) in the image."""

    name: str
    is_folder: bool
    size: int
    runs: tuple[tuple[int, int], ...]

    def open(self, device: BlockDevice) -> Extents:
        """Its bytes. Raises `FormatError` when they are said to lie beyond the end of the image."""
        end = max((start + length for start, length in self.runs), default=0)
        if end > device.size or sum(length for _, length in self.runs) < self.size:
            seen = f"{self.name or 'a folder'} ends at byte {end}, the image at {device.size}"
            raise FormatError("The ISO image is truncated", seen=seen, do="copy or download it again")
        return Extents(device, self.runs, self.size)

    def read(self, device: BlockDevice) -> bytes:
        """The bytes of a folder."""
        if self.size > MOST_FOLDER:
            raise FormatError("The ISO image is damaged", seen=f"a folder of {self.size} bytes")
        return self.open(device).read_at(0, self.size)


class Tree(Protocol):
    """One file system of an ISO image; `label` is the volume's."""

    @property
    def label(self) -> str: ...

    @property
    def root(self) -> Node: ...

    def children(self, folder: Node) -> list[Node]: ...
