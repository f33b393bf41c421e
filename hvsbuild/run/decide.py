"""Which tasks must run: worked backwards from the goals, on what is observed, with a reason for each.

1. A VHD counts where it is sound: on the stick when its file, layout, volume and image are as they should be (then
   what is inside is changed in place), else in the workspace (then it is built there and copied). A differencing one is
   only ever on the stick.
2. A goal that does not hold must be brought about. A task that must run needs the states of the tasks it needs.
3. A task that wipes a place takes the states there with it: the tasks that brought them about must run again.
4. A task that cannot start on leftovers starts again from the task it names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hvsbuild.bundle.manifest import Manifest, TaskEntry
from hvsbuild.errors import HvsError
from hvsbuild.run.observe import Observation
from hvsbuild.states import STICK, WORKSPACE, State, VdiskFile, inside


@dataclass(frozen=True)
class Verdict:
    """What is to be done with a task: `run`, `unchanged` (its states hold), `not needed` or `bracket` (as needed)."""

    task: str
    action: str
    reason: str
    failing: tuple[str, ...] = ()


@dataclass
class Decision:
    """The verdicts in the order of the tasks, and where each VHD (by its file name) is worked on."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    vhd_at: dict[str, str] = field(default_factory=dict)

    @property
    def to_run(self) -> list[str]:
        return [id for id, verdict in self.verdicts.items() if verdict.action == "run"]


@dataclass(frozen=True)
class Look:
    """One task's states that do not hold, as (state, what was seen)."""

    failing: tuple[tuple[State, Observation], ...]
    held: str = ""

    @property
    def holds(self) -> bool:
        return not self.failing

    def reason(self) -> str:
        state, seen = self.failing[0]
        more = f" (and {len(self.failing) - 1} more)" if len(self.failing) > 1 else ""
        return f"wanted: {state.title()}; seen: {seen.seen}{more}"


class Looked(Protocol):
    """What is decided upon: the world, or what somebody supposes it to be."""

    vhd_place: dict[str, str]

    def observe(self, state: State) -> Observation: ...
    def forget(self, place: str) -> None: ...


def look(task: TaskEntry, world: Looked) -> Look:
    """Observe all states of a task."""
    seen = [(state, world.observe(state)) for state in task.states]
    failing = tuple((state, one) for state, one in seen if not one.holds)
    more = f" (and {len(seen) - 2} more)" if len(seen) > 2 else ""
    return Look(failing, "; ".join(one.seen for _, one in seen[:2]) + more)


def prepare_world(manifest: Manifest, world: Looked) -> None:
    """Decide where each VHD counts."""
    for vhd in manifest.vhds:
        world.vhd_place[vhd.file] = STICK
        if vhd.workspace and not all(look(task, world).holds for task in _foundation(manifest, vhd.file)):
            world.vhd_place[vhd.file] = WORKSPACE
            world.forget(inside(vhd.file))


def _foundation(manifest: Manifest, vhd: str) -> list[TaskEntry]:
    """The tasks whose work on a VHD cannot be changed in place: its copy on the stick, its volume, its image."""
    wipes = [task for task in manifest.tasks if STICK in task.wipes]
    own = [task for task in manifest.tasks if task.vhd == vhd]
    made = [task for task in own if not task.goal and any(state.place == inside(vhd) for state in task.states)]
    return [*wipes, *(task for task in own if _copies_vhd(task)), *made]


def _copies_vhd(task: TaskEntry) -> bool:
    return any(isinstance(state, VdiskFile) and state.place == STICK and not state.parent for state in task.states)


def decide(manifest: Manifest, world: Looked, reset: Collection[str] = ()) -> Decision:
    """The verdict on every task, from one look at the world. `reset` names differencing VHDs to be made anew."""
    prepare_world(manifest, world)
    decision = Decision(vhd_at={vhd.file: world.vhd_place[vhd.file] for vhd in manifest.vhds})
    planner = _Planner(manifest, world, decision.vhd_at)
    for task in _children(manifest, reset):
        planner.demand(task.id, "it is to be reset: what was changed in it is given up")
    planner.work_backwards()
    for task in manifest.tasks:
        decision.verdicts[task.id] = planner.verdict(task)
    return decision


def _lost(state: State, wiped: Collection[str]) -> bool:
    """Whether a state goes with a place that is wiped; a differencing VHD goes with what is inside it."""
    child = isinstance(state, VdiskFile) and state.parent and inside(state.path.removeprefix("\\")) in wiped
    return bool(state.place in wiped or child)


