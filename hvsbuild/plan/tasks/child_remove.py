"""child-remove: no differencing VHD of that name on the stick, so that a new one can be made upon its parent."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import STICK, NoFile

KIND = "child-remove"


def task(names: Names, parent: Names) -> Task:
    vhd = names.vhd
    return Task(
        id=names.id("child-remove"),
        kind=KIND,
        tool="cmd",
        vhd=vhd.file,
        needs=(parent.id("child-create" if parent.is_child else "vhd-copy"), "disk-prepare", "disk-letter"),
        inside=(names.stick_letter,),
        states=(NoFile(place=STICK, path=f"\\{vhd.file}"),),
        values={"vhd": names.stick_vhd},
        spec_key=(*vhd.loc, "file"),
    )
