"""The BCD device element of a partition, from its disk's table: what a store must name, and what it names."""

from __future__ import annotations

import uuid

from hvsbuild.formats.bcd_devices import Device, GptPartition, MbrPartition
from hvsbuild.formats.partitions import Partition, Table


def partition_device(table: Table, partition: Partition) -> MbrPartition | GptPartition:
    """What a BCD store says for `partition` of the disk with this table: signature and start, or both GUIDs."""
    if table.scheme == "mbr":
        return MbrPartition(int(table.id, 16), partition.start)
    return GptPartition(uuid.UUID(table.id), uuid.UUID(partition.id))


def partition_of(table: Table, device: Device) -> Partition | None:
    """The partition of this disk that a device names; None when it names none of its partitions."""
    return next((one for one in table.partitions if partition_device(table, one) == device), None)
