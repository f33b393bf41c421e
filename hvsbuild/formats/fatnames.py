"""File names on FAT volumes: the short one of 8 + 3 characters, and the long one in records of 13 UTF-16 units.

Source: Microsoft's FAT specification 1.03, "FAT Long Directory Entries"; the lower-case marks (byte 12 of a record) as
Windows NT and all its successors set them. Short names are written in ASCII alone, so that no code page matters.
"""

from __future__ import annotations

import struct
from collections.abc import Collection

from hvsbuild.errors import HvsError

LONG = 0x0F  # the attributes that mark a record of a long name
LAST = 0x40  # in the number of a long name's last record, which lies first
LOWER_BASE, LOWER_EXTENSION = 0x08, 0x10
UNITS = 13  # UTF-16 units in one record
LONGEST = 255
RECORD = struct.Struct("<B10sBBB12sH4s")
FORBIDDEN = frozenset('"*/:<>?\\|') | {chr(code) for code in range(32)}
IN_SHORT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$%'-_@~`!(){}^#&")
CODE_PAGE = "cp437"  # to read short names of other makers with; nothing but ASCII is written
KANJI_E5 = 0x05  # stands for E5, which marks a deleted record


class BadName(HvsError):
    """A name that no FAT volume can hold."""


def key(name: str) -> str:
    """What two names share that are the same for Windows: upper case, character by character."""
    return "".join(upper if len(upper := one.upper()) == 1 else one for one in name)


def check(name: str) -> None:
    """Raise `BadName` for what Windows would not let anybody create."""
    units = len(name.encode("utf-16-le", "surrogatepass")) // 2
    bad = sorted(FORBIDDEN & set(name))
    if not bad and 0 < units <= LONGEST and name == name.rstrip(". "):
        return
    seen = f"{name!r} has the characters {' '.join(map(repr, bad))}" if bad else f"{name!r}"
    why = "a name has 1 to 255 characters and ends neither in a dot nor in a blank"
    raise BadName("A file cannot have this name on FAT32", seen=seen, why="" if bad else why)


def _parts(name: str) -> tuple[str, str]:
    """Base and extension, split at the last dot."""
    base, dot, extension = name.rpartition(".")
    return (base, extension) if dot else (extension, "")


def short(name: str) -> tuple[bytes, int] | None:
    """The 11 bytes and the lower-case marks of a name that needs no long one; None for any other."""
    base, extension = _parts(name)
    fits = 0 < len(base) <= 8 and len(extension) <= 3 and set((base + extension).upper()) <= IN_SHORT
    if not fits or not name.isascii() or name.endswith("."):
        return None
    flags = 0
    for part, mark in ((base, LOWER_BASE), (extension, LOWER_EXTENSION)):
        if part == part.upper():
            continue
        if part != part.lower():
            return None
        flags |= mark
    return _padded(base, extension), flags


def _padded(base: str, extension: str) -> bytes:
    return base.upper().encode("ascii").ljust(8) + extension.upper().encode("ascii").ljust(3)


def alias(name: str, taken: Collection[bytes]) -> bytes:
    """The short name that stands beside a long one: `~1`, `~2`, … where it is shortened or taken."""
    base, extension = map(_plain, _parts(name.replace(" ", "").lstrip(".")))
    whole = _padded(base[:8], extension[:3])
    lossless = (f"{base}.{extension}" if extension else base) == name.upper() and len(base) <= 8 and len(extension) <= 3
    if lossless and whole not in taken:
        return whole
    for number in range(1, 1_000_000):
        tail = f"~{number}"
        tried = _padded(base[: 8 - len(tail)] + tail, extension[:3])
        if tried not in taken:
            return tried
    raise BadName("A folder has too many names of one kind", seen=f"no short name is left for {name!r}")


def _plain(part: str) -> str:
    return "".join(one if one in IN_SHORT else "_" for one in key(part).replace(".", ""))


def shown(raw: bytes, flags: int) -> str:
    """A short name as text: `b"BOOTMGR    "` -> "BOOTMGR"."""
    first = b"\xe5" if raw[0] == KANJI_E5 else raw[:1]
    base = (first + raw[1:8]).decode(CODE_PAGE).rstrip(" ")
    extension = raw[8:].decode(CODE_PAGE).rstrip(" ")
    base = base.lower() if flags & LOWER_BASE else base
    extension = extension.lower() if flags & LOWER_EXTENSION else extension
    return f"{base}.{extension}" if extension else base


def checksum(raw: bytes) -> int:
    """What ties the records of a long name to their short one."""
    found = 0
    for byte in raw:
        found = ((found & 1) << 7 | found >> 1) + byte & 0xFF
    return found


def long_records(name: str, raw: bytes) -> bytes:
    """The records of a long name, the last part first, as they lie ahead of the short one."""
    units, mark = name.encode("utf-16-le", "surrogatepass"), checksum(raw)
    size = UNITS * 2
    if len(units) % size:
        units = (units + b"\0\0").ljust(-(-len(units) // size) * size, b"\xff")
    pieces = [units[at : at + size] for at in range(0, len(units), size)]
    numbers = [*range(1, len(pieces)), len(pieces) | LAST]
    records = (
        RECORD.pack(number, part[:10], LONG, 0, mark, part[10:22], 0, part[22:])
        for number, part in zip(numbers, pieces, strict=True)
    )
    return b"".join(reversed(list(records)))


def long_part(record: bytes) -> tuple[int, int, bytes]:
    """Of one record of a long name: its number with the mark, the checksum, the name's bytes."""
    number, first, _, _, mark, second, _, third = RECORD.unpack(record)
    return number, mark, first + second + third


def joined(parts: bytes) -> str:
    """The name in the bytes of all records, up to the closing NUL."""
    units = [parts[at : at + 2] for at in range(0, len(parts), 2)]
    end = units.index(b"\0\0") if b"\0\0" in units else len(units)
    return b"".join(units[:end]).decode("utf-16-le", "replace")
