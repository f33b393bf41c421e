"""vhd-attach, vhd-detach: the bracket around all that happens inside the VHD, in the workspace or on the stick."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import MACHINE, STICK, WORKSPACE, Attached

ATTACH, DETACH = "vhd-attach", "vhd-detach"
IDS = {WORKSPACE: ("vhd-attach", "vhd-detach"), STICK: ("stick-attach", "stick-detach")}


def detach_id(names: Names, place: str) -> str:
    """The task that closes the bracket in a place."""
    return names.id(IDS[place][1])


def tasks(names: Names, place: str, ground: tuple[str, ...], last: tuple[str, ...]) -> tuple[Task, Task]:
    """Attach after `ground`, detach after `last`."""
    path = names.workspace_vhd if place == WORKSPACE else names.stick_vhd
    values = {"vhd": path, "letter": names.vhd.letter, "place": place}
    attach = Task(
        id=names.id(IDS[place][0]),
        kind=ATTACH,
        tool="diskpart",
        vhd=names.vhd.file,
        needs=ground,
        inside=(names.stick_letter,) if place == STICK else (),
        opens=names.attached,
        place=place,
        states=(Attached(place=MACHINE, path=path, letter=names.vhd.letter),),
        values=values,
        spec_key=(*names.vhd.loc, "file"),
    )
    detach = Task(
        id=detach_id(names, place),
        kind=DETACH,
        tool="diskpart",
        vhd=names.vhd.file,
        needs=(attach.id, *last),
        closes=names.attached,
        place=place,
        values=values,
        spec_key=(*names.vhd.loc, "file"),
    )
    return attach, detach
