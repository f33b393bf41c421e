"""Drive letters."""

from __future__ import annotations

from hvsbuild.spec.model import Spec
from hvsbuild.spec.places import Loc
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule

RESERVED = {"A": "a floppy drive's", "B": "a floppy drive's", "C": "the machine's own Windows'"}


def _letters(spec: Spec) -> list[tuple[Loc, str]]:
    found: list[tuple[Loc, str]] = [
        ((*loc, "letter"), section.letter) for loc, section in spec.vhd_sections() if section.letter
    ]
    return [*found, (("disk", "letter"), spec.disk.letter)]


def reserved_letters(spec: Spec) -> Findings:
    """A, B and C are taken on every machine."""
    for loc, letter in _letters(spec):
        if letter in RESERVED:
            yield Finding("HVS210", loc, f"{letter}: is {RESERVED[letter]}", "use a letter from D to Z")


def letters_differ(spec: Spec) -> Findings:
    """The stick's volume and the VHDs' are there at the same time."""
    seen: dict[str, Loc] = {}
    for loc, letter in _letters(spec):
        if letter in seen:
            both = " and ".join(".".join(str(part) for part in one) for one in (seen[letter], loc))
            yield Finding("HVS211", loc, f"{letter}: is {both}", "use different letters")
        seen.setdefault(letter, loc)


SPEC_RULES: tuple[SpecRule, ...] = (reserved_letters, letters_differ)
