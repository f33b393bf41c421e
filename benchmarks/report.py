"""The result of a run: rows with goals, as a table in Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measurement. `value` is what the goal is about; without a `goal` the row only informs."""

    what: str
    measured: str
    value: float = 0
    unit: str = ""
    goal: float | None = None

    def cells(self) -> tuple[str, str, str, str, str]:
        value = f"{self.value:.2f} {self.unit}".strip() if self.value else ""
        goal = f"≤ {self.goal:g} {self.unit}".strip() if self.goal is not None else ""
        met = "" if self.goal is None else "yes" if self.met else "NO"
        return self.what, self.measured, value, goal, met

    @property
    def met(self) -> bool:
        return self.goal is None or self.value <= self.goal


HEAD = ("what", "measured", "value", "goal", "met")


def table(rows: Sequence[Row]) -> str:
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    padded = [[text.ljust(width) for text, width in zip(row, widths, strict=True)] for row in cells]
    lines = [f"| {' | '.join(row)} |" for row in padded]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def machine() -> str:
    """The machine in a line: seconds mean something only beside it, ratios a little more."""
    with open("/proc/meminfo", encoding="ascii") as file:
        memory = int(file.readline().split()[1]) >> 20
    kernel = ".".join(platform.release().split(".")[:2])
    versions = f"Linux {kernel}, Python {platform.python_version()}"
    return f"{os.cpu_count()} processors, {memory} GiB of memory, {versions}"
