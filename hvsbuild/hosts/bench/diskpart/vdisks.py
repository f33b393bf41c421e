"""create, select, attach, detach and merge vdisk: VHD and VHDX, fixed, expandable and differencing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats import vdisk
from hvsbuild.formats.block import GrowableDevice
from hvsbuild.formats.blockdisk import BlockDisk
from hvsbuild.formats.blockdisk import merge as pour_into
from hvsbuild.hosts.bench.diskpart import codes
from hvsbuild.hosts.bench.diskpart.codes import DiskpartError
from hvsbuild.hosts.bench.diskpart.parser import Command
from hvsbuild.hosts.bench.diskpart.session import Session
from hvsbuild.hosts.bench.machine import Disk, NoRoom, PathError
from hvsbuild.hosts.bench.tool import BenchRefusal

MIB = 1 << 20
IN_USE = "The process cannot access the file because it is being used by another process"


def create(session: Session, command: Command) -> None:
    """Make a virtual disk and select it; its file's ending chooses the format. A file on C: is sparse on the host, one
    on a volume is never sparse there, as Windows wants it. The identifiers come from the path."""
    path, parent = command.options["file"], command.options.get("parent")
    _check_place(session, path)
    machine = session.machine
    identity, epoch = machine.derive(f"vhd:{path.casefold()}"), machine.state.epoch
    if parent is None:
        new = _new_disk(session, command)
        with _made(session, path) as file:
            vdisk.create(file, new)
        size = new.size
    else:
        _check_sharing(session, parent, [], readonly=True)
        with opened(session, parent) as links:
            of = links[0].info
        if of.format != vdisk.format_of(path):
            message = f"The parameter is incorrect: the parent is a {of.format.upper()}, the child has to be one."
            raise DiskpartError(codes.INVALID_PARAMETER, message)
        with _made(session, path) as file:
            vdisk.create_child(file, path, parent, of, identity, epoch)
        size = of.size
    session.focus.vdisk = path
    session.say(f"Created the virtual disk file {path}, {size // MIB} MB.")


def _check_place(session: Session, path: str) -> None:
    """The file's folder is there, the file is not."""
    machine = session.machine
    try:
        there, folder = machine.exists(path), path.rpartition("\\")[0]
        missing = len(folder) > 2 and not machine.exists(folder)
    except (PathError, FormatError):
        there, missing = False, True
    if there:
        raise DiskpartError(codes.FILE_EXISTS, f"The file exists: {path}")
    if missing:
        raise DiskpartError(codes.PATH_NOT_FOUND, f"The system cannot find the path specified: {path}")


def _new_disk(session: Session, command: Command) -> vdisk.NewDisk:
    path, size, machine = command.options["file"], command.options["maximum"] * MIB, session.machine
    kind = vdisk.format_of(path)
    least, most = vdisk.limits(kind) if kind else (0, 0)
    if kind is None or not least <= size <= most:
        limits = "; ".join(f".{one} of 3 to {vdisk.LARGEST[one] // MIB} MB" for one in vdisk.LARGEST)
        raise DiskpartError(codes.INVALID_PARAMETER, f"The parameter is incorrect: possible are {limits}.")
    identity = machine.derive(f"vhd:{path.casefold()}")
    return vdisk.NewDisk(kind, command.options.get("type", "fixed"), size, identity, machine.state.epoch)


@contextmanager
def _made(session: Session, path: str) -> Iterator[GrowableDevice]:
    """A new file; when its volume is too small for it there is none."""
    try:
        with session.machine.make_file(path) as file:
            yield file
    except NoRoom as error:
        letter, rest = session.machine.split_path(path)
        with session.machine.volume(letter) as volume:
            if volume.find(rest):
                volume.delete(rest)
        message = f"There is not enough space on the disk: {path}"
        raise DiskpartError(codes.DISK_FULL, message) from error


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


def attach(session: Session, command: Command) -> None:
    """Attach the selected virtual disk as a new disk, which gets the focus; a differencing one with all its parents,
    which are only read.

    The bench gives no letters by itself, whatever `automount` says; Windows gives one to each volume that it
    recognises. A script that names every letter it uses means the same on both.
    """
    path, readonly, machine = session.need_vdisk(), "readonly" in command.options, session.machine
    if attached(session, path):
        raise DiskpartError(codes.VDS_ALREADY_ATTACHED, f"The virtual disk is already attached: {path}")
    with opened(session, path) as links:
        if links[0].info.sector != 512:
            raise BenchRefusal(f"attaching a disk with sectors of {links[0].info.sector} bytes: {path}")
        parents = [link.path for link in links[1:]]
        _check_sharing(session, path, parents, readonly=readonly)
        if not readonly:
            identity = machine.derive(f"attach:{path.casefold()}")
            vdisk.begin_writing(links[0].file, identity, children=_has_children(session, links[0]))
    disk = machine.add_disk(Disk(0, "", "virtual", "Msft Virtual Disk", vdisk=path, parents=parents, readonly=readonly))
    session.focus.on_disk(disk.number)
    session.say(f"Attached the virtual disk file {path} as disk {disk.number}{' (read-only)' if readonly else ''}.")


