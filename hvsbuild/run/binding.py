"""Which disk is the stick: found by what it is, never by its number; refused when there is any doubt."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hvsbuild.bundle.manifest import DiskRule, Manifest
from hvsbuild.errors import HvsError, Refused
from hvsbuild.formats.block import BlockDevice
from hvsbuild.hosts.host import DiskInfo, Host
from hvsbuild.plan.names import PLAN_STAMP
from hvsbuild.run.world import Missing, World
from hvsbuild.spec.units import parse_range
from hvsbuild.states import STICK, DiskLayout

NO_MATCH = "No disk matches the spec"
MANY_MATCH = "More than one disk matches the spec"
SWAPPED = "The disk is not the one that the run began with"
NOT_ALLOWED = "The spec does not allow this disk to be wiped"


@dataclass(frozen=True)
class Candidate:
    """A disk and why it is not the stick; an empty `against` means that it is."""

    disk: DiskInfo
    against: str


def describe(disk: DiskInfo) -> str:
    """One line for a person who has to recognise the disk."""
    serial = f"serial {disk.serial}" if disk.serial else ""
    words = [f"disk {disk.number}", disk.bus, f"{disk.size / 1e9:.1f} GB", disk.model, serial, disk.note]
    return ", ".join(word for word in words if word)


def judge(rule: DiskRule, disk: DiskInfo) -> Candidate:
    """Compare one disk with the selectors of the spec."""
    want = rule.match
    if disk.system:
        return Candidate(disk, "it holds the running system")
    if disk.virtual:
        return Candidate(disk, "it is an attached VHD")
    for key, have in (("bus", disk.bus), ("serial", disk.serial), ("model", disk.model), ("unique_id", disk.unique_id)):
        if want.get(key) is not None and str(want[key]).casefold() != have.casefold():
            return Candidate(disk, f"its {key} is {have or 'unknown'}, not {want[key]}")
    if want.get("removable") is not None and disk.removable != want["removable"]:
        return Candidate(disk, "it is removable" if disk.removable else "it is not removable")
    if want.get("size") is not None and not parse_range(str(want["size"])).holds(disk.size):
        return Candidate(disk, f"its size is {disk.size / 1e9:.1f} GB, not {want['size']}")
    return Candidate(disk, "")


def find_disk(rule: DiskRule, disks: Sequence[DiskInfo]) -> DiskInfo:
    """The one disk that the spec describes; `Refused`, with all that was seen, for none or more than one."""
    judged = [judge(rule, disk) for disk in disks]
    found = [one.disk for one in judged if not one.against]
    if len(found) == 1:
        return found[0]
    seen = "\n".join(f"    {describe(one.disk)}: {one.against or 'matches'}" for one in judged)
    phrase = MANY_MATCH if found else NO_MATCH
    do = "make disk.match tighter, by serial or unique_id" if found else "plug the stick in, or correct disk.match"
    raise Refused(phrase, seen=f"\n{seen}", why="a disk that is taken for the stick is wiped", do=do)


def look_again(host: Host, rule: DiskRule, bound: DiskInfo) -> None:
    """Observe once more, immediately before a destructive script: `Refused` when anything about the disk changed."""
    now = find_disk(rule, host.disks())
    if now != bound:
        seen = f"bound {describe(bound)}; now {describe(now)}"
        raise Refused(SWAPPED, seen=seen, why="the script would wipe another disk", do="run it again")


def check_wipe(manifest: Manifest, world: World, *, made_here: bool) -> None:
    """Whether the spec's `disk.wipe` allows what is on the disk to be destroyed. `made_here`: the bench has just made
    the (blank) image file itself, so that there is nothing to lose."""
    policy, blank = manifest.disk.wipe, is_blank(world.disk())
    if policy == "always" or (blank and (made_here or policy == "if-empty")):
        return
    if policy == "if-ours" and (blank or is_ours(world, manifest.identity)):
        return
    seen = {
        "refuse": "disk.wipe is refuse",
        "if-empty": "disk.wipe is if-empty, and the disk is not empty",
        "if-ours": "disk.wipe is if-ours, and the disk does not carry this spec's stamp",
    }[policy]
    do = "check the disk, then set disk.wipe in the spec"
    raise Refused(NOT_ALLOWED, seen=seen, why="all data on it would be lost", do=do)


def check_media(manifest: Manifest, disk: DiskInfo) -> None:
    """diskpart makes no EFI system partition on a disk that calls itself removable, as most sticks do: said before the
    disk is wiped, not after."""
    layouts = [state for task in manifest.tasks for state in task.states if isinstance(state, DiskLayout)]
    gpt = any(one.place == STICK and one.scheme == "gpt" for one in layouts)
    if disk.removable and gpt and manifest.disk.system != manifest.disk.partition:
        raise Refused(
            "An EFI system partition cannot be made on a removable disk",
            seen=describe(disk),
            why="diskpart says that the operation is not supported on removable media, when the disk is wiped already",
            do="write disk.scheme: mbr and boot.firmware: both; UEFI starts from a FAT32 partition on MBR, too",
        )


def is_blank(device: BlockDevice) -> bool:
    """No table, no file system: the first MiB is zeros."""
    return not device.read_at(0, min(1 << 20, device.size)).strip(b"\0")


def is_ours(world: World, identity: str) -> bool:
    """Whether the stick carries the stamp of a build of the same spec."""
    try:
        return identity.encode() in world.read("stick", PLAN_STAMP)
    except (Missing, OSError, ValueError):
        return False


def bind(script: bytes, values: Mapping[str, str], tool: str, later: Collection[str] = ()) -> bytes:
    """The bytes that are executed: the reviewed ones with their `{{tokens}}` filled in, quoted as `tool` reads them.
    Those of `later` stay as they are."""
    for name, value in values.items():
        if not value.isascii() or '"' in value:
            do = "use a path of plain letters: scripts are ASCII, whatever code page the machine has"
            raise HvsError("A value cannot stand in a script", seen=f"{name} = {value!r}", do=do)
        text = value.replace("%", "%%") if tool == "cmd" else value
        script = script.replace(b"{{" + name.encode() + b"}}", text.encode())
    for token in re.findall(r"\{\{(.*?)(?:\}\}|$)", script.decode("ascii"), re.MULTILINE):
        if token not in later:
            raise HvsError("A binding has no value", seen="{{" + token + "}}", do="give it with --input or --disk")
    return script
