"""A BCD store: boot objects and their elements in a registry hive.

    Description            KeyName, System, …
    Objects\\{guid}\\Description   Type (REG_DWORD)
    Objects\\{guid}\\Elements\\xxxxxxxx   Element

A store is read as a whole into `Store`, changed as data, and written back: `write_store` touches only what differs,
so that writing the same store twice gives the same bytes.
Source: Microsoft, "Boot Configuration Data" (WMI provider); real stores.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from hvsbuild.errors import FormatError
from hvsbuild.formats.bcd_devices import Device
from hvsbuild.formats.bcd_devices import decode as decode_device
from hvsbuild.formats.bcd_devices import encode as encode_device
from hvsbuild.formats.bcd_names import ALIASES, LOADER, element_code, format_of, guid_of
from hvsbuild.formats.block import BlockDevice, BytesDevice
from hvsbuild.formats.hive import Hive, HiveReader, new_hive
from hvsbuild.formats.regvalue import REG_BINARY, REG_DWORD, REG_MULTI_SZ, REG_SZ, RegValue, utf16

Value = Device | str | tuple[str, ...] | int | bool | tuple[int, ...] | bytes
DEFAULT, DISPLAY_ORDER, TOOLS_ORDER, TIMEOUT, RESUME_OBJECT = 0x23000003, 0x24000001, 0x24000010, 0x25000004, 0x23000006
DEVICE, PATH, DESCRIPTION, LOCALE, INHERIT = 0x11000001, 0x12000002, 0x12000004, 0x12000005, 0x14000006
OSDEVICE, SYSTEMROOT, LOADER_RESUME = 0x21000001, 0x22000002, 0x23000003
_ELEMENT_KEY = re.compile("[0-9a-fA-F]{8}")
_TYPES = {"string": REG_SZ, "object": REG_SZ, "objects": REG_MULTI_SZ}  # the other formats are REG_BINARY


class BcdError(FormatError):
    """A hive that is not a BCD store, or an element that is not what its code says."""


# --- values ---


def decode_value(code: int, raw: RegValue) -> Value:
    """The typed value of an element; raw bytes for a format that is not known. Raises `BcdError`, `FormatError`."""
    kind, data = format_of(code), raw.data
    if raw.type != _TYPES.get(kind, REG_BINARY) or (kind in ("integer", "boolean") and not 1 <= len(data) <= 8):
        raise BcdError(
            "A BCD element is not of its type", seen=f"{code:08x} ({kind}): registry type {raw.type}, {len(data)} bytes"
        )
    if kind == "device":
        return decode_device(data)
    if kind in ("string", "object"):
        return data.decode("utf-16-le", "surrogatepass").split("\0", 1)[0]
    if kind == "objects":
        return tuple(one for one in data.decode("utf-16-le", "surrogatepass").split("\0") if one)
    if kind == "integer":  # bcdedit writes 8 bytes, Microsoft's templates and media as few as hold the number
        return int.from_bytes(data, "little")
    if kind == "boolean":
        return any(data)
    if kind == "integers":
        return tuple(int.from_bytes(data[at : at + 8], "little") for at in range(0, len(data), 8))
    return data


def encode_value(code: int, value: Value) -> RegValue:
    """The bytes that bcdedit writes. Raises `BcdError` when the value does not fit the element's format."""
    kind = format_of(code)
    if isinstance(value, str) and kind in ("string", "object"):
        return RegValue(REG_SZ, utf16(value))
    if kind == "boolean" and isinstance(value, bool):
        return RegValue(REG_BINARY, bytes([value]))
    if kind == "integer" and isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 64:
        return RegValue(REG_BINARY, struct.pack("<Q", value))
    if kind in ("objects", "integers") and isinstance(value, tuple):
        texts = [one for one in value if isinstance(one, str)]
        numbers = [one for one in value if isinstance(one, int)]
        if kind == "objects" and len(texts) == len(value):
            return RegValue(REG_MULTI_SZ, b"".join(utf16(one) for one in texts) + b"\0\0")
        if kind == "integers" and len(numbers) == len(value):
            return RegValue(REG_BINARY, struct.pack(f"<{len(numbers)}Q", *numbers))
    if kind == "device" and not isinstance(value, str | tuple | int | bytes):
        return RegValue(REG_BINARY, encode_device(value))
    raise BcdError("A value does not fit its BCD element", seen=f"{code:08x} ({kind or 'unknown format'}): {value!r}")


# --- the model ---


