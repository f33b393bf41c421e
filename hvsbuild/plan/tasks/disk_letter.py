"""disk-letter: the letter by which the later scripts name the stick's volume."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import MACHINE, Letter

KIND = "disk-letter"


def task(names: Names) -> Task:
    return Task(
        id="disk-letter",
        kind=KIND,
        tool="diskpart",
        needs=("disk-prepare",),
        opens=names.stick_letter,
        place="stick",
        states=(Letter(place=MACHINE, partition=1, letter=names.spec.disk.letter),),
        values={"letter": names.spec.disk.letter},
        spec_key=("disk", "letter"),
    )
