"""A comparison as a page, both sides of each script beside each other."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from hvsbuild.bundle.script import fill
from hvsbuild.review.compare import Comparison, ScriptChange
from hvsbuild.review.page import style

CONTEXT = 3  # equal lines that are shown around a change


@dataclass(frozen=True)
class Row:
    """One line of both sides; a number of 0 is no line. `look` is its class: same, changed, gap."""

    look: str
    left: int
    before: str
    right: int
    after: str


def page(found: Comparison, title: str, shadow: Path | None = None) -> str:
    """The whole page; it needs nothing else."""
    scripts = [(script, list(rows(script))) for script in found.scripts]
    values = {"found": found, "title": title, "style": Markup(style()), "scripts": scripts}
    return fill("diff.html.j2", shadow, html=True, **values)


def rows(script: ScriptChange) -> Iterator[Row]:
    """The lines side by side, with the equal ones near a change."""
    matcher = difflib.SequenceMatcher(None, script.before, script.after, autojunk=False)
    end = 0
    for group in matcher.get_grouped_opcodes(CONTEXT):
        if group[0][1] > end:
            yield Row("gap", 0, "", 0, "")
        for kind, i1, i2, j1, j2 in group:
            yield from _stretch(script, kind == "equal", range(i1, i2), range(j1, j2))
        end = group[-1][2]


def _stretch(script: ScriptChange, same: bool, left: range, right: range) -> Iterator[Row]:
    for number in range(max(len(left), len(right))):
        i, j = (side[number] if number < len(side) else -1 for side in (left, right))
        before = script.before[i] if i >= 0 else ""
        after = script.after[j] if j >= 0 else ""
        yield Row("same" if same else "changed", i + 1, before, j + 1, after)
