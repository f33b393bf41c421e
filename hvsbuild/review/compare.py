"""What changed between two bundles: first what it means, then the lines of the scripts.

What it means for a stick is not guessed from the changes: the executor's own decision is asked what `apply` of the new
bundle would do to a stick that the old one has made.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from hvsbuild.bundle.manifest import Manifest, TaskEntry
from hvsbuild.bundle.render import Bundle
from hvsbuild.review.diskpicture import size_words
from hvsbuild.run.decide import Decision, decide
from hvsbuild.run.observe import Observation
from hvsbuild.states import MACHINE, STICK, WORKSPACE, AppliedImage, Stamp, State, VdiskFile, inside, unnamed

How = Literal["added", "removed", "changed"]
# the fields that say which thing a state is about; the others say how it should be
_KEYS = {
    *("kind", "place", "path", "partition", "hive", "key", "name", "store", "entry", "vhd", "letter", "spec", "target")
}
_STEP = re.compile(r"\bStep \d+ of \d+")


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was. `stays`: no longer asked for, but nobody takes it from a finished stick."""

    how: How
    what: str
    before: str = ""
    after: str = ""
    stays: bool = False

    def text(self) -> str:
        if self.how == "changed":
            return f"{self.what}: {self.before} → {self.after}"
        stays = " (a finished stick keeps it)" if self.stays else ""
        return f"{self.how}: {self.after or self.before or self.what}{stays}"


@dataclass(frozen=True)
class ScriptChange:
    """One script that is not as it was; `lines` as in a unified diff, without its head."""

    task: str
    how: How
    destructive: bool
    before: tuple[str, ...]
    after: tuple[str, ...]

    def lines(self, context: int = 2) -> list[str]:
        found = list(difflib.unified_diff(self.before, self.after, n=context, lineterm=""))
        return found[2:]


@dataclass(frozen=True)
class Comparison:
    """All that changed. `decision`: what the new bundle does to a stick of the old one."""

    changes: tuple[Change, ...]
    scripts: tuple[ScriptChange, ...]
    decision: Decision
    destructive: bool

    @property
    def equal(self) -> bool:
        return not self.changes and not self.scripts

    @property
    def effect(self) -> str:
        """What it means for a finished stick, in one sentence."""
        if not self.decision.to_run:
            return "A finished stick stays as it is."
        if self.destructive:
            return "A finished stick is WIPED and made anew."
        if WORKSPACE in self.decision.vhd_at.values():
            again = [file for file, place in self.decision.vhd_at.items() if place == WORKSPACE]
            return f"A finished stick is not wiped, but {', '.join(again)} is built and copied anew."
        return f"A finished stick is changed in place ({', '.join(self.decision.to_run)})."


class AsBuilt:
    """A stick as the old bundle left it, to decide upon: a state holds when the old bundle brought about the same, from
    an input that is not another file now (`others`: the names of those that are; of an image its VHD's place)."""

    def __init__(self, old: Manifest, new: Manifest, others: Collection[str] = ()) -> None:
        self.vhd_place: dict[str, str] = {}
        self.old, self.new, self.others = old, new, others
        self.states = [state for task in old.tasks for state in task.states]

    def forget(self, place: str) -> None:
        """In the workspace there is nothing any more."""
        self.states = [state for state in self.states if state.place != place]

    def observe(self, state: State) -> Observation:
        if state.place in (WORKSPACE, MACHINE):
            return Observation(False, "it is not there")
        there = [one for one in self.states if _key(one) == _key(state)]
        holds = any(unnamed(one) == unnamed(state) and not self._other_input(one, state) for one in there)
        return Observation(holds, there[0].title() if there else "it is not there")

    def _other_input(self, was: State, now: State) -> bool:
        before, after = (getattr(state, "input", None) for state in (was, now))
        if before is None or after is None:
            return False
        pins = {manifest.inputs.get(name) for manifest, name in ((self.old, before), (self.new, after))}
        name = now.place if isinstance(now, AppliedImage) else after
        return name in self.others or (None not in pins and len(pins) > 1)


def compare(old: Bundle, new: Bundle, sources: Mapping[str, tuple[str, str]] = MappingProxyType({})) -> Comparison:
    """Both bundles, thing by thing. `sources`: the inputs of which it is known that they are other files now (see
    sources.py), with the source before and after."""
    decision = decide(new.manifest, AsBuilt(old.manifest, new.manifest, sources))
    destructive = any(new.manifest.task(id).destructive for id in decision.to_run)
    moved = (Change("changed", f"source of {name.removeprefix('vhd/')}", *pair) for name, pair in sources.items())
    gone = _lost_places(new.manifest, decision)
    changes = (*_head(old.manifest, new.manifest), *moved, *_states(old.manifest, new.manifest, gone))
    return Comparison(changes, tuple(_scripts(old, new)), decision, destructive)


