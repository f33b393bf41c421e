"""A BCD store as `bcdedit /enum` prints it, in English."""

from __future__ import annotations

from collections.abc import Iterable

from hvsbuild.formats.bcd import DISPLAY_ORDER, BcdObject, Store, Value
from hvsbuild.formats.bcd_devices import describe
from hvsbuild.formats.bcd_names import (
    BOOTMGR,
    BOOTSECTOR,
    DEVICE_OPTIONS,
    ENUMS,
    FIRMWARE_APPLICATION,
    FWBOOTMGR,
    HEXADECIMAL,
    INHERIT_ANY,
    INHERIT_LOADER,
    INHERIT_RESUME,
    LOADER,
    MEMDIAG,
    NTLDR,
    RESUME,
    alias_of,
    element_name,
    format_of,
    heading,
)
from hvsbuild.hosts.bench.bootdevice import letter_of
from hvsbuild.hosts.bench.machine import Machine

COLUMN = 24
_INHERIT = (INHERIT_ANY, INHERIT_LOADER, INHERIT_RESUME)
_ORDER = (
    FWBOOTMGR,
    BOOTMGR,
    FIRMWARE_APPLICATION,
    LOADER,
    RESUME,
    MEMDIAG,
    NTLDR,
    BOOTSECTOR,
    *_INHERIT,
    DEVICE_OPTIONS,
)
# `bcdedit /enum KIND` -> object types; `active` and `all` are no such list.
KINDS: dict[str, tuple[int, ...]] = {
    "firmware": (FWBOOTMGR, FIRMWARE_APPLICATION, BOOTMGR),
    "bootapp": (MEMDIAG,),
    "bootmgr": (BOOTMGR,),
    "osloader": (LOADER,),
    "resume": (RESUME,),
    "inherit": _INHERIT,
}


def chosen(store: Store, kind: str) -> list[BcdObject]:
    """The objects of `active`, `all` or a kind in `KINDS`, in the order of the list."""
    if kind == "active":
        order = store.bootmgr.value(DISPLAY_ORDER) if store.bootmgr else ()
        listed = [store.objects.get(str(guid).lower()) for guid in order] if isinstance(order, tuple) else []
        return [one for one in (store.bootmgr, *listed) if one]

    def rank(one: BcdObject) -> tuple[int, str]:
        return (_ORDER.index(one.type) if one.type in _ORDER else len(_ORDER), one.guid)

    return sorted((one for one in store.objects.values() if kind == "all" or one.type in KINDS[kind]), key=rank)


class Lister:
    """Prints objects of one store; `verbose` shows GUIDs for names and the setup elements of templates."""

    def __init__(self, machine: Machine, store: Store, verbose: bool) -> None:
        self.machine, self.store, self.verbose = machine, store, verbose

    def identifier(self, guid: str) -> str:
        if self.verbose:
            return guid
        default = self.store.default
        return "{default}" if default and default.guid == guid.lower() else alias_of(guid)

    def text(self, code: int, name: str, value: Value) -> list[str]:
        """The lines of one value."""
        if isinstance(value, bool):
            return ["Yes" if value else "No"]
        if isinstance(value, tuple):
            return [self.identifier(one) if isinstance(one, str) else f"0x{one:x}" for one in value] or [""]
        if isinstance(value, str):
            return [self.identifier(value) if format_of(code) == "object" else value]
        if isinstance(value, int):
            words = ENUMS.get(name, ())
            return [words[value] if value < len(words) else f"0x{value:x}" if name in HEXADECIMAL else str(value)]
        if isinstance(value, bytes):
            return [value.hex(" ")]
        return [describe(value, lambda where: letter_of(self.machine, where), self.identifier)]

    def lines(self, one: BcdObject) -> Iterable[str]:
        """One object: blank line, heading, a line for each value."""
        title = heading(one.guid, one.type)
        yield from ("", title, "-" * len(title))
        yield f"{'identifier':{COLUMN}}{self.identifier(one.guid)}"
        for code in sorted(one.elements):
            value = one.value(code)
            if value is None or (code >> 28 == 4 and not self.verbose):
                continue
            name = element_name(code, one.type)
            for text in self.text(code, name, value):
                yield f"{name:{COLUMN}}{text}"
                name = ""
