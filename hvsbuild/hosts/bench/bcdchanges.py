"""What bcdedit's commands make of a store: data in, data out. `BadValue` is what bcdedit itself does not take.

Source: learn.microsoft.com, "BCDEdit Command-Line Options" and the pages of its commands; `bcdedit /?`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from hvsbuild.formats import bcd
from hvsbuild.formats.bcd import BcdObject, Store, Value
from hvsbuild.formats.bcd_elements import BOOLEANS
from hvsbuild.formats.bcd_names import (
    ALIASES,
    BOOTMGR,
    BOOTSECTOR,
    DEVICE_OPTIONS,
    INHERIT_ANY,
    INHERIT_LOADER,
    INHERIT_RESUME,
    LOADER,
    MEMDIAG,
    NTLDR,
    RESUME,
    alias_of,
    element_code,
    guid_of,
    str_guid,
)
from hvsbuild.hosts.bench.bcdvalues import BadValue, element_value
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Word

NO_ENTRY = "An error occurred while attempting to reference the specified entry."
NOT_FOUND = "The system cannot find the file specified."
DONE = "The operation completed successfully."
BOOTSEQUENCE = 0x24000002
_APPLICATIONS = {"osloader": LOADER, "resume": RESUME, "ntldr": NTLDR, "bootsector": BOOTSECTOR}
# The types of objects that have a name of their own, for /create {name}.
_WELL_KNOWN = {
    **{"{bootmgr}": BOOTMGR, "{memdiag}": MEMDIAG, "{ntldr}": NTLDR, "{ramdiskoptions}": DEVICE_OPTIONS},
    **dict.fromkeys(("{globalsettings}", "{dbgsettings}", "{emssettings}", "{badmemory}"), INHERIT_ANY),
    **{"{bootloadersettings}": INHERIT_LOADER, "{hypervisorsettings}": INHERIT_LOADER},
    "{resumeloadersettings}": INHERIT_RESUME,
}


@dataclass(frozen=True)
class Call:
    """One command with the words after it and its options (`/d` -> its value, `/addlast` -> itself)."""

    command: Word
    words: list[Word]
    options: Mapping[str, Word] = field(default_factory=dict)


@dataclass(frozen=True)
class Changed:
    """The store after a command, and what bcdedit says."""

    store: Store
    said: str = DONE


Change = Callable[[Machine, Store, Call], Changed]


def entry(store: Store, word: Word) -> BcdObject:
    """The object that a word names; `BadValue` when the store has none such."""
    if word.lower() == "{current}":
        raise BenchRefusal("bcdedit {current}: the bench runs no Windows", column=word.column, hint="use {default}")
    if not word.startswith("{"):
        raise BenchRefusal(
            f"bcdedit: {word!r} is not an identifier",
            column=word.column,
            hint="without one the real tool means {current}; name it, like {default}",
        )
    found = store.find(word)
    if found is None:
        known = guid_of(word) or word.lower() == "{default}"
        raise BadValue(f"{NO_ENTRY}\n{NOT_FOUND}" if known else "The specified identifier is not valid.")
    return found


def _named(store: Store, alias: str) -> BcdObject:
    return entry(store, Word(alias))


def _code(name: Word, one: BcdObject) -> int:
    code = element_code(name, one.type)
    if code is None:
        raise BenchRefusal(f"bcdedit: the bench does not know the element {name!r} of this object", column=name.column)
    return code


# --- values ---


def set_value(machine: Machine, store: Store, call: Call) -> Changed:
    one, name = entry(store, call.words[0]), call.words[1]
    code = _code(name, one)
    if len(call.words) == 2:
        raise BadValue("The set command specified is not valid.")
    value = element_value(machine, store, code, name.lower(), call.words[2:])
    return Changed(store.with_object(one.with_values({code: value})))


def delete_value(_: Machine, store: Store, call: Call) -> Changed:
    one = entry(store, call.words[0])
    code = _code(call.words[1], one)
    if code not in one.elements:
        raise BadValue("An error occurred while attempting to delete the specified data element.\nElement not found.")
    return Changed(store.with_object(one.without(code)))


def timeout(_: Machine, store: Store, call: Call) -> Changed:
    if not call.words[0].isdecimal():
        raise BadValue("The timeout data is not valid as specified.")
    return Changed(store.with_object(_named(store, "{bootmgr}").with_values({bcd.TIMEOUT: int(call.words[0])})))


def default(_: Machine, store: Store, call: Call) -> Changed:
    found = entry(store, call.words[0])
    return Changed(store.with_object(_named(store, "{bootmgr}").with_values({bcd.DEFAULT: found.guid})))


def switch(code: int) -> Change:
    """`/ems {id} on`, `/bootems …`, `/debug …`, `/bootdebug …`: one boolean element."""

    def change(_: Machine, store: Store, call: Call) -> Changed:
        one, word = entry(store, call.words[0]), call.words[1]
        if word.lower() not in ("on", "off"):
            raise BadValue(f"The {call.command.lower()[1:]} command specified is not valid.")
        return Changed(store.with_object(one.with_values({code: BOOLEANS[word.lower()]})))

    return change


def serial(alias: str, port: tuple[str, int], baud: tuple[str, int], kind: int | None) -> Change:
    """`/emssettings EMSPORT:1 EMSBAUDRATE:115200`, `/dbgsettings SERIAL DEBUGPORT:1 BAUDRATE:115200`: of the ways to
    connect, the serial one. `kind` is the element with the kind of the connection, 0 is serial."""

    def change(_: Machine, store: Store, call: Call) -> Changed:
        values: dict[int, Value] = {}
        for word in call.words:
            name, _colon, number = word.upper().partition(":")
            if name == "SERIAL" and kind is not None and not _colon:
                values[kind] = 0
            elif name in (port[0], baud[0]) and re.fullmatch("[0-9]{1,9}", number):
                values[dict((port, baud))[name]] = int(number)
            else:
                raise BenchRefusal(
                    f"bcdedit {call.command} {word}",
                    column=word.column,
                    hint=f"the bench knows {'SERIAL ' if kind else ''}{port[0]}:n {baud[0]}:n",
                )
        return Changed(store.with_object(_named(store, alias).with_values(values)))

    return change


# --- lists of entries ---


def ordered(code: int) -> Change:
    """`/displayorder {id} … [/addfirst | /addlast | /remove]`, and its like: a list of the boot manager's."""

    def change(_: Machine, store: Store, call: Call) -> Changed:
        manager = _named(store, "{bootmgr}")
        old, named = _guids(manager.value(code)), [entry(store, word).guid for word in call.words]
        if len(set(named)) < len(named):
            raise BadValue("The entry list data is not valid as specified.")
        others = [guid for guid in old if guid not in named]
        if "/remove" in call.options:
            missing = [guid for guid in named if guid not in old]
            if missing:
                raise BadValue("The specified entry was not found in the list.\nElement not found.")
            new = others
        elif "/addfirst" in call.options:
            new = [*named, *others]
        else:
            new = [*others, *named] if "/addlast" in call.options else named
        return Changed(store.with_object(manager.with_values({code: tuple(new)}) if new else manager.without(code)))

    return change


