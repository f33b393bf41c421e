"""Sizes as people write them: `24 GiB` (1024³), `32 GB` (1000³), and the ranges that select a disk.

A size without a unit is an error: diskpart's "MB" are MiB, a stick's "GB" are 1000³ bytes, and the difference of
7 % decides whether a VHD fits on a stick (windows-facts 7.3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

KIB, MIB, GIB, TIB = 1024, 1024**2, 1024**3, 1024**4
KB, MB, GB, TB = 1000, 1000**2, 1000**3, 1000**4
UNITS: dict[str, int] = {"KiB": KIB, "MiB": MIB, "GiB": GIB, "TiB": TIB, "KB": KB, "MB": MB, "GB": GB, "TB": TB, "B": 1}
LARGEST = 64 * TIB  # the largest VHDX; nothing in a spec can be larger

SIZE_PATTERN = r"[0-9]{1,15}(\.[0-9]{1,6})? ?(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)"
_SIZE = re.compile(SIZE_PATTERN)
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_LOOSE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([A-Za-z]+)")

# What a "32 GB" stick really holds: makers keep some for spare blocks, some round up (field: 28.8 to 32.1·10⁹ bytes).
BELOW_PERCENT, ABOVE_PERCENT = 10, 5


class SizeError(ValueError):
    """Text that is not a size. `bare` when only the unit is missing; `hint` says what to write."""

    def __init__(self, text: str, hint: str, *, bare: bool = False) -> None:
        self.text, self.hint, self.bare = text, hint, bare
        super().__init__(f"{text}: {hint}")


@dataclass(frozen=True)
class SizeRange:
    """Sizes in bytes that a disk may have: `low` to `high`, both included; `high` None is no upper limit."""

    low: int
    high: int | None
    text: str

    def holds(self, size: int) -> bool:
        """Whether a disk of `size` bytes is meant."""
        return self.low <= size and (self.high is None or size <= self.high)

    def __str__(self) -> str:
        return self.text


def parse_size(value: object) -> int:
    """Bytes of `24 GiB`, `1.5 TB`, `24576 MiB`, … Raises SizeError."""
    text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    if _SIZE.fullmatch(text):
        return _bytes_of(text)
    raise _explain(text)


def _bytes_of(text: str) -> int:
    number = _NUMBER.match(text)
    assert number is not None
    whole, _, fraction = number[0].partition(".")
    unit = UNITS[text[number.end() :].strip()]
    scale: int = 10 ** len(fraction)
    size, rest = divmod(int(whole + fraction) * unit, scale)
    if rest:
        raise SizeError(text, "a size is a whole number of bytes")
    if not 0 < size <= LARGEST:
        raise SizeError(text, "a size is more than 0 and at most 64 TiB")
    return size


def _explain(text: str) -> SizeError:
    """Why `text` is no size, with the nearest thing that is one."""
    if _NUMBER.fullmatch(text):
        letter = "G" if int(text.partition(".")[0]) < 1024 else "M"
        hint = f'write "{text} {letter}iB" (powers of 1024, as diskpart counts) or "{text} {letter}B" (powers of 1000)'
        return SizeError(text, hint, bare=True)
    loose = _LOOSE.fullmatch(text)
    if loose:
        number, word = loose.groups()
        exact = next((unit for unit in UNITS if unit.lower() == word.lower()), None)
        if exact:
            return SizeError(text, f'write "{number} {exact}"')
        letter = word[0].upper()
        if letter in "KMGT" and word.lower() in (letter.lower(), letter.lower() + "i"):
            hint = f'write "{number} {letter}iB" (powers of 1024) or "{number} {letter}B" (powers of 1000)'
            return SizeError(text, hint)
    return SizeError(text, 'write a number and a unit, for example "24 GiB" or "32 GB"')


def parse_range(value: object) -> SizeRange:
    """`>= 16 GB`, `<= 64 GB`, `14 GB..64 GB`, or `32 GB`: a stick sold as such. Raises SizeError."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if text.startswith(">="):
        return SizeRange(parse_size(text[2:]), None, text)
    if text.startswith("<="):
        return SizeRange(1, parse_size(text[2:]), text)
    if ".." in text:
        low, _, high = text.partition("..")
        found = SizeRange(parse_size(low), parse_size(high), text)
        if found.high is not None and found.low > found.high:
            raise SizeError(text, "the smaller size comes first")
        return found
    if text[:1] in ("<", ">", "="):
        raise SizeError(text, 'write ">= 16 GB", "<= 64 GB", "14 GB..64 GB" or "32 GB"')
    nominal = parse_size(value)
    return SizeRange(nominal * (100 - BELOW_PERCENT) // 100, nominal * (100 + ABOVE_PERCENT) // 100, text)


def format_size(size: int) -> str:
    """The shortest exact way to write a size: `24 GiB`, `32 GB`, `25769804288 B`."""
    units = sorted(UNITS.items(), key=lambda item: -item[1])
    unit, scale = next((unit, scale) for unit, scale in units if size and size % scale == 0) if size else ("B", 1)
    return f"{size // scale} {unit}"
