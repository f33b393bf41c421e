"""Commands on partitions: select, create, delete, active, inactive, set id, gpt attributes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hvsbuild.formats import gpt
from hvsbuild.formats.block import BlockDevice
from hvsbuild.formats.partitions import Partition, Table
from hvsbuild.hosts.bench.diskpart import codes, disks, layout
from hvsbuild.hosts.bench.diskpart.codes import DiskpartError
from hvsbuild.hosts.bench.diskpart.parser import Command
from hvsbuild.hosts.bench.diskpart.session import SYSTEM_DISK, Session, replaced, write_table

KIB, MIB = 1 << 10, 1 << 20
NEW_MBR = "06"  # the type of a new MBR partition until it is formatted
PROTECTED = (gpt.EFI_SYSTEM, gpt.MS_RESERVED, gpt.WINDOWS_RE, "27", "ef")  # not deleted without `override`


def select(session: Session, command: Command) -> None:
    """Select a partition of the selected disk and its volume, or say which one is selected."""
    disk, number = session.need_disk(), command.value
    if number is None:
        shown = session.focus.partition
        session.say(f"Partition {shown} is selected." if shown else "There is no partition selected.")
        return
    found = _find(session, disk, number)
    session.focus.on_partition(disk, found, number)
    session.say(f"Partition {number} is now the selected partition.")


def _find(session: Session, disk: int, number: int) -> Partition | None:
    """The partition, None for the one on the bench's own disk."""
    session.focus.on_disk(disk)
    if (disk, number) == (SYSTEM_DISK, 1):
        return None
    table = session.table(disk) if disk != SYSTEM_DISK else None
    found = table.partition(number) if table else None
    if found is None:
        raise DiskpartError(codes.SELECTION, f"There is no partition {number} on disk {disk}.")
    return found


def create_primary(session: Session, command: Command) -> None:
    _create(session, command, gpt.BASIC_DATA)


def create_efi(session: Session, command: Command) -> None:
    _create(session, command, gpt.EFI_SYSTEM)


def create_msr(session: Session, command: Command) -> None:
    _create(session, command, gpt.MS_RESERVED)


def _create(session: Session, command: Command, kind: str) -> None:
    """Add a partition, which gets the focus. A RAW disk becomes MBR first. Nothing is written into the partition."""
    disk = session.need_disk()
    if kind != gpt.BASIC_DATA and disks.is_removable(session, disk):
        raise DiskpartError(codes.VDS_DISK_REMOVEABLE, "The operation is not supported on removable media.")
    with session.changing(disk) as (device, table):
        if table is None and disks.is_super_floppy(device):
            raise DiskpartError(codes.VDS_NOT_ENOUGH_SPACE, "There is no free extent: the disk is one volume.")
        if table is None and device.size < disks.SMALLEST:
            raise DiskpartError(codes.VDS_NOT_ENOUGH_SPACE, "The disk is too small.")
        table = table or disks.new_table(session, disk, "mbr")
        new = _new_partition(session, device, table, kind, command.options)
        write_table(device, replaced(table, new))
    if "id" in command.options:
        session.typed.add((disk, new.number))
    session.focus.on_partition(disk, new, new.number)
    session.say(f"Created partition {new.number} on disk {disk}: {new.size} bytes at {new.start}.")


def _new_partition(
    session: Session, device: BlockDevice, table: Table, kind: str, options: dict[str, Any]
) -> Partition:
    count = 4 if table.scheme == "mbr" else gpt.COUNT
    used = {one.number for one in table.partitions}
    number = next((number for number in range(1, count + 1) if number not in used), None)
    if number is None:
        message = f"An {table.scheme.upper()} disk has at most {count} partitions."
        raise DiskpartError(codes.VDS_PARTITION_LIMIT_REACHED, message)
    start, size = _place(device.size, table, options)
    if table.scheme == "mbr":
        if kind != gpt.BASIC_DATA:
            raise DiskpartError(codes.SELECTION, "The selected disk is not a GPT disk.")
        return Partition(number, start, size, _type_for("mbr", options.get("id", NEW_MBR)))
    kind = _type_for("gpt", options.get("id", kind))
    if kind == gpt.MS_RESERVED and any(one.type == gpt.BASIC_DATA for one in table.partitions):
        raise DiskpartError(codes.INVALID_PARAMETER, "The reserved partition must come before data partitions.")
    return disks.gpt_partition(session, table, number, start, size, kind)


