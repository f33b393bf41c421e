"""The executor: observe, skip or run, verify; for every task of a bundle, in its order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from hvsbuild.bundle.manifest import Retry, TaskEntry
from hvsbuild.bundle.render import Bundle
from hvsbuild.errors import HvsError
from hvsbuild.formats import swm
from hvsbuild.hosts.host import DiskInfo, Host
from hvsbuild.run import binding, contents, preflight
from hvsbuild.run.brackets import Brackets
from hvsbuild.run.decide import Decision, decide, look
from hvsbuild.run.journal import Journal
from hvsbuild.run.report import Outcome, Report, Watcher
from hvsbuild.run.retry import RESCAN, ScriptFailed, with_retries
from hvsbuild.run.secrets import Secrets
from hvsbuild.run.world import World
from hvsbuild.states import STICK, WORKSPACE, VdiskFile, inside

# A run ends when nothing is left to do; two tasks that undo each other would never end.
ROUNDS = 3
UNSTABLE = "A state does not stay as it was made"


class NotReached(HvsError):
    """A script ended well, but a state that it should bring about does not hold."""


class Executor:
    """One run of one bundle on one host."""

    def __init__(self, bundle: Bundle, host: Host, journal: Journal, watcher: Watcher) -> None:
        self.bundle, self.host, self.journal, self.watcher = bundle, host, journal, watcher
        self.manifest = bundle.manifest
        self.values: dict[str, str] = {}
        self.fingerprints: dict[str, str] = {}
        self.images: dict[str, Path] = {}
        self.secrets = Secrets()
        self.disk: DiskInfo | None = None
        self.made_here = False
        self.before_change: Callable[[], None] = lambda: None
        # looks whether the machine is fit for what is decided; raises `Refused`
        self.check_machine: Callable[[Decision], None] = lambda _decision: None
        # asks for proof that this is the disk to be wiped; raises `Refused`. An image file needs none
        self.confirm: Callable[[DiskInfo], None] = lambda _disk: None
        self.reset: Collection[str] = ()  # differencing VHDs to be made anew
        self.vhd_at: dict[str, str] = {}  # where each VHD is worked on, by its file name
        self.unverified: list[tuple[str, TaskEntry]] = []
        self.report = Report()
        self.brackets = Brackets(bundle, journal, self._run_task, self._holds, self._closable, self._bracket_closed)

    def note(self, text: str) -> None:
        """Something that a person should know: told at once, and in the report."""
        self.report.notes.append(text)
        self.watcher.note(text)

    # --- binding ---

    def bind_disk(self) -> None:
        """Find the stick by its identity."""
        self.disk = binding.find_disk(self.manifest.disk, self.host.disks())
        self.values["disk.number"] = str(self.disk.number)

    def bind_inputs(self, inputs: Mapping[str, Path]) -> None:
        """Make the inputs reachable for the scripts; an input that is not there may not be needed."""
        for name in self.manifest.inputs:
            path = inputs.get(name) or self.host.known_input(name)
            placed = self.host.place_input(name, path)
            if path is None or placed is None:
                continue
            self.values[f"input.{name}"] = placed
            if placed.lower().endswith(swm.ENDING):
                self.values[f"input.{name}.parts"] = swm.pattern(placed)
            self.images[name] = path
            if mark := preflight.fingerprint(self.manifest, name, path):
                self.values[f"input.{name}.fingerprint"] = self.fingerprints[name] = mark
        self.secrets = Secrets(self.manifest.secrets, inputs)

    def world(self) -> World:
        made = World(self.host, self.disk.number if self.disk else None)
        made.fingerprints, made.inputs = self.fingerprints, self.images
        made.know(self.manifest, self.vhd_at)
        return made

    # --- the run ---

    def decide(self) -> Decision:
        """What would run and why; changes nothing."""
        with self.world() as world:
            return decide(self.manifest, world, self.reset)

    def apply(self) -> Report:
        """Bring about all goals. Raises `HvsError`; whatever was opened is closed before it does."""
        self._close_from_before()
        decision = self._decide_anew()
        ran: dict[str, str] = {}
        for _ in range(ROUNDS):
            if not decision.to_run:
                break
            self._preflight(decision)
            self.before_change()
            self._begin()
            self._run_all(decision)
            self.reset = ()
            ran |= {id: decision.verdicts[id].reason for id in decision.to_run if id not in ran}
            decision = self._decide_anew()  # a script may have undone what held before: bcdboot makes its entry anew
        if decision.to_run:
            verdict = decision.verdicts[decision.to_run[0]]
            raise NotReached(UNSTABLE, seen=f"{verdict.task}: {verdict.reason}")
        self._finish(decision, ran)
        return self.report

    def _decide_anew(self) -> Decision:
        decision = self.decide()
        self.vhd_at = dict(decision.vhd_at)
        return decision

    def _finish(self, decision: Decision, ran: Mapping[str, str]) -> None:
        for id, verdict in decision.verdicts.items():
            if id in ran:
                self.report.outcomes.append(Outcome(id, "ran", ran[id]))
            else:
                self.report.outcomes.append(Outcome(id, verdict.action, verdict.reason))
        self.report.bindings = dict(self.values)
        if ran:
            self.journal.write("done")

    def workspace_is_current(self, vhd: str) -> bool:
        """Whether the VHD of that name in the workspace holds all that the one on the stick must hold."""
        with self.world() as world:
            world.vhd_place[vhd] = WORKSPACE
            tasks = [task for task in self.manifest.tasks if any(state.place == inside(vhd) for state in task.states)]
            return all(look(task, world).holds for task in tasks)

    def _preflight(self, decision: Decision) -> None:
        self.check_machine(decision)
        tasks = [self.manifest.task(id) for id in decision.to_run]
        contents.check_host(self.host, tasks)
        for task in tasks:
            preflight.check_inputs(self.bundle, task, self.images, self.watcher.progress)
            self.secrets.need(self.bundle.script(task))
        if any(task.destructive for task in tasks):
            with self.world() as world:
                binding.check_wipe(self.manifest, world, made_here=self.made_here)
            if self.disk:
                binding.check_media(self.manifest, self.disk)
                self.confirm(self.disk)

    def _begin(self) -> None:
        if self.journal.begun:
            return
        self.journal.begin(
            spec=self.manifest.spec.name, seal=self.manifest.seal, host=self.host.name, bindings=dict(self.values)
        )

    def _run_all(self, decision: Decision) -> None:
        try:
            for id in decision.to_run:
                task = self.manifest.task(id)
                self.brackets.enter(task, self.vhd_at.get(task.vhd or "", STICK))
                self.watcher.task(task, decision.verdicts[id].reason)
                if task.opens:
                    self.brackets.run_both(task)
                else:
                    self._run_task(task)
                self._after(task)
        except BaseException as error:
            self.journal.write("failed", error=str(error) or type(error).__name__)
            for other in self.brackets.close_all():
                self.journal.write("close-failed", error=str(other))
                error.add_note(f"and while closing: {other}")
            raise
        if errors := self.brackets.close_all():
            raise errors[0]

    def _after(self, task: TaskEntry) -> None:
        """Verify now, or when the hive that the task wrote into is unloaded (only then its file is written)."""
        hive = next((bracket for bracket in task.inside if bracket.startswith("hive:")), None)
        if hive:
            self.unverified.append((hive, task))
        else:
            self._verify(task)
        if any(isinstance(state, VdiskFile) and state.place == STICK for state in task.states):
            self.vhd_at[task.vhd or ""] = STICK

    def _verify(self, task: TaskEntry) -> None:
        with self.world() as world:
            seen = look(task, world)
        self.journal.write("verified", task=task.id, holds=seen.holds, seen=seen.held)
        if not seen.holds:
            raise NotReached("A state does not hold after its script ran", seen=f"{task.id}: {seen.reason()}")

    def _bracket_closed(self, bracket: str) -> None:
        ready = [task for hive, task in self.unverified if hive == bracket]
        self.unverified = [(hive, task) for hive, task in self.unverified if hive != bracket]
        for task in ready:
            self._verify(task)

    def _holds(self, task: TaskEntry) -> bool:
        with self.world() as world:
            return bool(task.states) and look(task, world).holds

    def _run_task(self, task: TaskEntry) -> None:
        assert task.script
        path = task.script
        script = binding.bind(self.bundle.script(task), self.values, task.tool, self.secrets.values)

        def attempt() -> None:
            if task.destructive and self.disk:
                binding.look_again(self.host, self.manifest.disk, self.disk)
            self._run_script(task.id, path, script, task.tool)

        self._try(task.id, task.retry, attempt)

    def _try(self, id: str, policy: Retry | None, attempt: Callable[[], None]) -> None:
        def rescan() -> None:
            self._run_script(id, "rescan.diskpart", RESCAN, "diskpart")

        with_retries(id, policy, attempt, rescan, self.host, self.journal, self.watcher)

    def _run_script(self, id: str, path: str, script: bytes, tool: str) -> None:
        name = path.rsplit("/", 1)[-1]
        self.journal.write(
            "start", task=id, script=name, sha256=sha256(script).hexdigest(), text=script.decode("ascii")
        )
        try:
            result = self.host.run(name, binding.bind(script, self.secrets.values, tool), tool, self.watcher.progress)
        except HvsError as error:
            raise self.secrets.redacted(error) from None
        output = self.secrets.redact(result.output)
        self.journal.write("end", task=id, exit_code=result.exit_code, output=output)
        if result.exit_code:
            last = "\n".join("    " + line for line in output.strip().splitlines()[-12:])
            raise ScriptFailed("A script failed", seen=f"{name} ended with code {result.code}\n{last}")

    # --- resume ---

    def _close_from_before(self) -> None:
        """Close what an earlier run of ours left open, with the closing scripts that its journal holds."""
        opened = [event for event in self.journal.events() if event["event"] == "opening"]
        left = self.journal.left_open()
        if not left:
            return
        self.before_change()
        self._begin()
        for id in reversed(left):
            event = next(event for event in reversed(opened) if event["task"] == id)
            if self._still_open(event["script"]):
                self.note(f"closing what an earlier run left open: {event['bracket']}")
                self._close(event)
                self.report.closed_from_before.append(event["bracket"])
            self.journal.write("closed", bracket=event["bracket"], task=event["closer"])

    def _close(self, event: Mapping[str, Any]) -> None:
        """Run the closing script that an `opening` event of the journal holds."""
        closer, script, policy = event["closer"], event["script"].encode("ascii"), event.get("retry")
        self._try(
            closer,
            Retry.model_validate(policy) if policy else None,
            lambda: self._run_script(closer, closer, script, event["tool"]),
        )

    def _closable(self, closer: TaskEntry) -> bool:
        return self._still_open(self.bundle.script(closer).decode("ascii"))

    def _still_open(self, script: str) -> bool:
        """Whether what a closing script names (a VHD, a hive's key) is attached or loaded on the machine."""
        open_now = [*self.host.attached(), *self.host.hives()]
        return any(f'"{name.casefold()}"' in script.casefold() for name in open_now)
