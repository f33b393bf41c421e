"""UDF, as far as the ISO images of Windows use it: one physical partition, read only (UDF 1.02 to 2.01).

Sources: ECMA-167 (3rd edition), OSTA UDF 2.01. All numbers are little-endian.
"""

from __future__ import annotations

import binascii
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from hvsbuild.errors import FormatError
from hvsbuild.formats.block import BlockDevice
from hvsbuild.formats.isonode import SECTOR, Node

ANCHOR_AT = 256  # the sector of the first anchor
# Tag identifiers (ECMA-167 3/7.2.1 and 4/7.2.1)
ANCHOR, PARTITION, LOGICAL_VOLUME, TERMINATOR, FILE_SET, FILE_NAME, FILE, EXTENDED_FILE = 2, 5, 6, 8, 256, 257, 261, 266
FOLDER, PARENT, DELETED = 0x02, 0x08, 0x04  # characteristics of a name (4/14.4.3)
IS_FOLDER = 4  # file type (4/14.6.6)
SHORT, LONG, EMBEDDED = 0, 1, 3  # how the runs of a file are written (4/14.6.8)
CONTINUED = 3  # kind of a run that holds more runs (4/14.14.1.1)


def damaged(seen: str) -> FormatError:
    return FormatError("The ISO image is damaged", seen=f"UDF: {seen}", do="copy or download it again")


def _tag(raw: bytes) -> int:
    """The identifier of a descriptor with sound checksums; 0 for anything else (3/7.2)."""
    if len(raw) < 16 or sum(raw[:4] + raw[5:16]) & 0xFF != raw[4]:
        return 0
    identifier, crc, length = struct.unpack_from("<H6xHH", raw)
    if length > len(raw) - 16 or binascii.crc_hqx(raw[16 : 16 + length], 0) != crc:
        return 0
    return int(identifier)


@dataclass(frozen=True)
class Udf:
    """The file system. `start` is where its partition begins, `block` its block size; bytes."""

    device: BlockDevice
    label: str
    start: int
    block: int
    root_icb: int

    @classmethod
    def find(cls, device: BlockDevice) -> Udf | None:
        """The file system on a device; None when there is none. `FormatError` when it is damaged or of another kind."""
        if device.size < (ANCHOR_AT + 1) * SECTOR:
            return None
        raw = device.read_at(ANCHOR_AT * SECTOR, SECTOR)
        if _tag(raw) != ANCHOR:
            return None
        for at in (16, 24):  # the main sequence of descriptors, and the one in reserve
            length, sector = struct.unpack_from("<II", raw, at)
            found = cls._sequence(device, sector, length)
            if PARTITION in found and LOGICAL_VOLUME in found:
                return cls._volume(device, found[PARTITION], found[LOGICAL_VOLUME])
        raise damaged("no partition and logical volume are described")

    @staticmethod
    def _sequence(device: BlockDevice, sector: int, length: int) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        for number in range(sector, sector + min(length // SECTOR, 64)):
            if (number + 1) * SECTOR > device.size:
                break
            raw = device.read_at(number * SECTOR, SECTOR)
            if (tag := _tag(raw)) in (0, TERMINATOR):
                break
            found[tag] = raw
        return found

    @classmethod
    def _volume(cls, device: BlockDevice, partition: bytes, logical: bytes) -> Udf:
        block, maps, kind = *struct.unpack_from("<I52xI", logical, 212), logical[440]
        if block != SECTOR or maps != 1 or kind != 1:
            seen = f"blocks of {block} bytes, {maps} partition maps, the first of type {kind}"
            raise FormatError("This kind of UDF cannot be read", seen=seen, do="take the files out of it another way")
        start = struct.unpack_from("<I", partition, 188)[0] * SECTOR
        label = _characters(logical[84 : 84 + logical[211]])
        file_set = struct.unpack_from("<4xI", logical, 248)[0]
        made = cls(device, label, start, block, 0)
        raw = made._block(file_set, FILE_SET)
        return cls(device, label, start, block, struct.unpack_from("<4xI", raw, 400)[0])

    def _block(self, number: int, *wanted: int) -> bytes:
        """A block of the partition that must hold one of these descriptors."""
        at = self.start + number * self.block
        if at + self.block > self.device.size:
            raise FormatError("The ISO image is truncated", seen=f"byte {at} is beyond its end", do="copy it again")
        raw = self.device.read_at(at, self.block)
        if (tag := _tag(raw)) not in wanted:
            raise damaged(f"descriptor {wanted[0]} is expected at byte {at}, {tag} is there")
        return raw

    @property
    def root(self) -> Node:
        return self._node("", self.root_icb)

    def children(self, folder: Node) -> list[Node]:
        raw, found, at = folder.read(self.device), list[Node](), 0
        while at + 38 <= len(raw):
            name_length, number, use_length = raw[at + 19], *struct.unpack_from("<4xI6xH", raw, at + 20)
            length = 38 + use_length + name_length
            padded = -(-length // 4) * 4  # which the checksum may be over
            if _tag(raw[at : at + padded]) != FILE_NAME:
                raise damaged(f"a name in the folder {folder.name or '/'}")
            if not raw[at + 18] & (PARENT | DELETED):
                found.append(self._node(_characters(raw[at + 38 + use_length : at + length]), number))
            at += padded
        return found

    def _node(self, name: str, number: int) -> Node:
        raw = self._block(number, FILE, EXTENDED_FILE)
        size = struct.unpack_from("<Q", raw, 56)[0]
        lengths = 168 if _tag(raw) == FILE else 208
        attributes, length = struct.unpack_from("<II", raw, lengths)
        begin = lengths + 8 + attributes
        if begin + length > len(raw):
            raise damaged(f"the runs of {name}")
        form = struct.unpack_from("<H", raw, 34)[0] & 7
        if form == EMBEDDED:
            runs: tuple[tuple[int, int], ...] = ((self.start + number * self.block + begin, length),)
        elif form in (SHORT, LONG):
            runs = tuple(self._runs(raw[begin : begin + length], form, name))
        else:
            raise damaged(f"the runs of {name} are of kind {form}")
        return Node(name, raw[27] == IS_FOLDER, size, runs)

    def _runs(self, raw: bytes, form: int, name: str) -> Iterator[tuple[int, int]]:
        """The runs in bytes; those that begin together with the end of another are one."""
        step = 16 if form == LONG else 8
        last: tuple[int, int] | None = None
        for at in range(0, len(raw) - step + 1, step):
            word, number = struct.unpack_from("<II", raw, at)
            kind, length = word >> 30, word & 0x3FFFFFFF
            if not length:
                break
            if kind:
                what = "are continued elsewhere" if kind == CONTINUED else "have holes"
                raise FormatError("This kind of UDF cannot be read", seen=f"the runs of {name} {what}")
            start = self.start + number * self.block
            if last and sum(last) == start:
                last = (last[0], last[1] + length)
                continue
            if last:
                yield last
            last = (start, length)
        if last:
            yield last


def _characters(raw: bytes) -> str:
    """A name: its first byte says how many bits a character has (OSTA compressed Unicode, 2.1.1)."""
    if not raw:
        return ""
    return raw[1:].decode("utf-16-be" if raw[0] == 16 else "latin-1", "replace").rstrip("\0")
