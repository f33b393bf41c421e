"""create vdisk, select vdisk, attach vdisk, detach vdisk."""

from __future__ import annotations

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats import vhd
from hvsbuild.hosts.bench.diskpart import codes
from hvsbuild.hosts.bench.diskpart.codes import DiskpartError
from hvsbuild.hosts.bench.diskpart.parser import Command
from hvsbuild.hosts.bench.diskpart.session import Session
from hvsbuild.hosts.bench.machine import Disk, PathError
from hvsbuild.hosts.bench.tool import BenchRefusal

MIB = 1 << 20
SMALLEST, LARGEST = 3, 2040 * 1024  # MiB; limits of CreateVirtualDisk for the VHD format


def create(session: Session, command: Command) -> None:
    """Make a fixed VHD on C: and select it. The host file is sparse: zeros take no room."""
    path, maximum, machine = command.options["file"], command.options["maximum"], session.machine
    host = machine.host_path(path)
    if not path.lower().endswith(".vhd") or not SMALLEST <= maximum <= LARGEST:
        message = f"The parameter is incorrect: a .vhd of {SMALLEST} to {LARGEST} MB is possible."
        raise DiskpartError(codes.INVALID_PARAMETER, message)
    if host.exists():
        raise DiskpartError(codes.FILE_EXISTS, f"The file exists: {path}")
    if not host.parent.is_dir():
        raise DiskpartError(codes.PATH_NOT_FOUND, f"The system cannot find the path specified: {path}")
    machine.undo.created(host)
    vhd.create_fixed(host, maximum * MIB, machine.derive(f"vhd:{path.casefold()}"), machine.state.epoch)
    session.focus.vdisk = path
    session.say(f"Created the virtual disk file {path}, {maximum} MB.")


def select(session: Session, command: Command) -> None:
    """Select a VHD that exists. The disk focus stays as it is."""
    path = command.options["file"]
    try:
        there = session.machine.exists(path)
    except (PathError, FormatError):
        there = False
    if not there:
        raise DiskpartError(codes.FILE_NOT_FOUND, f"The system cannot find the file specified: {path}")
    session.focus.vdisk = path
    session.say(f"Selected the virtual disk file {path}.")


def attached(session: Session, path: str) -> Disk | None:
    """The disk as which a VHD is attached."""
    return next((disk for disk in session.machine.state.disks if disk.vdisk.casefold() == path.casefold()), None)


def attach(session: Session, _command: Command) -> None:
    """Attach the selected VHD as a new disk, which gets the focus.

    The bench gives no letters by itself, whatever `automount` says; Windows gives one to each volume that it
    recognises. A script that names every letter it uses means the same on both.
    """
    path = session.need_vdisk()
    if attached(session, path):
        raise DiskpartError(codes.VDS_ALREADY_ATTACHED, f"The virtual disk is already attached: {path}")
    footer = footer_of(session, path)
    if footer.kind != vhd.FIXED:
        kind = vhd.KINDS[footer.kind]
        raise BenchRefusal(f"attaching a {kind} virtual disk: {path}", hint="the bench attaches fixed ones")
    disk = session.machine.add_disk(Disk(number=0, bus="virtual", model="Msft Virtual Disk", vdisk=path))
    session.focus.on_disk(disk.number)
    session.say(f"Attached the virtual disk file {path} as disk {disk.number}.")


def footer_of(session: Session, path: str) -> vhd.Footer:
    """The footer of a VHD that can be attached; what stands against it is a `DiskpartError`."""
    try:
        with session.machine.open_file(path) as file:
            try:
                footer = vhd.read_footer(file)
                if footer.kind == vhd.FIXED:
                    vhd.disk_inside(file)
            except HvsError as error:
                raise DiskpartError(codes.VHD_FORMAT_UNKNOWN, f"{error.phrase}: {path}: {error.seen}") from error
            return footer
    except (FileNotFoundError, PathError):
        message = f"The system cannot find the file specified: {path}"
        raise DiskpartError(codes.FILE_NOT_FOUND, message) from None
    except (IsADirectoryError, FormatError) as error:
        seen = error.seen if isinstance(error, FormatError) else "it is a folder"
        message = f"The file cannot hold a virtual disk: {path}: {seen}"
        raise DiskpartError(codes.VHD_HOST_FILE_UNFIT, message) from error


def detach(session: Session, _command: Command) -> None:
    """Detach the selected VHD; its letters go with it."""
    path = session.need_vdisk()
    disk = attached(session, path)
    if disk is None:
        raise DiskpartError(codes.VDS_ALREADY_DETACHED, f"The virtual disk is already detached: {path}")
    session.refuse_if_in_use(disk.number)
    session.machine.remove_disk(disk.number)
    session.typed = {at for at in session.typed if at[0] != disk.number}
    if session.focus.disk == disk.number:
        session.focus.on_disk(None)
    session.say(f"Detached the virtual disk file {path}.")
