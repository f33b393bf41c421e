"""Drivers, packages, features, files and the first boot: what can be put into a Windows, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hvsbuild.echo import echo_line
from hvsbuild.mechanisms import ANSWER_FILE, SETUP_COMPLETE, STAGED, mechanism
from hvsbuild.spec.contents import Contents
from hvsbuild.spec.kinds import DEVICE_NAME
from hvsbuild.spec.model import Spec
from hvsbuild.spec.places import Loc
from hvsbuild.spec.profile import Profile, load_profile, profile_names
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule
from hvsbuild.spec.rules.texts import unsafe
from hvsbuild.spec.rules.vhds import Family

LINE_LONGEST = 8000  # of the 8191 characters that cmd reads
PATH_LONGEST = 240  # of the 260 that most programs can open
REFUSED = "a bench refuses to begin; with when: first-boot Windows does it itself"
_RESERVED = set('<>:"/|?*')
_FEATURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# The first word of a command, without its folder: `call` is what brings cmd back from a batch file.
_BATCH = re.compile(r'@?\s*("[^"]*\.(?:cmd|bat)"|[^\s"&|<>()]*\.(?:cmd|bat))(?=$|[\s&|<>)])', re.IGNORECASE)
_EXIT = re.compile(r"(?:^|[&(]\s*)@?\s*(exit|goto\s+:?eof)\b", re.IGNORECASE)
_RESTART = re.compile(r"\bshutdown(?:\.exe)?\b[^&|]*\s[/-][rsgp]\b|\b(?:restart|stop)-computer\b", re.IGNORECASE)


def sections(spec: Spec) -> Iterator[tuple[Loc, Contents, Profile | None]]:
    """Every place where contents can be written, with the profile of the Windows there."""
    vhds, family = spec.vhd_sections(), Family.of(spec)
    names = [family.release(section) for _, section in vhds]
    written: list[tuple[Loc, Contents]] = [((), spec), *vhds]
    for (loc, section), name in zip(written, [names[0] if spec.vhd else spec.os, *names], strict=True):
        yield loc, section, load_profile(name) if name in profile_names() else None


def part(section: Contents, key: str) -> Any:
    """A part of a section; of a spec with errors it may be missing."""
    return section.__dict__.get(key) or ()


def is_winpe(profile: Profile) -> bool:
    return profile.boot_settings.get("winpe") == "yes"


def waits(section: Contents) -> Iterator[Loc]:
    """What of a section waits for the first boot and is installed by a script there."""
    for key in ("drivers", "packages"):
        for number, one in enumerate(part(section, key)):
            if one.when == "first-boot":
                yield key, number, "when"
    if part(section, "features") and section.features and section.features.when == "first-boot":
        yield "features", "when"
    if part(section, "first_boot"):
        yield ("first_boot",)


# --- sources ---


def driver_sources(spec: Spec) -> Findings:
    """Folders with .inf files, or one of them."""
    for loc, section, _ in sections(spec):
        for number, one in enumerate(part(section, "drivers")):
            at = (*loc, "drivers", number)
            if one.source.lower().endswith((".zip", ".exe", ".cab", ".msi", ".7z", ".sys", ".cat")):
                yield Finding("HVS356", (*at, "source"), one.source, "unpack it, and name the folder with its .inf")
            yield from _portable((*at, "source"), one.source)
            if one.force_unsigned and one.when == "first-boot":
                both, hint = "force_unsigned and when: first-boot", "pnputil asks for a signature; write when: offline"
                yield Finding("HVS119", (*at, "force_unsigned"), both, hint, on_key=True)


def package_sources(spec: Spec) -> Findings:
    """.msu and .cab files, or folders of them."""
    for loc, section, _ in sections(spec):
        for number, one in enumerate(part(section, "packages")):
            at = (*loc, "packages", number, "source")
            if one.source.lower().endswith((".zip", ".exe", ".msi", ".msp", ".7z", ".iso")):
                hint = "take the .msu or .cab out of it; an .exe can be a command of first_boot"
                yield Finding("HVS356", at, one.source, hint)
            yield from _portable(at, one.source)


def _portable(loc: Loc, source: str) -> Findings:
    if "\\" in source and not re.match(r"[A-Za-z]:\\|\\\\", source):
        yield Finding("HVS241", loc, source, f"write {source.replace(chr(92), '/')}")


def features(spec: Spec) -> Findings:
    """Names as DISM takes them, each switched one way."""
    for loc, section, _ in sections(spec):
        one = section.__dict__.get("features")
        if one is None:
            continue
        if not one.enable and not one.disable:
            example = "enable: [Microsoft-Hyper-V]"
            yield Finding("HVS120", (*loc, "features"), "enable or disable", example, on_key=True)
        for key in ("enable", "disable"):
            for number, name in enumerate(getattr(one, key)):
                at = (*loc, "features", key, number)
                if not _FEATURE.fullmatch(name):
                    yield Finding("HVS357", at, name, "letters, digits, . _ and -, as dism /Get-Features lists them")
                elif key == "disable" and name.lower() in [other.lower() for other in one.enable]:
                    yield Finding("HVS357", at, f"{name} is switched on as well", "keep one of them")
        if one.source:
            yield from _portable((*loc, "features", "source"), one.source)


# --- files ---


def file_forms(spec: Spec) -> Findings:
    """A file, a folder or a text."""
    for loc, section, _ in sections(spec):
        for number, one in enumerate(part(section, "files")):
            at, given = (*loc, "files", number), [key for key in ("file", "folder", "text") if getattr(one, key)]
            if not given:
                yield Finding("HVS120", at, "file, folder or text", "folder: tools copies what is in it", on_key=True)
            if len(given) > 1:
                yield Finding("HVS119", (*at, given[-1]), " and ".join(given), "keep one of them", on_key=True)
            for key in ("file", "folder"):
                if source := getattr(one, key):
                    yield from _portable((*at, key), source)


def targets(spec: Spec) -> Findings:
    """Paths that Windows can have, and that are not hvsbuild's own."""
    for loc, section, _ in sections(spec):
        for number, one in enumerate(part(section, "files")):
            at = (*loc, "files", number, "target")
            if reason := _bad_target(one.target, names_folder=bool(one.folder), is_text=bool(one.text)):
                yield Finding("HVS352", at, *reason)


