"""The stick drawn to scale: its partitions, the VHDs in theirs, what stays free, and the marks of the guidelines.

All sizes in bytes. A part too small to be seen is drawn as a thin line: the list beside the picture has its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hvsbuild.spec.layout import layout_of
from hvsbuild.spec.model import Spec, Vhd
from hvsbuild.spec.profile import load_profile
from hvsbuild.spec.units import GB, GIB, MIB

FREE_PERCENT = 25  # of the stick should stay free (Microsoft TechNet ee731893)
START, END = MIB, MIB  # what lies ahead of the first partition and behind the last


@dataclass(frozen=True)
class Piece:
    """A stretch of the stick; `look` is its class in the style sheet, `inside` what is drawn within it."""

    name: str
    note: str
    start: int
    size: int
    look: str
    inside: tuple[Piece, ...] = ()

    @property
    def told(self) -> str:
        return size_words(self.size)


@dataclass(frozen=True)
class DiskPicture:
    """What is drawn; `guessed` when the spec names no size: then the least that everything fits on."""

    size: int
    guessed: bool
    pieces: tuple[Piece, ...]
    mark: int | None  # where the part begins that should stay free

    def flat(self) -> Iterator[tuple[int, Piece]]:
        """Every piece with its depth, for the list beside the picture."""
        for piece in self.pieces:
            yield 0, piece
            yield from ((1, one) for one in piece.inside)

    def x(self, at: int, width: float) -> str:
        """A place on the stick on a line of `width`."""
        return f"{at * width / self.size:.2f}"


def size_words(size: int) -> str:
    """A size for people: `24 GiB (25.8 GB)`."""
    if size >= GIB:
        return f"{size / GIB:.4g} GiB ({size / GB:.3g} GB)"
    return f"{size / MIB:.4g} MiB" if size >= MIB else f"{size} bytes"


def picture(spec: Spec) -> DiskPicture:
    """The stick of a spec that has passed its rules."""
    layout, vhds = layout_of(spec.disk, spec.boot.firmware), spec.vhd_list()
    held = sum(vhd.size for vhd in vhds if vhd.type != "differencing")
    fixed = sum(part.size or 0 for part in layout.parts)
    size = spec.disk.size or START + END + fixed + held + max(64 * MIB, held // 50)
    rest = size - START - END - fixed
    pieces, at = list[Piece](), START
    for part in layout.parts:
        length = part.size or max(0, rest)
        told = {"system": "boot manager and its store", "vhds": "the VHDs", "data": "data"}[part.use]
        if part.use == "vhds" and part.system:
            told = "boot manager, its store, the VHDs"
        note = f"{part.filesystem.upper()}{f', {part.letter}: while it is made' if part.letter else ''}; {told}"
        piece = Piece(part.label, note, at, length, part.use)
        pieces.append(replace(piece, inside=_inside(piece, vhds)) if part.use == "vhds" else piece)
        at += length
    mark = size * (100 - FREE_PERCENT) // 100 if spec.disk.size else None
    return DiskPicture(size, spec.disk.size is None, tuple(pieces), mark)


def _inside(volume: Piece, vhds: tuple[Vhd, ...]) -> tuple[Piece, ...]:
    """The VHDs at their full size one after the other, then what is free; a child is drawn thin, at the end."""
    made, at = list[Piece](), volume.start
    for vhd in vhds:
        size = 0 if vhd.type == "differencing" else vhd.size
        upon = f" upon {vhd.parent}" if vhd.parent else ""
        note = f"{vhd.type}{upon}; {load_profile(vhd.os).title}"
        made.append(Piece(vhd.file, note, at, size, f"vhd {vhd.type}"))
        at += size
    free = volume.start + volume.size - at
    if free > 0:
        made.append(Piece("free", "for what else is on this volume, and for what grows", at, free, "free"))
    return tuple(made)
