"""libhivex through ctypes: just the calls that `Hive` needs, with Python's types and errors.

Every function raises `OSError` with libhivex's errno. Handles of keys and values are file offsets (integers).
Source: hivex(3), https://libguestfs.org/hivex.3.html
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Sequence
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_int32, c_size_t, c_void_p
from functools import cache
from pathlib import Path

from hvsbuild.errors import MissingTool
from hvsbuild.formats.regvalue import RegValue

_WRITE = 4


class _SetValue(Structure):
    _fields_ = (("key", c_char_p), ("t", c_int32), ("len", c_size_t), ("value", c_char_p))


_SIGNATURES: dict[str, tuple[object, tuple[object, ...]]] = {
    "hivex_open": (c_void_p, (c_char_p, c_int)),
    "hivex_close": (c_int, (c_void_p,)),
    "hivex_root": (c_size_t, (c_void_p,)),
    "hivex_node_name": (c_void_p, (c_void_p, c_size_t)),
    "hivex_node_name_len": (c_size_t, (c_void_p, c_size_t)),
    "hivex_node_children": (POINTER(c_size_t), (c_void_p, c_size_t)),
    "hivex_node_values": (POINTER(c_size_t), (c_void_p, c_size_t)),
    "hivex_value_key": (c_void_p, (c_void_p, c_size_t)),
    "hivex_value_key_len": (c_size_t, (c_void_p, c_size_t)),
    "hivex_value_type": (c_int, (c_void_p, c_size_t, POINTER(c_int32), POINTER(c_size_t))),
    "hivex_value_value": (c_void_p, (c_void_p, c_size_t, POINTER(c_int32), POINTER(c_size_t))),
    "hivex_value_data_cell_offset": (c_size_t, (c_void_p, c_size_t, POINTER(c_size_t))),
    "hivex_node_add_child": (c_size_t, (c_void_p, c_size_t, c_char_p)),
    "hivex_node_delete_child": (c_int, (c_void_p, c_size_t)),
    "hivex_node_set_values": (c_int, (c_void_p, c_size_t, c_size_t, POINTER(_SetValue), c_int)),
    "hivex_commit": (c_int, (c_void_p, c_char_p, c_int)),
}


@cache
def _library() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    """libhivex and the C library whose `free` takes its strings; `MissingTool` when libhivex is absent."""
    try:
        library = ctypes.CDLL("libhivex.so.0", use_errno=True)
    except OSError as error:
        raise MissingTool("libhivex", "libhivex0") from error
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    libc = ctypes.CDLL(None)
    libc.free.restype, libc.free.argtypes = None, (c_void_p,)
    return library, libc


class HivexHandle:
    """One open hive."""

    def __init__(self, path: Path, writable: bool) -> None:
        self.library, self.libc = _library()
        ctypes.set_errno(0)
        self._handle: int | None = self.library.hivex_open(os.fsencode(path), _WRITE if writable else 0)
        if not self._handle:
            raise self._error()

    @property
    def handle(self) -> int:
        """libhivex's handle; a closed one would crash the process."""
        if not self._handle:
            raise ValueError("the hive is closed")
        return self._handle

    @staticmethod
    def _error() -> OSError:
        number = ctypes.get_errno()
        return OSError(number, os.strerror(number) if number else "unknown error of libhivex")

    def close(self) -> None:
        if self._handle:
            self.library.hivex_close(self._handle)
            self._handle = None

    def _string(self, what: str, offset: int) -> str:
        """A name; its length is asked for because a registry name may hold a NUL."""
        ctypes.set_errno(0)
        length = getattr(self.library, f"{what}_len")(self.handle, offset)
        pointer = getattr(self.library, what)(self.handle, offset)
        if not pointer:
            raise self._error()
        try:
            return ctypes.string_at(pointer, length).decode("utf-8", "surrogatepass")
        finally:
            self.libc.free(pointer)

    def _list(self, function: str, node: int) -> list[int]:
        """A malloc'ed array of offsets that ends with a 0."""
        ctypes.set_errno(0)
        array = getattr(self.library, function)(self.handle, node)
        if not array:
            raise self._error()
        result: list[int] = []
        while array[len(result)]:
            result.append(array[len(result)])
        self.libc.free(array)
        return result

    def root(self) -> int:
        ctypes.set_errno(0)
        node: int = self.library.hivex_root(self.handle)
        if not node:
            raise self._error()
        return node

    def children(self, node: int) -> list[int]:
        return self._list("hivex_node_children", node)

    def name(self, node: int) -> str:
        return self._string("hivex_node_name", node)

    def values(self, node: int) -> list[int]:
        return self._list("hivex_node_values", node)

    def value_name(self, value: int) -> str:
        return self._string("hivex_value_key", value)

    def value_size(self, value: int) -> int:
        """The length of the data in bytes, without reading them. Raises when the data's cell is not there."""
        kind, length = c_int32(), c_size_t()
        ctypes.set_errno(0)
        if self.library.hivex_value_type(self.handle, value, byref(kind), byref(length)):
            raise self._error()
        cell = self.library.hivex_value_data_cell_offset(self.handle, value, None)
        if not cell and ctypes.get_errno():
            raise self._error()
        return length.value

    def value(self, value: int) -> RegValue:
        kind, length = c_int32(), c_size_t()
        ctypes.set_errno(0)
        pointer = self.library.hivex_value_value(self.handle, value, byref(kind), byref(length))
        if not pointer:
            raise self._error()
        try:
            return RegValue(kind.value & 0xFFFFFFFF, ctypes.string_at(pointer, length.value))
        finally:
            self.libc.free(pointer)

    def add_child(self, node: int, name: str) -> int:
        ctypes.set_errno(0)
        child: int = self.library.hivex_node_add_child(self.handle, node, name.encode())
        if not child:
            raise self._error()
        return child

    def delete_child(self, node: int) -> None:
        ctypes.set_errno(0)
        if self.library.hivex_node_delete_child(self.handle, node):
            raise self._error()

    def set_values(self, node: int, values: Sequence[tuple[str, RegValue]]) -> None:
        """Replace all values of a key, in this order."""
        if any("\0" in name for name, _ in values):  # libhivex would cut the name short
            raise OSError(errno.EINVAL, "the name of a value holds a NUL")
        array = (_SetValue * len(values))()
        for slot, (name, value) in zip(array, values, strict=True):
            slot.key, slot.len, slot.value = name.encode(), len(value.data), value.data
            slot.t = c_int32(value.type).value
        ctypes.set_errno(0)
        if self.library.hivex_node_set_values(self.handle, node, len(values), array, 0):
            raise self._error()

    def commit(self, path: Path) -> None:
        """Write the whole hive to `path`."""
        ctypes.set_errno(0)
        if self.library.hivex_commit(self.handle, os.fsencode(path), 0):
            raise self._error()
