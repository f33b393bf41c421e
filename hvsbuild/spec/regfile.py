""".reg files: what each line of one sets or removes, with its place in the file.

Both forms that Windows reads: `REGEDIT4` (8-bit text) and `Windows Registry Editor Version 5.00` (UTF-16 with a byte
order mark; UTF-8 as well). What Windows passes over without a word is an error here. Sources: Microsoft, "How to add,
modify, or delete registry subkeys and values by using a .reg file"; Wine's programs/reg/tests/import.c, which its
authors run on real Windows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hvsbuild.formats.regvalue import (
    REG_BINARY,
    REG_DWORD,
    REG_EXPAND_SZ,
    REG_MULTI_SZ,
    REG_SZ,
    RegValue,
    utf16,
)
from hvsbuild.spec.diagnostics import Diagnostic, Mark, Position, diagnose_mark

LARGEST = 4 << 20  # bytes; a file that changes an image by hand-sized steps is far smaller
OLD, NEW = "REGEDIT4", "Windows Registry Editor Version 5.00"
_TEXTS = (REG_SZ, REG_EXPAND_SZ, REG_MULTI_SZ)
_END = r"[ \t]*(?:;.*)?"
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_KEY = re.compile(rf"\[(-?)([^ \t-].*)\]{_END}")
_NAME = re.compile(rf"(?:@|{_QUOTED})[ \t]*=[ \t]*")
_REMOVED, _STRING = re.compile(rf"-{_END}"), re.compile(_QUOTED + _END)
_DWORD = re.compile(rf"dword:([0-9a-fA-F]{{1,8}}){_END}")
_HEX = re.compile(r"hex(?:\(([0-9a-fA-F]{1,8})\))?:")
_BYTES = re.compile(rf"([^\\;]*)(\\?){_END}")
_BYTE_LIST = re.compile(r"(?:[0-9a-fA-F]{1,2},)*(?:[0-9a-fA-F]{1,2},?)?")
_COMMENT = (";", "#")


@dataclass(frozen=True)
class Setting:
    """One line: the key that it is about, with its root; the value's name (None: the key itself, "": the default
    value); and the value, or None where it is removed. A key is made when it is not `removed`."""

    key: str
    mark: Mark
    name: str | None = None
    value: RegValue | None = None
    removed: bool = False


@dataclass
class RegFile:
    """The settings of a file in their order; `name` is how the spec names the file, `text` its text."""

    name: str
    text: str
    settings: list[Setting] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def parse(raw: bytes, path: str, name: str) -> RegFile:
    """Read a file's bytes. `path` stands in the positions of diagnostics."""
    text, wide, reason = _decode(raw)
    file = RegFile(name, text)
    reader = _Reader(file, path, wide)
    if reason:
        reader.wrong("HVS321", 1, 0, reason, "save it with regedit, or as UTF-8")
    else:
        reader.read()
    return file


def _decode(raw: bytes) -> tuple[str, bool, str]:
    """The text, whether it is UTF-16, and why it cannot be read (else empty)."""
    if raw[:2] == b"\xff\xfe":
        try:
            return raw[2:].decode("utf-16-le"), True, ""
        except UnicodeDecodeError as error:
            return "", True, f"byte {error.start + 2} is not UTF-16"
    if raw[:2] == b"\xfe\xff":
        return "", False, "it is UTF-16 with the bytes turned round (big-endian)"
    if b"\0" in raw:
        return "", False, "it is no text, or UTF-16 without a byte order mark"
    try:
        return raw.decode("utf-8-sig"), False, ""
    except UnicodeDecodeError:
        return raw.decode("latin-1"), False, ""  # what is not ASCII in it cannot stand in a script anyway


class _Wrong(Exception):
    """A line that Windows would not take; `column` counts from 0."""

    def __init__(self, column: int, detail: str, hint: str = "") -> None:
        self.column, self.detail, self.hint = column, detail, hint


