"""What a phony image holds, as data: folders, files, and what NTFS keeps beside their bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from hvsbuild.formats.filesystem import ARCHIVE, HIDDEN, SYSTEM
from phony import security

NOT_INDEXED = 0x2000
# 2010-11-20T12:00:00Z, when 2008 R2's service pack was made, in 100 ns since 1601
BASE_TIME = 129_347_280_000_000_000


@dataclass(frozen=True)
class Item:
    """One folder (`data` is None) or file. Paths have backslashes and start at the root, without a leading one (the
    root itself is "").

    `data` is the bytes or what makes them when they are needed; `attributes` are the DOS ones besides DIRECTORY;
    `short` is the 8.3 name, `streams` the alternate data streams, `links` further paths of the same file,
    `junction` the target of a folder that is a mount point.
    """

    path: str
    data: bytes | Callable[[], bytes] | None = None
    attributes: int = 0
    descriptor: bytes = security.SYSTEM_FOLDER
    short: str = ""
    streams: tuple[tuple[str, bytes], ...] = ()
    links: tuple[str, ...] = ()
    junction: str = ""

    @property
    def folder(self) -> str:
        return self.path.rpartition("\\")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("\\")[2]

    def times(self) -> tuple[int, int, int]:
        """Creation, last write, last access; 100 ns since 1601, each path its own, down to the last digit."""
        digest = hashlib.sha256(self.path.encode()).digest()
        created = BASE_TIME + int.from_bytes(digest[:5], "little")
        return (
            created,
            created + int.from_bytes(digest[5:9], "little"),
            created + int.from_bytes(digest[9:14], "little"),
        )


def folder(path: str, short: str = "", *, descriptor: bytes = security.SYSTEM_FOLDER, attributes: int = 0) -> Item:
    return Item(path, None, attributes, descriptor, short)


def file(
    path: str, data: bytes | Callable[[], bytes], *, descriptor: bytes = security.SYSTEM_FILE, attributes: int = ARCHIVE
) -> Item:
    return Item(path, data, attributes, descriptor)


def hive(path: str, data: bytes) -> Item:
    return Item(path, data, ARCHIVE, security.HIVE_FILE)


def hidden(path: str, data: bytes) -> Item:
    return Item(path, data, ARCHIVE | HIDDEN | SYSTEM, security.SYSTEM_FILE)


def with_parents(items: list[Item]) -> list[Item]:
    """The items with every folder that they need, folders ahead of what is in them, otherwise by path."""
    known = {item.path.upper() for item in items if item.data is None}
    found = list(items)
    for item in items:
        for path in (item.path, *item.links):
            parts = path.split("\\")[:-1]
            for depth in range(1, len(parts) + 1):
                parent = "\\".join(parts[:depth])
                if parent.upper() not in known:
                    known.add(parent.upper())
                    found.append(folder(parent))
    return sorted(found, key=lambda item: (item.data is not None, item.path.upper().split("\\")))
