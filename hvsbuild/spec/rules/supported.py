"""What the language can say, and the product cannot build yet: an error each, never a silent difference."""

from __future__ import annotations

import re

from hvsbuild.spec.model import IsoMember, Spec, VhdSection
from hvsbuild.spec.places import Loc
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule, VhdRule
from hvsbuild.spec.rules.forms import images


def vhd_kind(loc: Loc, vhd: VhdSection) -> Findings:
    """Fixed VHDs only."""
    if vhd.type != "fixed":
        yield Finding("HVS901", (*loc, "type"), vhd.type, "write type: fixed")
    if vhd.file.lower().endswith(".vhdx"):
        yield Finding("HVS902", (*loc, "file"), vhd.file, f"write {vhd.file[:-1]}")


def one_vhd(spec: Spec) -> Findings:
    """One VHD on a stick."""
    if spec.vhds is not None and len(spec.vhds) > 1:
        yield Finding("HVS903", ("vhds",), f"{len(spec.vhds)} VHDs", "keep one", on_key=True)


def disk_scheme(spec: Spec) -> Findings:
    """MBR only."""
    if spec.disk.scheme != "mbr":
        yield Finding("HVS904", ("disk", "scheme"), spec.disk.scheme, "write scheme: mbr")


def firmware(spec: Spec) -> Findings:
    """BIOS only."""
    if spec.boot.firmware != "bios":
        yield Finding("HVS905", ("boot", "firmware"), spec.boot.firmware, "write firmware: bios")


def sources(spec: Spec) -> Findings:
    """A single .wim or .esd file."""
    for loc, image in images(spec):
        at = (*loc, "source")
        if isinstance(image.source, IsoMember):
            yield Finding(
                "HVS906", at, image.source.iso, f"copy {image.source.member} out of it and name that", on_key=True
            )
        elif re.match("(?i)(https?|ftp|file)://", image.source):
            yield Finding("HVS909", at, image.source, "download the file and name it")
        elif image.source.lower().endswith(".iso"):
            yield Finding("HVS906", at, image.source, "copy sources/install.wim out of it and name that")
        elif image.source.lower().endswith(".swm"):
            yield Finding("HVS907", at, image.source, "join the parts: wimlib-imagex join install.wim install*.swm")


SPEC_RULES: tuple[SpecRule, ...] = (one_vhd, disk_scheme, firmware, sources)
VHD_RULES: tuple[VhdRule, ...] = (vhd_kind,)
