"""How the stick starts: the firmware, settings that bcdedit and the release know, the menu, the serial ports."""

from __future__ import annotations

from collections.abc import Iterator

from hvsbuild.spec.bootsettings import SETTINGS, SettingValue, elsewhere
from hvsbuild.spec.diagnostics import choose, suggestion
from hvsbuild.spec.model import Spec, VhdSection
from hvsbuild.spec.places import Loc
from hvsbuild.spec.profile import Profile, load_profile, profile_names
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule
from hvsbuild.spec.rules.texts import safe
from hvsbuild.spec.rules.vhds import Family

_UNSIGNED = ("testsigning", "nointegritychecks")


def entries(spec: Spec) -> list[tuple[Loc, VhdSection]]:
    """The VHDs that are started from."""
    family = Family.of(spec)
    return [(loc, section) for loc, section in family.sections if family.boots(section)]


def _releases(spec: Spec) -> Iterator[tuple[Loc, VhdSection, Profile]]:
    """The entries with the profile of their Windows, where there is one."""
    family = Family.of(spec)
    for loc, section in entries(spec):
        if (name := family.release(section)) in profile_names():
            yield loc, section, load_profile(name)


def _settings(spec: Spec) -> Iterator[tuple[Loc, dict[str, SettingValue]]]:
    """Every mapping of settings with its path."""
    yield ("boot", "settings"), spec.boot.settings
    for loc, section in spec.vhd_sections():
        if section.boot:
            yield (*loc, "boot", "settings"), section.boot.settings


def firmware(spec: Spec) -> Findings:
    """Every Windows on the stick starts on the firmware."""
    wanted = spec.boot.firmware
    for loc, section, profile in _releases(spec):
        if not profile.starts_on(wanted):
            hint = f"{profile.title} starts on: {', '.join(profile.firmware)}"
            at = (*loc, "os") if section.os else ("boot", "firmware")
            yield Finding("HVS221", at, wanted, hint)


def known_settings(spec: Spec) -> Findings:
    """Names and values that bcdedit knows."""
    for at, settings in _settings(spec):
        for name, value in settings.items():
            loc = (*at, name)
            if other := elsewhere(name):
                why, instead = other
                yield Finding("HVS260", loc, f"{name}: {why}", instead, on_key=True)
            elif name not in SETTINGS:
                hint = suggestion(name, SETTINGS) or "see bcdedit /set in Microsoft's documentation for the names"
                yield Finding("HVS223", loc, name, hint, on_key=True)
            elif SETTINGS[name].canonical(value) is None:
                quote = value is False and "off" in SETTINGS[name].words
                hint = 'YAML reads off as false; write it in quotes: "off"' if quote else ""
                yield Finding("HVS224", loc, name, hint or f"allowed: {SETTINGS[name].allowed()}")
            elif SETTINGS[name].text:
                yield from safe(loc, str(value))


def settings_of_the_release(spec: Spec) -> Findings:
    """Each setting is one that the Windows which gets it knows."""
    for loc, section, profile in _releases(spec):
        mine = section.boot.settings if section.boot else {}
        places: list[tuple[Loc, dict[str, SettingValue]]] = [
            (("boot", "settings"), spec.boot.settings),
            ((*loc, "boot", "settings"), mine),
        ]
        for at, settings in places:
            for name, value in settings.items():
                if name in SETTINGS and (why := SETTINGS[name].unknown_to(profile.version, str(value))):
                    yield Finding("HVS261", (*at, name), f"{name} {value}: {why}", f"{profile.title} would ignore it")


def needed_settings(spec: Spec) -> Findings:
    """What a release does not work without is not turned off."""
    for loc, section, profile in _releases(spec):
        mine = section.boot.settings if section.boot else {}
        for name, needed in profile.boot_settings.items():
            at, own = ((*loc, "boot", "settings"), mine) if name in mine else (("boot", "settings"), spec.boot.settings)
            if own.get(name, needed) != needed and SETTINGS[name].canonical(own[name]):
                yield Finding("HVS269", (*at, name), f"{name} {own[name]}", f"{profile.title} has {name} {needed}")


