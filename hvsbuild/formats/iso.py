"""The files in an ISO image, found by name and read where they lie: nothing is unpacked to look at one.

A Windows ISO carries UDF, and an ISO 9660 beside it that holds nothing but a read-me: UDF counts where it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats.block import BlockDevice, Extents, FileDevice
from hvsbuild.formats.iso9660 import Iso9660
from hvsbuild.formats.isonode import SECTOR, Node, Tree
from hvsbuild.formats.udf import Udf

NOT_IN_ISO = "The file is not in the ISO image"


@dataclass(frozen=True)
class Iso:
    """An ISO image: its volume label, and its files by their paths with / between folders, in any case."""

    tree: Tree
    device: BlockDevice
    name: str

    @property
    def label(self) -> str:
        return self.tree.label

    def find(self, path: str) -> Node | None:
        """The entry of a path; None when there is none."""
        here: Node | None = self.tree.root
        for part in path.strip("/").split("/"):
            if here is None or not here.is_folder:
                return None
            here = next((one for one in self.tree.children(here) if one.name.casefold() == part.casefold()), None)
        return here

    def files(self, folder: str) -> list[str]:
        """The names of the files in a folder, sorted; none when there is no such folder."""
        node = self.find(folder) if folder else self.tree.root
        return sorted(one.name for one in self.tree.children(node) if not one.is_folder) if node else []

    def open(self, path: str) -> Extents:
        """The bytes of a file. Raises `HvsError` that says what else is in its folder."""
        node = self.find(path)
        if node is not None and not node.is_folder:
            return node.open(self.device)
        folder = path.rpartition("/")[0]
        there = [one for one in self.files(folder) if one.lower().endswith((".wim", ".esd", ".swm"))]
        others = f"; images there: {', '.join(there)}" if there else ""
        raise HvsError(NOT_IN_ISO, seen=f"{path} in {self.name}{others}", do="name a file that is in it")


def read_iso(device: BlockDevice, name: str) -> Iso:
    """The file system of an ISO image. Raises `FormatError` when there is none, or when it is damaged."""
    tree: Tree | None = Udf.find(device) or Iso9660.find(device)
    if tree is None:
        start = device.read_at(0, min(8, device.size)).hex()
        raise FormatError("Not an ISO image", seen=f"{name} begins with {start}, and has neither UDF nor ISO 9660")
    return Iso(tree, device, name)


@contextmanager
def opened(path: Path) -> Iterator[Iso]:
    """An ISO file, open for reading."""
    if not path.is_file():
        raise HvsError("The ISO file is absent", seen=str(path), do="give the path of an existing .iso file")
    with FileDevice(path) as device:
        yield read_iso(device, path.name)


def is_iso(path: Path) -> bool:
    """Whether a file looks like an ISO image, by its volume descriptors (UDF alone has them, too: ECMA-167 2/9.1)."""
    with FileDevice(path) as device:
        at = 16 * SECTOR
        return device.size > at + 6 and device.read_at(at + 1, 5) in (b"CD001", b"BEA01")
