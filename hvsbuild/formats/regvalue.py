"""A registry value: its type number and its raw bytes, and how the data of a spec become those bytes.

The bytes are the ones `reg add` stores (as Wine's tests of reg.exe assert, which its authors run on real
Windows), because a spec is brought about by `reg add` and checked against the bytes in the hive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hvsbuild.errors import FormatError

REG_NONE, REG_SZ, REG_EXPAND_SZ, REG_BINARY, REG_DWORD, REG_DWORD_BIG_ENDIAN, REG_LINK, REG_MULTI_SZ = range(8)
REG_RESOURCE_LIST, REG_FULL_RESOURCE_DESCRIPTOR, REG_RESOURCE_REQUIREMENTS_LIST, REG_QWORD = range(8, 12)

# Name -> number (winnt.h).
TYPE_NAMES: dict[str, int] = {
    "REG_NONE": REG_NONE,
    "REG_SZ": REG_SZ,
    "REG_EXPAND_SZ": REG_EXPAND_SZ,
    "REG_BINARY": REG_BINARY,
    "REG_DWORD": REG_DWORD,
    "REG_DWORD_BIG_ENDIAN": REG_DWORD_BIG_ENDIAN,
    "REG_LINK": REG_LINK,
    "REG_MULTI_SZ": REG_MULTI_SZ,
    "REG_RESOURCE_LIST": REG_RESOURCE_LIST,
    "REG_FULL_RESOURCE_DESCRIPTOR": REG_FULL_RESOURCE_DESCRIPTOR,
    "REG_RESOURCE_REQUIREMENTS_LIST": REG_RESOURCE_REQUIREMENTS_LIST,
    "REG_QWORD": REG_QWORD,
}
_NAMES = {number: name for name, number in TYPE_NAMES.items()}
# What `reg add /t` takes (Microsoft: reg add), as people meet them.
ADDABLE = (
    "REG_SZ",
    "REG_EXPAND_SZ",
    "REG_MULTI_SZ",
    "REG_DWORD",
    "REG_QWORD",
    "REG_BINARY",
    "REG_NONE",
    "REG_DWORD_BIG_ENDIAN",
)
_STRINGS = (REG_SZ, REG_EXPAND_SZ, REG_LINK)
_WIDTH = {REG_DWORD: 4, REG_DWORD_BIG_ENDIAN: 4, REG_QWORD: 8}
_SHOWN = 64  # bytes of binary data in a one-line description


class RegDataError(FormatError):
    """Data that do not fit their registry type."""


@dataclass(frozen=True)
class RegValue:
    """One value as the hive holds it: `type` is a REG_* number (any 32-bit number occurs), `data` the raw bytes."""

    type: int
    data: bytes


def type_name(number: int) -> str:
    """`REG_DWORD` for 4; an unknown number in hexadecimal."""
    return _NAMES.get(number, f"0x{number:x}")


def utf16(text: str) -> bytes:
    """The text with its NUL, as UTF-16LE."""
    return text.encode("utf-16-le", "surrogatepass") + b"\0\0"


def encode(type_name: str, data: str | int | list[str] | bytes) -> RegValue:
    """The value that `reg add /t TYPE` stores for data written naturally in YAML.

    Text for REG_SZ, REG_EXPAND_SZ, REG_LINK, REG_NONE; a list for REG_MULTI_SZ; a number (or `0x…` text) for the
    numeric types; hexadecimal text for REG_BINARY and the resource types. Raw bytes fit any type. An empty list
    becomes a single NUL, as `/d ""` does, and a list of one empty text two, as a lone separator does. Raises
    `FormatError` when data and type do not go together.
    """
    number = TYPE_NAMES.get(type_name.upper())
    if number is None:
        raise RegDataError("Not a registry type", seen=repr(type_name), do="one of " + ", ".join(TYPE_NAMES))
    if isinstance(data, bytes):
        return RegValue(number, data)
    if number == REG_MULTI_SZ:
        return RegValue(number, _multi(data))
    if number in _WIDTH:
        return RegValue(number, _integer(type_name, data, _WIDTH[number]).to_bytes(_WIDTH[number], _order(number)))
    if not isinstance(data, str):
        raise _wrong(type_name, data, "write text in quotation marks")
    if number in (*_STRINGS, REG_NONE):
        if "\0" in data:
            raise _wrong(type_name, data, "a NUL ends the text; use REG_MULTI_SZ or REG_BINARY")
        # A symbolic link's target has no NUL at its end.
        return RegValue(number, utf16(data)[:-2] if number == REG_LINK else utf16(data))
    try:
        return RegValue(number, bytes.fromhex(data))
    except ValueError:
        raise _wrong(type_name, data, "write pairs of hexadecimal digits, like 00ff10") from None


def _order(number: int) -> Literal["big", "little"]:
    """The order of a number's bytes. reg.exe does not heed it (same tests): it must be given a number turned round."""
    return "big" if number == REG_DWORD_BIG_ENDIAN else "little"