def _bad_target(target: str, *, names_folder: bool, is_text: bool) -> tuple[str, str] | None:
    """Why a path cannot be a target, and what to write."""
    plain = re.sub(r"^[A-Za-z]:", "", target).replace("/", "\\")
    plain = plain if plain.startswith("\\") else f"\\{plain}"
    if unsafe(target):
        return unsafe(target), "use other characters"
    if target != plain:
        return target, f"write {plain}"
    parts = target.strip("\\").split("\\") if target.strip("\\") else []
    if "\\\\" in target:
        return f"{target} has two backslashes in a row", "without quotes and in single quotes one is enough"
    for name in parts:
        if found := _RESERVED & set(name):
            return f"{min(found)} cannot be in a name on Windows", "use other characters"
        if name != name.strip() or name.endswith(".") or DEVICE_NAME.fullmatch(name):
            return f"Windows cannot have {name}", "use another name"
    if len(target) > PATH_LONGEST:
        return f"{len(target)} characters", f"up to {PATH_LONGEST}"
    if is_text and target.endswith("\\"):
        return f"{target} is a folder", "name the file that the text becomes"
    if not parts and not names_folder:
        return "the root of the VHD is a folder", "name the file"
    if parts and re.fullmatch(r"(?i)hvsbuild(-image\.json|\.json)?", parts[0]):
        return f"{STAGED} is where hvsbuild keeps its own", "use another name"
    return None


def files_once(spec: Spec) -> Findings:
    """No file is made twice; paths on Windows are equal without regard to case."""
    for loc, section, _ in sections(spec):
        seen = {ANSWER_FILE.lower(): "unattend"} if part(section, "unattend") else {}
        seen |= {SETUP_COMPLETE.lower(): str(what[0]) for what in waits(section)}
        for number, one in enumerate(part(section, "files")):
            if one.file or one.text:
                key, at = one.path.lower(), (*loc, "files", number, "target")
                if key in seen:
                    yield Finding("HVS353", at, f"{one.path} is made by {seen[key]}, too", "keep one of them")
                seen.setdefault(key, f"files.{number}")


