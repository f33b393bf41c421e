"""What a look at a Windows machine tells, and how its words for disks are read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hvsbuild.errors import HvsError
from hvsbuild.hosts.host import DiskInfo, Mount

# MSFT_Disk.BusType; Storage.types.ps1xml shows them as the English words, in lower case here
FILE_BACKED = "file backed virtual"
BUSES = {
    1: "scsi", 2: "atapi", 3: "ata", 4: "1394", 5: "ssa", 6: "fibre channel", 7: "usb", 8: "raid", 9: "iscsi",
    10: "sas", 11: "sata", 12: "sd", 13: "mmc", 14: "virtual", 15: FILE_BACKED, 16: "storage spaces", 17: "nvme",
    18: "scm", 19: "ufs",
}  # fmt: skip
VIRTUAL = ("virtual", FILE_BACKED)
MADE_UP = "it has no serial of its own: Windows made up an id, which changes with the port"
FROM_ID = "Windows does not tell its serial rightly; this one is from its device id"
NO_PATH = "it is an attached VHD whose file Windows does not name"


@dataclass(frozen=True)
class Seen:
    """One look. `letters` are those of partitions; `attached` the Windows paths of the VHDs that are attached."""

    disks: tuple[DiskInfo, ...]
    letters: Mapping[str, Mount] = field(default_factory=dict)
    attached: tuple[str, ...] = ()


def read_json(text: str) -> dict[str, Any]:
    """The answer of a question, as a mapping."""
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise HvsError("Windows answered something unexpected", seen=repr(text[:200]))
    return answer


def rows(answer: Any) -> list[Any]:
    """A list as ConvertTo-Json may write it: bare when it has one element, null when it has none, and in some versions
    of PowerShell 3 to 5 as {"value": […], "Count": n}."""
    if answer is None:
        return []
    if isinstance(answer, dict) and set(answer) == {"value", "Count"}:
        answer = answer["value"]
    return answer if isinstance(answer, list) else [answer]


def text(value: Any) -> str:
    """A string property: null is empty; blanks and NULs around it (SCSI pads with them) are not part of it."""
    return "" if value is None else str(value).strip(" \0\t")


def bus(value: Any) -> str:
    """A bus type, as a number or as PowerShell's word for it."""
    if isinstance(value, str) and not value.isdecimal():
        return value.casefold()
    number = int(value or 0)
    return BUSES.get(number, f"bus {number}")


def device(path: str) -> tuple[str, str]:
    """(enumerator, instance) of a disk device, from its interface path `\\\\?\\usbstor#disk&ven_x#INSTANCE#{…}` or its
    PnP id `USBSTOR\\DISK&VEN_X\\INSTANCE`."""
    parts = re.split(r"[#\\]", path.removeprefix("\\\\?\\"))
    return (parts[0].upper(), parts[2].upper()) if len(parts) > 2 else ("", "")


def serial(reported: str, path: str) -> tuple[str, str]:
    """A disk's serial and a note on it. Only for USB sticks (enumerator USBSTOR) the instance says where it is from:
    for SCSI and UASP devices Windows makes the instance up although the serial is real.

    Without a serial in the USB descriptor the instance's second character is `&`, and what else calls itself serial may
    be shared by all sticks of the kind. Some sticks' serials come with control characters (as `\\x03N`): then the
    instance has it right; behind it stands `&` and the number of the unit."""
    enumerator, instance = device(path)
    if enumerator == "USBSTOR" and instance[1:2] == "&":
        return "", MADE_UP
    clean = reported if reported.isprintable() else ""
    if enumerator == "USBSTOR" and not clean and instance:
        return instance.rsplit("&", 1)[0], FROM_ID
    return clean, ""


def mounts(letters: Iterable[tuple[str, int, int]], images: Mapping[int, str]) -> dict[str, Mount]:
    """letter, disk, partition -> the mounts; `images` are the files of attached VHDs by disk number."""
    return {letter: Mount(disk, partition, images.get(disk)) for letter, disk, partition in letters}
