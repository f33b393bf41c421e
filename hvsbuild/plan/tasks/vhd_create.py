"""vhd-create: the VHD file, in the workspace."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import WORKSPACE, VdiskFile

KIND = "vhd-create"
MIB = 1 << 20


def task(names: Names) -> Task:
    vhd = names.vhd
    return Task(
        id=names.id("vhd-create"),
        kind=KIND,
        tool="diskpart",
        vhd=vhd.file,
        needs=(names.id("workspace"),),
        wipes=(names.place,),
        states=(VdiskFile(place=WORKSPACE, path=names.workspace_vhd, type=vhd.type, size=vhd.size),),
        values={"vhd": names.workspace_vhd, "megabytes": vhd.size // MIB, "type": vhd.type},
        spec_key=(*vhd.loc, "size"),
    )
