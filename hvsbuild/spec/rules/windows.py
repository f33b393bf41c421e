"""What the chosen Windows release can do: rules that come from its profile."""

from __future__ import annotations

from hvsbuild.spec.boot import SETTINGS
from hvsbuild.spec.diagnostics import choose
from hvsbuild.spec.model import Spec, VhdSection
from hvsbuild.spec.places import Loc
from hvsbuild.spec.profile import Profile, profile_names
from hvsbuild.spec.rules.finding import Finding, Findings, ReleaseRule, SpecRule, VhdReleaseRule


def known_release(spec: Spec) -> Findings:
    """`os:` names a profile."""
    if spec.os not in profile_names():
        yield Finding("HVS220", ("os",), spec.os, choose(spec.os, profile_names(), "known releases"))


def firmware(spec: Spec, profile: Profile) -> Findings:
    """The release starts on the firmware."""
    if not profile.starts_on(spec.boot.firmware):
        hint = f"{profile.title} starts on: {', '.join(profile.firmware)}"
        yield Finding("HVS221", ("boot", "firmware"), spec.boot.firmware, hint)


def vhd_format(loc: Loc, vhd: VhdSection, profile: Profile) -> Findings:
    """The release's boot manager opens the file."""
    if vhd.file.lower().endswith(".vhdx") and "vhdx" not in profile.vhd_formats:
        hint = f"{profile.title} boots from: {', '.join('.' + one for one in profile.vhd_formats)}"
        yield Finding("HVS222", (*loc, "file"), vhd.file, hint)


def boot_settings(spec: Spec) -> Findings:
    """Names and values that bcdedit knows."""
    for name, value in spec.boot.settings.items():
        loc = ("boot", "settings", name)
        if name not in SETTINGS:
            yield Finding("HVS223", loc, name, choose(name, SETTINGS, "known settings"), on_key=True)
        elif SETTINGS[name].canonical(value) is None:
            quote = isinstance(value, bool) and "off" in SETTINGS[name].words
            hint = 'YAML reads off as false; write it in quotes: "off"' if quote and not value else ""
            yield Finding("HVS224", loc, name, hint or f"allowed: {SETTINGS[name].allowed()}")


SPEC_RULES: tuple[SpecRule, ...] = (known_release, boot_settings)
RELEASE_RULES: tuple[ReleaseRule, ...] = (firmware,)
VHD_RELEASE_RULES: tuple[VhdReleaseRule, ...] = (vhd_format,)