def _lost_places(manifest: Manifest, decision: Decision) -> set[str]:
    """The places that are wiped, or made anew in the workspace; of a stick that is wiped also all VHDs (`vhd/`)."""
    wiped = {place for id in decision.to_run for place in manifest.task(id).wipes}
    anew = {inside(file) for file, place in decision.vhd_at.items() if place == WORKSPACE}
    return wiped | anew | ({"vhd/"} if STICK in wiped else set())


def _key(state: State) -> tuple[tuple[str, str], ...]:
    fields = state.model_dump()
    return tuple(sorted((name, str(value)) for name, value in fields.items() if name in _KEYS))


def _head(old: Manifest, new: Manifest) -> Iterator[Change]:
    """What is not a state: which disk, which release, which inputs."""
    for what, before, after in (
        ("the spec's name", old.spec.name, new.spec.name),
        ("os", old.os, new.os),
        ("disk.wipe", old.disk.wipe, new.disk.wipe),
        ("disk.size", _size(old.disk.size), _size(new.disk.size)),
        ("SOURCE_DATE_EPOCH", str(old.epoch), str(new.epoch)),
    ):
        if before != after:
            yield Change("changed", what, before, after)
    for name in sorted({*old.disk.match, *new.disk.match}):
        before, after = (str(one.disk.match.get(name, "anything")) for one in (old, new))
        if before != after:
            yield Change("changed", f"which disk: {name}", before, after)
    for name in sorted({*old.inputs, *new.inputs}):
        pins = [one.inputs[name] or "not pinned" if name in one.inputs else "" for one in (old, new)]
        if all(pins) and pins[0] != pins[1]:
            yield Change("changed", f"input {name}", pins[0], pins[1])
        elif not all(pins):
            yield Change("added" if pins[1] else "removed", f"input {name}")


def _size(size: int | None) -> str:
    return size_words(size) if size else "none"


def _states(old: Manifest, new: Manifest, gone: Collection[str]) -> Iterator[Change]:
    """What a stick is to be, by the things that it is about; stamps only repeat all the others. What is no longer asked
    for stays where it is, but in the places that are `gone`."""
    before, after = _wanted(old), _wanted(new)
    for key, state in after.items():
        was = before.get(key)
        if was is None:
            yield Change("added", state.kind, after=state.title())
        elif unnamed(was) != unnamed(state):
            yield _changed(was, state)
    for key, state in before.items():
        if key not in after:
            lost = state.place in gone or ("vhd/" in gone and state.place.startswith("vhd/"))
            yield Change("removed", state.kind, before=state.title(), stays=not lost)


def _wanted(manifest: Manifest) -> dict[tuple[tuple[str, str], ...], State]:
    lasting = [task for task in manifest.tasks if not task.is_bracket]
    states = [state for task in lasting for state in task.states]
    return {_key(one): one for one in states if not _follows(one)}


def _follows(state: State) -> bool:
    """Whether a state says nothing of its own about a finished stick."""
    return isinstance(state, Stamp) or state.passing or state.place in (WORKSPACE, MACHINE)


def _changed(was: State, now: State) -> Change:
    if isinstance(was, VdiskFile) and isinstance(now, VdiskFile) and was.type == now.type:
        return Change("changed", now.path, size_words(was.size), size_words(now.size))
    return Change("changed", now.kind, was.title(), now.title())


def _scripts(old: Bundle, new: Bundle) -> Iterator[ScriptChange]:
    """The scripts by their tasks; that one has another number now is no change."""
    before = {task.id: task for task in old.manifest.tasks}
    after = {task.id: task for task in new.manifest.tasks}
    for id in [*after, *(id for id in before if id not in after)]:
        texts = [_lines(old, before.get(id)), _lines(new, after.get(id))]
        follows = id in before and id in after and after[id].kind == "stamp"  # its digest is of all the others
        if texts[0] != texts[1] and not follows:
            how: How = "added" if id not in before else "removed" if id not in after else "changed"
            destructive = any(task.destructive for task in (before.get(id), after.get(id)) if task)
            yield ScriptChange(id, how, destructive, *texts)


def _lines(bundle: Bundle, task: TaskEntry | None) -> tuple[str, ...]:
    if task is None:
        return ()
    text = bundle.script(task).decode("ascii").replace("\r\n", "\n")
    return tuple(_STEP.sub("Step", text).splitlines())