def _begins(task: TaskEntry) -> bool:
    """Whether a task starts from nothing: it wipes the place that it makes, not only what is made upon that."""
    return bool(task.wipes) and (task.vhd is None or inside(task.vhd) in task.wipes)


def _children(manifest: Manifest, files: Collection[str]) -> list[TaskEntry]:
    """The tasks that make the differencing VHDs of these names. `HvsError` for a VHD that is none."""
    makers = {task.vhd.lower(): task for task in manifest.tasks if task.kind == "child-create" and task.vhd}
    if unknown := [file for file in files if file.lower() not in makers]:
        known = ", ".join(task.vhd for task in makers.values() if task.vhd) or "the spec has none"
        why = "only what differs from a parent can be given up; anything else is built anew"
        raise HvsError("Only a differencing VHD can be reset", seen=unknown[0], why=why, do=f"name one of: {known}")
    return [makers[file.lower()] for file in files]


class _Planner:
    """The fixpoint of the rules above."""

    def __init__(self, manifest: Manifest, world: Looked, vhd_at: Mapping[str, str]) -> None:
        self.tasks = {task.id: task for task in manifest.tasks}
        self.vhd_at = vhd_at
        self.looks = {task.id: look(task, world) for task in manifest.tasks if task.states and not task.is_bracket}
        self.run: dict[str, str] = {}  # task -> reason

    def work_backwards(self) -> None:
        for task in self.tasks.values():
            if not task.goal or task.id not in self.looks:
                continue
            seen = self.looks[task.id]
            if not seen.holds:
                self.demand(task.id, seen.reason())
            elif _copies_vhd(task) and task.vhd and self.vhd_at[task.vhd] == WORKSPACE:
                self.demand(task.id, "the VHD on the stick cannot be changed in place")

    def demand(self, id: str, reason: str) -> None:
        """This task must run: so must what it needs and lacks, and what it destroys."""
        if id in self.run:
            return
        self.run[id] = reason
        task = self.tasks[id]
        if task.restart:
            for other in self._between(task.restart, id):
                self.demand(other, f"{id} starts from a new VHD")
        for need in self._means(task):
            if not self.looks[need].holds:
                self.demand(need, self.looks[need].reason())
        if task.wipes:
            for lost in self.tasks.values():
                if lost.id in self.looks and any(_lost(state, task.wipes) for state in lost.states):
                    self.demand(lost.id, f"{id} starts from nothing")

    def _means(self, task: TaskEntry) -> list[str]:
        """The tasks whose states `task` stands on: through closing tasks and what holds, past opening ones, down to
        those that start from nothing (what they needed is spent)."""
        found: dict[str, None] = {}
        waiting = list(task.needs)
        while waiting:
            need = self.tasks[waiting.pop(0)]
            if need.id in found or (need.is_bracket and need.opens):
                continue
            found[need.id] = None
            if need.is_bracket or (self.looks[need.id].holds and not _begins(need)):
                waiting += need.needs
        return [id for id in found if id in self.looks and not self._spent(id)]

    def _spent(self, id: str) -> bool:
        """Whether a task only makes the VHD in the workspace, and the VHD is on the stick already."""
        task = self.tasks[id]
        on_stick = task.vhd is not None and self.vhd_at[task.vhd] == STICK
        return on_stick and any(state.place == WORKSPACE for state in task.states)

    def _between(self, first: str, last: str) -> list[str]:
        """The tasks with states from `first` up to (not with) `last`, along the needs."""
        below: dict[str, bool] = {}

        def reaches(id: str) -> bool:
            if id not in below:
                needed = [reaches(need) for need in self.tasks[id].needs]  # all of them, not up to the first
                below[id] = id == first or any(needed)
            return below[id]

        reaches(last)
        return [id for id, yes in below.items() if yes and id != last and id in self.looks]

    def verdict(self, task: TaskEntry) -> Verdict:
        if task.id in self.run:
            seen = self.looks[task.id]
            return Verdict(task.id, "run", self.run[task.id], tuple(state.title() for state, _ in seen.failing))
        if task.is_bracket:
            return Verdict(task.id, "bracket", "opened and closed only around a task that runs")
        if not task.goal and any(state.place == WORKSPACE for state in task.states):
            return Verdict(task.id, "not needed", "the finished stick does not need the workspace")
        if self.looks[task.id].holds:
            return Verdict(task.id, "unchanged", self.looks[task.id].held)
        return Verdict(task.id, "not needed", "no goal needs it")
