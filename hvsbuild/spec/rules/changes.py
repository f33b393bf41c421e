"""What the registry entries of a VHD come to: lines of imported files, releases, and changes that meet each other."""

from __future__ import annotations

from collections.abc import Iterator

from hvsbuild.formats.regvalue import RegValue, natural, type_name
from hvsbuild.spec import tweaks
from hvsbuild.spec.changes import SPEC, Change, changes_of, imported
from hvsbuild.spec.diagnostics import Mark
from hvsbuild.spec.hives import NotInImage, find_key, hive_file, user_hive
from hvsbuild.spec.model import RegistryData, RegistryEntry, Spec
from hvsbuild.spec.places import Loc
from hvsbuild.spec.profile import Profile, load_profile, profile_names
from hvsbuild.spec.regfile import RegFile, Setting
from hvsbuild.spec.rules.finding import Finding, Findings, KeyRule, SpecRule
from hvsbuild.spec.rules.registry import LINE_LONGEST, not_carried, too_long, wrong_data, wrong_key
from hvsbuild.spec.rules.vhds import Family

_LATER = "take the line out, and let Windows import it: files: copies a .reg file, first_boot: reg import reads it"
_WHY = {  # what reg add cannot store, by type
    "REG_SZ": "the text has a NUL inside, or none at its end",
    "REG_EXPAND_SZ": "the text has a NUL inside, or none at its end",
    "REG_NONE": "only texts with a NUL at their end can be stored with this type",
    "REG_MULTI_SZ": "the list has an empty text inside, or does not end with two NULs",
    "REG_DWORD": "it has not 4 bytes",
    "REG_DWORD_BIG_ENDIAN": "it has not 4 bytes",
    "REG_QWORD": "it has not 8 bytes",
}


def import_lines(loc: Loc, entry: RegistryEntry) -> Findings:
    """Each line of a .reg file is about the image, and can be written as a `reg` command."""
    file = entry.file
    if file is None:
        return
    for setting in file.settings:
        problems = list(_setting(setting, entry))
        yield from problems
        if not problems and (entry.hive or entry.user):
            yield from _other_hive(setting, entry, file, (*loc, "import"))


def _setting(setting: Setting, entry: RegistryEntry) -> Findings:
    user = user_hive(entry.user) if entry.user is not None else hive_file("NTUSER.DAT", None)
    place = find_key(setting.key, user)
    key_line = setting.name is None
    if isinstance(place, NotInImage):
        if key_line:  # once, not for every value below it
            detail = f"{setting.key}: {place.why}" if place.code == "HVS323" else place.why
            yield _at(setting.mark, place.code, detail, place.do)
        return
    key = place[1]
    if key_line and key and (wrong := wrong_key(key)):
        yield _at(setting.mark, "HVS304", *wrong)
    if key_line and not key and setting.removed:
        yield _at(setting.mark, "HVS304", "it is a whole hive", "name a key below it")
    for text in (key if key_line else "", setting.name or ""):
        if reason := not_carried(text):
            yield _at(setting.mark, "HVS215", reason, _LATER)
    if setting.value is not None:
        yield from _value(setting, key, setting.value)


def _value(setting: Setting, key: str, value: RegValue) -> Findings:
    name, data = type_name(value.type), natural(value)
    if data is None:
        why = _WHY.get(name, f"reg add has no type {name}")
        yield _at(setting.mark, "HVS324", why, _LATER)
        return
    items = tuple(data) if isinstance(data, list) else data
    wanted = RegistryData.model_construct(type=name, data=items)
    if items != ("",):  # a lone empty text: two NULs, which reg add can store
        for _, code, detail, hint in wrong_data(wanted):
            yield _at(setting.mark, code, detail, _LATER if code == "HVS215" else hint)
    if too_long(key, setting.name or "", wanted):
        yield _at(setting.mark, "HVS309", "", f"key, name and data together: up to {LINE_LONGEST} characters")


