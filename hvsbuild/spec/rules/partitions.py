"""The stick's partitions: which there must be, in which order, and how large.

Sources: Microsoft, "UEFI/GPT-based hard drive partitions"; Microsoft Windows commands: create partition, format.
"""

from __future__ import annotations

from hvsbuild.spec.layout import SYSTEM_SIZE
from hvsbuild.spec.model import Spec
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule
from hvsbuild.spec.rules.parts import AT, Room, listed, parts
from hvsbuild.spec.units import GIB, KIB, MIB, format_size

SYSTEM_LEAST = 100 * MIB
FAT32_LEAST, FAT32_MOST = 33 * MIB, 32 * GIB
MOST = {"mbr": 4, "gpt": 127}  # one of a GPT's 128 is the reserved partition


def one_for_vhds(spec: Spec) -> Findings:
    """Exactly one partition holds the VHDs."""
    found = [loc for loc, section in listed(spec) if section.use == "vhds"]
    if spec.disk.partitions and not found:
        yield Finding("HVS233", AT, "none has use: vhds", "add {use: vhds}", on_key=True)
    for loc in found[1:]:
        yield Finding("HVS233", (*loc, "use"), "there is another one before", "write use: data, or delete it")


def system_first(spec: Spec) -> Findings:
    """At most one system partition, and nothing ahead of it."""
    found = [(number, loc) for number, (loc, section) in enumerate(listed(spec)) if section.use == "system"]
    for place, (number, loc) in enumerate(found):
        if place:
            yield Finding("HVS234", (*loc, "use"), "there is another one before", "write use: data, or delete it")
        elif number:
            yield Finding("HVS234", (*loc, "use"), f"it is the {_nth(number)} one", "move it to the top of the list")


def _nth(number: int) -> str:
    return {1: "second", 2: "third", 3: "fourth"}.get(number, f"{number + 1}th")


def system_for_uefi(spec: Spec) -> Findings:
    """UEFI firmware finds its boot manager on FAT32."""
    sections, firmware = listed(spec), spec.boot.firmware
    if firmware == "bios" or not sections:
        return
    system = next(((loc, section) for loc, section in sections if section.use == "system"), None)
    if system is None:
        hint = f"add {{use: system, size: {format_size(SYSTEM_SIZE)}}} as the first one"
        yield Finding("HVS235", AT, f"firmware is {firmware}, and none has use: system", hint, on_key=True)
    elif system[1].filesystem == "ntfs":
        yield Finding("HVS235", (*system[0], "filesystem"), "ntfs", "write filesystem: fat32, or leave it out")


def scheme_of_firmware(spec: Spec) -> Findings:
    """A BIOS does not start Windows from a GPT disk."""
    firmware = spec.boot.firmware
    if spec.disk.scheme == "gpt" and firmware != "uefi":
        hint = "write scheme: mbr" + ("; UEFI starts from it as well" if firmware == "both" else "")
        yield Finding("HVS239", ("disk", "scheme"), f"gpt, with firmware: {firmware}", hint)


def vhds_on_ntfs(spec: Spec) -> Findings:
    """Windows starts from a VHD on NTFS only."""
    for loc, section in listed(spec):
        if section.use == "vhds" and section.filesystem == "fat32":
            large = next((vhd for _, vhd in spec.vhd_sections() if (vhd.size or 0) >= 4 * GIB), None)
            detail = (
                f"fat32 holds files up to 4 GiB, {large.file} has {format_size(large.size or 0)}" if large else "fat32"
            )
            yield Finding("HVS232", (*loc, "filesystem"), detail, "write filesystem: ntfs, or leave it out")


def rest_is_last(spec: Spec) -> Findings:
    """One partition, the last one, takes what the others leave."""
    sections = listed(spec)
    for loc, section in sections[:-1]:
        if section.size == "rest":
            written = "size" in section.model_fields_set
            detail = "rest" if written else f"a {section.use} partition without a size takes the rest"
            example = format_size(SYSTEM_SIZE) if section.use == "system" else "16 GiB"
            hint = f"give it a size, for example size: {example}, or move it to the end of the list"
            yield Finding("HVS236", (*loc, "size") if written else (*loc, "use"), detail, hint)


