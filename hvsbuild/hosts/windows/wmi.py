"""The look at a machine without Get-Disk, by WMI's older classes: Windows 7 and Server 2008 R2, a Windows PE without
the storage component.

Why PowerShell 2 that builds its JSON itself, and not `wmic /format:csv`: wmic's CSV quotes nothing (a comma in a model
shifts the columns), writes `&` as `&amp;`, needs a style sheet that non-English systems keep in another folder, and is
gone from Windows 11 24H2. PowerShell 2 is in every 2008 R2, and it can answer in ASCII alone. It has no ConvertTo-Json;
nine lines stand in for it, and every value comes as a string.

What this look cannot tell, and what follows:
- from which disk the firmware started: disk 0 counts as the system's, beside those of the system drive and page files;
- the file of an attached VHD: scripts are not run on such a machine (`WindowsHost.require`), `run.cmd` is for it;
- the exact size: Win32_DiskDrive rounds down to whole cylinders, up to 8 MB less.
"""

from __future__ import annotations

import re
from typing import Any

from hvsbuild.hosts.host import DiskInfo
from hvsbuild.hosts.windows.powershell import REMOVABLE_MEDIA, START
from hvsbuild.hosts.windows.seen import NO_PATH, Seen, device, mounts, read_json, rows, serial, text

VIRTUAL_DISK = "VEN_MSFT&PROD_VIRTUAL_DISK"
SUFFIXES = re.compile(r" (USB|SCSI Disk|ATA|SATA|IEEE 1394 SBP2) Device$")  # what Win32_DiskDrive adds to the model

JSON = (
    "$quote = [string][char]34; "
    "function text($value) { $out = ''; foreach ($one in ([string]$value).ToCharArray()) { $code = [int]$one; "
    "if ($code -lt 32 -or $code -gt 126 -or $code -eq 34 -or $code -eq 92) { $out += '\\u' + $code.ToString('x4') } "
    "else { $out += $one } }; $quote + $out + $quote }; "
    "function list($things, $names) { $objects = @(); "
    "foreach ($thing in $things) { if ($thing -ne $null) { $pairs = @(); "
    "foreach ($name in $names) { $pairs += (text $name) + ':' + (text $thing.$name) }; "
    "$objects += '{' + ($pairs -join ',') + '}' } }; '[' + ($objects -join ',') + ']' }; "
)
DRIVES = ("Index", "Model", "InterfaceType", "Capabilities", "Size", "SerialNumber", "PNPDeviceID")
PARTITIONS = ("DeviceID", "DiskIndex", "Index")
LETTERS = ("Antecedent", "Dependent")
CLASSES = (
    ("drives", "Win32_DiskDrive", DRIVES),
    ("partitions", "Win32_DiskPartition", PARTITIONS),
    ("letters", "Win32_LogicalDiskToPartition", LETTERS),
    ("pagefiles", "Win32_PageFileUsage", ("Name",)),
    ("system", "Win32_OperatingSystem", ("SystemDrive",)),
)


def _question() -> str:
    parts = []
    for name, wmi_class, properties in CLASSES:
        names = ", ".join(f"'{one}'" for one in properties)
        parts.append(f"(text '{name}') + ':' + (list @(Get-WmiObject {wmi_class}) @({names}))")
    return START + JSON + "'{' + ((" + "), (".join(parts) + ") -join ',') + '}'"


LOOK = _question()


def parse(answer: str) -> Seen:
    """The answer to `LOOK`. Partitions are joined to letters by their ids as opaque texts: Windows translates them."""
    found = read_json(answer)
    places = {one["DeviceID"]: (int(one["DiskIndex"]), int(one["Index"]) + 1) for one in rows(found["partitions"])}
    letters = []
    for one in rows(found["letters"]):
        place = places.get(_key(one["Antecedent"]))
        if place:
            letters.append((_key(one["Dependent"])[:1].upper(), *place))
    wanted = [text(one["Name"])[:1].upper() for one in rows(found["pagefiles"])]
    wanted += [text(one["SystemDrive"])[:1].upper() for one in rows(found["system"])]
    system = {0, *(disk for letter, disk, _ in letters if letter in wanted)}
    return Seen(tuple(_disk(one, system) for one in rows(found["drives"])), mounts(letters, {}))


def _key(reference: str) -> str:
    """The key of a WMI reference: `\\\\PC\\root\\cimv2:Win32_LogicalDisk.DeviceID="C:"` -> `C:`."""
    inside = reference.partition('="')[2].rpartition('"')[0]
    return inside.replace("\\\\", "\\").replace('\\"', '"')


def _disk(one: dict[str, Any], system: set[int]) -> DiskInfo:
    number, plug = int(one["Index"]), text(one["PNPDeviceID"])
    identity, note = serial(text(one["SerialNumber"]), plug)
    virtual = VIRTUAL_DISK in plug.upper()  # a Hyper-V guest's own disks too: refused rather than wiped
    kind = "usb" if device(plug)[0] == "USBSTOR" else text(one["InterfaceType"]).casefold()
    media = text(one["Capabilities"]).split()
    return DiskInfo(
        number=number,
        bus="virtual" if virtual else {"ide": "ata"}.get(kind, kind),
        size=int(text(one["Size"]) or 0),
        model=SUFFIXES.sub("", text(one["Model"])),
        serial=identity,
        removable=str(REMOVABLE_MEDIA) in media if media else None,
        system=number in system,
        virtual=virtual,
        note=NO_PATH if virtual else note,
    )