def texts(spec: Spec) -> Findings:
    """What echo can write."""
    for loc, section, _ in sections(spec):
        for number, one in enumerate(part(section, "files")):
            if one.text is not None:
                yield from _lines((*loc, "files", number, "text"), one.text)


def _lines(loc: Loc, text: str) -> Findings:
    for number, line in enumerate(re.split("\r\n|[\r\n]", text), 1):
        where = f"line {number}: " if "\n" in text.strip("\n") else ""
        if reason := _bad_line(line):
            yield Finding("HVS354", loc, where + reason, "put it into a file, and name that with file:")
            return


def _bad_line(line: str) -> str:
    """Why echo cannot write a line."""
    if strange := [one for one in line if not one.isascii()]:
        return f"{strange[0]} is not ASCII"
    if strange := [one for one in line if not one.isprintable() and one != "\t"]:
        return f"the control character U+{ord(strange[0]):04X}"
    if line != line.rstrip():
        return "it ends in blanks"
    if "{{" in line:
        return "{{ marks what hvsbuild fills in"
    return f"{len(line)} characters" if len(echo_line(line)) > LINE_LONGEST else ""


# --- the first boot ---


def commands(spec: Spec) -> Findings:
    """Each one line of a batch file that comes back."""
    for loc, section, _ in sections(spec):
        for number, command in enumerate(part(section, "first_boot")):
            at = (*loc, "first_boot", number)
            if "\n" in command.strip("\n"):
                yield Finding("HVS354", at, "a command is one line", "write a line for each, with a dash")
            elif reason := _bad_line(command.strip("\n")):
                yield Finding("HVS354", at, reason, "put it into a batch file, copy that with files, and call it")
            elif found := _BATCH.match(command):
                yield Finding("HVS358", at, f"{found[1]} does not come back", f"write call {command}")
            elif found := _EXIT.search(command):
                yield Finding("HVS358", at, f"{found[1]} leaves the script", "leave it out")
            elif _RESTART.search(command):
                yield Finding("HVS358", at, "it restarts Windows", "leave it out, or make a task with schtasks")


def windows_pe(spec: Spec) -> Findings:
    """Windows PE is not set up."""
    for loc, section, profile in sections(spec):
        if profile is None or not is_winpe(profile):
            continue
        for what in waits(section):
            if what[0] == "drivers":
                hint = "write when: offline, or drvload in \\Windows\\System32\\startnet.cmd (files)"
            elif what[-1] == "when":
                hint = "write when: offline"
            else:
                hint = "write \\Windows\\System32\\startnet.cmd with files; it begins with wpeinit"
            yield Finding("HVS355", (*loc, *what), str(what[0]), hint, on_key=what[-1] != "when")
        if part(section, "unattend"):
            hint = "put it there as \\unattend.xml with files: wpeinit reads its pass windowsPE"
            yield Finding("HVS355", (*loc, "unattend"), "unattend", hint, on_key=True)


def windows_hosts(spec: Spec) -> Findings:
    """A note on what the bench will refuse."""
    for loc, section, _ in sections(spec):
        for key in ("drivers", "packages"):
            for number, one in enumerate(part(section, key)):
                if one.when == "offline":
                    yield Finding("HVS359", (*loc, key, number), _told(key), REFUSED, on_key=True)
        if section.__dict__.get("features") and section.features and section.features.when == "offline":
            yield Finding("HVS359", (*loc, "features"), _told("features"), REFUSED, on_key=True)


def _told(key: str) -> str:
    return mechanism(key, "offline").by.replace("`", "")


SPEC_RULES: tuple[SpecRule, ...] = (
    driver_sources,
    package_sources,
    features,
    file_forms,
    targets,
    files_once,
    texts,
    commands,
    windows_pe,
    windows_hosts,
)
