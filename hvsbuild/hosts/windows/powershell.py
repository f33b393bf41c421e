"""The look at a machine with Get-Disk (Windows 8 and Server 2012, and newer), and the reading of the answer.

The answer is numbers, identifiers and paths, never a word that Windows translates: the Storage module shows
enumerations as words, so their numbers are taken from behind it. It is one JSON document in ASCII, so that no code page
matters. The question has no double quote, so that it goes through a command line as it is.
"""

from __future__ import annotations

from typing import Any

from hvsbuild.hosts.host import DiskInfo
from hvsbuild.hosts.windows.seen import FILE_BACKED, NO_PATH, VIRTUAL, Seen, bus, mounts, read_json, rows, serial, text

NO_GET_DISK = "no Get-Disk"
REMOVABLE_MEDIA = 7  # Win32_DiskDrive.Capabilities

START = "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue'; "
ANSWER = (
    "[regex]::Replace(($answer | ConvertTo-Json -Depth 4 -Compress), '[^ -~]', "
    "{ param($one) '\\u' + ([int][char]$one.Value).ToString('x4') })"
)
# diskpart changes disks behind the Storage module's back, hence the update of its cache; it changes no disk.
# Location names the VHD's file on some machines, Get-DiskImage on others: either will do.
LOOK = (
    START
    + "if (-not (Get-Command Get-Disk -ErrorAction SilentlyContinue)) { 'no Get-Disk'; exit 0 }; "
    + "Update-HostStorageCache; "
    + "$disks = @(Get-Disk | Select-Object Number, Size, FriendlyName, Model, SerialNumber, UniqueId, Path, Location, "
    + "IsBoot, IsSystem, BootFromDisk, @{ n = 'BusType'; e = { [int]$_.CimInstanceProperties['BusType'].Value } }); "
    + "$images = @($disks | Where-Object { 14, 15 -contains $_.BusType } | ForEach-Object { $number = $_.Number; "
    + "try { Get-DiskImage -DevicePath ('\\\\.\\PhysicalDrive' + $number) | "
    + "Select-Object @{ n = 'Number'; e = { $number } }, ImagePath } catch { } }); "
    + "$partitions = @(Get-Partition | Select-Object DiskNumber, PartitionNumber, "
    + "@{ n = 'DriveLetter'; e = { [string]$_.DriveLetter } }); "
    + "$drives = @(Get-CimInstance Win32_DiskDrive | Select-Object Index, Capabilities); "
    + "$pagefiles = @(Get-CimInstance Win32_PageFileUsage | ForEach-Object { $_.Name }); "
    + "$answer = @{ disks = $disks; images = $images; partitions = $partitions; drives = $drives; "
    + "pagefiles = $pagefiles }; "
    + ANSWER
)


def parse(answer: str) -> Seen:
    """The answer to `LOOK`."""
    found = read_json(answer)
    letters = []
    for one in rows(found["partitions"]):
        letter = text(one["DriveLetter"])
        if letter:
            letters.append((letter.upper(), int(one["DiskNumber"]), int(one["PartitionNumber"])))
    page_letters = [text(name)[:1].upper() for name in rows(found["pagefiles"])]
    paging = {disk for letter, disk, _ in letters if letter in page_letters}
    removable = {
        int(one["Index"]): REMOVABLE_MEDIA in rows(one["Capabilities"])
        for one in rows(found["drives"])
        if rows(one["Capabilities"])
    }
    images = {int(one["Number"]): text(one["ImagePath"]) for one in rows(found["images"]) if text(one["ImagePath"])}
    for one in rows(found["disks"]):
        if bus(one["BusType"]) in VIRTUAL and text(one["Location"])[1:3] == ":\\":
            images.setdefault(int(one["Number"]), text(one["Location"]))
    disks = tuple(_disk(one, paging, removable, images) for one in rows(found["disks"]))
    return Seen(disks, mounts(letters, images), tuple(images[number] for number in sorted(images)))


def _disk(one: dict[str, Any], paging: set[int], removable: dict[int, bool], images: dict[int, str]) -> DiskInfo:
    number, kind = int(one["Number"]), bus(one["BusType"])
    identity, note = serial(text(one["SerialNumber"]), text(one["Path"]))
    virtual = kind in VIRTUAL
    return DiskInfo(
        number=number,
        bus=kind,
        size=int(one["Size"]),
        model=text(one["FriendlyName"]) or text(one["Model"]),
        serial=identity,
        unique_id=text(one["UniqueId"]),
        removable=removable.get(number),
        system=bool(one["IsBoot"] or one["IsSystem"] or one["BootFromDisk"] or number in paging),
        virtual=virtual,
        note=NO_PATH if kind == FILE_BACKED and number not in images else note,
    )


def versions_question(programs: dict[str, str]) -> str:
    """The question for the file versions of programs (name -> full path)."""
    paths = "; ".join(f"'{name}' = '{path.replace(chr(39), chr(39) * 2)}'" for name, path in sorted(programs.items()))
    return (
        START
        + f"$answer = @{{}}; $paths = @{{ {paths} }}; "
        + "foreach ($name in $paths.Keys) { "
        + "$of = [Diagnostics.FileVersionInfo]::GetVersionInfo($paths[$name]); "
        + "$parts = @($of.FileMajorPart, $of.FileMinorPart, $of.FileBuildPart, $of.FilePrivatePart); "
        + "$answer[$name] = $parts -join '.' }; "
        + ANSWER
    )


def parse_versions(answer: str) -> dict[str, str]:
    """name -> version, as `6.3.9600.17415`; a program without version information has `0.0.0.0`."""
    return {name: str(version) for name, version in read_json(answer).items()}
