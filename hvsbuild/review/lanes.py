"""The task graph as SVG, as one reads a history: a row for each task in its order, a lane for what later ones need.

From a task its lane runs down at the left, with a branch to every task that needs it (edges that follow from others are
left out); a bracket is a bar at the right of the lanes from the task that opens it to the one that closes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
from markupsafe import Markup, escape

from hvsbuild.bundle.manifest import Manifest, TaskEntry

ROW, LANE, TOP, RADIUS = 26, 12, 16, 4
STYLE = """<style>
text { font: 14px system-ui, sans-serif; fill: #1b1f24 } circle { fill: #1b1f24 } .note { fill: #57606a }
.need { fill: none; stroke: #57606a } .bracket { fill: #b6d4f2 } svg { background: #fff }
.destructive text, .destructive circle { fill: #b3141b }
</style>"""


@dataclass(frozen=True)
class Rail:
    """A vertical line: from row `first` to row `last` in a lane, with branches into the rows `into`. What only the next
    row needs is in lane -1: straight down."""

    first: int
    last: int
    lane: int
    into: tuple[int, ...] = ()


def svg(manifest: Manifest, link: str = "#{}") -> str:
    """The picture; each task links to `link` with its id filled in. A pure function of the manifest."""
    tasks = manifest.tasks
    needs, bars = _needs(tasks), _bars(manifest)
    left = (max((one.lane for one in needs), default=-1) + 2) * LANE
    dot = left + (max((one.lane for one in bars), default=-1) + 2) * LANE
    width, height = dot + 330, TOP * 2 + ROW * (len(tasks) - 1)
    parts = [
        f'<svg class="lanes" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="group" '
        f'aria-label="The tasks in their order, and what each needs" xmlns="http://www.w3.org/2000/svg">'
    ]
    parts += [_bar(bar, left) for bar in bars]
    parts += [_rail(rail, left, dot) for rail in needs]
    parts += [_task(task, row, dot, link) for row, task in enumerate(tasks)]
    return "\n".join([*parts, "</svg>", ""])


def _y(row: int) -> int:
    return TOP + row * ROW


def _needs(tasks: list[TaskEntry]) -> list[Rail]:
    """One rail for each task that others need, in the leftmost lane that is free all the way."""
    rows = {task.id: row for row, task in enumerate(tasks)}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(rows)
    graph.add_edges_from((need, task.id) for task in tasks for need in task.needs)
    reduced = nx.transitive_reduction(graph)
    spans, straight = [], []
    for row, task in enumerate(tasks):
        into = sorted(rows[other] for other in reduced.successors(task.id))
        if into == [row + 1]:
            straight.append(Rail(row, row + 1, -1))
        elif into:
            spans.append((row, into[-1], tuple(into)))
    found = zip(spans, _lanes(spans), strict=True)
    return [*straight, *(Rail(first, last, lane, into) for (first, last, into), lane in found)]


def _lanes(spans: list[tuple[int, int, tuple[int, ...]]]) -> list[int]:
    """A lane for each span, so that spans in one lane do not meet."""
    ends: list[int] = []
    found = []
    for first, last, _ in spans:
        lane = next((number for number, end in enumerate(ends) if end <= first), len(ends))
        ends[lane : lane + 1] = [last]
        found.append(lane)
    return found


def _bars(manifest: Manifest) -> list[Rail]:
    """A bar for each bracket that is closed by a task."""
    rows = {task.id: row for row, task in enumerate(manifest.tasks)}
    spans: list[tuple[int, int, tuple[int, ...]]] = []
    for task in manifest.tasks:
        closer = manifest.closer(task.opens, task.place) if task.opens and not task.closes else None
        if closer:
            spans.append((rows[task.id], rows[closer.id], ()))
    return [Rail(first, last, lane) for (first, last, _), lane in zip(spans, _lanes(spans), strict=True)]


def _bar(bar: Rail, left: int) -> str:
    x, y = left + bar.lane * LANE, _y(bar.first) - 8
    return f'<rect class="bracket" x="{x}" y="{y}" width="7" height="{_y(bar.last) - y + 8}" rx="3"/>'


def _rail(rail: Rail, left: int, dot: int) -> str:
    if rail.lane < 0:
        return f'<path class="need" d="M{dot} {_y(rail.first)}V{_y(rail.last)}"/>'
    # lanes are counted from the dots outwards, so that short ones are short
    x = left - LANE - rail.lane * LANE
    path = [f"M{dot} {_y(rail.first)}H{x + 5}Q{x} {_y(rail.first)} {x} {_y(rail.first) + 5}V{_y(rail.last) - 5}"]
    for row in rail.into:
        path.append(f"M{x} {_y(row) - 5}Q{x} {_y(row)} {x + 5} {_y(row)}H{dot - RADIUS - 1}")
    return f'<path class="need" d="{"".join(path)}"/>'


def _task(task: TaskEntry, row: int, dot: int, link: str) -> str:
    kind = "destructive" if task.destructive else "bracket" if task.is_bracket else "task"
    note = "wipes the stick" if task.destructive else "opens" if task.opens else "closes" if task.closes else ""
    if task.opens and task.closes:
        note = "opens and closes"
    told = Markup('<tspan class="note" dx="8">{}</tspan>').format(note) if note else ""
    return Markup(
        '<a class="{}" href="{}"><circle cx="{}" cy="{}" r="{}"/><text x="{}" y="{}">{} {}{}</text></a>'
    ).format(kind, escape(link.format(task.id)), dot, _y(row), RADIUS, dot + 12, _y(row) + 4, row + 1, task.id, told)


def standalone(manifest: Manifest) -> str:
    """The picture as a file of its own, with its colours; its links lead into the review page beside it."""
    head, rest = svg(manifest, "review.html#{}").split("\n", 1)
    return f"{head}\n{STYLE}\n{rest}"