def menu_files(spec: Spec) -> Findings:
    """The menu names VHDs of the spec that are started from, each once."""
    if spec.boot.menu is None:
        return
    named: list[tuple[Loc, str]] = [
        (("boot", "menu", "order", at), file) for at, file in enumerate(spec.boot.menu.order)
    ]
    seen = set[str]()
    for loc, file in named:
        if file.lower() in seen:
            yield Finding("HVS264", loc, file, "name each VHD once")
        seen.add(file.lower())
    if spec.boot.menu.default is not None:
        named.append((("boot", "menu", "default"), spec.boot.menu.default))
    started = [section.file for _, section in entries(spec)]
    files = [section.file for _, section in spec.vhd_sections()]
    for loc, file in named:
        if file.lower() not in (one.lower() for one in files):
            yield Finding("HVS262", loc, file, choose(file, started, "VHDs that are started from"))
        elif file.lower() not in (one.lower() for one in started):
            yield Finding("HVS263", loc, f"others are made upon {file}", f"name one of: {', '.join(started)}")


def parents_are_not_started(spec: Spec) -> Findings:
    """A VHD that others are made upon has no entry."""
    started = [loc for loc, _ in entries(spec)]
    for loc, section in spec.vhd_sections():
        if section.boot and loc not in started:
            yield Finding("HVS263", (*loc, "boot"), f"others are made upon {section.file}", "delete it", on_key=True)


def descriptions(spec: Spec) -> Findings:
    """Texts that a script can carry; and in the menu people see these texts and nothing else."""
    family, seen = Family.of(spec), dict[tuple[str, str], str]()
    for loc, section in entries(spec):
        own = section.boot.description if section.boot else None
        if own is not None:
            yield from safe((*loc, "boot", "description"), own)
        name = ("description", own) if own is not None else ("os", family.release(section))
        at: Loc = (*loc, "boot", "description") if own is not None else (*loc, "file")
        if name in seen:
            called = own or "both are called by their Windows"
            hint = "write boot: {description: …} in each VHD"
            yield Finding("HVS266", at, f"{seen[name]} and {section.file}: {called}", hint)
        seen.setdefault(name, section.file)


def menu_is_shown(spec: Spec) -> Findings:
    """A choice that nobody gets to see."""
    menu = spec.boot.menu
    if menu and menu.timeout == 0 and not menu.displaybootmenu and len(entries(spec)) > 1:
        yield Finding("HVS267", ("boot", "menu", "timeout"), "0", "write how many seconds there are to choose")


def files_in_the_list(spec: Spec) -> Findings:
    """Several entries are told apart by the VHD's name in bcdedit's list, `vhd=[Y:]\\a.vhd,locate=…`."""
    found = entries(spec)
    for loc, section in found if len(found) > 1 else []:
        if signs := sorted(set(section.file) & set("[]{},")):
            yield Finding(
                "HVS268", (*loc, "file"), f"{section.file} has {signs[0]} in it", "use letters, digits, . _ and -"
            )


def serial_ports(spec: Spec) -> Findings:
    """One serial port for one talker; a debugger's port is of use to an entry that is debugged."""
    ems, debug = spec.boot.ems, spec.boot.debug
    if debug is None:
        return
    if ems and ems.port == debug.port:
        yield Finding("HVS270", ("boot", "debug"), f"COM{ems.port}", "give boot.debug another port")
    if not any(settings.get("debug") == "yes" for _, settings in _settings(spec)):
        yield Finding(
            "HVS271", ("boot", "debug"), "no entry has debug: true", "add it to the settings of an entry", True
        )


def unsigned_code(spec: Spec) -> Findings:
    """What Secure Boot does not allow."""
    for at, settings in _settings(spec) if spec.boot.firmware != "bios" else []:
        for name in _UNSIGNED:
            if settings.get(name) == "yes":
                yield Finding("HVS272", (*at, name), name, "turn Secure Boot off in the firmware of those machines")


SPEC_RULES: tuple[SpecRule, ...] = (
    firmware,
    known_settings,
    settings_of_the_release,
    needed_settings,
    menu_files,
    parents_are_not_started,
    descriptions,
    menu_is_shown,
    files_in_the_list,
    serial_ports,
    unsigned_code,
)
