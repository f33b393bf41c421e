"""The stick's partitions as rules look at them: where each is written, and what room they leave."""

from __future__ import annotations

from dataclasses import dataclass

from hvsbuild.spec.disk import PartitionSection
from hvsbuild.spec.layout import Part, layout_of
from hvsbuild.spec.model import Spec
from hvsbuild.spec.places import Loc
from hvsbuild.spec.units import MIB

AT: Loc = ("disk", "partitions")
EDGE = MIB  # at both ends of a disk: the tables, and what Windows leaves free
RESERVED = 16 * MIB  # the Microsoft reserved partition that convert gpt makes ends here


def listed(spec: Spec) -> list[tuple[Loc, PartitionSection]]:
    """The partitions that are written in the spec, with their paths."""
    return [((*AT, number), section) for number, section in enumerate(spec.disk.partitions or ())]


def parts(spec: Spec) -> list[tuple[Loc, Part]]:
    """All partitions, those that nobody wrote too, with what tells most about them."""
    layout = layout_of(spec.disk, spec.boot.firmware)
    written = [loc for loc, _ in listed(spec)] or [("boot", "firmware")] * len(layout.parts)
    return [(("disk",) if part.use == "vhds" else loc, part) for loc, part in zip(written, layout.parts, strict=True)]


@dataclass(frozen=True)
class Room:
    """What the partitions take of a disk, in bytes: those with a size and its two ends `taken`, the others `left`.

    As diskpart places them: each begins at a multiple of the alignment, in a free extent that ends at one.
    """

    taken: int
    left: int

    @classmethod
    def of(cls, spec: Spec) -> Room | None:
        """None when the disk's size is not known."""
        if spec.disk.size is None:
            return None
        sizes = [part.size for _, part in parts(spec) if part.size]
        step = spec.disk.align or MIB
        end = (spec.disk.size - EDGE) // step * step
        start = RESERVED if spec.disk.scheme == "gpt" else EDGE
        for size in sizes:
            start = -(-start // step) * step + size
        if len(sizes) < len(parts(spec)):
            start = -(-start // step) * step
        return cls(start + spec.disk.size - end, max(0, end - start))


def vhds_room(spec: Spec) -> int | None:
    """The size of the VHDs' partition; None when it is not known."""
    given = next((part.size for _, part in parts(spec) if part.use == "vhds"), None)
    room = Room.of(spec)
    return given or (room.left if room else None)
