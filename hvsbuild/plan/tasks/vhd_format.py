"""vhd-format: one NTFS partition over the whole VHD.

It attaches and detaches the VHD itself, because only `attach vdisk` is documented to give diskpart the disk to work on:
a bracket that opens and closes in one script."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import WORKSPACE, DiskLayout, Volume, inside

KIND = "vhd-format"


def task(names: Names) -> Task:
    place = inside(names.vhd.file)
    return Task(
        id="vhd-format",
        kind=KIND,
        tool="diskpart",
        needs=("vhd-create",),
        opens=names.attached,
        closes=names.attached,
        place=WORKSPACE,
        restart="workspace",
        states=(
            DiskLayout(place=place, scheme="mbr", partitions=1),
            Volume(place=place, partition=1, filesystem="ntfs", label=names.vhd.label),
        ),
        values={"vhd": names.workspace_vhd, "label": names.vhd.label},
        spec_key=("vhd", "label"),
    )
