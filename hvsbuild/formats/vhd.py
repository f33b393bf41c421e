"""Virtual hard disks (VHD): the footer, the fixed kind in full, reading of the dynamic kind.

Source: "Virtual Hard Disk Image Format Specification" 1.0 (Microsoft). All numbers are big-endian. A fixed VHD is the
disk's sectors followed by one footer sector. The geometry in the footer is advisory: the size is `current_size`.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats.block import SECTOR, BlockDevice, DeviceFile, Slice, check_range

# cookie, features, version, data offset, timestamp, creator, its version, its host, original size, current size,
# cylinders, heads, sectors per track, type, checksum, unique id, saved state
FOOTER = struct.Struct(">8sIIQI4sI4sQQHBBII16sB")
COOKIE, FEATURES, VERSION, NO_OFFSET = b"conectix", 2, 0x00010000, 0xFFFFFFFFFFFFFFFF
CHECKSUM = slice(64, 68)
FIXED, DYNAMIC, DIFFERENCING = 2, 3, 4
KINDS = {FIXED: "fixed", DYNAMIC: "dynamic", DIFFERENCING: "differencing"}
EPOCH_2000 = 946684800  # 2000-01-01T00:00:00Z, where VHD timestamps begin
WINDOWS_7 = 0x00060001  # what Windows 7 and Server 2008 R2 write as creator version


@dataclass(frozen=True)
class Footer:
    """One footer; sizes in bytes, `timestamp` in seconds since 2000, `geometry` is (cylinders, heads, sectors).

    The unique id is stored as Windows stores GUIDs, little-endian, unlike the numbers: only read so do the ids in
    VHDs made by Windows carry the version digit of a GUID.
    """

    kind: int
    current_size: int
    unique_id: UUID
    timestamp: int
    geometry: tuple[int, int, int]
    original_size: int
    creator: str = "win "
    creator_version: int = WINDOWS_7
    creator_host: str = "Wi2k"
    data_offset: int = NO_OFFSET
    saved_state: int = 0

    def pack(self) -> bytes:
        """The 512 bytes, checksum included."""
        data = FOOTER.pack(
            COOKIE, FEATURES, VERSION, self.data_offset, self.timestamp, self.creator.encode("latin-1"),
            self.creator_version, self.creator_host.encode("latin-1"), self.original_size, self.current_size,
            *self.geometry, self.kind, 0, self.unique_id.bytes_le, self.saved_state,
        ).ljust(SECTOR, b"\0")  # fmt: skip
        return data[:64] + struct.pack(">I", checksum(data)) + data[68:]


def checksum(footer: bytes) -> int:
    """One's complement of the sum of the bytes, with the checksum field taken as 0."""
    return ~(sum(footer) - sum(footer[CHECKSUM])) & 0xFFFFFFFF


