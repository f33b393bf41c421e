"""disk-prepare: wipe the stick and make its partitions. The only task that destroys."""

from hvsbuild.plan.names import StickNames
from hvsbuild.plan.task import Retry, Task
from hvsbuild.spec.layout import Part
from hvsbuild.states import STICK, SYSTEM, DiskLayout, Volume

KIND = "disk-prepare"
KIB, MIB = 1 << 10, 1 << 20
# `clean` is known to be refused once with "access denied" while Windows, Explorer or a virus scanner still holds a
# volume of the stick; the accepted fix is to rescan and to clean again.
AGAIN = Retry(times=1, wait_seconds=5, before="rescan")


def task(names: StickNames) -> Task:
    disk, layout = names.spec.disk, names.layout
    align = disk.align // KIB if disk.align else None
    volumes = [
        Volume(place=STICK, partition=part.number, filesystem=part.filesystem, label=part.label)
        for part in layout.parts
    ]
    return Task(
        id="disk-prepare",
        kind=KIND,
        tool="diskpart",
        goal=True,
        destructive=True,
        wipes=(STICK,) if names.system_place == STICK else (STICK, SYSTEM),
        retry=AGAIN,
        states=(
            DiskLayout(
                place=STICK,
                scheme=layout.scheme,
                partitions=len(layout.parts),
                sizes=[part.size or 0 for part in layout.parts],
            ),
            *volumes,
        ),
        values={
            "scheme": layout.scheme,
            "parts": [_lines(part, layout.scheme, align) for part in layout.parts],
            "lettered": names.letters_at_once,
        },
        spec_key=("disk",),
    )


def _lines(part: Part, scheme: str, align: int | None) -> dict[str, object]:
    """What the template says of one partition; sizes in MiB, `align` in KiB, as diskpart counts."""
    esp = scheme == "gpt" and part.use == "system"  # behind the reserved one, at 16 MiB: it needs and knows no align=
    size = f" size={part.size // MIB}" if part.size else ""
    words = f"create partition {'efi' if esp else 'primary'}{size}{f' align={align}' if align and not esp else ''}"
    return {"create": words, "filesystem": part.filesystem, "label": part.label, "letter": part.letter}
