"""disk-prepare: wipe the stick and give it one NTFS partition. The only task that destroys."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Retry, Task
from hvsbuild.states import STICK, DiskLayout, Volume

KIND = "disk-prepare"
# `clean` is known to be refused once with "access denied" while Windows, Explorer or a virus scanner still holds a
# volume of the stick; the accepted fix is to rescan and to clean again.
AGAIN = Retry(times=1, wait_seconds=5, before="rescan")


def task(names: Names) -> Task:
    disk = names.spec.disk
    return Task(
        id="disk-prepare",
        kind=KIND,
        tool="diskpart",
        goal=True,
        destructive=True,
        wipes=STICK,
        retry=AGAIN,
        states=(
            DiskLayout(place=STICK, scheme=disk.scheme, partitions=1),
            Volume(place=STICK, partition=1, filesystem="ntfs", label=disk.label),
        ),
        values={"scheme": disk.scheme, "label": disk.label},
        spec_key=("disk",),
    )
