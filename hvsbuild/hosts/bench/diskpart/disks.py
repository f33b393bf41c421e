"""Commands on a whole disk: select, clean, convert, uniqueid, attributes, online, rescan."""

from __future__ import annotations

from dataclasses import replace

from hvsbuild.formats import mbr
from hvsbuild.formats.block import SECTOR, BlockDevice
from hvsbuild.formats.partitions import Table
from hvsbuild.hosts.bench.diskpart import codes
from hvsbuild.hosts.bench.diskpart.codes import DiskpartError
from hvsbuild.hosts.bench.diskpart.parser import Command
from hvsbuild.hosts.bench.diskpart.session import SYSTEM_DISK, Session, write_table

EDGE = 1 << 20  # where tables live, at both ends of a disk
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


def is_super_floppy(device: BlockDevice) -> bool:
    """Whether the disk is one volume without a table; Windows calls neither empty nor RAW what has such a volume."""
    return mbr.is_boot_sector(device.read_at(0, SECTOR))


def convert_mbr(session: Session, _command: Command) -> None:
    convert(session, "mbr")


def convert_gpt(session: Session, _command: Command) -> None:
    """The bench makes no Microsoft reserved partition by itself: `create partition msr` does."""
    convert(session, "gpt")


def convert(session: Session, scheme: str) -> None:
    """Give an empty disk a new, empty table. As in Windows, one that has this scheme already cannot be converted."""
    disk = session.need_disk()
    session.refuse_if_in_use(disk)
    with session.changing(disk) as (device, table):
        if (table and table.partitions) or is_super_floppy(device):
            raise DiskpartError(codes.VDS_DISK_NOT_CONVERTIBLE, "The disk is not empty; clean it first.")
        if table and table.scheme == scheme:
            raise DiskpartError(codes.VDS_DISK_NOT_CONVERTIBLE, f"The disk is already {scheme.upper()}.")
        if device.size < SMALLEST:
            raise DiskpartError(codes.VDS_DISK_NOT_CONVERTIBLE, "The disk is too small.")
        device.discard(0, EDGE)
        device.discard(device.size - EDGE, EDGE)
        write_table(device, new_table(session, disk, scheme))
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
