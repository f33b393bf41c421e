"""stamp: a small JSON file, on the stick and in the VHD, that says which plan made it."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from json import dumps

from hvsbuild.plan.names import PLAN_STAMP, Names, StickNames, identity
from hvsbuild.plan.task import Task
from hvsbuild.states import STICK, Stamp, unnamed

KIND = "stamp"


def digest(tasks: Sequence[Task]) -> str:
    """sha256 over all states that the tasks bring about: a changed comment in the spec changes no stick."""
    states = [unnamed(state).model_dump(mode="json") for task in tasks for state in task.states]
    return sha256(dumps(states, sort_keys=True).encode()).hexdigest()


def _task(
    names: StickNames, id: str, place: str, letter: str, plan: str, needs: tuple[str, ...], bracket: str
) -> Task:
    state = Stamp(
        place=place, path=PLAN_STAMP, spec=names.spec.name, identity=str(identity(names.spec.name)), plan=plan
    )
    return Task(
        id=id,
        kind=KIND,
        tool="cmd",
        goal=True,
        states=(state,),
        values={"file": f"{letter}:{PLAN_STAMP}", "stamp": state, "on_stick": place == STICK},
        needs=needs,
        inside=(bracket,),
        spec_key=("name",),
    )


def vhd_task(names: Names, plan: str, after: tuple[str, ...]) -> Task:
    made = _task(names, names.id("vhd-stamp"), names.place, names.vhd.letter, plan, after, names.attached)
    return replace(made, vhd=names.vhd.file)


def stick_task(names: StickNames, plan: str, after: tuple[str, ...]) -> Task:
    return _task(names, "disk-stamp", STICK, names.spec.disk.letter, plan, after, names.stick_letter)
