"""Drive letters."""

from __future__ import annotations

from dataclasses import dataclass

from hvsbuild.spec.layout import Part
from hvsbuild.spec.model import Spec
from hvsbuild.spec.places import Loc
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule
from hvsbuild.spec.rules.parts import parts

RESERVED = {"A": "a floppy drive's", "B": "a floppy drive's", "C": "the machine's own Windows'"}
FREE = 23  # D to Z


@dataclass(frozen=True)
class Taken:
    """A letter, where it is written (or follows from), and of what it is."""

    letter: str
    loc: Loc
    what: str


def _letters(spec: Spec) -> list[Taken]:
    """Every letter, also those that nobody wrote; first the partitions', then the VHDs'."""
    found = {  # a second partition for the same use is wrong anyway
        part.use if part.use != "data" else part.number: Taken(part.letter, (*loc, "letter"), _what(part))
        for loc, part in reversed(parts(spec))
        if part.letter not in ("", "none")
    }
    vhds = [Taken(one.letter, (*loc, "letter"), one.file) for loc, one in spec.vhd_sections() if one.letter]
    return [*reversed(found.values()), *vhds]


def _what(part: Part) -> str:
    names = {"vhds": "the VHDs' partition (disk.letter)", "system": "the system partition"}
    return names.get(part.use, f"partition {part.number}")


def reserved_letters(spec: Spec) -> Findings:
    """A, B and C are taken on every machine."""
    for one in _letters(spec):
        if one.letter in RESERVED:
            yield Finding("HVS210", one.loc, f"{one.letter}: is {RESERVED[one.letter]}", "use a letter from D to Z")


def letters_differ(spec: Spec) -> Findings:
    """The stick's volumes and the VHDs' are there at the same time."""
    seen = dict[str, Taken]()
    for one in _letters(spec):
        first = seen.setdefault(one.letter, one)
        if first is not one:
            detail = f"{one.letter}: is that of {first.what} and of {one.what}"
            yield Finding("HVS211", one.loc, detail, "use different letters")


def letters_left(spec: Spec) -> Findings:
    """Enough for all: VHDs without one get the next that is free."""
    volumes = len([part for _, part in parts(spec) if part.letter not in ("", "none")])
    count = len(spec.vhd_sections())
    if volumes + count > FREE:
        detail = f"{volumes} for the stick and {count} for the VHDs"
        yield Finding("HVS294", ("vhds",), detail, f"D to Z are {FREE} letters", on_key=True)


SPEC_RULES: tuple[SpecRule, ...] = (reserved_letters, letters_differ, letters_left)
