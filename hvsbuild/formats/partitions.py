"""Partitions and their tables as data, the same for MBR and GPT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MIB = 1 << 20


@dataclass(frozen=True)
class Partition:
    """One partition; `start` and `size` in bytes, `type` is two hex digits (MBR) or a lower-case GUID (GPT)."""

    number: int
    start: int
    size: int
    type: str
    active: bool = False
    id: str = ""  # GPT: the partition's GUID
    name: str = ""  # GPT only
    attributes: int = 0  # GPT only


@dataclass(frozen=True)
class Table:
    """A partition table; `id` is the disk signature as eight hex digits (MBR) or the disk's GUID (GPT)."""

    scheme: Literal["mbr", "gpt"]
    id: str
    partitions: tuple[Partition, ...] = ()

    def partition(self, number: int) -> Partition | None:
        return next((one for one in self.partitions if one.number == number), None)
