"""workspace: an empty place for the VHD on the machine's own fast disk."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import WORKSPACE, FreshWorkspace

KIND = "workspace"


def task(names: Names) -> Task:
    return Task(
        id=names.id("workspace"),
        kind=KIND,
        tool="cmd",
        vhd=names.vhd.file,
        states=(FreshWorkspace(place=WORKSPACE, path=names.workspace_vhd),),
        values={"folder": names.workspace, "vhd": names.workspace_vhd},
        spec_key=("name",),
    )
