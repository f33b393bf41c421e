"""BCD stores, wherever they are: a file of their own, or the partitions of a disk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from hvsbuild.errors import FormatError
from hvsbuild.formats.bcd import Store, read_store
from hvsbuild.formats.bcd_devices import GptPartition, MbrPartition, plain_volume
from hvsbuild.formats.bcd_place import partition_of
from hvsbuild.formats.block import BlockDevice, BytesDevice, Slice
from hvsbuild.formats.partitions import Partition, Table
from hvsbuild.formats.table import read_table
from hvsbuild.formats.volume import kind_of, open_tree

# Where a BIOS and UEFI look; the third is what bcdboot leaves for a repair.
PATHS = (r"\Boot\BCD", r"\EFI\Microsoft\Boot\BCD", r"\EFI\Microsoft\Recovery\BCD")


@dataclass(frozen=True)
class Found:
    """One store. `partition` and `path` say where on the disk it is, None for a file of its own; `table` is the
    disk's."""

    store: Store
    partition: int | None = None
    path: str | None = None
    table: Table | None = None

    def volume(self, where: MbrPartition | GptPartition) -> str:
        """A partition by its number where it is on this disk, else by what identifies it."""
        found = partition_of(self.table, where) if self.table else None
        return str(found.number) if found else plain_volume(where)


def find_stores(device: BlockDevice, name: str) -> list[Found]:
    """The stores in a file or disk image called `name`, at least one. Raises `FormatError` when there is none, and for
    one that is damaged."""
    if device.read_at(0, min(4, device.size)) == b"regf":
        return [Found(read_store(device, name))]
    table = read_table(device)
    if table is None:
        raise FormatError("Neither a BCD store nor a disk", seen=name, do="name a BCD file, or the image of a stick")
    found = [one for part in table.partitions for one in _in_partition(device, table, part, name)]
    if not found:
        seen = f"{name}: none of its {len(table.partitions)} partitions has {' or '.join(PATHS[:2])}"
        raise FormatError("There is no BCD store on the disk", seen=seen)
    return found


def _in_partition(device: BlockDevice, table: Table, part: Partition, name: str) -> list[Found]:
    if part.start + part.size > device.size:
        seen = f"{name}: partition {part.number} reaches beyond its end"
        raise FormatError("The image of a disk is cut short", seen=seen)
    volume = Slice(device, part.start, part.size)
    if kind_of(volume) is None:
        return []
    tree = open_tree(volume)
    read = partial(_store, name=f"{name}, partition {part.number}")
    return [Found(read(tree.read(path), path), part.number, path, table) for path in PATHS if tree.find(path)]


def _store(data: bytes, path: str, name: str) -> Store:
    return read_store(BytesDevice(data), f"{name}, {path}")