def _guids(value: Value | None) -> list[str]:
    return [one.lower() for one in value if isinstance(one, str)] if isinstance(value, tuple) else []


# --- entries ---


def create(machine: Machine, store: Store, call: Call) -> Changed:
    """`/create {ntldr} /d text`, or `/create [{guid}] /d text /application osloader` and its like."""
    named, kind = call.words[0] if call.words else None, call.options.get("/application")
    guid = guid_of(named) if named else _new_guid(machine, store, "create")
    if guid is None:
        raise BadValue("The specified identifier is not valid.")
    own_type = _WELL_KNOWN.get(alias_of(guid))
    if (own_type is None) == (kind is None):
        raise BadValue("The create command specified is not valid.")
    if kind and kind.lower() not in _APPLICATIONS:
        hint = f"the bench knows {', '.join(_APPLICATIONS)}"
        raise BenchRefusal(f"bcdedit /create /application {kind}", column=kind.column, hint=hint)
    if guid in store.objects:
        raise BadValue("An error occurred while attempting the specified create operation.\nThe entry exists already.")
    values: dict[int, Value] = {bcd.DESCRIPTION: str(call.options["/d"])} if "/d" in call.options else {}
    made = BcdObject(guid, own_type or _APPLICATIONS[str(kind).lower()]).with_values(values)
    return Changed(store.with_object(made), f"The entry {alias_of(guid)} was successfully created.")


def copy(machine: Machine, store: Store, call: Call) -> Changed:
    one = entry(store, call.words[0])
    if "/d" not in call.options:
        raise BadValue("The copy command specified is not valid.")
    guid = _new_guid(machine, store, f"copy {one.guid}")
    made = BcdObject(guid, one.type, one.elements).with_values({bcd.DESCRIPTION: str(call.options["/d"])})
    return Changed(store.with_object(made), f"The entry was successfully copied to {guid}.")


def _new_guid(machine: Machine, store: Store, purpose: str) -> str:
    """Windows takes a random one; the bench the same in each build, and another for each further entry."""
    made = (str_guid(machine.derive(f"bcdedit {purpose} {number}")) for number in count())
    return next(guid for guid in made if guid not in store.objects)


def delete(_: Machine, store: Store, call: Call) -> Changed:
    """The entry goes, and (without /nocleanup) also where the boot manager's lists name it."""
    one = entry(store, call.words[0])
    if one.guid in ALIASES.values() and "/f" not in call.options:
        raise BadValue("The specified entry is a well-known one and cannot be deleted without /f.")
    store = store.without(one.guid)
    manager = store.bootmgr
    if manager is None or "/nocleanup" in call.options:
        return Changed(store)
    for code in (bcd.DISPLAY_ORDER, bcd.TOOLS_ORDER, BOOTSEQUENCE):
        left = [guid for guid in _guids(manager.value(code)) if guid != one.guid]
        if code in manager.elements:
            manager = manager.with_values({code: tuple(left)}) if left else manager.without(code)
    if str(manager.value(bcd.DEFAULT)).lower() == one.guid:
        manager = manager.without(bcd.DEFAULT)
    return Changed(store.with_object(manager))
