"""Device elements of a BCD store (`device`, `osdevice`, `filedevice`, …): bytes to data and back.

An element is 16 bytes of GUID (the device-options object; zero but for a ramdisk) and one block. A block is
`u32 type, u32 flags, u32 size of the block, u32 0` and a body; blocks nest. All numbers are little-endian.
Layouts decoded from stores that Windows wrote; Microsoft documents only the WMI view of them (BcdDeviceData).
Forms that are not understood to the last byte are kept raw as `Unknown`, never guessed.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from hvsbuild.errors import FormatError

NO_OPTIONS = uuid.UUID(int=0)
DEVICE, OSDEVICE = 0x11000001, 0x21000001
# Where boot code looks for the file that `locate` names: the path element beside `device` and `osdevice`.
PATH_BESIDE = {DEVICE: 0x12000002, OSDEVICE: 0x22000002}

_BLOCK_IO, _BOOT, _PARTITION, _LOCATE = 0, 5, 6, 8
_HARD_DISK, _RAM_DISK, _FILE, _VIRTUAL_DISK = 0, 3, 5, 6
_GPT, _MBR = 0, 1


@dataclass(frozen=True)
class Boot:
    """`boot`: the volume that the machine was started from."""


@dataclass(frozen=True)
class MbrPartition:
    """`partition=` on an MBR disk: the disk's signature and the partition's start in bytes."""

    signature: int
    offset: int


@dataclass(frozen=True)
class GptPartition:
    """`partition=` on a GPT disk: the disk's and the partition's GUID."""

    disk: uuid.UUID
    partition: uuid.UUID


@dataclass(frozen=True)
class Locate:
    """`locate=custom:…`: the first volume that holds the path in `element` of the same object."""

    element: int


@dataclass(frozen=True)
class LocatePath:
    """`locate`: the first volume that holds `path`."""

    path: str


@dataclass(frozen=True)
class File:
    """`file=[host]path`."""

    host: Device
    path: str


@dataclass(frozen=True)
class Ramdisk:
    """`ramdisk=[host]path,{options}`."""

    host: Device
    path: str
    options: uuid.UUID = NO_OPTIONS


@dataclass(frozen=True)
class LocateVhd:
    """`vhd=[host]path,locate=custom:…`: the volume in a VHD that holds the path in `element`; what bcdboot writes.

    Nothing in it names the disk inside the VHD. With a `LocatePath` as host (`vhd=[locate]path`) nothing names
    the disk that holds the VHD either.
    """

    host: Device
    path: str
    element: int


@dataclass(frozen=True)
class VhdPartition:
    """A partition in a VHD, named by the signature or GUIDs of the disk inside it ("qualified")."""

    host: Device
    path: str
    partition: MbrPartition | GptPartition


@dataclass(frozen=True)
class Unknown:
    """A block of a form that is not understood (with its header, without the options GUID)."""

    block: bytes
    options: uuid.UUID = NO_OPTIONS


Device = Boot | MbrPartition | GptPartition | Locate | LocatePath | File | Ramdisk | LocateVhd | VhdPartition | Unknown


# --- encoding ---


def _block(kind: int, body: bytes, flags: int = 0) -> bytes:
    return struct.pack("<4I", kind, flags, len(body) + 16, 0) + body


def _wide(path: str) -> bytes:
    return path.encode("utf-16-le") + b"\0\0"


def _file_at(host: Device, path: str) -> bytes:
    """A path descriptor: version 1, its own length, 5, the block of the host, the path."""
    rest = _encode(host) + _wide(path)
    return struct.pack("<3I", 1, 12 + len(rest), 5) + rest


def _partition(where: MbrPartition | GptPartition, block_type: int, parent: bytes) -> bytes:
    if isinstance(where, MbrPartition):
        ids = struct.pack("<Q8x", where.offset), _MBR, struct.pack("<I12x", where.signature)
    else:
        ids = where.partition.bytes_le, _GPT, where.disk.bytes_le
    return _block(_PARTITION, ids[0] + struct.pack("<2I", block_type, ids[1]) + ids[2] + parent)


def _encode(device: Device) -> bytes:
    """The block of a device, without the options GUID."""
    if isinstance(device, Unknown):
        return device.block
    if isinstance(device, Boot):
        return _block(_BOOT, bytes(56))
    if isinstance(device, MbrPartition | GptPartition):
        return _partition(device, _HARD_DISK, bytes(16))
    if isinstance(device, Locate):
        return _block(_LOCATE, struct.pack("<3IH", 0, device.element, 0, 0))
    if isinstance(device, LocatePath):
        return _block(_LOCATE, struct.pack("<3I", 1, 0, 0) + _wide(device.path))
    if isinstance(device, Ramdisk):
        body = struct.pack("<IQQI", _RAM_DISK, 0, 0, 0) + _file_at(device.host, device.path)
        return _block(_BLOCK_IO, body, flags=1)
    file = _block(_BLOCK_IO, struct.pack("<I", _FILE) + _file_at(device.host, device.path))
    if isinstance(device, File):
        return file
    if isinstance(device, VhdPartition):
        return _partition(device.partition, _VIRTUAL_DISK, file)
    disk = _block(_BLOCK_IO, struct.pack("<I20x", _VIRTUAL_DISK) + file)
    return _block(_LOCATE, struct.pack("<3IH", 0, device.element, 0x1E, 0) + disk)  # 0x1e: where the parent starts


def encode(device: Device) -> bytes:
    """The bytes of a device element."""
    options = device.options if isinstance(device, Ramdisk | Unknown) else NO_OPTIONS
    return options.bytes_le + _encode(device)


# --- decoding ---


def _decode_file(data: bytes) -> tuple[Device, str]:
    """The host and path in a path descriptor."""
    size: int = struct.unpack_from("<I", data, 20)[0]
    return _decode(data[12 : 12 + size]), data[12 + size : -2].decode("utf-16-le")


def _decode_partition(body: bytes) -> Device | None:
    (block_type, style), parent = struct.unpack_from("<2I", body, 16), body[40:]
    where: MbrPartition | GptPartition
    if style == _MBR:
        where = MbrPartition(*struct.unpack_from("<I", body, 24), *struct.unpack_from("<Q", body))
    else:
        where = GptPartition(uuid.UUID(bytes_le=body[24:40]), uuid.UUID(bytes_le=body[:16]))
    if block_type != _VIRTUAL_DISK:
        return where
    file = _decode(parent)
    return VhdPartition(file.host, file.path, where) if isinstance(file, File) else None


def _decode_locate(body: bytes) -> Device | None:
    form, element, parent = struct.unpack_from("<3I", body)
    if form == 1:
        return LocatePath(body[12:-2].decode("utf-16-le"))
    if not parent:
        return Locate(element)
    file = _decode(body[parent - 16 :][40:])  # 40: the header and body of the virtual disk around it
    return LocateVhd(file.host, file.path, element) if isinstance(file, File) else None


def _decode_io(body: bytes) -> Device | None:
    kind: int = struct.unpack_from("<I", body)[0]
    if kind == _FILE:
        return File(*_decode_file(body[4:]))
    return Ramdisk(*_decode_file(body[24:])) if kind == _RAM_DISK else None


_READERS: dict[int, Callable[[bytes], Device | None]] = {
    _BLOCK_IO: _decode_io,
    _BOOT: lambda _: Boot(),
    _PARTITION: _decode_partition,
    _LOCATE: _decode_locate,
}


def _decode(block: bytes) -> Device:
    """A block as data; `Unknown` unless encoding what was read gives the same bytes again."""
    try:
        found = _READERS[struct.unpack_from("<I", block)[0]](block[16:])
        if found is not None and _encode(found) == block:
            return found
    except (struct.error, ValueError, KeyError):  # shorter, not text, or a type with no reader
        pass
    return Unknown(block)


def decode(data: bytes) -> Device:
    """A device element as data; `FormatError` when it is too short to be one."""
    if len(data) < 32:
        raise FormatError("A BCD device element is cut short", seen=f"{len(data)} bytes, at least 32 expected")
    options, device = uuid.UUID(bytes_le=data[:16]), _decode(data[16:])
    if isinstance(device, Ramdisk):
        return Ramdisk(device.host, device.path, options)
    return device if options == NO_OPTIONS else Unknown(data[16:], options)


# --- words ---


def plain_volume(where: MbrPartition | GptPartition) -> str:
    """A partition by what identifies it, for people who have no drive letters before them."""
    if isinstance(where, MbrPartition):
        return f"disk {where.signature:08X} offset {where.offset}"
    return f"disk {{{where.disk}}} partition {{{where.partition}}}"


def describe(
    device: Device,
    volume: Callable[[MbrPartition | GptPartition], str] = plain_volume,
    guid: Callable[[str], str] = str,
) -> str:
    """A device as bcdedit prints it; `volume` names partitions (drive letters), `guid` objects. For a partition that is
    not there (`volume` has no name for it), bcdedit says of the whole device that it is unknown.

    bcdedit's own words for a `VhdPartition` are not known; it is printed as the VHD and the partition in it.
    """
    if isinstance(device, Boot):
        return "boot"
    if isinstance(device, MbrPartition | GptPartition):
        name = volume(device)
        return f"partition={name}" if name else "unknown"
    if isinstance(device, Locate):
        return f"locate=custom:{device.element:08x}"
    if isinstance(device, LocatePath):
        return f"locate={device.path}"
    if isinstance(device, Unknown):
        return f"unknown ({device.block.hex()})"
    host = "locate" if isinstance(device.host, LocatePath) else describe(device.host, volume, guid)
    if host == "unknown":
        return host
    file = f"[{host.removeprefix('partition=')}]{device.path}"
    if isinstance(device, File):
        return f"file={file}"
    if isinstance(device, Ramdisk):
        return f"ramdisk={file},{guid('{' + str(device.options) + '}')}"
    if isinstance(device, LocateVhd):
        return f"vhd={file},locate=custom:{device.element:08x}"
    return f"vhd={file},partition={plain_volume(device.partition)}"
