"""libntfs-3g through ctypes: its functions, and a device of our own for it to work on.

The library is given a table of callbacks that read and write a `BlockDevice` (`struct ntfs_device_operations`, ntfs-3g
include/ntfs-3g/device.h): no root, no loop device, no FUSE. Struct offsets are those of the 64-bit
libntfs-3g.so.89 (2021.8.22 to 2022.10.3); `NtfsVolume` compares them with the volume's own boot sector.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from collections.abc import Iterable
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_long, c_uint8, c_uint32, c_uint64, c_ulong, c_void_p
from functools import cache
from typing import Any

from hvsbuild.errors import MissingTool
from hvsbuild.formats.block import BlockDevice, DeviceFile

ND_OPEN = 1 << 0  # struct ntfs_device.d_state: enum ntfs_device_state_bits


def _signature(result: Any, *arguments: Any) -> Any:
    return CFUNCTYPE(result, *arguments, use_errno=True)


OPEN = _signature(c_int, POINTER(c_void_p), c_int)
CLOSE = SYNC = _signature(c_int, POINTER(c_void_p))
SEEK = _signature(c_int64, POINTER(c_void_p), c_int64, c_int)
TRANSFER = _signature(c_int64, POINTER(c_void_p), c_void_p, c_int64)
TRANSFER_AT = _signature(c_int64, POINTER(c_void_p), c_void_p, c_int64, c_int64)
STAT = _signature(c_int, POINTER(c_void_p), c_void_p)
IOCTL = _signature(c_int, POINTER(c_void_p), c_ulong, c_void_p)


class Operations(ctypes.Structure):
    """struct ntfs_device_operations"""

    _fields_ = [
        ("open", OPEN),
        ("close", CLOSE),
        ("seek", SEEK),
        ("read", TRANSFER),
        ("write", TRANSFER),
        ("pread", TRANSFER_AT),
        ("pwrite", TRANSFER_AT),
        ("sync", SYNC),
        ("stat", STAT),
        ("ioctl", IOCTL),
    ]


# (function, what it returns, its arguments …)
PROTOTYPES: tuple[tuple[Any, ...], ...] = (
    ("ntfs_device_alloc", c_void_p, c_char_p, c_long, POINTER(Operations), c_void_p),
    ("ntfs_device_free", c_int, c_void_p),
    ("ntfs_device_mount", c_void_p, c_void_p, c_ulong),
    ("ntfs_umount", c_int, c_void_p, c_int),
    ("ntfs_set_ignore_case", c_int, c_void_p),
    ("ntfs_volume_get_free_space", c_int, c_void_p),
    ("ntfs_pathname_to_inode", c_void_p, c_void_p, c_void_p, c_char_p),
    ("ntfs_inode_close", c_int, c_void_p),
    ("ntfs_create", c_void_p, c_void_p, c_uint32, c_void_p, c_uint8, c_uint32),
    ("ntfs_delete", c_int, c_void_p, c_char_p, c_void_p, c_void_p, c_void_p, c_uint8),
    ("ntfs_attr_open", c_void_p, c_void_p, c_uint32, c_void_p, c_uint32),
    ("ntfs_attr_close", None, c_void_p),
    ("ntfs_attr_pwrite", c_int64, c_void_p, c_int64, c_int64, c_char_p),
    ("ntfs_attr_truncate", c_int, c_void_p, c_int64),
    ("ntfs_attr_truncate_solid", c_int, c_void_p, c_int64),
    ("ntfs_attr_map_whole_runlist", c_int, c_void_p),
    ("ntfs_attr_get_search_ctx", c_void_p, c_void_p, c_void_p),
    ("ntfs_attr_put_search_ctx", None, c_void_p),
    ("ntfs_attr_lookup", c_int, c_uint32, c_void_p, c_uint32, c_int, c_uint64, c_void_p, c_uint32, c_void_p),
    ("ntfs_set_ntfs_attrib", c_int, c_void_p, c_char_p, ctypes.c_size_t, c_int),
    ("ntfs_open_secure", c_int, c_void_p),
    ("ntfs_inherited_id", c_uint32, c_void_p, c_void_p, c_int),
)


class SecurityContext(ctypes.Structure):
    """struct SECURITY_CONTEXT (include/ntfs-3g/security.h): without mappings, owners are Windows' Administrators."""

    _fields_ = [
        ("vol", c_void_p),
        ("mapping", c_void_p * 2),
        ("cache", POINTER(c_void_p)),
        ("uid", c_uint32),
        ("gid", c_uint32),
        ("tid", c_uint32),
        ("umask", c_uint32),
    ]


