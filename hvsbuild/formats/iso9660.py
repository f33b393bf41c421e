"""ISO 9660, with the long names of Joliet or Rock Ridge: the file system of CDs, and of small ISO images.

Sources: ECMA-119 (4th edition); Joliet Specification 1.0; IEEE P1282 (Rock Ridge), NM. Numbers are read from their
little-endian half.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hvsbuild.errors import FormatError
from hvsbuild.formats.block import BlockDevice
from hvsbuild.formats.isonode import SECTOR, Node

FIRST = 16  # the sector of the first volume descriptor
PRIMARY, SUPPLEMENTARY, END = 1, 2, 255
JOLIET = (b"%/@", b"%/C", b"%/E")  # escape sequences of UCS-2, levels 1 to 3
FOLDER, MORE = 0x02, 0x80  # flags of a record; MORE: the file goes on in the next record


@dataclass(frozen=True)
class Iso9660:
    """The file system; of several volume descriptors the one with Joliet names counts."""

    device: BlockDevice
    label: str
    block: int
    root: Node
    joliet: bool

    @classmethod
    def find(cls, device: BlockDevice) -> Iso9660 | None:
        """The file system on a device; None when there is none."""
        found: Iso9660 | None = None
        for number in range(FIRST, FIRST + 64):
            if (number + 1) * SECTOR > device.size:
                break
            raw = device.read_at(number * SECTOR, SECTOR)
            if raw[1:6] != b"CD001":
                break
            joliet = raw[0] == SUPPLEMENTARY and raw[88:91] in JOLIET
            if joliet or (raw[0] == PRIMARY and found is None):
                found = cls._volume(device, raw, joliet)
            if raw[0] == END:
                break
        return found

    @classmethod
    def _volume(cls, device: BlockDevice, raw: bytes, joliet: bool) -> Iso9660:
        block = struct.unpack_from("<H", raw, 128)[0]
        if block not in (512, 1024, 2048):
            raise FormatError("The ISO image is damaged", seen=f"blocks of {block} bytes")
        start, size = struct.unpack_from("<I4xI", raw, 156 + 2)
        root = Node("", True, size, ((start * block, size),))
        label = raw[40:72].decode("utf-16-be" if joliet else "ascii", "replace").strip(" \0")
        return cls(device, label, block, root, joliet)

    def children(self, folder: Node) -> list[Node]:
        """The entries of a folder; a file in several pieces is one of them."""
        found: list[Node] = []
        open_file = False
        for node, more in self._records(folder.read(self.device)):
            if open_file and found and found[-1].name == node.name:
                last = found[-1]
                found[-1] = replace(last, size=last.size + node.size, runs=(*last.runs, *node.runs))
            else:
                found.append(node)
            open_file = more
        return found

    def _records(self, raw: bytes) -> Iterator[tuple[Node, bool]]:
        """Every record but `.` and `..`, and whether the file goes on in the next one."""
        at = 0
        while at + 33 < len(raw):
            length = raw[at]
            if not length:  # records do not cross sectors
                at += SECTOR - at % SECTOR
                continue
            record = raw[at : at + length]
            at += length
            if len(record) < 34 or len(record) < 33 + record[32]:
                raise FormatError("The ISO image is damaged", seen="a record of a folder is cut short")
            if record[33 : 33 + record[32]] in (b"\0", b"\1"):
                continue
            start, size, flags, unit = struct.unpack_from("<I4xI11xBB", record, 2)
            name = self._name(record)
            if unit:
                raise FormatError("This ISO image cannot be read", seen=f"{name} is interleaved")
            run = ((start + record[1]) * self.block, size)  # behind its attributes, if it has any
            yield Node(name, bool(flags & FOLDER), size, (run,)), bool(flags & MORE)

    def _name(self, record: bytes) -> str:
        raw = record[33 : 33 + record[32]]
        if self.joliet:
            name = raw.decode("utf-16-be", "replace")
        else:
            name = _rock_ridge(record[33 + record[32] + (record[32] + 1) % 2 :]) or raw.decode("ascii", "replace")
        return name.partition(";")[0].removesuffix(".")


def _rock_ridge(fields: bytes) -> str:
    """The name in the system-use fields of a record; empty when there is none."""
    name, at = b"", 0
    while at + 4 <= len(fields) and fields[at + 2] >= 4:
        if fields[at : at + 2] == b"NM":
            name += fields[at + 5 : at + fields[at + 2]]
        at += fields[at + 2]
    return name.decode("utf-8", "replace")
