"""Virtual disks of every kind through one door: VHD and VHDX; fixed, expandable, differencing.

`read_kind(file)` says what a file is. `disk_inside(file)` is the disk in it; `disk_at(path, open_file)` the same where
it may have a parent. `create(file, NewDisk(…))` and `create_child(file, …)` make new ones.
"""

from __future__ import annotations

import ntpath
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid5

from hvsbuild.errors import HvsError
from hvsbuild.formats import vhd, vhd_dynamic, vhdx, vhdx_disk
from hvsbuild.formats.block import BlockDevice, GrowableDevice

Format = Literal["vhd", "vhdx"]
Type = Literal["fixed", "expandable", "differencing"]
OpenFile = Callable[[str], BlockDevice]
MIB = 1 << 20
SMALLEST = 3 * MIB  # CreateVirtualDisk makes none smaller
LARGEST: dict[Format, int] = {"vhd": vhd_dynamic.LARGEST, "vhdx": 64 << 40}
RELATIVE, VOLUME, ABSOLUTE = "relative_path", "volume_path", "absolute_win32_path"
LINKAGES = ("parent_linkage", "parent_linkage2")


class ParentMissing(HvsError):
    """The file of a parent is nowhere that its child says."""


class WrongParent(HvsError):
    """The file where a parent should be is another disk, or the parent has been changed since."""


@dataclass(frozen=True)
class ParentRef:
    """What a child says of its parent: the ids that it may have (VHD: its unique id; VHDX: that of its content), and
    its paths in the order in which Windows tries them, relative ones to the child's folder."""

    ids: tuple[UUID, ...]
    paths: tuple[str, ...]

    def candidates(self, child: str) -> list[str]:
        """Where the parent may lie when the child lies at `child`: full paths, or paths from a volume's root, as the
        child's is. The last guess is the child's own folder: a chain that was moved as a whole stays one."""
        folder = ntpath.dirname(child)
        plain = [path.removeprefix("\\\\?\\") for path in self.paths if not path.startswith("\\\\?\\Volume{")]
        near = [ntpath.join(folder, ntpath.basename(path)) for path in plain]
        return list(dict.fromkeys([*(ntpath.normpath(ntpath.join(folder, path)) for path in plain), *near]))


@dataclass(frozen=True)
class VdiskInfo:
    """What a virtual disk file says of itself. `size` is the disk's, in bytes. `content_id` is what a child would know
    this disk by: the unique id of a VHD; a VHDX has a new one after each change."""

    format: Format
    type: Type
    size: int
    unique_id: UUID
    content_id: UUID
    parent: ParentRef | None = None
    sector: int = 512

    def title(self) -> str:
        """A few words: `an expandable VHD of 1048576 bytes`."""
        article = "an" if self.type == "expandable" else "a"
        return f"{article} {self.type} {self.format.upper()} of {self.size} bytes"


def format_of(path: str) -> Format | None:
    """The format that a file's ending stands for, as diskpart chooses it; None for another ending."""
    ending = ntpath.splitext(path)[1].lower()
    return {".vhd": "vhd", ".vhdx": "vhdx"}.get(ending)  # type: ignore[return-value]


def read_kind(device: BlockDevice, *, checked: bool = True) -> VdiskInfo:
    """What kind of virtual disk a file is. `FormatError` for what is none, or is damaged or cut short.

    Not `checked`: the checksums of a VHD are not looked at. Windows does look; there are writers that got them wrong.
    """
    if vhdx.is_vhdx(device):
        opened = vhdx_disk.open_vhdx(device)
        vhdx_disk.check_table(opened)
        return _vhdx_info(opened)
    footer = vhd.read_footer(device, checked=checked)
    parent = None
    if footer.kind == vhd.FIXED:
        vhd.inside_fixed(device, footer)
    else:
        found = vhd_dynamic.read_header(device, footer, checked=checked).parent
        if found:
            paths = tuple(path for path in (found.relative, found.absolute, found.name) if path)
            parent = ParentRef((found.id,), paths)
    kind: Type = vhd.KINDS[footer.kind]  # type: ignore[assignment]
    return VdiskInfo("vhd", kind, footer.current_size, footer.unique_id, footer.unique_id, parent)