def _place(disk_size: int, table: Table, options: dict[str, Any]) -> tuple[int, int]:
    wanted = {"size": MIB, "offset": KIB, "align": KIB}
    given = {name: options[name] * unit if name in options else None for name, unit in wanted.items()}
    try:
        return layout.place(table, disk_size, size=given["size"], offset=given["offset"], align=given["align"])
    except layout.NoRoom:
        raise DiskpartError(codes.VDS_NOT_ENOUGH_SPACE, "There is no free extent that is large enough.") from None


def _type_for(scheme: str, kind: str) -> str:
    if (scheme == "mbr") != (len(kind) == 2):
        raise DiskpartError(codes.INVALID_PARAMETER, f"{kind} is not a partition type of {scheme.upper()} disks.")
    return kind


def delete(session: Session, command: Command) -> None:
    """Remove the selected partition from the table; what is in it stays on the disk."""
    disk, number = session.need_partition()
    session.refuse_if_in_use(disk, number)
    with session.changing(disk) as (device, table):
        found = _selected(table, number)
        assert table is not None
        if found.type in PROTECTED and "override" not in command.options:
            raise DiskpartError(codes.VDS_OPERATION_DENIED, "A protected partition is deleted with override only.")
        write_table(device, replace(table, partitions=tuple(one for one in table.partitions if one != found)))
    session.forget_letters(disk, number)
    session.typed.discard((disk, number))
    session.focus.on_disk(disk)
    session.say(f"Deleted partition {number} of disk {disk}.")


def _selected(table: Table | None, number: int) -> Partition:
    found = table.partition(number) if table else None
    if found is None:
        raise DiskpartError(codes.SELECTION, "The selected partition is gone.")
    return found


def _change(session: Session, scheme: str, complaint: str, **changes: Any) -> tuple[int, int]:
    """Rewrite the selected partition's entry with some fields changed; the disk must be of `scheme`."""
    disk, number = session.need_partition()
    with session.changing(disk) as (device, table):
        new = replace(_selected(table, number), **changes)
        assert table is not None
        if table.scheme != scheme:
            raise DiskpartError(codes.SELECTION, complaint)
        table = replaced(table, new)
        if new.active:  # firmware starts from one partition: the mark moves
            marked = (replace(one, active=one.number == number) for one in table.partitions)
            table = replace(table, partitions=tuple(marked))
        write_table(device, table)
    return disk, number


def active(session: Session, _command: Command) -> None:
    """Mark the partition active and no other one. That it can boot is not checked."""
    _change(session, "mbr", "The selected disk is not a fixed MBR disk.", active=True)
    session.say("Marked the partition as active.")


def inactive(session: Session, _command: Command) -> None:
    _change(session, "mbr", "The selected disk is not a fixed MBR disk.", active=False)
    session.say("Marked the partition as inactive.")


def set_id(session: Session, command: Command) -> None:
    """Set the type: a byte on MBR disks, a GUID on GPT disks. A later format leaves it as it is."""
    kind = command.options["id"]
    scheme = "mbr" if len(kind) == 2 else "gpt"
    disk, number = session.need_partition()
    with session.changing(disk) as (_, table):
        if table is not None:
            _type_for(table.scheme, kind)
            session.focus.on_partition(disk, replace(_selected(table, number), type=kind), number)
    _change(session, scheme, "The disk has no partition table.", type=kind)
    session.typed.add((disk, number))
    session.say(f"Set the partition's type to {kind}.")


def gpt_attributes(session: Session, command: Command) -> None:
    value = command.options["attributes"]
    _change(session, "gpt", "The selected disk is not a GPT disk.", attributes=value)
    session.say(f"Set the partition's attributes to 0x{value:016x}.")