def _multi(data: str | int | list[str]) -> bytes:
    if not isinstance(data, list) or not all(isinstance(one, str) for one in data):
        raise _wrong("REG_MULTI_SZ", data, "write a list of texts; [] for none")
    if data == [""]:
        return b"\0\0\0\0"
    if any(not one or "\0" in one for one in data):
        raise _wrong("REG_MULTI_SZ", data, "an empty text would end the list; leave it out")
    return b"".join(utf16(one) for one in data) + b"\0\0"


def _integer(type_name: str, data: str | int | list[str], width: int) -> int:
    """A number that fits `width` bytes; text is read as reg.exe does: decimal (also with leading zeros) or `0x…`."""
    if isinstance(data, str):
        found = re.fullmatch(r"(0[xX][0-9a-fA-F]+)|([0-9]+)", data)
        data = int(data, 16 if found[1] else 10) if found else data
    if isinstance(data, bool) or not isinstance(data, int):
        raise _wrong(type_name, data, "write a whole number, decimal or 0x…")
    if not 0 <= data < 1 << (8 * width):
        raise _wrong(type_name, data, f"the number must be from 0 to {(1 << 8 * width) - 1}")
    return data


def _wrong(type_name: str, data: object, do: str) -> RegDataError:
    return RegDataError("The data do not fit the registry type", seen=f"{data!r} as {type_name.upper()}", do=do)


def divider(texts: Sequence[str]) -> str | None:
    """What divides the texts of a REG_MULTI_SZ in `reg add`: `\\0`, or where that is in a text a character that is
    not; None when there is none."""
    whole = "".join(texts)
    if not any("\\0" in one for one in texts):
        return "\\0"
    return next((one for one in "|;,#~@!?*+=:/" if one not in whole), None)


def text_of(value: RegValue) -> str | None:
    """The text of a string type up to its first NUL, or None when the bytes are not whole UTF-16 units."""
    if value.type not in _STRINGS or len(value.data) % 2:
        return None
    return value.data.decode("utf-16-le", "surrogatepass").split("\0", 1)[0]


def texts_of(value: RegValue) -> list[str] | None:
    """The texts of a REG_MULTI_SZ, or None when it is none or its bytes are not whole UTF-16 units."""
    if value.type != REG_MULTI_SZ or len(value.data) % 2:
        return None
    parts = value.data.decode("utf-16-le", "surrogatepass").split("\0")
    return parts[: parts.index("")] if "" in parts else parts


def integer_of(value: RegValue) -> int | None:
    """The number of a REG_DWORD, of either order, or REG_QWORD."""
    whole = _WIDTH.get(value.type) == len(value.data)
    return int.from_bytes(value.data, _order(value.type)) if whole else None


def natural(value: RegValue) -> str | int | list[str] | None:
    """The data of which `encode` makes exactly this value; None when there are none: `reg add` cannot store it."""
    name, data = type_name(value.type), value.data
    if name not in ADDABLE:
        return None
    found: str | int | list[str] | None = integer_of(value)
    if value.type == REG_MULTI_SZ:
        found = [""] if data == bytes(4) else texts_of(value)
    elif value.type in (*_STRINGS, REG_NONE):
        found = text_of(RegValue(REG_SZ, data))
    elif value.type == REG_BINARY:
        found = data.hex()
    try:
        return found if found is not None and encode(name, found) == value else None
    except RegDataError:
        return None


def describe(value: RegValue) -> str:
    """One line for a person: `REG_DWORD 5 (0x5)`, `REG_MULTI_SZ ["a", "b"]`, `REG_BINARY 00 ff`.

    Backslashes stay as they are. Data whose text would not show all that is in them are shown as bytes: no two
    unequal values that are short enough to be shown whole look the same.
    """
    shown = _readable(value)
    if shown is None:
        rest = len(value.data) - _SHOWN
        shown = value.data[:_SHOWN].hex(" ") + (f" … and {rest} bytes" if rest > 0 else "")
    return f"{type_name(value.type)} {shown or '(no data)'}"


def _readable(value: RegValue) -> str | None:
    """The number or the quoted text of a value, when nothing else has the same."""
    name, text, texts, number = type_name(value.type), text_of(value), texts_of(value), integer_of(value)
    if number is not None:
        return f"{number} (0x{number:x})"
    if text is not None and text.isprintable() and encode(name, text) == value:
        return f'"{text}"'
    if texts is not None and all(one.isprintable() and '"' not in one for one in texts):
        return "[" + ", ".join(f'"{one}"' for one in texts) + "]" if encode(name, texts) == value else None
    return None


def equal(a: RegValue | None, b: RegValue | None) -> bool:
    """Whether two values are the same: the same type and the same bytes; an absent value equals only an absent one."""
    return a == b


def fold(name: str) -> str:
    """A name for comparing as Windows does: every character in upper case on its own (no `ß` -> `SS`)."""
    return "".join(upper if len(upper := c.upper()) == 1 else c for c in name)
