"""Commands on a whole disk: select, clean, convert, uniqueid, attributes, online, rescan.

`convert gpt` makes a reserved partition of its own accord, as Windows 10 (1803) and Server 2022 are seen to do: after
it, the list shows `Partition 1  Reserved  15 MB  17 KB` (MicrosoftDocs/commercialization-public, issue 227). Windows PE
makes none: a script that is to mean the same on both must not count on a partition's number on a GPT disk.
"""

from __future__ import annotations

from dataclasses import replace

from hvsbuild.formats import gpt, mbr
from hvsbuild.formats.block import SECTOR, BlockDevice
from hvsbuild.formats.partitions import Partition, Table
from hvsbuild.hosts.bench.diskpart import codes
from hvsbuild.hosts.bench.diskpart.codes import DiskpartError
from hvsbuild.hosts.bench.diskpart.parser import Command
from hvsbuild.hosts.bench.diskpart.session import SYSTEM_DISK, Session, write_table

EDGE = 1 << 20  # where tables live, at both ends of a disk
RESERVED_END = 16 << 20  # where the reserved partition that Windows makes by itself ends
RESERVED_FROM = 32 << 20  # smaller disks have no room for one ("create partition msr" in Microsoft's reference)
HIDDEN = 1 << 63  # GPT: gets no drive letter; Windows sets it on EFI and reserved partitions
NAMES = {
    gpt.BASIC_DATA: "Basic data partition",
    gpt.EFI_SYSTEM: "EFI system partition",
    gpt.MS_RESERVED: "Microsoft reserved partition",
}
SMALLEST = 3 << 20  # the smallest VHD that Windows makes; below, there is no room between the edges


def select(session: Session, command: Command) -> None:
    """Select a disk, or say which one is selected."""
    number = command.value
    if number is not None:
        session.focus.on_disk(None)
        if number != SYSTEM_DISK and session.machine.disk(number) is None:
            raise DiskpartError(codes.SELECTION, f"There is no disk {number}.")
        session.focus.on_disk(number)
    shown = session.focus.disk
    session.say("There is no disk selected." if shown is None else f"Disk {shown} is now the selected disk.")


def clean(session: Session, _command: Command) -> None:
    """Make the disk RAW. The bench discards all of it, as a flash drive does on TRIM, with `all` or without.

    Windows overwrites only the first and the last MiB unless told `all`. Discarding everything makes a rebuilt image
    equal to a fresh one, byte for byte.
    """
    disk = session.need_disk()
    session.refuse_if_in_use(disk)
    session.refuse_if_readonly(disk)
    with session.machine.open_disk(disk) as device:
        device.discard(0, device.size)
    session.forget_letters(disk)
    session.typed = {at for at in session.typed if at[0] != disk}
    session.focus.on_disk(disk)
    session.say("Cleaned the disk; all of it now reads as zeros.")


def new_table(session: Session, disk: int, scheme: str) -> Table:
    """An empty table with the disk's derived signature or GUID."""
    if scheme == "gpt":
        return Table("gpt", str(session.machine.derive(f"guid:{session.key(disk)}")))
    return Table("mbr", session.machine.derive(f"signature:{session.key(disk)}").hex[:8])


def gpt_partition(session: Session, table: Table, number: int, start: int, size: int, kind: str) -> Partition:
    """A partition of a GPT disk with its derived GUID, and with the name and attributes that Windows gives its kind."""
    return Partition(
        number,
        start,
        size,
        kind,
        id=str(session.machine.derive(f"partition:{table.id}:{number}:{start}")),
        name=NAMES.get(kind, NAMES[gpt.BASIC_DATA]),
        attributes=HIDDEN if kind in (gpt.EFI_SYSTEM, gpt.MS_RESERVED) else 0,
    )


def is_removable(session: Session, disk: int) -> bool:
    """Whether the disk says of itself that its medium can be taken out, as most flash drives do."""
    found = session.machine.disk(disk)
    return found is not None and found.removable


def _with_reserved(session: Session, disk: int, table: Table, size: int) -> Table:
    if table.scheme != "gpt" or size < RESERVED_FROM or is_removable(session, disk):
        return table
    start = gpt.usable(size)[0]
    reserved = gpt_partition(session, table, 1, start, RESERVED_END - start, gpt.MS_RESERVED)
    return replace(table, partitions=(reserved,))


def is_super_floppy(device: BlockDevice) -> bool:
    """Whether the disk is one volume without a table; Windows calls neither empty nor RAW what has such a volume."""
    return mbr.is_boot_sector(device.read_at(0, SECTOR))


def convert_mbr(session: Session, _command: Command) -> None:
    convert(session, "mbr")


def convert_gpt(session: Session, _command: Command) -> None:
    """With a reserved partition, unless the disk is removable: the Virtual Disk Service makes none there."""
    convert(session, "gpt")


def convert(session: Session, scheme: str) -> None:
    """Give an empty disk a new, empty table. As in Windows, one that has this scheme already cannot be converted."""
    disk = session.need_disk()
    session.refuse_if_in_use(disk)
    with session.changing(disk) as (device, table):
        if (table and any(one.type != gpt.MS_RESERVED for one in table.partitions)) or is_super_floppy(device):
            raise DiskpartError(codes.VDS_DISK_NOT_CONVERTIBLE, "The disk is not empty; clean it first.")
        if table and table.scheme == scheme:
            raise DiskpartError(codes.VDS_DISK_NOT_CONVERTIBLE, f"The disk is already {scheme.upper()}.")
        if device.size < SMALLEST:
            raise DiskpartError(codes.VDS_DISK_NOT_CONVERTIBLE, "The disk is too small.")
        device.discard(0, EDGE)
        device.discard(device.size - EDGE, EDGE)
        write_table(device, _with_reserved(session, disk, new_table(session, disk, scheme), device.size))
    session.focus.on_disk(disk)
    session.say(f"Converted the disk to {scheme.upper()}.")


def uniqueid(session: Session, command: Command) -> None:
    """Show or set the disk's signature (MBR) or GUID (GPT)."""
    disk, new = session.need_disk(), command.options.get("id")
    if new is None:
        table = session.table(disk) if disk != SYSTEM_DISK else None
        session.say(f"Disk ID: {table.id if table else 'none'}")
        return
    with session.changing(disk) as (device, table):
        if table is None or len(new) != len(table.id):
            raise DiskpartError(codes.INVALID_PARAMETER, "The id is not of the disk's partition style.")
        write_table(device, replace(table, id=new))
    session.say(f"Disk ID: {new}")


def attributes(session: Session, _command: Command) -> None:
    """`clear readonly` changes nothing: no disk of the bench is read-only."""
    session.need_disk()
    session.say("The disk is not read-only; nothing to change.")


def online(session: Session, _command: Command) -> None:
    """Fails as Windows does: a disk that is online cannot be brought online (`noerr` lets a script go on)."""
    session.need_disk()
    raise DiskpartError(codes.VDS_INVALID_OPERATION, "This disk is already online.")


def rescan(session: Session, _command: Command) -> None:
    session.say("Looked for new disks; the bench always knows its disks.")