def _other_hive(setting: Setting, entry: RegistryEntry, file: RegFile, loc: Loc) -> Findings:
    """`hive` of an import is the only one that the file may change; `user` says who HKEY_CURRENT_USER is."""
    change = imported(setting, file, loc, hive_file(entry.hive, entry.user))
    if entry.hive and change and setting.name is None and change.hive != hive_file(entry.hive, None):
        hint = "take hive: out of the import, or these lines out of the file"
        yield _at(setting.mark, "HVS325", f"{change.hive.title}, not {entry.hive}", hint)


def _at(mark: Mark, code: str, detail: str, hint: str) -> Finding:
    return Finding(code, (), detail, hint, mark=mark)


def meeting(spec: Spec) -> Findings:
    """Changes of the same value or key, and those that a release has no place for."""
    for entries, loc, profile in _lists(spec):
        merged = changes_of(entries, loc, profile)
        for later, first in _once(merged.clashes):
            yield _clash(later, first)
        for loser, winner in merged.hidden:
            yield _of(loser, "HVS318", f"{loser.title}, and {_who(winner)} wins", "nothing, if that is meant")
        for change in merged.changes:
            if change.hive.name == "DRIVERS" and profile.version == "6.1":
                yield _of(change, "HVS312", f"DRIVERS in {profile.name}", "Windows 8 and Server 2012 were the first")
        for number, entry in enumerate(entries):
            yield from _releases(entry, (*loc, number, "tweaks"), profile)


def _lists(spec: Spec) -> Iterator[tuple[tuple[RegistryEntry, ...], Loc, Profile]]:
    """Every list of entries with its place and the release it is for."""
    family = Family.of(spec)
    for loc, section in family.sections:
        name = family.release(section)
        if name not in profile_names():
            continue
        yield section.registry, (*loc, "registry"), load_profile(name)
        if spec.vhd is not None:
            yield spec.registry, ("registry",), load_profile(name)


def _releases(entry: RegistryEntry, loc: Loc, profile: Profile) -> Findings:
    for number, name in enumerate(entry.tweaks):
        if name in tweaks.tweak_names() and (why := tweaks.load_tweak(name).not_for(profile)):
            yield Finding("HVS331", (*loc, number), f"{name}: {why}", "leave it out here")


def _once(clashes: list[tuple[Change, Change]]) -> Iterator[tuple[Change, Change]]:
    """Of all that is in a removed key, the first one."""
    seen = set[tuple[str, str, str | None]]()
    for later, first in clashes:
        if not first.removes or first.identity not in seen:
            yield later, first
        if first.removes:
            seen.add(first.identity)


def _clash(later: Change, first: Change) -> Finding:
    if first.removes != later.removes:
        removed, kept = (first, later) if first.removes else (later, first)
        hint = "keep one of them; to empty a key first, name the values that must be absent"
        return _of(later, "HVS316", f"{kept.title}, and {_who(removed)} removes {removed.title}", hint)
    if later.origin.rank == SPEC:
        name = later.title if later.name is None else later.name
        same_spelling = later.key.lower() == first.key.lower()
        hint = "keep one of them" + ("" if same_spelling else f"; {first.key} is the same key in a new image")
        return _of(later, "HVS308", name, hint)
    detail = f"{later.title}, and other data from {_who(first)}"
    return _of(later, "HVS308", detail, "set it in the spec itself: that wins")


def _of(change: Change, code: str, detail: str, hint: str) -> Finding:
    """At the line that asks for the change."""
    origin = change.origin
    return Finding(code, origin.loc, detail, hint, on_key=origin.rank == SPEC, mark=origin.mark)


def _who(change: Change) -> str:
    """`the spec`, `line 7 of tweaks.reg`, `tweak no-pagefile`."""
    origin = change.origin
    if origin.mark:
        return f"line {origin.mark.position.line} of {origin.said.removeprefix('import ')}"
    return origin.said.partition(":")[0] if origin.said else "the spec"


SPEC_RULES: tuple[SpecRule, ...] = (meeting,)
KEY_RULES: tuple[KeyRule, ...] = (import_lines,)
