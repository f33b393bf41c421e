"""What a person sees while inputs are downloaded, unpacked, digested: bars on a terminal, elsewhere one line each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from hvsbuild.digest import Progress as Report

QUICK = 64 << 20  # bytes; of less nothing is told


def _silence(_what: str, _done: int, _total: int) -> None:
    pass


@contextmanager
def progress(*, quiet: bool) -> Iterator[Report]:
    """The report of progress that fits where stderr goes; nothing is imported before there is something to show."""
    if quiet:
        yield _silence
        return
    shown = _Bars() if sys.stderr.isatty() else _Lines()
    try:
        yield shown.report
    finally:
        shown.close()


class _Lines:
    """One line for each long step: for logs and CI."""

    def __init__(self) -> None:
        self.told: set[str] = set()

    def report(self, what: str, _done: int, total: int) -> None:
        if total >= QUICK and what not in self.told:
            self.told.add(what)
            print(what, file=sys.stderr, flush=True)  # noqa: T201

    def close(self) -> None:
        pass


class _Bars:
    """A live line for each long step."""

    def __init__(self) -> None:
        self.display: Progress | None = None
        self.tasks: dict[str, TaskID] = {}

    def report(self, what: str, done: int, total: int) -> None:
        if total < QUICK:
            return
        if self.display is None:
            from hvsbuild.cli.display import bars

            self.display = bars()
            self.display.start()
        if what not in self.tasks:
            self.tasks[what] = self.display.add_task(what, total=total)
        self.display.update(self.tasks[what], completed=done, total=total)

    def close(self) -> None:
        if self.display:
            self.display.stop()
