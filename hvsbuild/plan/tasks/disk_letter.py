"""disk-letter: the letter by which the later scripts name a volume of the stick."""

from hvsbuild.plan.names import StickNames
from hvsbuild.plan.task import Task
from hvsbuild.spec.layout import Part
from hvsbuild.states import MACHINE, STICK, Letter

KIND = "disk-letter"


def tasks(names: StickNames) -> list[Task]:
    """One for the VHDs' volume, and one for the system partition where that is another."""
    layout = names.layout
    made = [_task("disk-letter", names.stick_letter, layout.vhds, ("disk", "letter"))]
    if layout.system.use != "vhds":
        made.append(_task("system-letter", names.system_letter, layout.system, ("disk",)))
    return made


def _task(id: str, bracket: str, part: Part, spec_key: tuple[str, ...]) -> Task:
    return Task(
        id=id,
        kind=KIND,
        tool="diskpart",
        needs=("disk-prepare",),
        opens=bracket,
        place=STICK,
        states=(Letter(place=MACHINE, partition=part.number, letter=part.letter),),
        values={
            "letter": part.letter,
            "partition": part.number_on_disk,
            "what": "system partition" if id == "system-letter" else "volume",
        },
        spec_key=spec_key,
    )
