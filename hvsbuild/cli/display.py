"""What a person sees while scripts run: on a terminal a live line with bytes and rate, elsewhere one line a task."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hvsbuild.bundle.manifest import TaskEntry
from hvsbuild.run.report import NoOne

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from hvsbuild.bundle.render import Bundle
    from hvsbuild.hosts.windows.probe import Finding
    from hvsbuild.run.decide import Decision
    from hvsbuild.run.report import Watcher


class Lines(NoOne):
    """One line a task on stderr: for logs and CI."""

    def task(self, task: TaskEntry, why: str) -> None:
        print(f"{task.id}: {why}", file=sys.stderr, flush=True)  # noqa: T201

    def note(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)  # noqa: T201


class Live(NoOne):
    """A rich progress display on stderr."""

    def __init__(self, progress: Progress) -> None:
        self.display = progress
        self.current: TaskID | None = None

    def task(self, task: TaskEntry, why: str) -> None:  # noqa: ARG002 (a line has room for the task alone)
        self._end()
        self.current = self.display.add_task(task.id, total=None)

    def _end(self) -> None:
        if self.current is not None:
            done = self.display.tasks[-1]
            self.display.update(self.current, total=done.completed or 1, completed=done.completed or 1)

    def progress(self, label: str, done: int, total: int) -> None:  # noqa: ARG002
        if self.current is not None:
            self.display.update(self.current, completed=done, total=max(total, done))

    def note(self, text: str) -> None:
        self.display.console.print(text, highlight=False)


@contextmanager
def watcher(*, quiet: bool) -> Iterator[Watcher]:
    """The watcher that fits where stderr goes."""
    if quiet:
        yield NoOne()
        return
    if not sys.stderr.isatty():
        yield Lines()
        return
    with bars() as progress:
        live = Live(progress)
        yield live
        live._end()


def bars() -> Progress:
    """A line a task on stderr: name, bar, bytes, rate, time."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class Amount(ProgressColumn):
        """Bytes and rate of a long step; nothing for a short one."""

        def render(self, task: Task) -> Text:
            if not task.total or task.total <= 1:
                return Text()
            rate = f", {size(int(task.speed))}/s" if task.speed else ""
            return Text(f"{size(int(task.completed))} of {size(int(task.total))}{rate}")

    columns = (
        TextColumn("{task.description:<18}"),
        BarColumn(bar_width=14),
        TimeElapsedColumn(),
        Amount(),
    )
    return Progress(*columns, console=Console(stderr=True))


def size(count: int) -> str:
    """Bytes for a person: 1.6 GiB."""
    from rich.filesize import pick_unit_and_suffix

    unit, suffix = pick_unit_and_suffix(count, ["B", "KiB", "MiB", "GiB", "TiB"], 1024)
    return f"{count / unit:.{1 if unit > 1 else 0}f} {suffix}"


_PLACES = {"stick": "in place, on the stick", "workspace": "in the workspace, then copied to the stick"}


def decision_table(bundle: Bundle, decision: Decision) -> None:
    """The plan as a table of at most 80 columns, the reason below each task that would run."""
    import textwrap

    import typer

    counts = {"run": 0, "unchanged": 0, "not needed": 0, "bracket": 0}
    for verdict in decision.verdicts.values():
        counts[verdict.action] += 1
        if verdict.action == "bracket":
            continue
        destructive = bundle.manifest.task(verdict.task).destructive and verdict.action == "run"
        head = f"{verdict.action:<11} {verdict.task:<18}" + ("  DESTRUCTIVE: wipes the stick" if destructive else "")
        typer.echo(head.rstrip())
        if verdict.action == "run":
            typer.echo(textwrap.fill(verdict.reason, 78, initial_indent="    ", subsequent_indent="    "))
    if counts["run"]:
        where = "; ".join(f"{file} is worked on {_PLACES[place]}" for file, place in decision.vhd_at.items())
        typer.echo(f"\n{counts['run']} to run, {counts['unchanged']} unchanged; {where}")
    else:
        typer.echo("\nnothing to do")


def findings_table(findings: Sequence[Finding]) -> None:
    """What was looked at on the machine, the reason and the way out below what is not fit."""
    import textwrap

    import typer

    if findings:
        typer.echo("\nthis machine")
    for one in findings:
        typer.echo(f"{'ok' if one.ok else 'NOT FIT' if one.must else 'note':<11} {one.name}: {one.seen}")
        if not one.ok:
            typer.echo(textwrap.fill(f"{one.why}: {one.do}", 78, initial_indent="    ", subsequent_indent="    "))
