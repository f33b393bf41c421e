"""Whether things fit."""

from __future__ import annotations

from hvsbuild.spec.model import Spec, VhdSection
from hvsbuild.spec.places import Loc
from hvsbuild.spec.profile import Profile
from hvsbuild.spec.rules.finding import Finding, Findings, ReleaseRule, SpecRule, VhdReleaseRule, VhdRule
from hvsbuild.spec.units import GB, GIB, MIB, TIB, format_size

FOOTER = 512  # bytes after a fixed VHD's data (VHD specification 1.0)
ROOM = 64 * MIB  # for the partition's start, NTFS's own files, bootmgr and the boot store
VHD_LARGEST = 2040 * GIB
FREE_PERCENT = 25


def whole_mib(loc: Loc, vhd: VhdSection) -> Findings:
    """diskpart counts in MiB."""
    if vhd.size is not None and vhd.size % MIB:
        down = vhd.size // MIB
        yield Finding("HVS202", (*loc, "size"), f"{vhd.size} bytes", f'the nearest below is "{max(down, 3)} MiB"')


def vhd_limits(loc: Loc, vhd: VhdSection) -> Findings:
    """What the format can hold."""
    if vhd.size is not None and vhd.size > VHD_LARGEST:
        yield Finding("HVS208", (*loc, "size"), f"a VHD of {format_size(vhd.size)}", "at most 2040 GiB")


def vhd_advised(loc: Loc, vhd: VhdSection, profile: Profile) -> Findings:
    """What the Windows in it needs."""
    if vhd.size is not None and vhd.size < profile.vhd_minimum:
        least, advised = format_size(profile.vhd_minimum), format_size(profile.vhd_recommended)
        hint = f"{profile.title}: {least} or more, {advised} advised"
        yield Finding("HVS203", (*loc, "size"), format_size(vhd.size), hint)


def needed(spec: Spec) -> int:
    """Bytes that all VHDs take on the stick, with room for what else is on it."""
    return sum((section.size or 0) + FOOTER for _, section in spec.vhd_sections()) + ROOM


def fits_on_disk(spec: Spec) -> Findings:
    """The VHDs, their footers and some room, against the size of the disk."""
    sections = spec.vhd_sections()
    if spec.disk.size is None or not sections:
        return
    if needed(spec) > spec.disk.size:
        detail = f"{needed(spec)} bytes are needed, the disk has {spec.disk.size}"
        largest = (spec.disk.size - ROOM - len(sections) * FOOTER) // len(sections) // MIB
        hint = f"up to {largest} MiB fit" if largest > 2 else "take a larger disk"
        yield Finding("HVS201", (*sections[0][0], "size"), detail, hint)


def quarter_free(spec: Spec) -> Findings:
    """A quarter of the stick free, counted as the guideline counts: GiB of the VHD against GB of the stick."""
    sections = spec.vhd_sections()
    if spec.disk.size is None or not sections or needed(spec) > spec.disk.size:
        return
    vhds = sum(section.size or 0 for _, section in sections) / GIB
    stick = spec.disk.size / GB
    if vhds > stick * (100 - FREE_PERCENT) / 100:
        percent = int(100 - 100 * vhds / stick)
        hint = f"the guideline allows {int(stick * (100 - FREE_PERCENT) / 100)} GiB on {format_size(spec.disk.size)}"
        yield Finding("HVS204", (*sections[0][0], "size"), f"{max(0, percent)} % as the guideline counts", hint)


def match_large_enough(spec: Spec) -> Findings:
    """A match must not choose a disk that the VHDs cannot be copied to, nor leave out the bench's own."""
    accepted = spec.disk.match.size
    if accepted is None:
        return
    loc: Loc = ("disk", "match", "size")
    if accepted.low < needed(spec) and spec.vhd_sections():
        hint = f'at least "{-(-needed(spec) // GB)} GB" are needed'
        yield Finding("HVS205", loc, str(accepted), hint)
    if spec.disk.size is not None and not accepted.holds(spec.disk.size):
        detail = f"{format_size(spec.disk.size)} is not in {accepted}"
        yield Finding("HVS206", ("disk", "size"), detail, "change disk.size or disk.match.size")


def disk_limits(spec: Spec) -> Findings:
    """What the partition table can hold."""
    if spec.disk.size is None:
        return
    if spec.disk.scheme == "mbr" and spec.disk.size > 2 * TIB:
        yield Finding("HVS208", ("disk", "size"), f"an MBR disk of {format_size(spec.disk.size)}", "at most 2 TiB")


def disk_advised(spec: Spec, profile: Profile) -> Findings:
    """What the Windows needs."""
    if spec.disk.size is not None and spec.disk.size < profile.disk_minimum:
        hint = f"{profile.title}: {format_size(profile.disk_minimum)} or more"
        yield Finding("HVS207", ("disk", "size"), format_size(spec.disk.size), hint)


SPEC_RULES: tuple[SpecRule, ...] = (fits_on_disk, quarter_free, match_large_enough, disk_limits)
RELEASE_RULES: tuple[ReleaseRule, ...] = (disk_advised,)
VHD_RULES: tuple[VhdRule, ...] = (whole_mib, vhd_limits)
VHD_RELEASE_RULES: tuple[VhdReleaseRule, ...] = (vhd_advised,)