class _Reader:
    def __init__(self, file: RegFile, path: str, wide: bool) -> None:
        self.file, self.path, self.wide = file, path, wide
        self.lines = re.split("\r\n|\r|\n", file.text)
        self.at = 0  # the next line
        self.key: str | None = None
        self.removed = False

    def wrong(self, code: str, line: int, column: int, detail: str, hint: str = "") -> None:
        self.file.diagnostics.append(diagnose_mark(code, self.mark(line, column), detail=detail, hint=hint))

    def mark(self, line: int, column: int, end: int | None = None) -> Mark:
        """A part of a line, up to its end when none is given; lines count from 1, columns from 0."""
        text = self.lines[line - 1]
        stop = len(text.rstrip()) if end is None else end
        return Mark(Position(self.path, line, column + 1), max(1, stop - column), text)

    def read(self) -> None:
        head = self.next().lstrip(" \t")
        if head not in (OLD, NEW):
            near = head.strip().upper() in (OLD, NEW.upper())
            hint = "in exactly these letters, with nothing behind them" if near else "the first line tells Windows"
            self.wrong("HVS321", 1, 0, "it does not begin with a line that Windows knows", f'"{NEW}": {hint}')
            return
        # The bytes of a text are those of the file's own characters in the old form.
        self.wide = self.wide or head == NEW
        while self.at < len(self.lines):
            line = self.next()
            start, first = len(line) - len(line.lstrip(" \t")), self.at
            if not line.strip(" \t") or line.lstrip(" \t").startswith(_COMMENT):
                continue
            try:
                self.line(line, start, first)
            except _Wrong as wrong:
                self.wrong("HVS322", self.at, wrong.column, wrong.detail, wrong.hint)

    def next(self) -> str:
        self.at += 1
        return self.lines[self.at - 1]

    def line(self, line: str, start: int, number: int) -> None:
        if line[start] == "[":
            self.key_line(line, start, number)
            return
        found = _NAME.match(line, start)
        if not found:
            hint = 'a line is [KEY], "name"=data, @=data, or a comment that begins with ;'
            raise _Wrong(start, "neither a key nor a value", hint)
        name, data = _unescaped(found[1] or "", start + 1), found.end()
        if self.key is None:
            raise _Wrong(start, "a value ahead of the first [KEY]")
        if self.removed:
            raise _Wrong(start, "a value of a key that is removed", "give it a [KEY] line of its own, without the -")
        value = self.data(line, data)
        self.file.settings.append(Setting(self.key, self.mark(number, start), name, value, value is None))

    def key_line(self, line: str, start: int, number: int) -> None:
        self.key = None
        found = _KEY.fullmatch(line, start)
        if not found:
            raise _Wrong(start, "not a key", "write [KEY], or [-KEY] to remove it, without blanks at its beginning")
        self.removed, self.key = bool(found[1]), found[2]
        mark = self.mark(number, start, found.end(2) + 1)
        self.file.settings.append(Setting(self.key, mark, removed=self.removed))

    def data(self, line: str, at: int) -> RegValue | None:
        """What stands behind the `=`; None for `-`, which removes the value."""
        if _REMOVED.fullmatch(line, at):
            return None
        if found := _STRING.fullmatch(line, at):
            return RegValue(REG_SZ, utf16(_unescaped(found[1], at + 1)))
        if found := _DWORD.fullmatch(line, at):
            return RegValue(REG_DWORD, int(found[1], 16).to_bytes(4, "little"))
        if found := _HEX.match(line, at):
            kind = int(found[1], 16) if found[1] else REG_BINARY
            return RegValue(kind, self.stored(kind, self.listed(line, found.end()), at))
        if line.startswith('"', at):
            hint = 'a quote inside is written \\", a backslash \\\\'
            raise _Wrong(at, "the text does not end with its quotation mark", hint)
        if line[at : at + 5].lower() == "dword":
            raise _Wrong(at, "not a dword", "write dword: and up to 8 hexadecimal digits, in small letters, without 0x")
        raise _Wrong(at, "not data", 'write "text", dword:0000002a, hex:2a,00, hex(7):…, or - to remove the value')

    def listed(self, line: str, at: int) -> bytes:
        """The bytes from a column on, and in the lines that follow a backslash."""
        text, first = "", True
        while True:
            found = _BYTES.fullmatch(line, at)
            if not found:
                raise _Wrong(at, "something stands behind the backslash", "it must be the last of its line")
            piece, more = found[1].strip(" \t"), bool(found[2])
            if not _BYTE_LIST.fullmatch(piece):
                raise _Wrong(at, "not bytes", "two hexadecimal digits each, divided by commas alone, like 2a,00")
            if more and not piece.endswith(",") and (piece or not first):
                raise _Wrong(at, "a line that goes on without a comma", "a comma, and then the backslash")
            text, first = text + piece, False
            if not more:
                return bytes(int(byte, 16) for byte in text.split(",") if byte)
            line, at = self.continued()

    def continued(self) -> tuple[str, int]:
        """The next line that counts, and where it begins; empty lines and comments between are passed over."""
        while self.at < len(self.lines):
            line = self.next()
            at = len(line) - len(line.lstrip(" \t"))
            if line[at:] and not line.startswith(";", at):
                return line, at
        raise _Wrong(0, "the file ends where a line should go on", "take the last backslash out, or add the bytes")

    def stored(self, kind: int, data: bytes, at: int) -> bytes:
        """The bytes that Windows stores: texts with the NUL that is missing, those of the old form as UTF-16."""
        if kind not in _TEXTS or not data:
            return data
        if self.wide:
            if len(data) % 2:
                raise _Wrong(at, "half a character", "in this file a character has two bytes, like 41,00")
            return data if data.endswith(b"\0\0") else data + b"\0\0"
        try:
            return (data if data.endswith(b"\0") else data + b"\0").decode("ascii").encode("utf-16-le")
        except UnicodeDecodeError:
            hint = f'which depends on the machine that reads it; begin the file with "{NEW}"'
            raise _Wrong(at, "a character that is not ASCII", hint) from None


def _unescaped(text: str, column: int) -> str:
    """The text with `\\\\` and `\\"` as one character; Windows takes no other escapes."""
    if found := re.search(r'\\[^"\\]', re.sub(r'\\[\\"]', "  ", text)):
        hint = "a backslash is written \\\\; a line break cannot be in a text"
        raise _Wrong(column + found.start(), f"the escape {found[0]}", hint)
    return re.sub(r"\\(.)", r"\1", text)
