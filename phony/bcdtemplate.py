"""`Windows\\System32\\config\\BCD-Template`: the store from which bcdboot takes the objects of a new one.

The objects and their elements are those of a Windows 7 or Server 2008 R2 template (windows-facts 6.2, 6.3, 6.6). The
class-4 elements are the template's own and do not go into a store: 42000002 is the loader's path below the Windows
folder, 45000001 is 1 on what a store has once and 2 on what each installation has, 47000005 pairs an element (the
description) with the number of a text that bcdboot puts there.
"""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

from hvsbuild.formats.hive import Hive, new_hive
from hvsbuild.formats.regvalue import RegValue, encode

GLOBAL = "{7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e}"
LOADER_SETTINGS = "{6efb52bf-1766-41db-a6b3-0ee5eff72bd7}"
RESUME_SETTINGS = "{1afa9c49-16ab-4a5c-901b-212802da9460}"
HYPERVISOR = "{7ff607e0-4395-11db-b0de-0800200c9a66}"
DEBUGGER = "{4636856e-540f-4170-a130-a84776f4c654}"
EMS = "{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}"
BAD_MEMORY = "{5189b25c-5558-4bf2-bca4-289b11bd29e2}"
BOOTMGR = "{9dea862c-5cdd-4e70-acc1-f32b344d4795}"
MEMDIAG = "{b2721d73-1db4-4c62-bf78-c548a880142d}"
NTLDR = "{466f5a88-0af2-4f76-9038-095b170dc21c}"
PCAT_LOADER, EFI_LOADER = "{a1943bbc-ea85-487c-97c7-c9ede908a38a}", "{b012b84d-c47c-4ed5-b722-c0c42163e569}"
PCAT_SETUP, EFI_SETUP = "{cbd971bf-b7b8-4885-951a-fa03044f5d71}", "{7254a080-1510-4e85-ac0f-e7fb3d444736}"
PCAT_RESUME, EFI_RESUME = "{98b02a23-0674-4ce7-bdad-e0a15a8ff97b}", "{0c334284-9a41-4de1-99b3-a7e87e8ff07e}"

Elements = dict[int, str | int | bool | list[str] | bytes]


def described(text: int) -> bytes:
    """The description is bcdboot's text number `text`."""
    return struct.pack("<2Q", 0x12000004, text)


def loader(extension: str, resume: str) -> Elements:
    return {
        0x12000005: "en-US",
        0x14000006: [LOADER_SETTINGS],
        0x22000002: "\\windows",
        0x23000003: resume,
        0x25000020: 1,  # nx OptOut: a server (windows-facts 12)
        0x42000002: f"\\system32\\winload.{extension}",
        0x45000001: 2,
        0x47000005: described(3),
    }


def resumer(extension: str) -> Elements:
    return {
        0x12000004: "Windows Resume Application",
        0x12000005: "en-US",
        0x14000006: [RESUME_SETTINGS],
        0x22000002: "\\hiberfil.sys",
        0x42000002: f"\\system32\\winresume.{extension}",
        0x45000001: 2,
    }


def setup(extension: str) -> Elements:
    return {
        0x12000005: "en-US",
        0x14000006: [LOADER_SETTINGS],
        0x22000002: "\\windows",
        0x26000022: True,
        0x42000002: f"\\system32\\winload.{extension}",
        0x42000003: "\\boot.wim",
        0x45000001: 2,
        0x47000005: described(1),
    }


OBJECTS: dict[str, tuple[int, Elements]] = {
    EFI_RESUME: (0x10200004, resumer("efi")),
    EMS: (0x20100000, {0x16000020: True}),
    RESUME_SETTINGS: (0x20200004, {0x14000006: [GLOBAL]}),
    DEBUGGER: (0x20100000, {0x15000011: 0, 0x15000013: 1, 0x15000014: 115200}),
    NTLDR: (0x10300006, {0x12000002: "\\ntldr", 0x45000001: 1, 0x47000005: described(6)}),
    BAD_MEMORY: (0x20100000, {}),
    LOADER_SETTINGS: (0x20200003, {0x14000006: [GLOBAL, HYPERVISOR]}),
    EFI_SETUP: (0x10200003, setup("efi")),
    GLOBAL: (0x20100000, {0x14000006: [DEBUGGER, EMS, BAD_MEMORY]}),
    HYPERVISOR: (0x20200003, {0x250000F3: 0, 0x250000F4: 1, 0x250000F5: 115200}),
    PCAT_RESUME: (0x10200004, resumer("exe")),
    BOOTMGR: (
        0x10100002,
        {
            0x12000002: "\\EFI\\Microsoft\\Boot\\bootmgfw.efi",
            0x12000004: "Windows Boot Manager",
            0x12000005: "en-US",
            0x14000006: [GLOBAL],
            0x23000003: PCAT_SETUP,
            0x25000004: 30,
            0x45000001: 1,
        },
    ),
    PCAT_LOADER: (0x10200003, loader("exe", PCAT_RESUME)),
    EFI_LOADER: (0x10200003, loader("efi", EFI_RESUME)),
    MEMDIAG: (
        0x10200005,
        {
            0x12000002: "\\boot\\memtest.exe",
            0x12000005: "en-US",
            0x14000006: [GLOBAL],
            0x1600000B: True,
            0x45000001: 1,
            0x47000005: described(2),
        },
    ),
    PCAT_SETUP: (0x10200003, setup("exe")),
}


def trimmed(number: int) -> bytes:
    """An integer as Microsoft's own template holds it: without its upper zero bytes."""
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "little")


def element(data: str | int | bool | list[str] | bytes) -> RegValue:
    """The registry value of an element (windows-facts 6.1)."""
    if isinstance(data, bool):
        return RegValue(3, bytes([data]))
    if isinstance(data, int):
        return RegValue(3, trimmed(data))
    if isinstance(data, bytes):
        return RegValue(3, data)
    return encode("REG_MULTI_SZ" if isinstance(data, list) else "REG_SZ", data)


def build() -> bytes:
    """The hive's bytes; its root key has the name that Microsoft's templates give it."""
    with tempfile.TemporaryDirectory(prefix="hvsbuild-hive-") as folder:
        path = Path(folder) / "BCD-Template"
        new_hive(path, "System")
        with Hive.open(path, writable=True) as hive:
            hive.set("Description", "KeyName", encode("REG_SZ", "BCD00000000"))
            for guid, (kind, elements) in OBJECTS.items():
                hive.set(rf"Objects\{guid}\Description", "Type", encode("REG_DWORD", kind))
                hive.make(rf"Objects\{guid}\Elements")
                for code, data in elements.items():
                    hive.set(rf"Objects\{guid}\Elements\{code:08X}", "Element", element(data))
            hive.commit()
        return path.read_bytes()
