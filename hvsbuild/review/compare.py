"""What changed between two bundles: first what it means, then the lines of the scripts.

What it means for a stick is not guessed from the changes: the executor's own decision is asked what `apply` of the new
bundle would do to a stick that the old one has made.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from hvsbuild.bundle.manifest import Manifest, TaskEntry
from hvsbuild.bundle.render import Bundle
from hvsbuild.review.diskpicture import size_words
from hvsbuild.run.decide import Decision, decide
from hvsbuild.run.observe import Observation
from hvsbuild.states import MACHINE, WORKSPACE, AppliedImage, Stamp, State, VdiskFile

How = Literal["added", "removed", "changed"]
# the fields that say which thing a state is about; the others say how it should be
_KEYS = {"kind", "place", "path", "partition", "hive", "key", "name", "store", "vhd", "letter", "spec", "target"}
# what nobody takes back on a finished stick when the spec no longer asks for it
_KEPT = {"RegistryValue", "RegistryKey", "BootSetting"}
_STEP = re.compile(r"\bStep \d+ of \d+")


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was."""

    how: How
    what: str
    before: str = ""
    after: str = ""

    def text(self) -> str:
        if self.how == "changed":
            return f"{self.what}: {self.before} → {self.after}"
        stays = " (a finished stick keeps it)" if self.how == "removed" and self.what in _KEPT else ""
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
    """A stick as the old bundle left it, to decide upon: a state holds when the old bundle brought about the same."""

    def __init__(self, manifest: Manifest) -> None:
        self.vhd_place: dict[str, str] = {}
        self.states = [state for task in manifest.tasks for state in task.states]

    def forget(self, place: str) -> None:
        """In the workspace there is nothing any more."""
        self.states = [state for state in self.states if state.place != place]

    def observe(self, state: State) -> Observation:
        if state.place in (WORKSPACE, MACHINE):
            return Observation(False, "it is not there")
        there = next((one for one in self.states if _key(one) == _key(state)), None)
        return Observation(state in self.states, there.title() if there else "it is not there")


def compare(old: Bundle, new: Bundle, pinned: Sequence[str] = ()) -> Comparison:
    """Both bundles, thing by thing. `pinned`: inputs of which it is known that they are other files now."""
    was = AsBuilt(old.manifest)
    changed_inputs = {name for name in new.manifest.inputs if _pin_changed(old.manifest, new.manifest, name)}
    changed_inputs |= set(pinned)
    was.states = [one for one in was.states if not (isinstance(one, AppliedImage) and one.input in changed_inputs)]
    decision = decide(new.manifest, was)
    destructive = any(new.manifest.task(id).destructive for id in decision.to_run)
    changes = (*_head(old.manifest, new.manifest), *_states(old.manifest, new.manifest))
    return Comparison(changes, tuple(_scripts(old, new)), decision, destructive)


def _pin_changed(old: Manifest, new: Manifest, name: str) -> bool:
    before, after = old.inputs.get(name), new.inputs.get(name)
    return before is not None and after is not None and before != after


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
        if pins[0] != pins[1]:
            how: How = "changed" if all(pins) else "added" if pins[1] else "removed"
            yield Change(how, f"input {name}", pins[0], pins[1])


def _size(size: int | None) -> str:
    return size_words(size) if size else "none"


def _states(old: Manifest, new: Manifest) -> Iterator[Change]:
    """What a stick is to be, by the things that it is about; stamps only repeat all the others."""
    before, after = _wanted(old), _wanted(new)
    for key, state in after.items():
        was = before.get(key)
        if was is None:
            yield Change("added", state.kind, after=state.title())
        elif was != state:
            yield _changed(was, state)
    for key, state in before.items():
        if key not in after:
            yield Change("removed", state.kind, before=state.title())


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
