"""A BCD store as `bcdedit /enum` prints it, in English.

Objects come by their kind and then by GUID, elements by their code. Without `verbose` (bcdedit's /v), well-known GUIDs
are shown by their names, and what only a BCD-Template has is left out: elements of class 4, the target templates.
Sources: real listings of Windows 7 to 11 and of a 2008 R2; Geoff Chappell (bcd_names.py) for what /v adds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from hvsbuild.formats.bcd import DISPLAY_ORDER, BcdObject, Store
from hvsbuild.formats.bcd_devices import GptPartition, MbrPartition, describe, plain_volume
from hvsbuild.formats.bcd_elements import ADDRESSES, ENUMS, HEXADECIMAL
from hvsbuild.formats.bcd_names import (
    BOOTMGR,
    BOOTSECTOR,
    DEVICE_OPTIONS,
    FIRMWARE_APPLICATION,
    FWBOOTMGR,
    INHERIT_ANY,
    INHERIT_LOADER,
    INHERIT_RESUME,
    LOADER,
    MEMDIAG,
    NTLDR,
    RESUME,
    TARGETS,
    alias_of,
    element_name,
    format_of,
    heading,
)

COLUMN = 24
_TEMPLATE = 4  # class of the elements that only setup reads
_INHERIT = (INHERIT_ANY, INHERIT_LOADER, INHERIT_RESUME)
_APPLICATIONS = (FWBOOTMGR, BOOTMGR, FIRMWARE_APPLICATION, LOADER, RESUME, MEMDIAG, NTLDR, BOOTSECTOR)
_ORDER = (*_APPLICATIONS, *_INHERIT, DEVICE_OPTIONS)
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


@dataclass(frozen=True)
class Lister:
    """Prints objects of one store; `volume` names a partition."""

    store: Store
    verbose: bool = False
    volume: Callable[[MbrPartition | GptPartition], str] = plain_volume

    def text(self, kind: str) -> str:
        """The whole list of a kind, each line with its end."""
        return "".join(line + "\n" for one in chosen(self.store, kind) for line in self.lines(one))

    def lines(self, one: BcdObject) -> Iterator[str]:
        """One object: blank line, heading, a line for each value; nothing for what is left out."""
        if one.guid in TARGETS and not self.verbose:
            return
        title = heading(one.guid, one.type)
        yield from ("", title, "-" * len(title))
        yield self._line("identifier", self.identifier(one.guid))
        for code in sorted(one.elements):
            if code >> 28 == _TEMPLATE and not self.verbose:
                continue
            name = element_name(code, one.type)
            for text in self.values(one, code):
                yield self._line(name, text)
                name = ""

    def identifier(self, guid: str) -> str:
        if self.verbose:
            return guid
        default = self.store.default
        return "{default}" if default and default.guid == guid.lower() else alias_of(guid)

    def values(self, one: BcdObject, code: int) -> list[str]:
        """The texts of one element, one a line."""
        value, name = one.value(code), element_name(code, one.type)
        if isinstance(value, tuple):
            return [self.identifier(part) if isinstance(part, str) else _number(name, part) for part in value] or [""]
        if isinstance(value, bool):
            return ["Yes" if value else "No"]
        if isinstance(value, int):
            return [_number(name, value)]
        if isinstance(value, str):
            return [self.identifier(value) if format_of(code) == "object" else value]
        if value is None or isinstance(value, bytes):
            return [(value or b"").hex(" ")]
        return [describe(value, self.volume, self.identifier)]

    @staticmethod
    def _line(name: str, text: str) -> str:
        """Without characters that would move a terminal's cursor: a store may hold anything."""
        line = f"{name:{COLUMN - 1}} {text}".rstrip()
        return "".join(character if character.isprintable() else "\ufffd" for character in line)


def _number(name: str, value: int) -> str:
    words = ENUMS.get(name, ())
    if value < len(words):
        return words[value]
    if name in ADDRESSES and value < 1 << 32:
        return str(IPv4Address(value))
    return f"0x{value:x}" if name in HEXADECIMAL else str(value)
