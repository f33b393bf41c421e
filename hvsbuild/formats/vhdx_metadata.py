"""The metadata of a VHDX: block size, disk size, sector sizes, id, and where its parent is. Source: [MS-VHDX] 2.6."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from uuid import UUID

from hvsbuild.errors import FormatError
from hvsbuild.formats.block import BlockDevice
from hvsbuild.formats.vhdx import MIB

TABLE = struct.Struct("<8sHH")
ENTRY = struct.Struct("<16sIII4x")
ENTRIES_AT, ITEMS_AT = 32, 64 << 10
IS_USER, IS_VIRTUAL_DISK, IS_REQUIRED = 1, 2, 4
FILE_PARAMETERS = UUID("caa16737-fa36-4d43-b3b6-33f0aa44e76b")
DISK_SIZE = UUID("2fa54224-cd1b-4876-b211-5dbed83bf4b8")
DISK_ID = UUID("beca12ab-b2e6-4523-93ef-c309e000c746")
LOGICAL_SECTOR = UUID("8141bf1d-a96f-4709-ba47-f233a8faab5f")
PHYSICAL_SECTOR = UUID("cda348c7-445d-4471-9cc9-e9885251c556")
PARENT_LOCATOR = UUID("a8d35f2d-b30b-454d-abf7-d3d84834ab0c")
KNOWN = (FILE_PARAMETERS, DISK_SIZE, DISK_ID, LOGICAL_SECTOR, PHYSICAL_SECTOR, PARENT_LOCATOR)
LOCATOR_TYPE = UUID("b04aefb7-d19e-4a81-b789-25b8e9445913")  # "the parent is a VHDX"
LEAVE_ALLOCATED, HAS_PARENT = 1, 2
LARGEST = 64 << 40
SECTORS = (512, 4096)


@dataclass(frozen=True)
class Metadata:
    """All items of one VHDX; sizes in bytes. `locator`: the parent's ids and paths by their keys, None without one."""

    size: int
    disk_id: UUID
    block_size: int
    leave_allocated: bool = False
    logical_sector: int = 512
    physical_sector: int = 4096
    locator: dict[str, str] | None = field(default=None)

    def pack(self) -> bytes:
        """The table and its items, in the order in which Windows writes them."""
        flags = LEAVE_ALLOCATED * self.leave_allocated | HAS_PARENT * (self.locator is not None)
        items = [
            (FILE_PARAMETERS, struct.pack("<II", self.block_size, flags), IS_REQUIRED),
            (DISK_SIZE, struct.pack("<Q", self.size), IS_REQUIRED | IS_VIRTUAL_DISK),
            (LOGICAL_SECTOR, struct.pack("<I", self.logical_sector), IS_REQUIRED | IS_VIRTUAL_DISK),
            (PHYSICAL_SECTOR, struct.pack("<I", self.physical_sector), IS_REQUIRED | IS_VIRTUAL_DISK),
            (DISK_ID, self.disk_id.bytes_le, IS_REQUIRED | IS_VIRTUAL_DISK),
        ]
        if self.locator is not None:
            items.append((PARENT_LOCATOR, _pack_locator(self.locator), IS_REQUIRED))
        table, content = TABLE.pack(b"metadata", 0, len(items)).ljust(ENTRIES_AT, b"\0"), b""
        for guid, data, kind in items:
            table += ENTRY.pack(guid.bytes_le, ITEMS_AT + len(content), len(data), kind)
            content += data
        return table.ljust(ITEMS_AT, b"\0") + content


def _pack_locator(values: dict[str, str]) -> bytes:
    header = struct.pack("<16sHH", LOCATOR_TYPE.bytes_le, 0, len(values))
    at, entries, texts = len(header) + 12 * len(values), b"", b""
    for key, value in values.items():
        one, two = key.encode("utf-16-le"), value.encode("utf-16-le")
        entries += struct.pack("<IIHH", at + len(texts), at + len(texts) + len(one), len(one), len(two))
        texts += one + two
    return header + entries + texts


def _read_locator(data: bytes) -> dict[str, str]:
    kind, _, count = struct.unpack_from("<16sHH", data)
    if UUID(bytes_le=kind) != LOCATOR_TYPE:
        raise FormatError("A VHDX needs what is not known here", seen=f"a parent of the type {UUID(bytes_le=kind)}")
    found = {}
    for number in range(count):
        key, value, key_length, value_length = struct.unpack_from("<IIHH", data, 20 + number * 12)
        texts = data[key : key + key_length], data[value : value + value_length]
        name, text = (one.decode("utf-16-le", "replace") for one in texts)
        found[name] = text
    return found


def read_metadata(device: BlockDevice, at: int, length: int) -> Metadata:
    """The metadata in a region. `FormatError` for what is damaged, or needed and not known."""
    try:
        return _read(device.read_at(at, min(length, 2 * MIB)))
    except struct.error as error:
        raise FormatError("A VHDX's metadata is damaged", seen="an item is cut short") from error


def _read(data: bytes) -> Metadata:
    sign, _, count = TABLE.unpack_from(data)
    if sign != b"metadata" or count > 2047:
        raise FormatError("A VHDX's metadata is damaged", seen="its table has no mark")
    items: dict[UUID, bytes] = {}
    for number in range(count):
        guid, offset, size, kind = ENTRY.unpack_from(data, ENTRIES_AT + number * ENTRY.size)
        name = UUID(bytes_le=guid)
        if kind & IS_USER:
            continue
        if name not in KNOWN and kind & IS_REQUIRED:
            raise FormatError("A VHDX needs what is not known here", seen=f"metadata item {name}")
        items[name] = data[offset : offset + size]
    if missing := [str(name) for name in KNOWN[:-1] if name not in items]:
        raise FormatError("A VHDX's metadata is damaged", seen=f"there is no {', '.join(missing)}")
    block_size, flags = struct.unpack_from("<II", items[FILE_PARAMETERS])
    (size,) = struct.unpack_from("<Q", items[DISK_SIZE])
    logical, physical = (struct.unpack_from("<I", items[name])[0] for name in (LOGICAL_SECTOR, PHYSICAL_SECTOR))
    sound = MIB <= block_size <= 256 * MIB and not block_size & (block_size - 1)
    if not sound or logical not in SECTORS or not 0 < size <= LARGEST or size % logical:
        seen = f"{size} bytes, blocks of {block_size}, sectors of {logical}"
        raise FormatError("A VHDX's metadata is damaged", seen=seen)
    locator = None
    if flags & HAS_PARENT:
        if PARENT_LOCATOR not in items:
            raise FormatError("A VHDX's metadata is damaged", seen="it has a parent and does not say which")
        locator = _read_locator(items[PARENT_LOCATOR])
    disk_id = UUID(bytes_le=items[DISK_ID][:16])
    return Metadata(size, disk_id, block_size, bool(flags & LEAVE_ALLOCATED), logical, physical, locator)