def _vhdx_info(opened: vhdx_disk.Vhdx) -> VdiskInfo:
    metadata, parent = opened.metadata, None
    kind: Type = "fixed" if metadata.leave_allocated else "expandable"
    if metadata.locator is not None:
        values, kind = metadata.locator, "differencing"
        ids = tuple(UUID(values[key]) for key in LINKAGES if key in values)
        parent = ParentRef(ids, tuple(values[key] for key in (RELATIVE, VOLUME, ABSOLUTE) if key in values))
    content = opened.header.data_write
    return VdiskInfo("vhdx", kind, metadata.size, metadata.disk_id, content, parent, metadata.logical_sector)


def disk_inside(device: BlockDevice, parent: BlockDevice | None = None, *, checked: bool = True) -> BlockDevice:
    """The sectors of the disk in a file, written where the file is; for a differencing one `parent` is the *disk* that
    it is a child of (its identity is for `disk_at` to check). `FormatError` for what is no virtual disk."""
    if vhdx.is_vhdx(device):
        opened = vhdx_disk.open_vhdx(device)
        _need(parent, opened.metadata.locator is not None)
        return vhdx_disk.inside(opened, parent)
    footer = vhd.read_footer(device, checked=checked)
    if footer.kind == vhd.FIXED:
        return vhd.inside_fixed(device, footer)
    header = vhd_dynamic.read_header(device, footer, checked=checked)
    _need(parent, footer.kind == vhd.DIFFERENCING)
    return vhd_dynamic.VhdBlocks(device, footer, header, parent)


def _need(parent: BlockDevice | None, differencing: bool) -> None:
    if differencing and parent is None:
        raise HvsError(
            "A differencing virtual disk cannot be read alone",
            seen="no parent was given",
            why="most of its sectors are in its parent, another file",
            do="read it together with its parent",
        )


@dataclass(frozen=True)
class Link:
    """One file of a chain: its path, the file, what it is."""

    path: str
    file: BlockDevice
    info: VdiskInfo


def chain(path: str, open_file: OpenFile, *, checked: bool = True) -> list[Link]:
    """The file at `path` and its parents, the oldest last; `open_file` opens a path or raises `FileNotFoundError`.

    `ParentMissing`, `WrongParent`: a parent is not where its child says, or is another disk than the child was made
    upon. `FormatError`: one of the files is no virtual disk.
    """
    file = open_file(path)
    links = [Link(path, file, read_kind(file, checked=checked))]
    while (ref := links[-1].info.parent) is not None:
        links.append(_parent(links[-1], ref, open_file, checked))
        if links[-1].path.casefold() in [one.path.casefold() for one in links[:-1]]:
            raise WrongParent("A virtual disk is its own ancestor", seen=" -> ".join(one.path for one in links))
    return links


