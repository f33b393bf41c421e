"""A run on Windows: the machine's real disk, the journal and the lock in a folder beside the bundle.

DIR/journal/               one file per run
DIR/windows/inputs.json    where the inputs lie
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hvsbuild.bundle.render import Bundle
from hvsbuild.errors import Refused
from hvsbuild.hosts.host import DiskInfo
from hvsbuild.hosts.windows import WindowsHost
from hvsbuild.hosts.windows.probe import Finding, Wanted
from hvsbuild.run.decide import Decision
from hvsbuild.run.executor import Executor
from hvsbuild.run.journal import Journal
from hvsbuild.run.lock import locked
from hvsbuild.run.report import NoOne, Report, Watcher
from hvsbuild.states import WORKSPACE, Attached, Letter, LoadedHive, Serviced, VdiskFile

NOT_FIT = "This machine is not fit for the bundle"
PROGRAMS = ("bcdboot", "bcdedit", "bootsect", "dism", "imagex", "reg")
COMMAND = re.compile(rf"^(?:>\S+ )?({'|'.join(PROGRAMS)})\b(.*)$", re.IGNORECASE | re.MULTILINE)


def wanted(bundle: Bundle, to_run: Collection[str] | None = None) -> Wanted:
    """What a bundle needs of the machine, read from its scripts and states: for the tasks `to_run` (default: all) and
    the brackets around them."""
    tasks = [task for task in bundle.manifest.tasks if to_run is None or task.id in to_run or task.is_bracket]
    words: dict[str, set[str]] = {task.tool: set() for task in tasks}
    for task in tasks:
        for program, rest in COMMAND.findall(bundle.script(task).decode("ascii").replace("\r", "")):
            options = {word.partition(":")[0].lower() for word in rest.split() if word.startswith("/")}
            words.setdefault(program.lower(), set()).update(options)
    states = [state for task in tasks for state in task.states]
    letters = {state.letter: "vhd" for state in states if isinstance(state, Attached)}
    letters |= {state.letter: "stick" for state in states if isinstance(state, Letter)}
    return Wanted(
        words={program: frozenset(options) for program, options in words.items()},
        letters=letters,
        vhds=tuple(dict.fromkeys(state.path for state in states if isinstance(state, Attached))),
        hives=tuple(state.key for state in states if isinstance(state, LoadedHive)),
        serviced=max((_version(state.release) for state in states if isinstance(state, Serviced)), default=()),
        space=sum(state.size for state in states if isinstance(state, VdiskFile) and state.place == WORKSPACE),
    )


def _version(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))


@contextmanager
def executor(
    bundle: Bundle, folder: Path, inputs: Mapping[str, Path], watcher: Watcher, host: WindowsHost | None = None
) -> Iterator[Executor]:
    """An executor bound to the one disk of this machine that the bundle means."""
    windows = host or WindowsHost(folder / "windows")
    windows.require_elevation()
    journal = Journal(folder / "journal")
    try:
        made = Executor(bundle, windows, journal, watcher)
        made.bind_disk()
        made.bind_inputs(inputs)
        yield made
    finally:
        journal.close()
        windows.close()


def probe(bundle: Bundle, host: WindowsHost, stick: int | None = None) -> list[Finding]:
    """Whether the machine is fit for the bundle; nothing is changed."""
    return host.probe(wanted(bundle), stick)


def plan(
    bundle: Bundle,
    folder: Path,
    inputs: Mapping[str, Path],
    host: WindowsHost | None = None,
    reset: Collection[str] = (),
) -> tuple[Decision, list[Finding]]:
    """What would run on this machine, on the disk that the bundle means; and whether the machine is fit for that."""
    with locked(folder), executor(bundle, folder, inputs, NoOne(), host) as made:
        made.reset = reset
        decision = made.decide()
        return decision, _findings(made, decision)


def apply(
    bundle: Bundle,
    folder: Path,
    inputs: Mapping[str, Path],
    watcher: Watcher,
    confirm: Callable[[DiskInfo], None],
    host: WindowsHost | None = None,
    reset: Collection[str] = (),
) -> Report:
    """Run the bundle on this machine. Ahead of any change what is wrong with the machine is told, and what a run cannot
    survive is refused. `confirm` asks for proof that a disk is the one to be wiped."""
    with locked(folder), executor(bundle, folder, inputs, watcher, host) as made:
        made.confirm, made.reset = confirm, reset
        made.check_machine = lambda decision: _check(made, decision)
        return made.apply()


def _findings(made: Executor, decision: Decision) -> list[Finding]:
    assert isinstance(made.host, WindowsHost)
    return made.host.probe(wanted(made.bundle, decision.to_run), made.disk.number if made.disk else None)


def _check(made: Executor, decision: Decision) -> None:
    wrong = [one for one in _findings(made, decision) if not one.ok]
    for one in wrong:
        made.note(f"{one.name}: {one.seen} ({one.why}; {one.do})")
    if fatal := [one for one in wrong if one.must]:
        seen = "; ".join(f"{one.name}: {one.seen}" for one in fatal)
        raise Refused(NOT_FIT, seen=seen, why=fatal[0].why, do=fatal[0].do)
