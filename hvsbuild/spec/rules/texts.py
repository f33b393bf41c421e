"""Texts that end up in scripts: file names, labels, names of images."""

from __future__ import annotations

import re

from hvsbuild.spec.kinds import DEVICE_NAME
from hvsbuild.spec.model import Spec, VhdSection
from hvsbuild.spec.places import Loc
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule, VhdRule
from hvsbuild.spec.rules.forms import images

LABEL_LONGEST = 32  # NTFS (Microsoft Windows commands: label)
FILE_LONGEST = 100
_RESERVED = set('<>:"/\\|?*')
_IMAGE_ENDINGS = (".wim", ".esd", ".swm", ".iso", ".vhd", ".ffu")


def unsafe(text: str) -> str:
    """Why a script cannot carry the text; empty when it can. `%` is no reason: it is escaped in .cmd files."""
    for character in text:
        if character == '"':
            return "a quotation mark would end the argument early"
        if character in "\r\n":
            return "a line break would end the command"
        if not character.isprintable():
            return f"the control character U+{ord(character):04X}"
        if not character.isascii():
            return f"{character} is not ASCII, and scripts are"
    return ""


def safe(loc: Loc, text: str, *, on_key: bool = False) -> Findings:
    """HVS215 when the text cannot stand in a script."""
    if reason := unsafe(text):
        yield Finding("HVS215", loc, reason, "use other characters", on_key)


def _label(loc: Loc, label: str) -> Findings:
    yield from safe(loc, label)
    if len(label) > LABEL_LONGEST:
        yield Finding("HVS212", loc, f"{len(label)} characters", f"NTFS labels have up to {LABEL_LONGEST} characters")


def vhd_label(loc: Loc, vhd: VhdSection) -> Findings:
    yield from _label((*loc, "label"), vhd.label)


def disk_label(spec: Spec) -> Findings:
    yield from _label(("disk", "label"), spec.disk.label)


def vhd_file(loc: Loc, vhd: VhdSection) -> Findings:
    """A plain name in the root of the stick."""
    name, at = vhd.file, (*loc, "file")
    if unsafe(name):
        yield from safe(at, name)
    elif "/" in name or "\\" in name:
        last = re.split(r"[/\\]", name)[-1]
        yield Finding(
            "HVS213", at, "it has a folder in it", f"the VHD lies in the root of the stick: {last or 'hvsOS.vhd'}"
        )
    elif found := _RESERVED & set(name):
        yield Finding(
            "HVS213", at, f"{min(found)} cannot be in a file name on Windows", "use letters, digits, . _ and -"
        )
    elif name != name.strip() or DEVICE_NAME.fullmatch(name):
        yield Finding("HVS213", at, "Windows cannot have a file of this name", "use another name")
    elif len(name) > FILE_LONGEST:
        yield Finding("HVS213", at, f"{len(name)} characters", f"up to {FILE_LONGEST}")
    elif not name.lower().endswith((".vhd", ".vhdx")) or name.lower() in (".vhd", ".vhdx"):
        stem = name.rsplit(".", 1)[0] or "hvsOS"
        yield Finding("HVS213", at, "it does not end in .vhd", f"for example {stem}.vhd")


def vhd_files_differ(spec: Spec) -> Findings:
    """Names on Windows are equal without regard to case."""
    seen: set[str] = set()
    for loc, section in spec.vhd_sections():
        if section.file.lower() in seen:
            yield Finding("HVS214", (*loc, "file"), section.file, "use different names")
        seen.add(section.file.lower())


def image_texts(spec: Spec) -> Findings:
    """The image's name goes into a script; its file's name tells what it is."""
    for loc, image in images(spec):
        if image.name is not None:
            yield from safe((*loc, "name"), image.name)
        if isinstance(image.source, str):
            yield from _image_file((*loc, "source"), image.source)


def _image_file(loc: Loc, source: str) -> Findings:
    if re.match("(?i)(https?|ftp|file)://", source):
        return  # rules/supported.py
    if not source.lower().endswith(_IMAGE_ENDINGS):
        yield Finding("HVS240", loc, source, "use a .wim or .esd file")
    elif source.lower().endswith((".vhd", ".ffu")):
        yield Finding("HVS240", loc, source, "a disk image cannot be applied to a volume; use a .wim or .esd file")
    if "\\" in source and not re.match(r"[A-Za-z]:\\|\\\\", source):
        yield Finding("HVS241", loc, source, f"write {source.replace(chr(92), '/')}")


SPEC_RULES: tuple[SpecRule, ...] = (disk_label, vhd_files_differ, image_texts)
VHD_RULES: tuple[VhdRule, ...] = (vhd_label, vhd_file)
