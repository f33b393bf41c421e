"""Names that Windows gives to time zones and languages; the lists lie in `names/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "names"


def _lines(name: str) -> list[str]:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


@cache
def time_zones() -> Mapping[str, tuple[str, ...]]:
    """The Windows names, each with those that Linux uses (tz database)."""
    parts = (line.partition(":") for line in _lines("time-zones.txt"))
    return {name: tuple(others.split()) for name, _, others in parts}


@cache
def languages() -> tuple[str, ...]:
    """Language tags."""
    return tuple(_lines("languages.txt"))
