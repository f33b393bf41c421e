"""What `/t TYPE /s X /d DATA` stores, and how a value is printed."""

from __future__ import annotations

import re

from hvsbuild.errors import FormatError
from hvsbuild.formats import regvalue
from hvsbuild.formats.regvalue import RegValue, encode, integer_of, text_of
from hvsbuild.hosts.bench.reg.words import Failed, syntax
from hvsbuild.hosts.bench.tool import BenchRefusal, Word

TYPES = {name: name for name in regvalue.ADDABLE} | {"REG_DWORD_LITTLE_ENDIAN": "REG_DWORD"}


def parse(type_word: Word | None, separator: Word | None, data: Word | None) -> RegValue:
    """The value of a `reg add`; raises `Failed` for what reg.exe does not take."""
    name = TYPES.get("REG_SZ" if type_word is None else type_word.upper())
    if name is None:
        raise syntax()
    if separator is not None and len(separator) != 1:
        raise syntax()
    if separator is not None and name != "REG_MULTI_SZ":
        raise BenchRefusal("reg add: /s without /t REG_MULTI_SZ", column=separator.column)
    if name == "REG_MULTI_SZ":
        return RegValue(regvalue.REG_MULTI_SZ, multi_string(data or "", separator or "\\0"))
    if name == "REG_BINARY":
        return RegValue(regvalue.REG_BINARY, binary(data or ""))
    if name in ("REG_DWORD", "REG_DWORD_BIG_ENDIAN", "REG_QWORD"):
        return number(name, data)
    return encode(name, str(data or ""))


def multi_string(data: str, separator: str) -> bytes:
    """`a\\0b` -> a NUL b NUL NUL; one separator at the end is dropped; nothing is one NUL, a lone separator two."""
    if not data:
        return encode("REG_MULTI_SZ", []).data
    if data == separator:
        return b"\0\0\0\0"
    parts = data.removesuffix(separator).split(separator)
    if "" in parts:
        raise Failed("Invalid data for the registry type: two separators without text between them.")
    return encode("REG_MULTI_SZ", parts).data


def binary(data: str) -> bytes:
    """Hexadecimal digits; an odd one out gets a 0 in front of all."""
    if not re.fullmatch("[0-9a-fA-F]*", data):
        raise Failed("Invalid data for the registry type: hexadecimal digits are needed.")
    return bytes.fromhex(data if len(data) % 2 == 0 else "0" + data)


def number(name: str, data: Word | None) -> RegValue:
    """Decimal or `0x…`; a REG_QWORD without /d is 0, and takes -1. A REG_DWORD_BIG_ENDIAN is stored little-endian."""
    if data is None and name != "REG_QWORD":
        raise syntax()
    if name == "REG_QWORD" and data is not None and re.fullmatch("-[0-9]+", data):
        if data != "-1":
            raise BenchRefusal(f"reg add: the REG_QWORD {data}", column=data.column, hint="write it as 0x…")
        return RegValue(regvalue.REG_QWORD, b"\xff" * 8)
    order = name.removesuffix("_BIG_ENDIAN")
    try:
        return RegValue(regvalue.TYPE_NAMES[name], encode(order, str(data) if data is not None else 0).data)
    except FormatError:
        raise Failed("Invalid data for the registry type: not a number, or too large.") from None


def printed(value: RegValue) -> str:
    """A value's data as `reg query` prints them."""
    plain = RegValue(regvalue.REG_DWORD, value.data) if value.type == regvalue.REG_DWORD_BIG_ENDIAN else value
    integer, text = integer_of(plain), text_of(value)
    if integer is not None:
        return f"0x{integer:x}"
    if text is not None:
        return text
    if value.type == regvalue.REG_MULTI_SZ and len(value.data) % 2 == 0:
        return value.data.decode("utf-16-le", "replace").rstrip("\0").replace("\0", "\\0")
    return value.data.hex().upper()
