"""What the chosen Windows release can do: rules that come from its profile."""

from __future__ import annotations

from hvsbuild.spec.diagnostics import choose
from hvsbuild.spec.model import RegistryData, Spec, VhdSection
from hvsbuild.spec.places import Loc
from hvsbuild.spec.profile import Profile, load_profile, profile_names
from hvsbuild.spec.rules.finding import Finding, Findings, ReleaseRule, SpecRule, VhdReleaseRule
from hvsbuild.spec.rules.parts import AT, parts
from hvsbuild.spec.rules.vhds import Family

FLASH = ("usb", "sd", "mmc")  # what may report itself as removable
CONTROL, BOOT_FLAGS = "CurrentControlSet\\Control", "BootDriverFlags"


def known_release(spec: Spec) -> Findings:
    """`os:` names a profile."""
    named: list[tuple[Loc, str]] = [(("os",), spec.os)]
    named += [((*loc, "os"), section.os) for loc, section in spec.vhd_sections() if section.os is not None]
    for loc, name in named:
        if name not in profile_names():
            yield Finding("HVS220", loc, name, choose(name, profile_names(), "known releases"))


def vhd_format(loc: Loc, vhd: VhdSection, profile: Profile) -> Findings:
    """The release's boot manager opens the file."""
    ending = vhd.file.lower().rpartition(".")[2]
    if ending == "vhdx" and "vhdx" not in profile.vhd_formats:
        hint = f"{profile.title} boots from: {', '.join('.' + one for one in profile.vhd_formats)}"
        yield Finding("HVS222", (*loc, "file"), vhd.file, hint)
    elif ending == "vhd" and "vhd" not in profile.vhd_formats_supported:
        yield Finding("HVS227", (*loc, "file"), vhd.file, f"write {vhd.file}x")


def flash_support(spec: Spec, profile: Profile) -> Findings:
    """What Microsoft says of starting this Windows from a stick."""
    match = spec.disk.match
    if profile.flash_boot == "no" and (match.bus == "usb" or match.removable):
        at = ("disk", "match", "bus") if match.bus == "usb" else ("disk", "match", "removable")
        yield Finding("HVS226", at, profile.title, "it works; allow: {HVS226: …} records why you do it")
    if profile.flash_boot == "oem" and match.removable:
        at = ("disk", "match", "removable")
        yield Finding("HVS225", at, profile.title, "removable: false matches sticks that do not report it")


def removable_partitions(spec: Spec, profile: Profile) -> Findings:
    """Older releases mount the first partition of a removable stick alone."""
    match, found = spec.disk.match, [part for _, part in parts(spec)]
    if match.removable is False or profile.removable_partitions == "several" or len(found) < 2:
        return
    at = AT if spec.disk.partitions else ("boot", "firmware")
    number = next((part.number for part in found if part.use == "vhds"), 0)
    detail = f"{profile.title}; the VHDs are on partition {number} of {len(found)}"
    if match.removable and profile.removable_partitions == "one" and number > 1:
        hint = "use firmware: bios and one partition, or a stick that is not removable"
        yield Finding("HVS228", at, detail, hint, on_key=True)
    elif match.removable or (profile.removable_partitions == "one" and match.bus in (None, *FLASH)):
        hint = "add removable: false to disk.match, and take a stick that is not removable"
        if profile.removable_partitions == "by-build":
            hint = "make sure that the image has build 15063 or later"
        yield Finding("HVS229", at, detail, hint, on_key=True)


def efi_on_removable(spec: Spec) -> Findings:
    """diskpart makes EFI system partitions on fixed disks only."""
    if spec.disk.match.removable and spec.disk.scheme == "gpt" and parts(spec)[0][1].use == "system":
        yield Finding("HVS200", ("disk", "scheme"), "gpt, with removable: true", "write scheme: mbr")


def usb3_drivers(spec: Spec) -> Findings:
    """A release that ships without the bit that loads the USB 3 drivers early gets it from the spec."""
    family = Family.of(spec)
    for loc, section in family.sections if spec.disk.match.bus == "usb" else ():
        if not family.boots(section) or family.release(section) not in profile_names():
            continue
        profile = load_profile(family.release(section))
        shipped, wanted = profile.boot_driver_flags.shipped, profile.boot_driver_flags.usb3
        if not isinstance(shipped, int) or not isinstance(wanted, int):
            continue
        value = family.value(section, CONTROL, BOOT_FLAGS)
        data = value.data if isinstance(value, RegistryData) else None
        flags = data if isinstance(data, int) else shipped
        if wanted & ~flags:
            whose = "the spec sets" if isinstance(data, int) else f"{profile.title} ships with"
            hint = f"set 0x{flags | wanted:02x}" if isinstance(data, int) else "add {tweaks: usb-boot} to its registry"
            yield Finding("HVS293", (*loc, "file"), f"{whose} 0x{flags:02x}, 0x{wanted:02x} is needed", hint)


SPEC_RULES: tuple[SpecRule, ...] = (known_release, efi_on_removable, usb3_drivers)
RELEASE_RULES: tuple[ReleaseRule, ...] = (flash_support, removable_partitions)
VHD_RELEASE_RULES: tuple[VhdReleaseRule, ...] = (vhd_format,)