def table_holds(spec: Spec) -> Findings:
    """As many as the table has entries."""
    count, scheme = len(listed(spec)), spec.disk.scheme
    if count > MOST[scheme]:
        hint = "keep four, or write scheme: gpt with firmware: uefi" if scheme == "mbr" else f"keep {MOST[scheme]}"
        yield Finding("HVS238", AT, f"{count} on an {scheme.upper()} disk", hint, on_key=True)


def whole_mib(spec: Spec) -> Findings:
    """diskpart counts in MiB."""
    for loc, section in listed(spec):
        if isinstance(section.size, int) and section.size % MIB:
            near = max(1, section.size // MIB)
            yield Finding("HVS290", (*loc, "size"), f"{section.size} bytes", f'the nearest below is "{near} MiB"')


def alignment(spec: Spec) -> Findings:
    """Whole KiB, and a power of two."""
    align, at = spec.disk.align, ("disk", "align")
    if align is None:
        return
    if align % KIB:
        yield Finding("HVS218", at, f"{align} bytes", "1 MiB and 4 MiB are usual")
    elif align & (align - 1):
        yield Finding("HVS219", at, f"{format_size(align)} is not a power of two", "1 MiB and 4 MiB are usual")
    elif align < MIB:
        yield Finding("HVS219", at, f"{format_size(align)} is less than an erase block", "1 MiB and 4 MiB are usual")


def fits(spec: Spec) -> Findings:
    """All of them, the disk's ends and what alignment costs."""
    room = Room.of(spec)
    if room and spec.disk.size is not None and spec.disk.partitions and room.taken > spec.disk.size:
        detail = f"{room.taken} bytes are needed, the disk has {spec.disk.size}"
        yield Finding("HVS237", AT, detail, "make partitions smaller or disk.size larger", on_key=True)


def fat32_size(spec: Spec) -> Findings:
    """Between the smallest and the largest volume that format makes."""
    room = Room.of(spec)
    for loc, part in parts(spec):
        size = part.size or (room.left if room else None)
        if part.filesystem != "fat32" or size is None or part.use == "vhds" or not spec.disk.partitions:
            continue
        if part.use != "system" and size < FAT32_LEAST:
            yield Finding("HVS217", (*loc, "size"), _size(size), f"{format_size(FAT32_LEAST)} or more")
        if size > FAT32_MOST:
            yield Finding("HVS217", (*loc, "size"), _size(size), f"{format_size(FAT32_MOST)} or less, or ntfs")


def _size(size: int) -> str:
    return format_size(size) if size % MIB == 0 else f"about {size // MIB} MiB"


def system_size(spec: Spec) -> Findings:
    """Room for boot files; and the smallest FAT32 on a disk with large sectors."""
    for loc, section in listed(spec):
        if section.use != "system" or not isinstance(section.size, int):
            continue
        if section.size < SYSTEM_LEAST:
            hint = f"{format_size(SYSTEM_LEAST)} or more, {format_size(SYSTEM_SIZE)} advised"
            yield Finding("HVS291", (*loc, "size"), format_size(section.size), hint)
        elif section.size < SYSTEM_SIZE and section.filesystem != "ntfs" and spec.boot.firmware != "bios":
            yield Finding("HVS292", (*loc, "size"), format_size(section.size), f"write {format_size(SYSTEM_SIZE)}")


def said_once(spec: Spec) -> Findings:
    """Label and letter of the VHDs' volume are disk.label and disk.letter; the system partition has a letter."""
    for loc, section in listed(spec):
        for name in ("label", "letter") if section.use == "vhds" else ():
            if getattr(section, name) is not None:
                detail = f"{name} of the VHDs' partition and disk.{name}"
                yield Finding("HVS119", (*loc, name), detail, f"write it in disk.{name}", on_key=True)
        if section.use == "system" and section.letter == "none":
            yield Finding("HVS281", (*loc, "letter"), "none", "leave letter out: it is S then, or write a letter")


SPEC_RULES: tuple[SpecRule, ...] = (
    one_for_vhds,
    system_first,
    system_for_uefi,
    scheme_of_firmware,
    vhds_on_ntfs,
    rest_is_last,
    table_holds,
    whole_mib,
    alignment,
    fits,
    fat32_size,
    system_size,
    said_once,
)
