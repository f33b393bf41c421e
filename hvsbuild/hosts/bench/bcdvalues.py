"""Values as they are typed for `bcdedit /set`: words of one element to its value."""

from __future__ import annotations

import re

from hvsbuild.formats.bcd import Store, Value
from hvsbuild.formats.bcd_devices import PATH_BESIDE, Boot, Device, File, Locate, LocatePath, LocateVhd
from hvsbuild.formats.bcd_elements import BOOLEANS, ENUMS
from hvsbuild.formats.bcd_names import format_of, guid_of
from hvsbuild.hosts.bench.bootdevice import partition_device
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Word


class BadValue(Exception):
    """A value that bcdedit itself does not take; the argument is its complaint."""


def guid_in(store: Store, identifier: str) -> str:
    """The GUID that an identifier stands for in this store; `BadValue` when it is none."""
    found = store.default if identifier.lower() == "{default}" else None
    guid = found.guid if found else guid_of(identifier)
    if guid is None:
        raise BadValue("The specified identifier is not valid.")
    return guid


def _number(name: str, text: str) -> int:
    words = ENUMS.get(name)
    if words:
        found = [index for index, word in enumerate(words) if word.lower() == text.lower()]
        if found:
            return found[0]
    elif re.fullmatch(r"0x[0-9a-f]{1,16}|[0-9]{1,19}", text.lower()):
        return int(text, 0 if text.lower().startswith("0x") else 10)
    raise BadValue("The integer data is not valid as specified.")


def _host(machine: Machine, host: str, path: str, word: Word) -> Device:
    """What stands in brackets: a drive, `boot` or `locate`."""
    if host.lower() == "boot":
        return Boot()
    if host.lower() == "locate":
        return LocatePath(path)
    if not re.fullmatch("[a-zA-Z]:", host):
        raise BenchRefusal(
            f"bcdedit: [{host}] is not a drive", column=word.column, hint="write [Y:], [boot] or [locate]"
        )
    return _partition(machine, host)


def _partition(machine: Machine, drive: str) -> Device:
    letter = drive[0].upper()
    if letter != "C" and letter not in machine.state.letters:
        raise BadValue("The device is not valid as specified.")
    return partition_device(machine, letter)


def device_value(machine: Machine, code: int, word: Word) -> Device:
    """`boot`, `locate`, `locate=PATH`, `partition=Y:`, `vhd=[Y:]\\x.vhd`, `vhd=[locate]\\x.vhd`, `file=[Y:]\\x`."""
    kind, _, rest = word.partition("=")
    kind = kind.lower()
    if kind == "boot" and not rest:
        return Boot()
    if kind == "locate":
        return LocatePath(rest) if rest else Locate(PATH_BESIDE.get(code, PATH_BESIDE[min(PATH_BESIDE)]))
    if kind == "partition" and re.fullmatch("[a-zA-Z]:", rest):
        return _partition(machine, rest)
    found = re.fullmatch(r"\[([^\]]+)\](\\[^,]+)", rest)
    if kind in ("vhd", "file") and found:
        host, path = _host(machine, found[1], found[2], word), found[2]
        if kind == "file":
            return File(host, path)
        if code not in PATH_BESIDE:
            raise BenchRefusal("bcdedit: vhd= in an element that is neither device nor osdevice", column=word.column)
        return LocateVhd(host, path, PATH_BESIDE[code])
    raise BenchRefusal(
        f"bcdedit: the device {word!r}",
        column=word.column,
        hint="known: boot, locate, partition=Y:, vhd=[Y:]\\x.vhd, vhd=[locate]\\x.vhd, file=[Y:]\\x",
    )


def element_value(machine: Machine, store: Store, code: int, name: str, words: list[Word]) -> Value:
    """The value of one element. Raises `BadValue` for what bcdedit rejects, `BenchRefusal` for what the bench does."""
    kind = format_of(code)
    for word in words:
        if word.startswith("/") and kind != "string":
            raise BenchRefusal(
                f"bcdedit /set {name} {word}", column=word.column, hint="give the value or the whole list"
            )
    if kind == "objects":
        return tuple(guid_in(store, word) for word in words)
    if kind == "integers":
        return tuple(_number("", word) for word in words)
    if len(words) != 1:
        raise BadValue(f"The element {name} takes one value, in quotation marks when it has blanks.")
    if kind == "boolean":
        if words[0].lower() not in BOOLEANS:
            raise BadValue("The boolean data is not valid as specified.")
        return BOOLEANS[words[0].lower()]
    if kind == "integer":
        return _number(name, words[0])
    if kind == "object":
        return guid_in(store, words[0])
    return device_value(machine, code, words[0]) if kind == "device" else str(words[0])
