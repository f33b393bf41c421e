"""Brackets: opened only when a task inside them must run, closed in reverse order whatever happens.

Every opening is in the journal ahead of time, with the script that closes it, so that the next run can close what a
killed one left open. hvsbuild closes only what its own journal says it opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hvsbuild.bundle.manifest import TaskEntry
from hvsbuild.bundle.render import Bundle
from hvsbuild.errors import HvsError
from hvsbuild.run.journal import Journal


@dataclass
class Open:
    """An open bracket, the task that opened it and, when it was opened by us, the one that closes it."""

    bracket: str
    opener: TaskEntry
    closer: TaskEntry | None


@dataclass
class Brackets:
    """The stack of open brackets. `run` runs a task's script, `holds` observes a task's states, `still_open` whether
    what a closing task would close is there."""

    bundle: Bundle
    journal: Journal
    run: Callable[[TaskEntry], None]
    holds: Callable[[TaskEntry], bool]
    still_open: Callable[[TaskEntry], bool]
    on_closed: Callable[[str], None]
    stack: list[Open] = field(default_factory=list)

    def enter(self, task: TaskEntry, place: str) -> None:
        """Close what `task` is not inside of, then open what it is inside of and not open yet."""
        needed: list[TaskEntry] = []
        self._collect(task, place, needed)
        keep = {opener.id for opener in needed}
        while self.stack and self.stack[-1].opener.id not in keep:
            self.close_last()
        for opener in needed:
            if not any(one.opener.id == opener.id for one in self.stack):
                self._open(opener)

    def _collect(self, task: TaskEntry, place: str, found: list[TaskEntry]) -> None:
        for bracket in task.inside:
            opener = self.bundle.manifest.opener(bracket, task.place or place)
            if opener.id not in [one.id for one in found]:
                self._collect(opener, place, found)
                found.append(opener)

    def _open(self, opener: TaskEntry) -> None:
        assert opener.opens
        if self.holds(opener):  # it is so already, and not through us: it stays so
            self.stack.append(Open(opener.opens, opener, None))
            return
        closer = self.announce(opener)
        self.stack.append(Open(opener.opens, opener, closer))
        self.run(opener)

    def announce(self, opener: TaskEntry) -> TaskEntry | None:
        """Write into the journal, ahead of time, what is about to be opened and the script that closes it."""
        assert opener.opens
        closer = self.bundle.manifest.closer(opener.opens, opener.place)
        if closer:
            text = self.bundle.script(closer).decode("ascii")
            self.journal.write(
                "opening",
                bracket=opener.opens,
                task=opener.id,
                closer=closer.script,
                tool=closer.tool,
                script=text,
                retry=closer.retry.model_dump() if closer.retry else None,
            )
        return closer

    def run_both(self, task: TaskEntry) -> None:
        """Run a task whose script opens and closes: what it leaves open when it fails is closed like any other."""
        assert task.opens
        self.stack.append(Open(task.opens, task, self.announce(task)))
        self.run(task)
        self.stack.pop()
        self.journal.write("closed", bracket=task.opens, task=task.id)

    def close_last(self) -> None:
        """Close the innermost bracket. It leaves the stack even when its closing fails."""
        last = self.stack.pop()
        if last.closer:
            if self.still_open(last.closer):
                self.run(last.closer)
            self.journal.write("closed", bracket=last.bracket, task=last.closer.id)
        self.on_closed(last.bracket)

    def close_all(self) -> list[HvsError]:
        """Close everything, innermost first; a failing close is collected and the others still happen."""
        errors = []
        while self.stack:
            try:
                self.close_last()
            except HvsError as error:
                errors.append(error)
        return errors
