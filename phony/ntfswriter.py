"""Fills an NTFS volume file with a tree, including what a mounted file system has no place for.

libntfs-3g through ctypes, on a plain file (`ntfs_mount` takes a path): no mount, no root. The order of the calls is
wimlib's (src/ntfs-3g_apply.c): create, short name (which closes both inodes), links, attributes, descriptor, streams.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ctypes import c_char_p, c_int, c_int64, c_size_t, c_uint8, c_uint32, c_uint64, c_ulong, c_void_p
from functools import cache
from pathlib import Path
from typing import Any

from hvsbuild.errors import HvsError
from hvsbuild.formats import libntfs
from hvsbuild.formats.filesystem import DIRECTORY
from phony.tree import Item

AT_DATA, FILE_ROOT = 0x80, 5
S_IFDIR, S_IFREG = 0o040000, 0o100000
MOUNT_POINT = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT
REFERENCE = (1 << 48) - 1  # an inode number without its sequence number


PROTOTYPES: tuple[tuple[Any, ...], ...] = (
    ("ntfs_mount", c_void_p, c_char_p, c_ulong),
    ("ntfs_umount", c_int, c_void_p, c_int),
    ("ntfs_pathname_to_inode", c_void_p, c_void_p, c_void_p, c_char_p),
    ("ntfs_inode_open", c_void_p, c_void_p, c_uint64),
    ("ntfs_inode_close", c_int, c_void_p),
    ("ntfs_inode_set_times", c_int, c_void_p, c_char_p, c_size_t, c_int),
    ("ntfs_create", c_void_p, c_void_p, c_uint32, c_char_p, c_uint8, c_uint32),
    ("ntfs_link", c_int, c_void_p, c_void_p, c_char_p, c_uint8),
    ("ntfs_set_ntfs_dos_name", c_int, c_void_p, c_void_p, c_char_p, c_size_t, c_int),
    ("ntfs_set_ntfs_attrib", c_int, c_void_p, c_char_p, c_size_t, c_int),
    ("ntfs_set_ntfs_acl", c_int, c_void_p, c_void_p, c_char_p, c_size_t, c_int),
    ("ntfs_set_ntfs_reparse_data", c_int, c_void_p, c_char_p, c_size_t, c_int),
    ("ntfs_attr_add", c_int, c_void_p, c_uint32, c_char_p, c_uint8, c_char_p, c_int64),
    ("ntfs_attr_open", c_void_p, c_void_p, c_uint32, c_char_p, c_uint32),
    ("ntfs_attr_truncate_solid", c_int, c_void_p, c_int64),
    ("ntfs_attr_pwrite", c_int64, c_void_p, c_int64, c_int64, c_char_p),
    ("ntfs_attr_close", None, c_void_p),
)


@cache
def library() -> Any:
    """libntfs-3g with the prototypes of the functions used here."""
    return libntfs.bind(PROTOTYPES)


def number_of(inode: int) -> int:
    """`mft_no`, the first field of struct ntfs_inode (inode.h)."""
    return int(ctypes.c_uint64.from_address(inode).value) & REFERENCE


def utf16(name: str) -> tuple[bytes, int]:
    """A name for the library and its length in characters."""
    text = name.encode("utf-16-le")
    return text, len(text) // 2


class Writer:
    """One mounted volume. `items` must come folders first (`tree.with_parents`)."""

    def __init__(self, volume: int) -> None:
        self.lib, self.volume = library(), volume
        self.folders: dict[str, int] = {"": FILE_ROOT}
        # struct SECURITY_CONTEXT (security.h): the volume, then pointers and ids that may all be 0
        self.context = ctypes.create_string_buffer(struct.pack("<Q", volume), 64)

    def check(self, failed: object, what: str) -> None:
        if failed:
            code = ctypes.get_errno()
            raise HvsError("The phony NTFS volume cannot be filled", seen=f"{what}: {os.strerror(code or errno.EIO)}")

    @contextmanager
    def inode(self, number: int) -> Iterator[int]:
        opened = self.lib.ntfs_inode_open(self.volume, number)
        self.check(not opened, f"open inode {number}")
        try:
            yield opened
        finally:
            self.check(self.lib.ntfs_inode_close(opened), f"close inode {number}")

    def know(self, path: str) -> None:
        """Learn of a folder that an earlier mount made, so that items can be put into it."""
        inode = self.lib.ntfs_pathname_to_inode(self.volume, None, path.replace("\\", "/").encode())
        self.check(not inode, f"find {path}")
        self.folders[path.upper()] = number_of(inode)
        self.check(self.lib.ntfs_inode_close(inode), f"close {path}")

    def fill(self, items: Iterable[Item]) -> None:
        folders: list[Item] = []
        for item in items:
            number = self.create(item)
            if item.data is None:
                self.folders[item.path.upper()] = number
                folders.append(item)
            with self.inode(number) as inode:
                self.describe(inode, item)
        for item in folders:  # at the end: names that are added change a folder's times
            with self.inode(self.folders[item.path.upper()]) as inode:
                self.set_times(inode, item)

    def create(self, item: Item) -> int:
        """Make the item with its short name; its inode number. The root (path "") is there."""
        if not item.path:
            return FILE_ROOT
        kind = S_IFDIR if item.data is None else S_IFREG
        parent = self.lib.ntfs_inode_open(self.volume, self.folders[item.folder.upper()])
        self.check(not parent, f"open {item.folder}")
        made = self.lib.ntfs_create(parent, 0, *utf16(item.name), kind)
        self.check(not made, f"create {item.path}")
        number = number_of(made)
        if item.short:
            short = item.short.encode()
            failed = self.lib.ntfs_set_ntfs_dos_name(made, parent, short, len(short), 0)  # closes both
            self.check(failed, f"short name of {item.path}")
        else:
            self.check(self.lib.ntfs_inode_close(made), f"close {item.path}")
            self.check(self.lib.ntfs_inode_close(parent), f"close {item.folder}")
        return number

    def describe(self, inode: int, item: Item) -> None:
        """Everything but the name: links, attributes, descriptor, data, streams, times."""
        for link in item.links:
            folder, _, name = link.rpartition("\\")
            with self.inode(self.folders[folder.upper()]) as parent:
                self.check(self.lib.ntfs_link(inode, parent, *utf16(name)), f"link {link}")
        attributes = struct.pack("<I", item.attributes | (DIRECTORY if item.data is None else 0))
        self.check(self.lib.ntfs_set_ntfs_attrib(inode, attributes, 4, 0), f"attributes of {item.path}")
        code = self.lib.ntfs_set_ntfs_acl(self.context, inode, item.descriptor, len(item.descriptor), 0)
        self.check(code, f"security descriptor of {item.path}")
        if item.data is not None:
            self.store(inode, "", item.data if isinstance(item.data, bytes) else item.data())
        for name, data in item.streams:
            self.check(self.lib.ntfs_attr_add(inode, AT_DATA, *utf16(name), None, 0), f"stream of {item.path}")
            self.store(inode, name, data)
        if item.junction:
            data = mount_point(item.junction)
            self.check(self.lib.ntfs_set_ntfs_reparse_data(inode, data, len(data), 0), f"junction {item.path}")
        self.set_times(inode, item)

    def store(self, inode: int, stream: str, data: bytes) -> None:
        if not data:
            return
        attribute = self.lib.ntfs_attr_open(inode, AT_DATA, *(utf16(stream) if stream else (None, 0)))
        self.check(not attribute, "open a data stream")
        try:
            self.check(self.lib.ntfs_attr_truncate_solid(attribute, len(data)), f"allocate {len(data)} bytes")
            done = self.lib.ntfs_attr_pwrite(attribute, 0, len(data), data)
            self.check(done != len(data), f"write {len(data)} bytes")
        finally:
            self.lib.ntfs_attr_close(attribute)

    def set_times(self, inode: int, item: Item) -> None:
        times = struct.pack("<3Q", *item.times())
        self.check(self.lib.ntfs_inode_set_times(inode, times, len(times), 0), f"times of {item.path}")


def mount_point(target: str) -> bytes:
    """The reparse data of a junction to a full path like `C:\\Users` ([MS-FSCC] 2.1.2.5)."""
    substitute, printed = f"\\??\\{target}".encode("utf-16-le"), target.encode("utf-16-le")
    names = substitute + b"\0\0" + printed + b"\0\0"
    places = struct.pack("<4H", 0, len(substitute), len(substitute) + 2, len(printed))
    return struct.pack("<IHH", MOUNT_POINT, len(places) + len(names), 0) + places + names


@contextmanager
def writer(path: Path) -> Iterator[Writer]:
    """The volume in the file `path`, mounted for writing; unmounted when the block ends."""
    lib = library()
    volume = lib.ntfs_mount(os.fsencode(path), 0)
    if not volume:
        raise HvsError("The phony NTFS volume cannot be opened", seen=os.strerror(ctypes.get_errno()))
    try:
        yield Writer(volume)
    finally:
        if lib.ntfs_umount(volume, 0):
            raise HvsError("The phony NTFS volume cannot be closed", seen=os.strerror(ctypes.get_errno()))
