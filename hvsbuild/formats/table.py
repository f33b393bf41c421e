"""The partition table of a disk, whatever its scheme."""

from __future__ import annotations

from hvsbuild.formats import gpt, mbr
from hvsbuild.formats.block import BlockDevice
from hvsbuild.formats.partitions import Table


def read_table(device: BlockDevice) -> Table | None:
    """The table of a disk; None for a disk without one (RAW). Raises `FormatError` for a damaged one."""
    return gpt.read(device) or mbr.read(device)
