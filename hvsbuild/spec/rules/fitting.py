"""Whether the VHDs fit on the stick, at once and when they have grown.

Windows expands an expandable or differencing VHD to its full size when it starts from it, on the volume that holds it
(Microsoft: Understanding virtual hard disks with native boot; Bug Check 0x136).
"""

from __future__ import annotations

from dataclasses import dataclass

from hvsbuild.spec.model import Spec, VhdSection
from hvsbuild.spec.places import Loc
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule
from hvsbuild.spec.rules.parts import parts, vhds_room
from hvsbuild.spec.rules.vhds import Family
from hvsbuild.spec.units import GB, GIB, MIB, format_size

FOOTER = 512  # bytes after a fixed VHD's data (VHD specification 1.0)
VHDX_HEAD, VHDX_BLOCK = 4 * MIB, 32 * MIB  # headers, log, tables; and 8 bytes for each block (MS-VHDX)
BITMAP = 4096  # bytes of an expandable VHD for each byte of its bitmaps: 512 for a block of 2 MiB
BOOT_FILES = 64 * MIB  # bootmgr, its fonts and languages, the boot store, the stamp, and a margin
LOG, LOG_PART, NTFS_PART = 64 * MIB, 192, 32768  # NTFS: its log, and its bitmap (measured with mkntfs)
FREE_PERCENT = 25
_TWEAK = "or add {tweaks: expand-on-demand} to its registry: then it grows as it is written"


def room(volume: int) -> int:
    """Bytes of the VHDs' volume that are not for VHDs."""
    return BOOT_FILES + min(LOG, volume // LOG_PART) + volume // NTFS_PART


def file_size(section: VhdSection, size: int) -> int:
    """Bytes of a VHD's file that holds all of `size` bytes."""
    if section.file.lower().endswith(".vhdx"):
        return size + VHDX_HEAD + size // VHDX_BLOCK * 8
    return size + FOOTER + (size // BITMAP if section.type != "fixed" else 0)


@dataclass(frozen=True)
class Held:
    """What the VHDs take, in bytes: `fixed` at once; `started` the most that one of the others grows to by itself when
    Windows starts from it, `largest` that one; `grown` all of the others at their full size."""

    fixed: int
    started: int
    grown: int
    largest: tuple[Loc, VhdSection] | None

    @classmethod
    def of(cls, spec: Spec) -> Held:
        family = Family.of(spec)
        sizes = [(loc, one, file_size(one, family.size(one))) for loc, one in family.sections]
        expands = [(size, loc, one) for loc, one, size in sizes if family.expands(one)]
        most = max(expands, key=lambda found: found[0], default=None)
        return cls(
            sum(size for _, one, size in sizes if one.type == "fixed"),
            most[0] if most else 0,
            sum(size for _, one, size in sizes if one.type != "fixed" and family.boots(one)),
            most[1:] if most else None,
        )

    @property
    def at_start(self) -> int:
        """What is needed when Windows starts from the VHD that grows most."""
        return self.fixed + self.started


def needed(spec: Spec) -> int:
    """The smallest disk that the VHDs fit on, and that Windows starts from."""
    least = Held.of(spec).at_start
    others = sum(part.size or 0 for _, part in parts(spec) if part.use != "vhds")
    volume = next((part.size for _, part in parts(spec) if part.use == "vhds"), None)
    return others + (volume or least + room(least))


def fits(spec: Spec) -> Findings:
    """The VHDs and what else is on their volume, against its size."""
    volume = vhds_room(spec)
    if volume is None or not spec.vhd_sections():
        return
    free, held = volume - room(volume), Held.of(spec)
    if held.fixed > free or free <= 0:
        yield from _too_large(spec, held, volume)
    elif held.largest is not None and held.at_start > free:
        loc, section = held.largest
        beside = f" beside {_gib(held.fixed)} of fixed VHDs" if held.fixed else ""
        detail = f"{section.file} expands to {_gib(held.started)}{beside}, {_gib(free)} are there"
        at = (*loc, "size") if section.size is not None else (*loc, "file")
        yield Finding("HVS288", at, detail, f"make it smaller, take a larger stick, {_TWEAK}")
    elif held.fixed + held.grown > free:
        detail = f"{_gib(held.fixed + held.grown)} when all have grown, {_gib(free)} are there"
        at = ("vhds",) if spec.vhds else ("vhd", "size")
        yield Finding("HVS289", at, detail, "watch how full they get, or take a larger stick", on_key=bool(spec.vhds))


def _too_large(spec: Spec, held: Held, volume: int) -> Findings:
    fixed = [(loc, one) for loc, one in spec.vhd_sections() if one.type == "fixed"]
    whole = len(parts(spec)) == 1
    where = f"the disk has {spec.disk.size}" if whole else f"their partition has {volume}"
    each = (volume - room(volume)) // max(1, len(fixed)) - FOOTER
    if any(one.file.lower().endswith(".vhdx") for _, one in fixed):
        each -= VHDX_HEAD + each // VHDX_BLOCK * 8
    hint = "take a larger disk" if whole else "make their partition larger"
    if fixed and each // MIB > 2:
        hint = f"up to {each // MIB} MiB fit" + (" each" if len(fixed) > 1 else "")
    at = (*(fixed or spec.vhd_sections())[0][0], "size")
    yield Finding("HVS201" if whole else "HVS280", at, f"{held.fixed + room(volume)} bytes are needed, {where}", hint)


def _gib(size: int) -> str:
    return f"{size / GIB:.1f} GiB"


def quarter_free(spec: Spec) -> Findings:
    """A quarter of the stick free, counted as the guideline counts: GiB of the VHD against GB of the stick."""
    sections, volume, held = spec.vhd_sections(), vhds_room(spec), Held.of(spec)
    if spec.disk.size is None or volume is None or not sections or held.at_start > volume - room(volume):
        return
    family = Family.of(spec)
    counted = [one for _, one in sections if one.type == "fixed"] + ([held.largest[1]] if held.largest else [])
    vhds, stick = sum(family.size(one) for one in counted) / GIB, spec.disk.size / GB
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


SPEC_RULES: tuple[SpecRule, ...] = (fits, quarter_free, match_large_enough)
