"""Texts that end up in scripts: file names, labels."""

from __future__ import annotations

import re

from hvsbuild.spec.kinds import DEVICE_NAME
from hvsbuild.spec.model import Spec, VhdSection
from hvsbuild.spec.places import Loc
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule, VhdRule
from hvsbuild.spec.rules.parts import parts

LABEL_LONGEST, FAT32_LONGEST = 32, 11  # (Microsoft Windows commands: label, format)
_SIGNS = "* ? / \\ | . , ; : + = [ ] < >"
_NOT_IN_FAT32 = set(_SIGNS) - {" "}
FILE_LONGEST = 100
_RESERVED = set('<>:"/\\|?*')
_VARIABLE = re.compile(r"%[^%\s]+%|%%?~?[A-Za-z0-9]\b|\$(?:[A-Za-z_]|\{|\()|\}\}")


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
    return "{{ begins what hvsbuild fills in" if "{{" in text else ""


def safe(loc: Loc, text: str, *, on_key: bool = False) -> Findings:
    """HVS215 when the text cannot stand in a script."""
    if reason := unsafe(text):
        yield Finding("HVS215", loc, reason, "use other characters", on_key)


def _in_diskpart(loc: Loc, text: str) -> Findings:
    """HVS215 also when the text looks like a variable: diskpart knows none, and in a diskpart script one is a mistake
    that the bench refuses."""
    yield from safe(loc, text)
    if not unsafe(text) and (found := _VARIABLE.search(text)):
        yield Finding("HVS215", loc, f"{found[0]} looks like a variable, and diskpart has none", "use other characters")


def _ntfs_label(loc: Loc, label: str) -> Findings:
    yield from _in_diskpart(loc, label)
    if len(label) > LABEL_LONGEST:
        yield Finding("HVS212", loc, f"{len(label)} characters", f"NTFS labels have up to {LABEL_LONGEST} characters")


def _fat32_label(loc: Loc, label: str) -> Findings:
    yield from _in_diskpart(loc, label)
    if len(label) > FAT32_LONGEST:
        yield Finding("HVS212", loc, f"{len(label)} characters", f"FAT32 labels have up to {FAT32_LONGEST} characters")
    elif wrong := sorted(set(label) & _NOT_IN_FAT32):
        yield Finding("HVS216", loc, f"{wrong[0]} is in it", f"a FAT32 label has none of {_SIGNS}")
    elif label != label.strip():
        yield Finding("HVS216", loc, "a blank at its beginning or end", f"write {label.strip()}")


def vhd_label(loc: Loc, vhd: VhdSection) -> Findings:
    yield from _ntfs_label((*loc, "label"), vhd.label)


def volume_labels(spec: Spec) -> Findings:
    """Labels of the stick's volumes, each by its file system."""
    for loc, part in parts(spec):
        check = _fat32_label if part.filesystem == "fat32" and part.use != "vhds" else _ntfs_label
        yield from check((*loc, "label"), part.label)


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
    elif _VARIABLE.search(name):
        yield from _in_diskpart(at, name)
    elif len(name) > FILE_LONGEST:
        yield Finding("HVS213", at, f"{len(name)} characters", f"up to {FILE_LONGEST}")
    elif not name.lower().endswith((".vhd", ".vhdx")) or name.lower() in (".vhd", ".vhdx"):
        stem = name.rsplit(".", 1)[0] or "hvsOS"
        yield Finding("HVS213", at, "it does not end in .vhd or .vhdx", f"for example {stem}.vhd")


def vhd_files_differ(spec: Spec) -> Findings:
    """Names on Windows are equal without regard to case."""
    seen: set[str] = set()
    for loc, section in spec.vhd_sections():
        if section.file.lower() in seen:
            yield Finding("HVS214", (*loc, "file"), section.file, "use different names")
        seen.add(section.file.lower())


SPEC_RULES: tuple[SpecRule, ...] = (volume_labels, vhd_files_differ)
VHD_RULES: tuple[VhdRule, ...] = (vhd_label, vhd_file)
