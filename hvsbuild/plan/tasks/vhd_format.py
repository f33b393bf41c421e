"""vhd-format: one NTFS partition over the whole VHD.

It attaches and detaches the VHD itself, because only `attach vdisk` is documented to give diskpart the disk to work on:
a bracket that opens and closes in one script."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import WORKSPACE, DiskLayout, Volume

KIND = "vhd-format"


def task(names: Names) -> Task:
    return Task(
        id=names.id("vhd-format"),
        kind=KIND,
        tool="diskpart",
        vhd=names.vhd.file,
        needs=(names.id("vhd-create"),),
        opens=names.attached,
        closes=names.attached,
        place=WORKSPACE,
        restart=names.id("workspace"),
        states=(
            DiskLayout(place=names.place, scheme="mbr", partitions=1),
            Volume(place=names.place, partition=1, filesystem="ntfs", label=names.vhd.label),
        ),
        values={"vhd": names.workspace_vhd, "label": names.vhd.label},
        spec_key=(*names.vhd.loc, "label"),
    )
