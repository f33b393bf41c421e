"""Whether sizes are such that the formats and tools take them, and what the Windows in the VHD needs."""

from __future__ import annotations

from hvsbuild.spec.model import Spec, VhdSection
from hvsbuild.spec.places import Loc
from hvsbuild.spec.profile import Profile
from hvsbuild.spec.rules.finding import Finding, Findings, ReleaseRule, SpecRule, VhdReleaseRule, VhdRule
from hvsbuild.spec.units import BELOW_PERCENT, GIB, MIB, TIB, format_size

VHD_LARGEST, MBR_LARGEST = 2040 * GIB, 2 * TIB


def whole_mib(loc: Loc, vhd: VhdSection) -> Findings:
    """diskpart counts in MiB."""
    if vhd.size is not None and vhd.size % MIB:
        down = vhd.size // MIB
        yield Finding("HVS202", (*loc, "size"), f"{vhd.size} bytes", f'the nearest below is "{max(down, 3)} MiB"')


def vhd_limits(loc: Loc, vhd: VhdSection) -> Findings:
    """What the format can hold."""
    if vhd.size is not None and vhd.size > VHD_LARGEST and not vhd.file.lower().endswith(".vhdx"):
        hint = "at most 2040 GiB; a .vhdx holds up to 64 TiB"
        yield Finding("HVS208", (*loc, "size"), f"a VHD of {format_size(vhd.size)}", hint)


def vhd_advised(loc: Loc, vhd: VhdSection, profile: Profile) -> Findings:
    """What the Windows in it needs."""
    sizes = profile.sizes
    if vhd.size is not None and vhd.size < sizes.vhd_minimum:
        hint = f"{profile.title}: {format_size(sizes.vhd_minimum)} or more"
        if isinstance(sizes.vhd_recommended, int):
            hint += f", {format_size(sizes.vhd_recommended)} advised"
        yield Finding("HVS203", (*loc, "size"), format_size(vhd.size), hint)


def disk_limits(spec: Spec) -> Findings:
    """What the partition table can hold."""
    if spec.disk.size is not None and spec.disk.scheme == "mbr" and spec.disk.size > MBR_LARGEST:
        hint = "at most 2 TiB; with firmware: uefi write scheme: gpt"
        yield Finding("HVS208", ("disk", "size"), f"an MBR disk of {format_size(spec.disk.size)}", hint)


def stick_advised(spec: Spec, profile: Profile) -> Findings:
    """What the Windows needs. A stick that is sold as 32 GB has a little less."""
    size, match = spec.disk.size, spec.disk.match.size
    loc: Loc = ("disk", "size")
    shown = format_size(size) if size is not None else ""
    if size is None and match is not None and match.high is not None:
        size, shown, loc = match.high, str(match), ("disk", "match", "size")
    if size is None:
        return
    least, advised = profile.sizes.stick_minimum, profile.sizes.stick_recommended
    if size < _sold_as(least):
        yield Finding("HVS207", loc, shown, f"{profile.title}: {format_size(least)} or more")
    elif isinstance(advised, int) and size < _sold_as(advised):
        yield Finding("HVS209", loc, shown, f"{profile.title}: {format_size(advised)} advised")


def _sold_as(nominal: int) -> int:
    return nominal * (100 - BELOW_PERCENT) // 100


SPEC_RULES: tuple[SpecRule, ...] = (disk_limits,)
RELEASE_RULES: tuple[ReleaseRule, ...] = (stick_advised,)
VHD_RULES: tuple[VhdRule, ...] = (whole_mib, vhd_limits)
VHD_RELEASE_RULES: tuple[VhdReleaseRule, ...] = (vhd_advised,)
