"""The BCD template of an image that has none: the objects of a `BCD-Template`, as Windows 7 and 2008 R2 need them.

Source: windows-facts 6.6; a full `bcdedit /enum all` of a Server 2008 R2; the BCD-Template of a later Windows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from hvsbuild.formats import bcd
from hvsbuild.formats.bcd import BcdObject, Store, Value, encode_value
from hvsbuild.formats.bcd_names import (
    ALIASES,
    BOOTMGR,
    INHERIT_ANY,
    INHERIT_LOADER,
    INHERIT_RESUME,
    LOADER,
    MEMDIAG,
    RESUME,
)

Firmware = Literal["bios", "uefi"]
LOADER_TEMPLATE: dict[Firmware, str] = {
    "bios": "{a1943bbc-ea85-487c-97c7-c9ede908a38a}",
    "uefi": "{b012b84d-c47c-4ed5-b722-c0c42163e569}",
}
RESUME_TEMPLATE: dict[Firmware, str] = {
    "bios": "{98b02a23-0674-4ce7-bdad-e0a15a8ff97b}",
    "uefi": "{0c334284-9a41-4de1-99b3-a7e87e8ff07e}",
}
RELATIVE_PATH = 0x42000002  # a template's path, from the Windows folder on

# Settings objects: alias -> type, what it inherits, its own elements.
_SETTINGS: dict[str, tuple[int, tuple[str, ...], dict[int, Value]]] = {
    "{globalsettings}": (INHERIT_ANY, ("{dbgsettings}", "{emssettings}", "{badmemory}"), {}),
    "{bootloadersettings}": (INHERIT_LOADER, ("{globalsettings}", "{hypervisorsettings}"), {}),
    "{resumeloadersettings}": (INHERIT_RESUME, ("{globalsettings}",), {}),
    "{dbgsettings}": (INHERIT_ANY, (), {0x15000011: 0, 0x15000013: 1, 0x15000014: 115200}),
    "{emssettings}": (INHERIT_ANY, (), {0x16000020: False}),
    "{badmemory}": (INHERIT_ANY, (), {}),
    "{hypervisorsettings}": (INHERIT_LOADER, (), {0x250000F3: 0, 0x250000F4: 1, 0x250000F5: 115200}),
    "{bootmgr}": (BOOTMGR, ("{globalsettings}",), {bcd.DESCRIPTION: "Windows Boot Manager", bcd.TIMEOUT: 30}),
    "{memdiag}": (MEMDIAG, ("{globalsettings}",), {bcd.PATH: r"\boot\memtest.exe", 0x1600000B: True}),
}


def _object(guid: str, kind: int, inherit: tuple[str, ...], values: Mapping[int, Value]) -> BcdObject:
    parents: dict[int, Value] = {bcd.INHERIT: tuple(ALIASES[alias] for alias in inherit)} if inherit else {}
    elements = {code: encode_value(code, value) for code, value in {**values, **parents}.items()}
    return BcdObject(ALIASES.get(guid, guid), kind, elements)


def _applications(firmware: Firmware) -> list[BcdObject]:
    suffix = "exe" if firmware == "bios" else "efi"
    loader: dict[int, Value] = {
        RELATIVE_PATH: rf"\system32\winload.{suffix}",
        bcd.LOADER_RESUME: RESUME_TEMPLATE[firmware],
        0x25000020: 0,  # nx OptIn
    }
    resume: dict[int, Value] = {
        RELATIVE_PATH: rf"\system32\winresume.{suffix}",
        bcd.DESCRIPTION: "Windows Resume Application",
        bcd.SYSTEMROOT: r"\hiberfil.sys",
    }
    return [
        _object(LOADER_TEMPLATE[firmware], LOADER, ("{bootloadersettings}",), loader),
        _object(RESUME_TEMPLATE[firmware], RESUME, ("{resumeloadersettings}",), resume),
    ]


def _scratch() -> Store:
    settings = [_object(alias, *parts) for alias, parts in _SETTINGS.items()]
    return Store({}, {one.guid: one for one in [*settings, *_applications("bios"), *_applications("uefi")]})


SCRATCH = _scratch()
