"""The crowd: thousands of files placed and linked as in a real image, most of them in the component store."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from functools import partial

from hvsbuild.formats.filesystem import ARCHIVE
from phony import content, security
from phony.tree import Item, folder

SYSTEM32 = "Windows\\System32"
ZONE = ("Zone.Identifier", b"[ZoneTransfer]\r\nZoneId=3\r\n")
PER_COMPONENT = 3  # files in one folder of the component store


class ShortNames:
    """8.3 names as NTFS makes them: `PHONYC~1`, and after four of a kind `PHxxxx~1` with four digits of a hash."""

    def __init__(self) -> None:
        self.used: Counter[tuple[str, str]] = Counter()
        self.taken: set[tuple[str, str]] = set()

    def make(self, path: str) -> str:
        parent, _, name = path.upper().rpartition("\\")
        stem, _, suffix = name.rpartition(".") if "." in name else (name, "", "")
        plain = "".join(char for char in stem if char.isalnum() or char in "_-") or "X"
        tail = f".{suffix[:3]}" if suffix else ""
        kind = (parent, plain[:6] + tail)
        self.used[kind] += 1
        if self.used[kind] <= 4:
            short = f"{plain[:6]}~{self.used[kind]}{tail}"
        else:
            digits = hashlib.sha256(name.encode()).hexdigest()[:4].upper()
            short = next(
                f"{plain[:2]}{digits}~{number}{tail}"
                for number in range(1, 10)
                if (parent, f"{plain[:2]}{digits}~{number}{tail}") not in self.taken
            )
        self.taken.add((parent, short))
        return short


def component(number: int) -> str:
    """A folder of the component store, like `amd64_phony-c0012_31bf3856ad364e35_6.1.7601.17514_none_…`."""
    key = f"phony-c{number:04d}"
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"Windows\\winsxs\\amd64_{key}_{digest[:16]}_6.1.7601.{17000 + number % 999}_none_{digest[16:32]}"


def places(count: int) -> Iterator[tuple[str, str]]:
    """The (path, hard link or "") of `count` names in all: a linked file counts as two."""
    number = stored = 0
    while count > 0:
        kind = number % 10
        if kind < 5:
            path = f"{component(stored // PER_COMPONENT)}\\phony{number:05d}.dll"
            stored += 1
            linked = kind < 3 and count > 1
            yield path, f"{SYSTEM32}\\phony{number:05d}.dll" if linked else ""
            count -= linked
        elif kind == 5:
            yield f"{SYSTEM32}\\en-US\\phony{number:05d}.dll.mui", ""
        elif kind == 6:
            name = f"Microsoft-Phony-Package-{number:05d}~31bf3856ad364e35~amd64~en-US~6.1.7601.17514.mum"
            yield f"Windows\\servicing\\Packages\\{name}", ""
        elif kind == 7:
            yield f"Windows\\inf\\phony{number:05d}.inf", ""
        elif kind == 8:
            yield (
                f"{SYSTEM32}\\DriverStore\\FileRepository\\phony{number // 40:04d}.inf_amd64\\phony{number:05d}.sys",
                "",
            )
        else:
            yield f"Program Files\\Phony Application {number // 200}\\Resource {number:05d}.dat", ""
        number += 1
        count -= 1


def items(count: int, total: int) -> Iterator[Item]:
    """`count` file names with `total` bytes in all, and the folders that have short names of their own."""
    short = ShortNames()
    known: set[str] = set()
    everything = list(places(count))
    lengths = content.sizes(len(everything), total, "hvsbuild phony sizes")
    for number, ((path, link), size) in enumerate(zip(everything, lengths, strict=True)):
        parent, _, name = path.rpartition("\\")
        if parent not in known:
            known.add(parent)
            if len(parent.rpartition("\\")[2]) > 12:
                yield folder(parent, short.make(parent))
        program = path.startswith("Program Files")
        yield Item(
            path,
            partial(content.fill, path, size),
            ARCHIVE,
            security.PROGRAM_FILE if program else security.SYSTEM_FILE,
            short.make(path) if len(name.partition(".")[0]) > 12 else "",
            (ZONE,) if program and number % 50 == 9 else (),
            (link,) if link else (),
        )
