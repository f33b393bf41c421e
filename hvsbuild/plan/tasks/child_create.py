"""child-create: a differencing VHD on the stick, upon its parent there. To reset a child is to make it again."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import STICK, VdiskFile

KIND = "child-create"


def task(names: Names, parent: Names, finished: tuple[str, ...]) -> Task:
    """`finished`: what is last done in the parent, which must not change any more."""
    vhd, upon = names.vhd, parent.vhd
    state = VdiskFile(
        place=STICK, path=f"\\{vhd.file}", type="differencing", size=vhd.size, parent=f"\\{upon.file}"
    )
    return Task(
        id=names.id("child-create"),
        kind=KIND,
        tool="diskpart",
        vhd=vhd.file,
        needs=(names.id("child-remove"), *finished),
        inside=(names.stick_letter,),
        goal=True,
        restart=names.id("child-remove"),
        wipes=(names.place, *names.lost_with_it),
        states=(state,),
        values={"vhd": names.stick_vhd, "parent": parent.stick_vhd},
        spec_key=(*vhd.loc, "parent"),
    )
