"""disk-prepare: wipe the stick and give it one NTFS partition. The only task that destroys."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import STICK, DiskLayout, Volume

KIND = "disk-prepare"


def task(names: Names) -> Task:
    disk = names.spec.disk
    return Task(
        id="disk-prepare",
        kind=KIND,
        tool="diskpart",
        goal=True,
        destructive=True,
        wipes=STICK,
        states=(
            DiskLayout(place=STICK, scheme=disk.scheme, partitions=1),
            Volume(place=STICK, partition=1, filesystem="ntfs", label=disk.label),
        ),
        values={"scheme": disk.scheme, "label": disk.label},
        spec_key=("disk",),
    )
