"""list and detail. Their text is for people; nothing may read it back (Windows prints it in its own language)."""

from __future__ import annotations

from hvsbuild.errors import HvsError
from hvsbuild.formats.block import BlockDevice
from hvsbuild.formats.partitions import Partition, Table
from hvsbuild.formats.volume import open_tree
from hvsbuild.hosts.bench.diskpart import codes, vdisks
from hvsbuild.hosts.bench.diskpart.codes import DiskpartError
from hvsbuild.hosts.bench.diskpart.parser import Command
from hvsbuild.hosts.bench.diskpart.session import SYSTEM_DISK, Session, Volume


def _size(size: int) -> str:
    """Bytes in the largest unit that leaves at least 10, like diskpart's tables."""
    for name in ("B", "KB", "MB", "GB"):
        if size < 10 * 1024 or name == "GB":
            return f"{size} {name}"
        size //= 1024
    return ""


def _mark(selected: bool) -> str:
    return "*" if selected else " "


def _read(session: Session, disk: int) -> tuple[int, Table | None, str]:
    """A disk's size, table and status, whatever state it is in."""
    with session.machine.open_disk(disk) as device:
        size = device.size
    try:
        return size, session.table(disk), "Online"
    except HvsError as error:
        return size, None, error.phrase


def list_disk(session: Session, _command: Command) -> None:
    session.say("    Disk  Status  Size      Style")
    session.say(f"  {_mark(session.focus.disk == SYSTEM_DISK)} 0     Online  (the PC's own disk with C:)")
    for disk in sorted(session.machine.state.disks, key=lambda disk: disk.number):
        size, table, status = _read(session, disk.number)
        style = table.scheme.upper() if table else "RAW"
        selected = session.focus.disk == disk.number
        session.say(f"  {_mark(selected)} {disk.number:<5} {status}  {_size(size):<9} {style}")


def list_partition(session: Session, _command: Command) -> None:
    disk = session.need_disk()
    table = session.table(disk) if disk != SYSTEM_DISK else None
    if table is None or not table.partitions:
        session.say("There are no partitions on this disk to show.")
        return
    session.say("    Partition  Type  Size      Offset")
    for part in table.partitions:
        selected = session.focus.partition == part.number
        session.say(f"  {_mark(selected)} {part.number:<9}  {part.type}  {_size(part.size):<9} {_size(part.start)}")


def list_volume(session: Session, _command: Command) -> None:
    session.say("    Volume  Letter  Label        Fs     Size")
    for one in session.volumes():
        selected = session.focus.volume == (one.disk, one.partition)
        session.say(f"  {_mark(selected)} {one.number:<6}  {_volume(session, one)}")


def _volume(session: Session, one: Volume) -> str:
    letters = ",".join(one.letters) or "-"
    if one.on_disk is None:
        return f"{letters:<6}  (the PC's own system volume)"
    with session.machine.open_partition(one.disk, one.partition) as (device, _):
        kind, label = file_system(device)
    return f"{letters:<6}  {label:<11}  {kind:<5}  {_size(one.on_disk.size)}"


def file_system(device: BlockDevice) -> tuple[str, str]:
    """The kind of file system in a volume (RAW when unknown or damaged) and its label."""
    try:
        tree = open_tree(device)
        return tree.filesystem.upper(), tree.label
    except HvsError:
        return "RAW", ""


def list_vdisk(session: Session, _command: Command) -> None:
    disks = [disk for disk in session.machine.state.disks if disk.vdisk]
    selected = session.focus.vdisk or ""
    if not disks and not selected:
        session.say("There are no virtual disks to show.")
        return
    session.say("    Disk  State     File")
    if selected and vdisks.attached(session, selected) is None:
        session.say(f"  * -     Detached  {selected}")
    for disk in disks:
        mark = _mark(disk.vdisk.casefold() == selected.casefold())
        session.say(f"  {mark} {disk.number:<5} Attached  {disk.vdisk}")


def detail_disk(session: Session, _command: Command) -> None:
    number = session.need_disk()
    disk = session.machine.disk(number)
    if disk is None:
        session.say("Disk 0: the PC's own disk with C:")
        return
    size, table, status = _read(session, number)
    session.say(f"Disk {number}: {disk.model or 'no model'}, type {disk.bus}, {size} bytes, {status}")
    session.say(f"  Disk ID: {table.id if table else 'none'}")
    for one in session.volumes():
        if one.disk == number:
            session.say(f"  Volume {one.number}  {_volume(session, one)}")


def detail_partition(session: Session, _command: Command) -> None:
    disk, number = session.need_partition()
    if disk == SYSTEM_DISK:
        session.say("Partition 1: the PC's own system volume")
        return
    table = session.table(disk)
    part = table.partition(number) if table else None
    if part is None:
        raise DiskpartError(codes.SELECTION, "The selected partition is gone.")
    session.say(f"Partition {number}: {part.size} bytes at {part.start}")
    session.say(f"  Type: {part.type}")
    session.say(f"  Active: {'yes' if part.active else 'no'}" if len(part.type) == 2 else _gpt_detail(part))


def _gpt_detail(part: Partition) -> str:
    return f"  Attributes: 0x{part.attributes:016x}  id: {part.id}  name: {part.name}"


def detail_volume(session: Session, _command: Command) -> None:
    at = session.need_volume()
    for one in session.volumes():
        if (one.disk, one.partition) == at:
            session.say(f"Volume {one.number} on disk {one.disk}, partition {one.partition}: {_volume(session, one)}")


def detail_vdisk(session: Session, _command: Command) -> None:
    path = session.need_vdisk()
    disk = vdisks.attached(session, path)
    with vdisks.opened(session, path) as links:
        info, parents, length = links[0].info, [link.path for link in links[1:]], links[0].file.size
    state = f"attached as disk {disk.number}" if disk else "detached"
    session.say(f"{path}: {info.type} {info.format.upper()}, {info.size} bytes, id {info.unique_id}, {state}")
    session.say(f"  File: {length} bytes" + "".join(f"  Parent: {parent}" for parent in parents))
