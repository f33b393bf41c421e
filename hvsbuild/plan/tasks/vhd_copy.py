"""vhd-copy: the finished VHD onto the stick."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import STICK, VdiskFile

KIND = "vhd-copy"


def task(names: Names) -> Task:
    vhd = names.vhd
    return Task(
        id=names.id("vhd-copy"),
        kind=KIND,
        tool="cmd",
        vhd=vhd.file,
        needs=(names.id("vhd-detach"), "disk-prepare", "disk-letter"),
        inside=(names.stick_letter,),
        goal=True,
        wipes=names.lost_with_it,
        states=(VdiskFile(place=STICK, path=f"\\{vhd.file}", type=vhd.type, size=vhd.size),),
        values={"source": names.workspace_vhd, "target": names.stick_vhd},
        spec_key=(*vhd.loc, "file"),
    )
