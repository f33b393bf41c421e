"""A comparison as text for a terminal, as Markdown for a pull request, as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hvsbuild.review.compare import Comparison, ScriptChange

LONGEST_COMMENT = 60_000  # characters; GitHub takes 65,536 in a comment
MARKS = {"added": "+", "removed": "-", "changed": "~"}


def text(found: Comparison) -> str:
    """For a terminal: what it means, then the lines."""
    return "\n".join(_text(found)) + "\n"


def _text(found: Comparison) -> Iterator[str]:
    if found.equal:
        yield "No difference."
        return
    yield found.effect
    if found.changes:
        yield ""
        yield from (f"  {MARKS[one.how]} {one.text()}" for one in found.changes)
    for script in found.scripts:
        yield ""
        yield f"{script.task}: {script.how}{', DESTRUCTIVE' if script.destructive else ''}"
        yield from (f"  {line}" for line in script.lines())


def markdown(found: Comparison, title: str) -> str:
    """For a comment on a pull request; cut, with a word that says so, where a comment would be too long."""
    lines = list(_markdown(found, title))
    kept: list[str] = []
    for number, part in enumerate(lines):
        if sum(map(len, kept)) + len(part) > LONGEST_COMMENT:
            kept.append(f"*… {len(lines) - number} more scripts differ; see `hvsbuild diff`.*\n")
            break
        kept.append(part)
    return "\n".join(kept)


def _markdown(found: Comparison, title: str) -> Iterator[str]:
    """The parts; a part stands or falls as a whole."""
    if found.equal:
        yield f"### {title}\n\nNo difference.\n"
        return
    alarm = "CAUTION" if found.destructive else "NOTE"
    yield f"### {title}\n\n> [!{alarm}]\n> {found.effect.replace('WIPED', '**wiped**')}\n"
    if found.changes:
        rows = [f"| {one.how} | {_cell(one.text().removeprefix(one.how + ': '))} |" for one in found.changes]
        yield "\n".join(["| | what |", "|---|---|", *rows, ""])
    for script in found.scripts:
        yield _script(script)


def _cell(text: str) -> str:
    """Text that may stand in a table: no cell ends in it, no mark-up begins."""
    plain = "".join(f"\\{one}" if one in "\\`*_{}[]<>|" else one for one in text)
    return plain.replace("\n", " ")


def _script(script: ScriptChange) -> str:
    body = "\n".join(script.lines())
    fence = "`" * max(3, 1 + max((len(run) for run in _runs(body)), default=0))
    wipes = " — **destructive**" if script.destructive else ""
    head = f"<details{' open' if script.destructive else ''}><summary><code>{script.task}</code> {script.how}{wipes}"
    return f"{head}</summary>\n\n{fence}diff\n{body}\n{fence}\n\n</details>\n"


def _runs(text: str) -> list[str]:
    """The runs of backticks in a text."""
    return [run for run in "".join(one if one == "`" else " " for one in text).split() if run]


def data(found: Comparison) -> dict[str, Any]:
    """For --json."""
    return {
        "equal": found.equal,
        "destructive": found.destructive,
        "effect": found.effect,
        "run": found.decision.to_run,
        "changes": [vars(one) for one in found.changes],
        "scripts": [
            {"task": one.task, "how": one.how, "destructive": one.destructive, "diff": one.lines()}
            for one in found.scripts
        ],
    }