def _parent(child: Link, ref: ParentRef, open_file: OpenFile, checked: bool) -> Link:
    candidates, wrong = ref.candidates(child.path), None
    for path in candidates:
        try:
            file = open_file(path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        found = read_kind(file, checked=checked)
        wrong = _mismatch(child, ref, path, found)
        if wrong is None:
            return Link(path, file, found)
    if wrong is not None:
        raise wrong
    raise ParentMissing(
        "The parent of a differencing virtual disk is not there",
        seen=f"{child.path} is a child of {candidates[0] if candidates else 'a file without a name'}",
        why="a child holds only what differs from its parent",
        do="put the parent where the child looks for it: beside it",
    )


def _mismatch(child: Link, ref: ParentRef, path: str, found: VdiskInfo) -> WrongParent | None:
    if found.format == child.info.format and found.content_id in ref.ids and found.size <= child.info.size:
        return None
    ids = " or ".join(str(one) for one in ref.ids)
    return WrongParent(
        "The parent of a differencing virtual disk is another one",
        seen=f"{child.path} was made upon {ids}; {path} is {found.content_id}, {found.title()}",
        why="the child holds only what differs from the disk it was made upon, as that disk was then",
        do="make the child again (create vdisk … parent=), or bring the parent back as it was",
    )


def stacked(links: list[Link], *, checked: bool = True) -> BlockDevice:
    """The disk of a chain, the first link on top; only the first link's file is ever written."""
    disk: BlockDevice | None = None
    for link in reversed(links):
        disk = disk_inside(link.file, disk, checked=checked)
    assert disk is not None
    return disk


def disk_at(path: str, open_file: OpenFile, *, checked: bool = True) -> BlockDevice:
    """The disk in the file at `path`, with its parents however many; see `chain`."""
    return stacked(chain(path, open_file, checked=checked), checked=checked)


# --- making and changing ---


@dataclass(frozen=True)
class NewDisk:
    """A virtual disk to be made. All its ids come from `identity`, its time is `epoch` (seconds since 1970)."""

    format: Format
    type: Type
    size: int
    identity: UUID
    epoch: int


def limits(format: Format) -> tuple[int, int]:
    """The smallest and the largest disk that Windows makes, in bytes."""
    return SMALLEST, LARGEST[format]


def create(device: GrowableDevice, new: NewDisk) -> None:
    """Make a fixed or expandable virtual disk in an empty file."""
    if new.format == "vhdx":
        vhdx_disk.create(device, new.size, _ids(new.identity, new.identity), fixed=new.type == "fixed")
    elif new.type == "fixed":
        vhd.create(device, new.size, new.identity, new.epoch)
    else:
        vhd_dynamic.create(device, new.size, new.identity, new.epoch)


def create_child(device: GrowableDevice, path: str, parent: str, of: VdiskInfo, identity: UUID, epoch: int) -> None:
    """Make a differencing virtual disk in an empty file that lies at `path`, upon `of`, which lies at `parent` (full
    Windows paths). It has its parent's format and size."""
    relative = relative_path(path, parent)
    if of.format == "vhd":
        ref = vhd_dynamic.Parent(of.content_id, parent, parent, relative)
        vhd_dynamic.create(device, of.size, identity, epoch, ref)
        return
    locator = {LINKAGES[0]: f"{{{of.content_id}}}", ABSOLUTE: f"\\\\?\\{parent}"}
    if relative:
        locator[RELATIVE] = relative
    vhdx_disk.create(device, of.size, _ids(of.unique_id, identity), parent=locator)


def relative_path(path: str, other: str) -> str:
    """Where `other` is from the folder of `path`, as Windows writes it (`.\\base.vhd`); empty on another drive."""
    if ntpath.splitdrive(path)[0].lower() != ntpath.splitdrive(other)[0].lower():
        return ""
    found = ntpath.relpath(other, ntpath.dirname(path))
    return found if found.startswith("..") else f".\\{found}"


def _ids(disk: UUID, identity: UUID) -> vhdx_disk.Ids:
    return vhdx_disk.Ids(disk, uuid5(identity, "file write"), uuid5(identity, "data write"))


def begin_writing(device: BlockDevice, identity: UUID, *, children: bool) -> None:
    """What a format asks for ahead of the first change after opening: nothing for a VHD; the log of a VHDX is replayed.

    A VHDX that has `children` gets new ids in its headers (from `identity` and the old ones), which makes orphans of
    them. Without any it keeps its ids, though the format says otherwise: nobody has seen them yet, and so a file that
    was written in two goes is the one that was written in one, byte for byte.
    """
    if vhdx.is_vhdx(device):
        header = vhdx.read_header(device)
        if children or header.log != vhdx.NOTHING:
            fresh = uuid5(identity, f"after {header.data_write}")
            vhdx_disk.begin_writing(device, uuid5(fresh, "file write"), uuid5(fresh, "data write"))
