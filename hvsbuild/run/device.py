"""A real disk as the stick of the bench: held exclusively, and changed in place only.

A whole build does not go straight to a disk: the bench cleans by discarding, takes a killed script back from the bytes
it kept, and lends volumes to other programs as files. On an image file all of that costs nothing; on a stick it would
write and read the whole of it several times. So an image is built, and flashed. A finished stick whose spec has changed
in something inside its VHD is another matter: that is a few small writes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hvsbuild.bundle.manifest import Manifest
from hvsbuild.errors import HvsError, Refused
from hvsbuild.hosts.bench import blockdev
from hvsbuild.hosts.host import DiskInfo
from hvsbuild.run.decide import Decision
from hvsbuild.states import WORKSPACE

WHOLE_BUILD = "A whole build does not go straight to a disk"


@contextmanager
def held(disk: Path | None, *, write: bool) -> Iterator[DiskInfo | None]:
    """What a disk is, while it is ours alone (`write`) or for a look; None for an image file, which needs neither.

    `Refused` unless it is named by a stable path and nothing uses it."""
    if disk is None or not blockdev.is_block_device(disk):
        yield None
    elif not write:
        yield blockdev.identify(disk).info()
    else:
        with blockdev.claim(disk, 0) as claim:
            yield claim.disk.info()
            try:
                os.fsync(claim.fd)
            except OSError as error:
                raise HvsError("The disk could not be written", seen=f"{disk}: {error.strerror}") from error


def only_in_place(manifest: Manifest) -> Callable[[Decision], None]:
    """What refuses a decision that is more than a change in place."""

    def check(decision: Decision) -> None:
        wiping = [id for id in decision.to_run if manifest.task(id).destructive]
        if not wiping and (WORKSPACE not in decision.vhd_at.values() or not decision.to_run):
            return
        first = (wiping or decision.to_run)[0]
        raise Refused(
            WHOLE_BUILD,
            seen=f"{first} would run: {decision.verdicts[first].reason}",
            why="on a disk it would take many times as long as writing a finished image",
            do="hvsbuild build SPEC -o DIR, then hvsbuild flash DIR/stick.img --to the disk",
        )

    return check