def bind(prototypes: Iterable[tuple[Any, ...]]) -> Any:
    """libntfs-3g with the prototypes of the functions that the caller uses, quiet and with names in UTF-8."""
    try:
        lib = ctypes.CDLL("libntfs-3g.so.89", use_errno=True)
    except OSError:
        raise MissingTool("libntfs-3g.so.89", "ntfs-3g") from None
    own = (("ntfs_set_char_encoding", c_int, c_char_p), ("ntfs_log_set_handler", None, c_void_p))
    for name, result, *arguments in (*own, *prototypes):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    # quiet: what goes wrong comes back through errno; the symbol's address is the handler
    lib.ntfs_log_set_handler(ctypes.cast(lib.ntfs_log_handler_null, c_void_p))
    lib.ntfs_set_char_encoding(b"C.UTF-8")
    return lib


@cache
def library() -> Any:
    """libntfs-3g as it is used here."""
    return bind(PROTOTYPES)


def peek(address: int, offset: int, form: str = "<q") -> int:
    return int(struct.unpack(form, ctypes.string_at(address + offset, struct.calcsize(form)))[0])


def poke(address: int, offset: int, value: int, form: str = "<q") -> None:
    ctypes.memmove(address + offset, struct.pack(form, value), struct.calcsize(form))


class DeviceOperations:
    """The callbacks of one device. A Python exception in one is kept in `error` and raised after the C call."""

    def __init__(self, device: BlockDevice) -> None:
        self.device, self.file = device, DeviceFile(device)
        self.error: BaseException | None = None
        self.table = Operations(
            open=OPEN(self.open),
            close=CLOSE(self.close),
            seek=SEEK(lambda _dev, offset, whence: self.file.seek(offset, whence)),
            read=TRANSFER(lambda _dev, buffer, count: self.step(self.pread(buffer, count, self.file.tell()))),
            write=TRANSFER(lambda _dev, buffer, count: self.step(self.pwrite(buffer, count, self.file.tell()))),
            pread=TRANSFER_AT(lambda _dev, buffer, count, offset: self.pread(buffer, count, offset)),
            pwrite=TRANSFER_AT(lambda _dev, buffer, count, offset: self.pwrite(buffer, count, offset)),
            sync=SYNC(lambda _dev: 0),
            stat=STAT(lambda _dev, _buffer: self.refuse(errno.EOPNOTSUPP)),
            ioctl=IOCTL(lambda _dev, _request, _argument: self.refuse(errno.EOPNOTSUPP)),
        )

    @staticmethod
    def refuse(code: int) -> int:
        ctypes.set_errno(code)
        return -1

    def failed(self, error: BaseException) -> int:
        self.error = self.error or error
        return self.refuse(getattr(error, "errno", None) or errno.EIO)

    def open(self, dev: Any, _flags: int) -> int:
        self.state(dev, ND_OPEN, set_it=True)
        return 0

    def close(self, dev: Any) -> int:
        self.state(dev, ND_OPEN, set_it=False)
        return 0

    @staticmethod
    def state(dev: Any, bit: int, *, set_it: bool) -> None:
        address = ctypes.cast(dev, c_void_p).value or 0
        old = peek(address, 8)
        poke(address, 8, old | bit if set_it else old & ~bit)

    def step(self, done: int) -> int:
        self.file.seek(max(done, 0), 1)
        return done

    def pread(self, buffer: int, count: int, offset: int) -> int:
        try:
            count = max(0, min(count, self.device.size - offset))
            ctypes.memmove(buffer, self.device.read_at(offset, count), count)
        except BaseException as error:
            return self.failed(error)
        return count

    def pwrite(self, buffer: int, count: int, offset: int) -> int:
        try:
            self.device.write_at(offset, ctypes.string_at(buffer, count))
        except BaseException as error:
            return self.failed(error)
        return count
