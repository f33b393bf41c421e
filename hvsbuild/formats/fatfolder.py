"""The records of a FAT folder: found, and made. Source: Microsoft's FAT specification 1.03, directory structure."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from hvsbuild.formats import fatnames
from hvsbuild.formats.filesystem import DIRECTORY

SIZE = 32
# name, attributes, lower-case marks, hundredths of the creation, its time and date, date of the last access,
# upper half of the first cluster, time and date of the last change, lower half, size
RECORD = struct.Struct("<11sBBBHHHHHHHI")
END, DELETED = 0x00, 0xE5
VOLUME_LABEL = 0x08
ATTRIBUTES_AT = 11
SELF, PARENT = b".          ", b"..         "


@dataclass(frozen=True)
class Slot:
    """One file or folder: its records are `count` ones from index `first`, the last of them the short one."""

    name: str
    alias: bytes
    attributes: int
    cluster: int  # 0: an empty file, or the root
    size: int
    first: int = 0
    count: int = 0

    @property
    def is_dir(self) -> bool:
        return bool(self.attributes & DIRECTORY)

    @property
    def last(self) -> int:
        """Where the short record lies, in bytes of the folder."""
        return (self.first + self.count - 1) * SIZE


def slots(data: bytes) -> Iterator[Slot]:
    """The files and folders in a folder's bytes, in their order; a long name that does not belong is passed over."""
    parts: list[bytes] = []
    expected, mark, first = 0, 0, 0
    for index in range(len(data) // SIZE):
        record = data[index * SIZE : (index + 1) * SIZE]
        if record[0] == END:
            return
        if record[ATTRIBUTES_AT] & 0x3F == fatnames.LONG and record[0] != DELETED:
            number, check, part = fatnames.long_part(record)
            if number & fatnames.LAST:
                parts, expected, mark, first = [part], (number & 0x1F) - 1, check, index
            elif parts and number == expected and check == mark:
                parts, expected = [part, *parts], expected - 1
            else:
                parts = []
            continue
        raw, attributes, flags, _, _, _, _, high, _, _, low, size = RECORD.unpack(record)
        if record[0] != DELETED and not attributes & VOLUME_LABEL and raw not in (SELF, PARENT):
            whole = bool(parts) and expected == 0 and mark == fatnames.checksum(raw)
            name = fatnames.joined(b"".join(parts)) if whole else fatnames.shown(raw, flags)
            start = first if whole else index
            yield Slot(name, raw, attributes & 0x37, high << 16 | low, size, start, index - start + 1)
        parts = []


def volume_label(data: bytes) -> str | None:
    """The label in the root folder's bytes, or None when it has none."""
    for index in range(len(data) // SIZE):
        record = data[index * SIZE : (index + 1) * SIZE]
        if record[0] == END:
            return None
        attributes = record[ATTRIBUTES_AT] & 0x3F
        if record[0] != DELETED and attributes != fatnames.LONG and attributes & VOLUME_LABEL:
            return record[:11].decode(fatnames.CODE_PAGE).rstrip(" ")
    return None


def room(data: bytes, count: int) -> int:
    """The index of the first place for `count` records; the folder may have to grow for it."""
    free = 0
    for index in range(len(data) // SIZE):
        if data[index * SIZE] == END:
            return index - free
        free = free + 1 if data[index * SIZE] == DELETED else 0
        if free == count:
            return index - count + 1
    return len(data) // SIZE - free


def end(data: bytes) -> int:
    """The byte of a folder from which on nothing lies."""
    return next((at for at in range(0, len(data), SIZE) if data[at] == END), len(data))


def made(name: str, taken: Collection[bytes], slot: Slot, now: float) -> bytes:
    """All records of a new entry `name`: those of its long name, where it needs one, then the short one. From `slot`
    come attributes, first cluster and size; `taken` are the short names in the folder."""
    raw, flags = fatnames.short(name) or (fatnames.alias(name, taken), 0)
    long = fatnames.long_records(name, raw) if fatnames.shown(raw, flags) != name else b""
    date, time, odd = stamp(now)
    high, low = slot.cluster >> 16, slot.cluster & 0xFFFF
    return long + RECORD.pack(raw, slot.attributes, flags, odd, time, date, date, high, time, date, low, slot.size)


def dots(own: int, parent: int, now: float) -> bytes:
    """The first two records of a new folder; `parent` is 0 for the root."""
    date, time, odd = stamp(now)
    pairs = ((SELF, own), (PARENT, parent))
    return b"".join(
        RECORD.pack(raw, DIRECTORY, 0, odd, time, date, date, at >> 16, time, date, at & 0xFFFF, 0) for raw, at in pairs
    )


def changed(record: bytes, cluster: int, size: int, attributes: int, now: float) -> bytes:
    """A short record after the file was written: the creation stays, the last change is `now`."""
    raw, _, flags, hundredths, created, born, _, _, _, _, _, _ = RECORD.unpack(record)
    date, time, _ = stamp(now)
    high, low = cluster >> 16, cluster & 0xFFFF
    return RECORD.pack(raw, attributes, flags, hundredths, created, born, date, high, time, date, low, size)


def stamp(now: float) -> tuple[int, int, int]:
    """Date, time and the odd hundredths of a moment, in UTC; FAT knows 1980 to 2107."""
    moment = datetime.fromtimestamp(now, UTC)
    if moment.year < 1980:
        moment = datetime(1980, 1, 1, tzinfo=UTC)
    elif moment.year > 2107:
        moment = datetime(2107, 12, 31, 23, 59, 59, tzinfo=UTC)
    date = (moment.year - 1980) << 9 | moment.month << 5 | moment.day
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return date, time, moment.second % 2 * 100 + moment.microsecond // 10_000
