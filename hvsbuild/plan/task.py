"""A task: one node of the graph, with the desired states it brings about as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hvsbuild.states import State

ToolName = Literal["diskpart", "cmd"]


@dataclass(frozen=True)
class Retry:
    """Try a failing script again: `times` more, each after `wait_seconds`, and after a `rescan` by diskpart."""

    times: int
    wait_seconds: float
    before: Literal["rescan"] | None = None


@dataclass(frozen=True)
class Task:
    """One step of the procedure; its script is the template named after its kind, rendered with `values`.

    needs        ids of the tasks whose states must hold before this one runs
    inside       brackets that must be open while it runs (`letter:` ones have no closing task)
    opens/closes the bracket that this task opens or closes; both name one where its script does both
    place        where a bracket must be open for it, or where an opener opens it: "stick", "workspace" or "" (wherever
                 the VHD is)
    goal         its states are wanted for themselves; the states of other tasks are only means
    destructive  it wipes what the stick holds
    wipes        the places whose states are lost when it runs
    vhd          the file of the VHD that it works on
    retry        what to do when its script fails for no good reason, as some are known to
    restart      it cannot start on leftovers: when it must run, everything from that task on is done again
    """

    id: str
    kind: str
    tool: ToolName
    needs: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    opens: str | None = None
    closes: str | None = None
    place: str = ""
    goal: bool = False
    destructive: bool = False
    wipes: tuple[str, ...] = ()
    vhd: str | None = None
    restart: str | None = None
    retry: Retry | None = None
    states: tuple[State, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    spec_key: tuple[str | int, ...] = ()  # the place in the spec that caused it
