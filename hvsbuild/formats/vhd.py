"""Virtual hard disks (VHD): the footer, and the fixed kind. `vhd_dynamic.py` has the kinds with blocks, `vdisk.py` is
the way to a disk of any kind.

Source: "Virtual Hard Disk Image Format Specification" 1.0 (Microsoft). All numbers are big-endian. A fixed VHD is the
disk's sectors followed by one footer sector. The geometry in the footer is advisory: the size is `current_size`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from uuid import UUID

from hvsbuild.errors import FormatError
from hvsbuild.formats.block import SECTOR, BlockDevice, GrowableDevice, Slice

# cookie, features, version, data offset, timestamp, creator, its version, its host, original size, current size,
# cylinders, heads, sectors per track, type, checksum, unique id, saved state
FOOTER = struct.Struct(">8sIIQI4sI4sQQHBBII16sB")
COOKIE, FEATURES, VERSION, NO_OFFSET = b"conectix", 2, 0x00010000, 0xFFFFFFFFFFFFFFFF
CHECKSUM = slice(64, 68)
FIXED, DYNAMIC, DIFFERENCING = 2, 3, 4
KINDS = {FIXED: "fixed", DYNAMIC: "expandable", DIFFERENCING: "differencing"}
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


def make_footer(size: int, unique_id: UUID, epoch: int, kind: int = FIXED) -> Footer:
    """The footer of a new VHD of `size` bytes, as Windows 7 writes it. `epoch`: seconds since 1970."""
    if size <= 0 or size % SECTOR:
        raise ValueError(f"{size} bytes are not a number of whole sectors")
    offset = NO_OFFSET if kind == FIXED else SECTOR
    return Footer(kind, size, unique_id, max(0, epoch - EPOCH_2000), geometry(size), size, data_offset=offset)


def read_footer(device: BlockDevice, *, checked: bool = True) -> Footer:
    """The footer in the last sector of a VHD file. `FormatError` when it is none or (unless not `checked`) its
    checksum is wrong."""
    data = device.read_at(device.size - SECTOR, SECTOR) if device.size >= SECTOR else b""
    if data[:8] != COOKIE:
        old = data[1:9] == COOKIE
        why = "its footer has 511 bytes, as old Virtual PCs wrote it" if old else "no footer in the last sector"
        if data and device.read_at(0, 8) == COOKIE:
            why += ", though the first sector is the copy of one: the file is cut short"
        raise FormatError("Not a VHD", seen=f"{device.size} bytes, {why}")
    (found,) = struct.unpack(">I", data[CHECKSUM])
    if checked and found != checksum(data):
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


def create(device: GrowableDevice, size: int, unique_id: UUID, epoch: int) -> None:
    """Make a fixed VHD of exactly `size` bytes, all zeros, in an empty file; `ValueError` for a size that is not whole
    sectors."""
    footer = make_footer(size, unique_id, epoch).pack()
    device.grow(size + SECTOR)
    device.write_at(size, footer)


def inside_fixed(device: BlockDevice, footer: Footer) -> Slice:
    """The disk in a fixed VHD. `FormatError` when sectors are missing."""
    if footer.current_size + SECTOR > device.size:
        seen = f"the footer promises {footer.current_size} bytes, the file holds {device.size - SECTOR} before it"
        raise FormatError("A fixed VHD is cut short", seen=seen)
    return Slice(device, 0, footer.current_size)
