"""The outside of a registry hive (regf): its base block, and an empty hive in our own bytes.

Layout: https://github.com/msuhanov/regf/blob/master/Windows%20registry%20file%20format%20specification.md
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import reduce
from operator import xor
from pathlib import Path

from hvsbuild.errors import FormatError

BLOCK = 4096
NIL = 0xFFFFFFFF
BIG_DATA = 16344  # a value longer than this is stored in pieces from version 1.4 on
BIG_DATA_MINOR = 4
_ROOT_FLAGS = 0x04 | 0x08 | 0x20  # hive entry, no delete, name in Latin-1


class HiveError(FormatError):
    """A file that cannot be used as a registry hive."""


@dataclass(frozen=True)
class BaseBlock:
    """What the first 4096 bytes say. `length`: bytes of hive data after them; `root`: the root cell in those."""

    minor: int
    sequences: tuple[int, int]
    root: int
    length: int

    @property
    def dirty(self) -> bool:
        return self.sequences[0] != self.sequences[1]


def checksum(block: bytes) -> int:
    """XOR of the first 127 words; 0 and -1 are kept out, as in the specification."""
    value: int = reduce(xor, struct.unpack_from("<127I", block))
    return {0: 1, NIL: NIL - 1}.get(value, value)


def read_base_block(block: bytes, size: int, name: str, *, dirty_ok: bool = False) -> BaseBlock:
    """Check the first 4096 bytes of a hive file of `size` bytes. Raises `HiveError`."""
    if block[:4] != b"regf":
        raise HiveError(
            "This is not a registry hive", seen=f"{name}: its first bytes are {block[:4].hex(' ') or 'none'}"
        )
    if len(block) < BLOCK:
        raise HiveError("The registry hive is cut short", seen=f"{name}: {size} bytes, less than its header")
    first, second = struct.unpack_from("<2I", block, 4)
    major, minor, kind, layout, root, length = struct.unpack_from("<6I", block, 20)
    if struct.unpack_from("<I", block, 508)[0] != checksum(block):
        raise HiveError(
            "The header of the registry hive is damaged",
            seen=f"{name}: its checksum is wrong",
            why="Windows was interrupted while it wrote this file; what is in it cannot be trusted",
            do="take the hive from an intact image, or let Windows repair it by loading it once",
        )
    if (major, kind, layout) != (1, 0, 1) or not 0 < length < 1 << 31 or length % BLOCK:
        raise HiveError("This is not a registry hive", seen=f"{name}: version {major}.{minor}, type {kind}.{layout}")
    if size < BLOCK + length:
        raise HiveError("The registry hive is cut short", seen=f"{name}: {size} bytes of {BLOCK + length}")
    if first != second and not dirty_ok:
        raise HiveError(
            "The registry hive is dirty",
            seen=f"{name}: its sequence numbers are {first} and {second}",
            why="the newest changes lie in log files beside it, which only Windows can bring in",
            do="load and unload it once on Windows (reg load, reg unload), then try again",
        )
    return BaseBlock(minor, (first, second), root, length)


def security_descriptor() -> bytes:
    """Owner Administrators, group SYSTEM, both with full control: as in a BCD store made by bcdedit (self-relative)."""
    administrators = bytes.fromhex("01020000000000052000000020020000")
    system = bytes.fromhex("010100000000000512000000")
    entries = b"".join(struct.pack("<BBHI", 0, 0, 8 + len(sid), 0xF003F) + sid for sid in (administrators, system))
    dacl = struct.pack("<BBHHH", 2, 0, 8 + len(entries), 2, 0) + entries
    owner = 20 + len(dacl)
    return struct.pack("<BBHIIII", 1, 0, 0x8004, owner, owner + 16, 0, 20) + dacl + administrators + system


def empty_hive(root_name: str) -> bytes:
    """A hive of version 1.3 (the version of BCD stores) with nothing but its root key; all times are 0.

    Raises `HiveError` for a name that is not 1 to 255 Latin-1 characters without a backslash.
    """
    try:
        name = root_name.encode("latin-1")
    except UnicodeEncodeError:
        name = b""
    if not 0 < len(name) < 256 or b"\\" in name or b"\0" in name:
        raise HiveError("Not a name for the root key of a hive", seen=repr(root_name))
    descriptor = security_descriptor()
    root_size = -(-(4 + 76 + len(name)) // 8) * 8
    sk_size = -(-(4 + 20 + len(descriptor)) // 8) * 8
    root, sk = 32, 32 + root_size
    key = struct.pack("<2sHQIIIIIIIIII", b"nk", _ROOT_FLAGS, 0, 0, NIL, 0, 0, NIL, NIL, 0, NIL, sk, NIL)
    key += struct.pack("<5I2H", 0, 0, 0, 0, 0, len(name), 0) + name
    security = struct.pack("<2sHIIII", b"sk", 0, sk, sk, 1, len(descriptor)) + descriptor
    bin_ = struct.pack("<4sII20x", b"hbin", 0, BLOCK)
    bin_ += struct.pack(f"<i{root_size - 4}s", -root_size, key) + struct.pack(f"<i{sk_size - 4}s", -sk_size, security)
    bin_ += struct.pack("<i", BLOCK - len(bin_))
    base = struct.pack("<4sIIQ6II", b"regf", 1, 1, 0, 1, 3, 0, 1, root, BLOCK, 1).ljust(508, b"\0")
    base += struct.pack("<I", checksum(base))
    return base.ljust(BLOCK, b"\0") + bin_.ljust(BLOCK, b"\0")


def new_hive(path: Path, root_name: str) -> None:
    """Write an empty hive (see `empty_hive`); an old file is replaced."""
    path.write_bytes(empty_hive(root_name))
