"""Writing into an NTFS volume on any `BlockDevice`, mounted by libntfs-3g on a device of our own (see `libntfs.py`).

Times come from the clock of the process.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hvsbuild.errors import HvsError
from hvsbuild.formats import sparse
from hvsbuild.formats.block import BlockDevice, Extents, FileDevice, data_ranges, file_ground
from hvsbuild.formats.filesystem import Entry, VolumeFull, split
from hvsbuild.formats.libntfs import DeviceOperations, SecurityContext, library, peek, poke
from hvsbuild.formats.ntfs import NtfsTree

AT_DATA = 0x80
NI_DIRTY = 1 << 0
S_IFDIR, S_IFREG = 0o040000, 0o100000
PIECE = 1 << 20
COPY_PIECE = 1 << 26


class NtfsError(HvsError):
    """libntfs-3g could not do what it was asked."""


class NtfsVolume:
    """A mounted volume; implements `FileSystem`. Use as a context manager: leaving it unmounts and writes all back."""

    def __init__(self, device: BlockDevice) -> None:
        self.device, self.operations = device, DeviceOperations(device)
        self.lib = library()
        # the library tells the unnamed attribute by this address, not by an empty name
        self.unnamed = ctypes.addressof(ctypes.c_uint16.in_dll(self.lib, "AT_UNNAMED"))
        self.vol: int = 0
        self.permissions = ctypes.c_void_p()  # the library's own notes

    def __enter__(self) -> NtfsVolume:
        dev = self.lib.ntfs_device_alloc(b"bench", 0, ctypes.byref(self.operations.table), None)
        self.vol = self.lib.ntfs_device_mount(dev, 0) or 0
        if not self.vol:
            code = ctypes.get_errno()
            self.lib.ntfs_device_free(dev)
            self.fail("mount", code)
        self.cluster = peek(self.vol, 40, "<I")
        sector, per_cluster = struct.unpack("<HB", self.device.read_at(11, 3))
        if self.cluster != sector * per_cluster:  # the struct is not what this module was written for
            raise NtfsError("This libntfs-3g has another layout", seen=f"cluster size {self.cluster}")
        self.lib.ntfs_set_ignore_case(self.vol)
        return self

    def __exit__(self, *_: object) -> None:
        vol, self.vol = self.vol, 0
        if vol and self.lib.ntfs_umount(vol, 0):
            self.fail("unmount", ctypes.get_errno())

    def fail(self, what: str, code: int | None = None) -> None:
        code = ctypes.get_errno() if code is None else code
        cause, self.operations.error = self.operations.error, None
        if isinstance(cause, HvsError):  # the ground has its own words: a virtual disk on a volume that is full
            raise cause
        if code == errno.ENOSPC:
            raise (OSError if cause else VolumeFull)(code, f"no space left in the NTFS volume ({what})") from cause
        raise NtfsError("The NTFS volume could not be written", seen=f"{what}: {os.strerror(code)}") from cause

    @contextmanager
    def inode(self, path: str) -> Iterator[int]:
        found = self.lib.ntfs_pathname_to_inode(self.vol, None, "/".join(["", *split(path)]).encode())
        if not found:
            raise FileNotFoundError(errno.ENOENT, "no such file in the NTFS volume", path)
        try:
            yield found
        finally:
            if self.lib.ntfs_inode_close(found):
                self.fail(f"close {path}")

    @contextmanager
    def data(self, inode: int) -> Iterator[int]:
        attribute = self.lib.ntfs_attr_open(inode, AT_DATA, self.unnamed, 0)
        if not attribute:
            self.fail("open data")
        try:
            yield attribute
        finally:
            self.lib.ntfs_attr_close(attribute)

    # --- reading: the pure reader over the same device ---

    def tree(self) -> NtfsTree:
        """A reader of the volume as it is now (what libntfs-3g still holds in memory is a file's last update time)."""
        return NtfsTree(self.device)

    def find(self, path: str) -> Entry | None:
        return self.tree().find(path)

    def children(self, path: str) -> list[Entry]:
        return self.tree().children(path)

    def read(self, path: str) -> bytes:
        return self.tree().read(path)

    def open(self, path: str) -> BlockDevice:
        return self.tree().open(path)

    # --- writing ---

    def _create(self, path: str, kind: int) -> None:
        *folder, name = split(path)
        text = name.encode("utf-16-le")
        with self.inode("\\".join(folder)) as parent:
            security = self._inherited(parent, is_folder=kind == S_IFDIR)
            made = self.lib.ntfs_create(parent, security, text, len(text) // 2, kind)
            if not made or self.lib.ntfs_inode_close(made):
                self.fail(f"create {path}")

    def _inherited(self, parent: int, *, is_folder: bool) -> int:
        """The id of what Windows would give a new file or folder: what its folder passes on. Otherwise everybody could
        write to it. 0 (everybody, after all) where the folder has nothing to pass on."""
        if self.lib.ntfs_open_secure(self.vol):
            self.fail("open the security descriptors")
        context = SecurityContext(vol=self.vol, cache=ctypes.pointer(self.permissions))
        return int(self.lib.ntfs_inherited_id(ctypes.byref(context), parent, int(is_folder)))

    def exists(self, path: str) -> bool:
        try:
            with self.inode(path):
                return True
        except FileNotFoundError:
            return False

    def make_folder(self, path: str) -> None:
        names = split(path)
        for depth in range(1, len(names) + 1):
            if not self.exists("\\".join(names[:depth])):
                self._create("\\".join(names[:depth]), S_IFDIR)

    def write(self, path: str, data: bytes) -> None:
        """Create or replace; a file of the same size is overwritten where it lies."""
        if not self.exists(path):
            self._create(path, S_IFREG)
        with self.inode(path) as inode, self.data(inode) as attribute:
            if peek(attribute, 56) != len(data) and self.lib.ntfs_attr_truncate(attribute, len(data)):
                self.fail(f"resize {path}")
            done = 0
            while done < len(data):
                piece = data[done : done + PIECE]
                written = self.lib.ntfs_attr_pwrite(attribute, done, len(piece), piece)
                if written <= 0:
                    self.fail(f"write {path}")
                done += written

    def delete(self, path: str) -> None:
        """Remove a file or an empty folder. The space of a big file is given back to the ground."""
        *folder, name = split(path)
        entry = self.find(path)
        runs = self.runs(path) if entry and not entry.is_dir and entry.size > PIECE else []
        text = name.encode("utf-16-le")
        full = "/".join(["", *split(path)]).encode()
        parent = self.lib.ntfs_pathname_to_inode(self.vol, None, "/".join(["", *folder]).encode())
        inode = self.lib.ntfs_pathname_to_inode(self.vol, None, full)
        if not inode or not parent:
            raise FileNotFoundError(errno.ENOENT, "no such file in the NTFS volume", path)
        if self.lib.ntfs_delete(self.vol, full, inode, parent, text, len(text) // 2):  # closes both inodes
            self.fail(f"delete {path}")
        for start, length in runs:
            self.device.discard(start, length)

    def set_attributes(self, path: str, attributes: int) -> None:
        with self.inode(path) as inode:
            if self.lib.ntfs_set_ntfs_attrib(inode, struct.pack("<I", attributes), 4, 0):
                self.fail(f"attributes of {path}")

    def free_bytes(self) -> int:
        if self.lib.ntfs_volume_get_free_space(self.vol):
            self.fail("count the free space")
        return peek(self.vol, 272) * self.cluster

    def runs(self, path: str) -> list[tuple[int, int]]:
        """Where a file's data lies: (start, length) in bytes of the volume; sparse runs are an error."""
        with self.inode(path) as inode, self.data(inode) as attribute:
            return self._runs(attribute, path)

    def _runs(self, attribute: int, path: str) -> list[tuple[int, int]]:
        if self.lib.ntfs_attr_map_whole_runlist(attribute):
            self.fail(f"map {path}")
        element, runs = peek(attribute, 0), []
        while length := peek(element, 16):
            lcn = peek(element, 8)
            if lcn < 0:
                raise NtfsError("A file is sparse that must not be", seen=path)
            runs.append((lcn * self.cluster, length * self.cluster))
            element += 24
        return runs

    def allocate(self, path: str, size: int) -> list[tuple[int, int]]:
        """Make a file of `size` bytes that is neither sparse nor compressed, initialized to its end; return its runs.

        Its content is whatever lies there: the caller fills or discards all of it.
        """
        self._create(path, S_IFREG)
        return self.extend(path, size)

    def extend(self, path: str, size: int) -> list[tuple[int, int]]:
        """Make a file longer, solid and initialized to its end, and return all its runs. What it gains is whatever lies
        there: the caller fills or discards it."""
        with self.inode(path) as inode:
            with self.data(inode) as attribute:
                if self.lib.ntfs_attr_truncate_solid(attribute, size):
                    self.fail(f"allocate {size} bytes for {path}")
                runs = self._runs(attribute, path)
                poke(attribute, 64, size)
            # Windows refuses to attach a VHD whose initialized size is short of its data size (it reads zeros there)
            context = self.lib.ntfs_attr_get_search_ctx(inode, None)
            if not context or self.lib.ntfs_attr_lookup(AT_DATA, self.unnamed, 0, 0, 0, None, 0, context):
                self.fail(f"look up the data of {path}")
            poke(peek(context, 8), 0x38, size)  # ATTR_RECORD.initialized_size
            holder = peek(context, 24)  # the inode with that record: another one when the file has very many runs
            poke(holder, 24, peek(holder, 24) | NI_DIRTY)
            self.lib.ntfs_attr_put_search_ctx(context)
        return runs

    def copy_in(self, path: str, source: FileDevice, progress: Callable[[int, int], None]) -> None:
        """Copy a big host file in: solid, in few runs, moving only its data; holes become discarded ranges."""
        if self.exists(path):
            self.delete(path)
        target = Extents(self.device, self.allocate(path, source.size), source.size)
        ranges = list(sparse.data_ranges(source.fd))
        total, done, position = sum(length for _, length in ranges), 0, 0
        for start, length in [*ranges, (source.size, 0)]:
            self._clear(target, position, start - position)
            for piece in range(start, start + length, COPY_PIECE):
                size = min(COPY_PIECE, start + length - piece)
                _copy(source, piece, target, size)
                done += size
                progress(done, total)
            position = start + length

    @staticmethod
    def _clear(target: Extents, offset: int, length: int) -> None:
        if length and any(data_ranges(target, offset, length)):
            target.discard(offset, length)


def _copy(source: FileDevice, offset: int, target: Extents, length: int) -> None:
    """Move bytes between two host files inside the kernel; the target's free ranges need no undo but their holes."""
    ground = file_ground(target, offset, length)
    if ground is None:  # an expandable virtual disk is in between
        for at in range(0, length, PIECE):
            target.write_at(offset + at, source.read_at(offset + at, min(PIECE, length - at)))
        return
    for file, start, size in ground:
        if file.before_fill:
            file.before_fill(start, size)
        end = start + size
        while start < end:
            done = os.copy_file_range(source.fd, file.fd, end - start, offset, start)
            if not done:
                raise OSError(errno.EIO, "the source became shorter while it was copied")
            start, offset = start + done, offset + done