def _has_children(session: Session, link: vdisk.Link) -> bool:
    """Whether a file in the same folder was made upon this virtual disk. Children elsewhere are not looked for."""
    machine, found = session.machine, link.info
    folder = link.path.rpartition("\\")[0]
    letter, rest = machine.split_path(folder + "\\")
    with machine.reader(letter) as tree:
        names = [entry.name for entry in tree.children(rest) if not entry.is_dir]
    for name in names:
        if vdisk.format_of(name) != found.format or name.casefold() == link.path.rpartition("\\")[2].casefold():
            continue
        with suppress(HvsError), machine.open_file(f"{folder}\\{name}") as file:  # what is no disk is no child
            parent = vdisk.read_kind(file).parent
            if parent and found.content_id in parent.ids:
                return True
    return False


def _check_sharing(session: Session, path: str, parents: list[str], *, readonly: bool) -> None:
    """A file is written by one disk only, and never while another disk reads it as its parent."""
    named = path.casefold()
    for disk in session.machine.state.disks:
        if not readonly and named in [one.casefold() for one in disk.parents]:
            raise DiskpartError(codes.SHARING_VIOLATION, f"{IN_USE}: {path} is a parent of {disk.vdisk}.")
        if disk.vdisk and not disk.readonly and disk.vdisk.casefold() in [named, *(one.casefold() for one in parents)]:
            raise DiskpartError(codes.SHARING_VIOLATION, f"{IN_USE}: {disk.vdisk} is attached.")


@contextmanager
def opened(session: Session, path: str) -> Iterator[list[vdisk.Link]]:
    """A virtual disk that can be attached, with its parents; what stands against it is a `DiskpartError`."""
    try:
        with session.machine.open_file(path):
            pass
    except (FileNotFoundError, PathError):
        raise DiskpartError(codes.FILE_NOT_FOUND, f"The system cannot find the file specified: {path}") from None
    except (IsADirectoryError, FormatError) as error:
        seen = error.seen if isinstance(error, FormatError) else "it is a folder"
        message = f"The file cannot hold a virtual disk: {path}: {seen}"
        raise DiskpartError(codes.VHD_HOST_FILE_UNFIT, message) from error
    try:
        with session.machine.open_chain(path) as links:
            vdisk.stacked(links)
            yield links
    except vdisk.ParentMissing as error:
        raise DiskpartError(codes.VHD_PARENT_NOT_FOUND, error.text()) from error
    except vdisk.WrongParent as error:
        raise DiskpartError(codes.VHD_CHILD_PARENT_ID_MISMATCH, error.text()) from error
    except FormatError as error:
        raise DiskpartError(codes.VHD_FORMAT_UNKNOWN, f"{error.phrase}: {path}: {error.seen}") from error


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


def merge(session: Session, command: Command) -> None:
    """Write what the selected child holds into its parent. The child stays as it is; a VHDX parent is then another disk
    to all its children, as after any change."""
    path = session.need_vdisk()
    if command.options["depth"] != 1:
        raise BenchRefusal(f"merging {command.options['depth']} levels at once", hint="merge depth=1, one by one")
    if attached(session, path):
        raise DiskpartError(codes.VDS_DEVICE_IN_USE, f"The virtual disk is attached: {path}")
    with opened(session, path) as links:
        if len(links) < 2:
            raise DiskpartError(codes.VHD_INVALID_TYPE, f"The virtual disk has no parent: {path}")
        parent = links[1]
        _check_sharing(session, parent.path, [link.path for link in links[2:]], readonly=False)
        vdisk.begin_writing(parent.file, session.machine.derive(f"merge:{parent.path.casefold()}"), children=True)
        target = vdisk.stacked(links[1:])
        child = vdisk.disk_inside(links[0].file, target)
        assert isinstance(child, BlockDisk)
        pour_into(child, target)
    session.say(f"Merged {path} into {parent.path}.")
