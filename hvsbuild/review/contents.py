"""What a review page says of what goes into the Windows in a VHD."""

from __future__ import annotations

from collections.abc import Iterator

from hvsbuild.bundle.manifest import Manifest, TaskEntry
from hvsbuild.mechanisms import ANSWER_FILE, FIRST_BOOT, INSTEAD, SETUP_COMPLETE, STAGED, mechanism
from hvsbuild.states import CopiedFiles, Serviced, State, TextFile


def steps(vhd: str, manifest: Manifest) -> Iterator[str]:
    """What happens in one VHD, in sentences."""
    states = [state for task in manifest.tasks if task.vhd == vhd for state in task.states]
    for what in dict.fromkeys(state.what for state in states if isinstance(state, Serviced)):
        yield f"DISM installs {what} into the Windows in {vhd}; only a Windows host can do that."
    put = [state for state in states if isinstance(state, CopiedFiles | TextFile)]
    copies = [state.path for state in put if not _for_first_boot(state)]
    if copies:
        yield f"Into {vhd} go {', '.join(copies)}."
    waiting = [state.input for state in states if isinstance(state, CopiedFiles) and state.path.startswith(STAGED)]
    if waiting:
        yield f"In {vhd} wait, {FIRST_BOOT} to be installed: {', '.join(waiting)}."
    paths = [state.path for state in put]
    if ANSWER_FILE in paths:
        yield f"{vhd} gets an answer file, which Windows reads {FIRST_BOOT}."
    if SETUP_COMPLETE in paths:
        yield f"{vhd} gets a script that Windows runs {FIRST_BOOT}, as the system."


def _for_first_boot(state: CopiedFiles | TextFile) -> bool:
    return state.path in (ANSWER_FILE, SETUP_COMPLETE) or state.path.startswith(STAGED)


def windows_only(manifest: Manifest) -> list[str]:
    """The tasks that a bench refuses, and what else can be done."""
    found = []
    for task in manifest.tasks:
        for state in task.states:
            if isinstance(state, Serviced):
                by = mechanism(state.what, "offline").by.replace("`", "")
                found.append(f"{task.id}: {by}. A bench refuses to begin. For one, {INSTEAD}.")
    return found


def written(task: TaskEntry) -> list[tuple[str, str]]:
    """The files whose text a task holds, as they will be, without the signs that cmd needs: path and text."""
    return [_text(state) for state in task.states if isinstance(state, TextFile)]


def _text(state: State) -> tuple[str, str]:
    assert isinstance(state, TextFile)
    return state.path, state.text
