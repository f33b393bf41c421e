"""What a run tells: to those who watch it, and at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from hvsbuild.bundle.manifest import TaskEntry


class Watcher(Protocol):
    """Who is told how the run goes."""

    def task(self, task: TaskEntry, why: str) -> None: ...
    def progress(self, label: str, done: int, total: int) -> None: ...
    def note(self, text: str) -> None: ...


class NoOne:
    """A watcher that watches nothing."""

    def task(self, task: TaskEntry, why: str) -> None:
        pass

    def progress(self, label: str, done: int, total: int) -> None:
        pass

    def note(self, text: str) -> None:
        pass


@dataclass(frozen=True)
class Outcome:
    """What became of a task: `ran`, `unchanged`, `not needed`, `bracket`."""

    task: str
    action: str
    reason: str


@dataclass
class Report:
    """What a run did."""

    outcomes: list[Outcome] = field(default_factory=list)
    closed_from_before: list[str] = field(default_factory=list)
    bindings: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def ran(self) -> list[str]:
        return [one.task for one in self.outcomes if one.action == "ran"]

    def to_dict(self) -> dict[str, Any]:
        return {
            "changed": bool(self.ran),
            "tasks": [vars(one) for one in self.outcomes],
            "closed": self.closed_from_before,
            "bindings": self.bindings,
            "notes": self.notes,
        }