def geometry(size: int) -> tuple[int, int, int]:
    """Cylinders, heads and sectors per track of a disk of `size` bytes (the specification's appendix)."""
    total = min(size // SECTOR, 65535 * 16 * 255)
    if total >= 65535 * 16 * 63:
        sectors, heads = 255, 16
        tracks = total // sectors
    else:
        sectors = 17
        tracks = total // sectors
        heads = max(4, -(-tracks // 1024))
        if tracks >= heads * 1024 or heads > 16:
            sectors, heads = 31, 16
            tracks = total // sectors
        if tracks >= heads * 1024:
            sectors, heads = 63, 16
            tracks = total // sectors
    return tracks // heads, heads, sectors


def make_footer(size: int, unique_id: UUID, epoch: int) -> Footer:
    """The footer of a new fixed VHD of `size` bytes, as Windows 7 writes it. `epoch`: seconds since 1970."""
    if size <= 0 or size % SECTOR:
        raise ValueError(f"{size} bytes are not a number of whole sectors")
    return Footer(FIXED, size, unique_id, max(0, epoch - EPOCH_2000), geometry(size), size)


def read_footer(device: BlockDevice) -> Footer:
    """The footer in the last sector of a VHD file. `FormatError` when it is none or its checksum is wrong."""
    data = device.read_at(device.size - SECTOR, SECTOR) if device.size >= SECTOR else b""
    if data[:8] != COOKIE:
        old = data[1:9] == COOKIE
        why = "its footer has 511 bytes, as old Virtual PCs wrote it" if old else "no footer in the last sector"
        raise FormatError("Not a VHD", seen=f"{device.size} bytes, {why}")
    (found,) = struct.unpack(">I", data[CHECKSUM])
    if found != checksum(data):
        raise FormatError("A VHD's footer is damaged", seen=f"checksum 0x{found:08x}, expected 0x{checksum(data):08x}")
    (
        _, _, _, offset, timestamp, creator, creator_version, host, original, current,
        cylinders, heads, sectors, kind, _, unique_id, saved,
    ) = FOOTER.unpack_from(data)  # fmt: skip
    if kind not in KINDS:
        raise FormatError("A VHD of an unknown type", seen=f"type {kind}; known are 2 fixed, 3 dynamic, 4 differencing")
    return Footer(
        kind, current, UUID(bytes_le=unique_id), timestamp, (cylinders, heads, sectors), original,
        creator.decode("latin-1"), creator_version, host.decode("latin-1"), offset, saved,
    )  # fmt: skip


def create_fixed(path: Path, size: int, unique_id: UUID, epoch: int) -> None:
    """Make a fixed VHD of exactly `size` bytes, all zeros, as a sparse host file of `size` + 512 bytes.

    `FileExistsError` when there is a file of this name; `ValueError` for a size that is not whole sectors.
    """
    footer = make_footer(size, unique_id, epoch).pack()
    with path.open("xb") as file:
        os.truncate(file.fileno(), size)
        file.seek(size)
        file.write(footer)


def disk_inside(device: BlockDevice) -> BlockDevice:
    """The sectors of the disk in a VHD file: a fixed one can be written, a dynamic one only read.

    `FormatError` for what is no VHD, `HvsError` for a differencing one: its parent is another file.
    """
    footer = read_footer(device)
    if footer.kind == FIXED:
        if footer.current_size + SECTOR > device.size:
            seen = f"the footer promises {footer.current_size} bytes, the file holds {device.size - SECTOR} before it"
            raise FormatError("A fixed VHD is cut short", seen=seen)
        return Slice(device, 0, footer.current_size)
    if footer.kind == DIFFERENCING:
        raise HvsError(
            "A differencing VHD cannot be read alone",
            seen=f"unique id {footer.unique_id}",
            why="most of its sectors are in its parent, another file",
            do="merge it into its parent, or use a fixed VHD",
        )
    return DynamicDisk(device, footer.current_size)


class DynamicDisk:
    """The disk in a dynamic VHD, for reading (by libvhdi)."""

    def __init__(self, device: BlockDevice, size: int) -> None:
        import pyvhdi

        self.size = size
        self._file: Any = pyvhdi.file()
        try:
            self._file.open_file_object(DeviceFile(device))
        except OSError as error:
            raise FormatError("A dynamic VHD cannot be read", seen=str(error)) from error

    def read_at(self, offset: int, length: int) -> bytes:
        check_range(offset, length, self.size)
        parts: list[bytes] = []
        while length:
            try:
                part: bytes = self._file.read_buffer_at_offset(length, offset)
            except OSError as error:
                raise FormatError("A dynamic VHD cannot be read", seen=str(error)) from error
            if not part:
                raise FormatError("A dynamic VHD cannot be read", seen=f"nothing at offset {offset}")
            parts.append(part)
            offset, length = offset + len(part), length - len(part)
        return b"".join(parts)

    def write_at(self, offset: int, data: bytes) -> None:
        raise self._read_only(f"{len(data)} bytes at {offset}")

    def discard(self, offset: int, length: int) -> None:
        raise self._read_only(f"{length} bytes at {offset}")

    @staticmethod
    def _read_only(seen: str) -> HvsError:
        return HvsError("A dynamic VHD can only be read", seen=seen, do="use a fixed VHD (type: fixed)")
