"""The names of BCD objects, and the way between names and codes of their elements (bcd_elements.py).

Sources: Geoff Chappell, https://www.geoffchappell.com/notes/windows/boot/bcd/objects.htm; headings and their order from
real listings of bcdedit; checked against real stores.
"""

from __future__ import annotations

import uuid

from hvsbuild.formats import bcd_elements as elements

FORMATS = {1: "device", 2: "string", 3: "object", 4: "objects", 5: "integer", 6: "boolean", 7: "integers"}

# Object types (the value Type of an object's Description).
FWBOOTMGR, BOOTMGR, LOADER, RESUME, MEMDIAG = 0x10100001, 0x10100002, 0x10200003, 0x10200004, 0x10200005
NTLDR, BOOTSECTOR, FIRMWARE_APPLICATION = 0x10300006, 0x10400008, 0x101FFFFF
INHERIT_ANY, INHERIT_LOADER, INHERIT_RESUME, DEVICE_OPTIONS = 0x20100000, 0x20200003, 0x20200004, 0x30000000

ALIASES = {
    "{bootmgr}": "{9dea862c-5cdd-4e70-acc1-f32b344d4795}",
    "{fwbootmgr}": "{a5a30fa2-3d06-4e9f-b5f4-a01df9d1fcba}",
    "{memdiag}": "{b2721d73-1db4-4c62-bf78-c548a880142d}",
    "{ntldr}": "{466f5a88-0af2-4f76-9038-095b170dc21c}",
    "{globalsettings}": "{7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e}",
    "{bootloadersettings}": "{6efb52bf-1766-41db-a6b3-0ee5eff72bd7}",
    "{resumeloadersettings}": "{1afa9c49-16ab-4a5c-901b-212802da9460}",
    "{hypervisorsettings}": "{7ff607e0-4395-11db-b0de-0800200c9a66}",
    "{dbgsettings}": "{4636856e-540f-4170-a130-a84776f4c654}",
    "{emssettings}": "{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}",
    "{badmemory}": "{5189b25c-5558-4bf2-bca4-289b11bd29e2}",
    "{ramdiskoptions}": "{ae5534e0-a924-466c-b836-758539a3ee3a}",
    "{kerneldbgsettings}": "{313e8eed-7098-4586-a9bf-309c61f8d449}",
}
_BY_GUID = {guid: alias for alias, guid in ALIASES.items()}

# Headings of `bcdedit /enum`: by identifier where it has its own, else by the object's type.
HEADINGS_BY_ALIAS = {
    "{globalsettings}": "Global Settings",
    "{bootloadersettings}": "Boot Loader Settings",
    "{resumeloadersettings}": "Resume Loader Settings",
    "{hypervisorsettings}": "Hypervisor Settings",
    "{dbgsettings}": "Debugger Settings",
    "{emssettings}": "EMS Settings",
    "{badmemory}": "RAM Defects",
    "{ramdiskoptions}": "Setup Ramdisk Options",
}
# Objects of a BCD-Template, which setup copies from; a list without /v leaves out the targets.
SETUPS = ("{7254a080-1510-4e85-ac0f-e7fb3d444736}", "{cbd971bf-b7b8-4885-951a-fa03044f5d71}")
TARGETS = ("{a1943bbc-ea85-487c-97c7-c9ede908a38a}", "{b012b84d-c47c-4ed5-b722-c0c42163e569}")
_HEADINGS_BY_GUID = {**dict.fromkeys(SETUPS, "Windows Setup"), **dict.fromkeys(TARGETS, "OS Target Template")}
HEADINGS = {
    FWBOOTMGR: "Firmware Boot Manager",
    BOOTMGR: "Windows Boot Manager",
    LOADER: "Windows Boot Loader",
    RESUME: "Resume from Hibernate",
    MEMDIAG: "Windows Memory Tester",
    NTLDR: "Windows Legacy OS Loader",
    BOOTSECTOR: "Real-mode Boot Sector",
    DEVICE_OPTIONS: "Device options",
}

APPLICATION = {
    FWBOOTMGR: elements.BOOTMGR,
    BOOTMGR: elements.BOOTMGR,
    LOADER: elements.LOADER,
    RESUME: elements.RESUME,
    MEMDIAG: elements.MEMDIAG,
    INHERIT_LOADER: elements.LOADER,
    INHERIT_RESUME: elements.RESUME,
}


def _names(object_type: int) -> dict[int, str]:
    return {**elements.LIBRARY, **elements.DEVICE, **APPLICATION.get(object_type, {})}


def element_name(code: int, object_type: int) -> str:
    """What bcdedit calls an element in an object of this type; `custom:xxxxxxxx` when it has no name."""
    return _names(object_type).get(code, f"custom:{code:08x}")


def element_code(name: str, object_type: int) -> int | None:
    """The code behind a bcdedit name (any case) in an object of this type, or None."""
    wanted = name.lower()
    if wanted.startswith("custom:"):
        try:
            code = int(wanted.removeprefix("custom:"), 16)
        except ValueError:
            return None
        return code if format_of(code) in FORMATS.values() and code < 1 << 32 else None
    return next((code for code, one in _names(object_type).items() if one == wanted), None)


def format_of(code: int) -> str:
    """`device`, `string`, `object`, `objects`, `integer`, `boolean`, `integers`, or "" for none of these."""
    return FORMATS.get(code >> 24 & 15, "")


def alias_of(guid: str) -> str:
    """`{bootmgr}` for its GUID; a GUID without an alias as it is."""
    return _BY_GUID.get(guid.lower(), guid)


def guid_of(identifier: str) -> str | None:
    """The GUID of an alias or GUID in braces, in lower case; None for anything else."""
    found = ALIASES.get(identifier.lower())
    if found or not (identifier.startswith("{") and identifier.endswith("}")):
        return found
    try:
        parsed = uuid.UUID(identifier[1:-1])
    except ValueError:
        return None
    return str_guid(parsed) if len(identifier) == 38 else None


def str_guid(guid: uuid.UUID) -> str:
    """`{xxxxxxxx-…}` in lower case, as the keys of a store are named."""
    return f"{{{guid}}}"


def heading(guid: str, object_type: int) -> str:
    """The heading of an object in bcdedit's list."""
    own = HEADINGS_BY_ALIAS.get(alias_of(guid)) or _HEADINGS_BY_GUID.get(guid.lower()) or HEADINGS.get(object_type)
    return own or f"{_kind(object_type)} ({object_type:08x})"


def _kind(object_type: int) -> str:
    if object_type >> 20 == 0x101:
        return "Firmware Application"
    return "Inherited Settings" if object_type >> 28 == 2 else "Unknown object type"