@dataclass(frozen=True)
class BcdObject:
    """One boot object: its GUID in braces and lower case, its type, its elements (code -> raw value)."""

    guid: str
    type: int
    elements: Mapping[int, RegValue] = field(default_factory=dict)

    def value(self, element: int | str) -> Value | None:
        """An element by its code or its bcdedit name; None when it is absent or the name is not known."""
        code = element_code(element, self.type) if isinstance(element, str) else element
        raw = None if code is None else self.elements.get(code)
        return None if code is None or raw is None else decode_value(code, raw)

    def with_values(self, values: Mapping[int, Value]) -> BcdObject:
        return replace(self, elements={**self.elements, **{code: encode_value(code, v) for code, v in values.items()}})

    def without(self, *codes: int) -> BcdObject:
        return replace(self, elements={code: raw for code, raw in self.elements.items() if code not in codes})


@dataclass(frozen=True)
class Store:
    """A whole store: the values of its Description and its objects by GUID."""

    description: Mapping[str, RegValue] = field(default_factory=dict)
    objects: Mapping[str, BcdObject] = field(default_factory=dict)

    def find(self, identifier: str) -> BcdObject | None:
        """An object by GUID or alias (`{bootmgr}`, `{default}`, …), or None."""
        if identifier.lower() == "{default}":
            return self.default
        return self.objects.get(guid_of(identifier) or "")

    @property
    def bootmgr(self) -> BcdObject | None:
        return self.objects.get(ALIASES["{bootmgr}"])

    @property
    def default(self) -> BcdObject | None:
        """The object that the boot manager starts."""
        guid = self.bootmgr.value(DEFAULT) if self.bootmgr else None
        return self.objects.get(guid.lower()) if isinstance(guid, str) else None

    @property
    def loaders(self) -> list[BcdObject]:
        return [one for one in self.objects.values() if one.type == LOADER]

    def with_object(self, *objects: BcdObject) -> Store:
        return replace(self, objects={**self.objects, **{one.guid: one for one in objects}})

    def without(self, *guids: str) -> Store:
        return replace(self, objects={guid: one for guid, one in self.objects.items() if guid not in guids})


# --- reading and writing ---


def read_store(device: BlockDevice, name: str = "the BCD store", *, dirty_ok: bool = False) -> Store:
    """The whole store in a hive. Raises `HiveError` (no hive, damaged, dirty) or `BcdError` (another hive)."""
    hive = HiveReader(device, name, dirty_ok=dirty_ok)
    if not hive.has_key("Objects"):
        raise BcdError("The hive is not a BCD store", seen=f"{name}: it has no key Objects")
    objects = {}
    for guid in hive.keys("Objects"):
        kind = hive.get(f"Objects\\{guid}\\Description", "Type")
        if kind is None or kind.type != REG_DWORD or len(kind.data) != 4:
            raise BcdError("A BCD object has no type", seen=f"{name}: {guid}")
        elements = {}
        for key in hive.keys(f"Objects\\{guid}\\Elements"):
            raw = hive.get(f"Objects\\{guid}\\Elements\\{key}", "Element")
            if raw is None or not _ELEMENT_KEY.fullmatch(key):
                raise BcdError("A BCD element cannot be read", seen=f"{name}: {guid} {key}")
            elements[int(key, 16)] = raw
        objects[guid.lower()] = BcdObject(guid.lower(), int.from_bytes(kind.data, "little"), elements)
    return Store(hive.values("Description"), objects)


def store_of(data: bytes, name: str = "the BCD store") -> Store:
    """The store in the bytes of a hive; errors as in `read_store`."""
    return read_store(BytesDevice(data), name)


def write_store(path: Path, store: Store) -> None:
    """Make the hive at `path` hold this store; a new hive when there is none.

    What is equal stays untouched, also values that `Store` does not hold (an object's FirmwareVariable).
    """
    if not path.exists():
        new_hive(path, "NewStoreRoot")
    with Hive.open(path, writable=True) as hive:
        for name, value in store.description.items():
            hive.set("Description", name, value)
        for guid in hive.keys(hive.make("Objects")):
            if guid.lower() not in store.objects:
                hive.delete_key(f"Objects\\{guid}")
        for one in store.objects.values():
            _write_object(hive, one)
        hive.commit()


def _write_object(hive: Hive, one: BcdObject) -> None:
    base = f"Objects\\{one.guid}"
    hive.set(f"{base}\\Description", "Type", RegValue(REG_DWORD, struct.pack("<I", one.type)))
    for key in hive.keys(hive.make(f"{base}\\Elements")):
        if int(key, 16) not in one.elements:
            hive.delete_key(f"{base}\\Elements\\{key}")
    for code, raw in sorted(one.elements.items()):
        hive.set(f"{base}\\Elements\\{code:08x}", "Element", raw)
