"""Values as words of the scripts: quoted as cmd, reg and diskpart read them.

The spec's rules have already refused what cannot be written safely (quotes, line breaks, non-ASCII).
"""

from __future__ import annotations

import json
import re

from hvsbuild.echo import echo_line as _echo_line
from hvsbuild.errors import HvsError
from hvsbuild.formats.regvalue import divider
from hvsbuild.states import RegistryValue, Stamp


class RenderError(HvsError):
    """A spec, or a template, that no script can be made of."""

    exit_code = 3


def token(name: str) -> str:
    """A binding as it stands in a reviewed script: `{{disk.number}}`."""
    return "{{" + name + "}}"


def _plain(text: str) -> str:
    """The text, which must not look like a binding: a disk's number must never come to stand in a label."""
    if "{{" in text:
        raise RenderError("A text of the spec looks like a binding", seen=text, do="write it without {{")
    return text


def cmd_text(text: str) -> str:
    """Text inside a batch file: a percent sign is doubled, because cmd expands it even inside quotes."""
    return _plain(text).replace("%", "%%")


def json_text(text: str) -> str:
    """Text as a JSON string inside a batch file."""
    return cmd_text(json.dumps(text))


def echo_line(text: str) -> str:
    """The command that prints a line of a text; the only bindings in it are secrets."""
    _plain(re.sub(r"\{\{secret\.[a-z-]+\}\}", "", text))
    return _echo_line(text)


def cmd_word(text: str) -> str:
    """One quoted word for a program started by cmd: backslashes before the closing quote are doubled, as the C
    runtime's argument rules want ("C:\\dir\\" would swallow the quote)."""
    trailing = len(text) - len(text.rstrip("\\"))
    return f'"{cmd_text(text)}{chr(92) * trailing}"'


def diskpart_word(text: str) -> str:
    """One quoted value of a diskpart option; diskpart knows no escape."""
    return f'"{_plain(text)}"'


def quoted_word(text: str) -> str:
    """One quoted word, which may hold quotation marks: `\\"` for the C runtime. For cmd each of them ends or begins a
    quoted part, and outside of those its special characters need a `^`."""
    out, quoted = '"', True
    for piece in re.split(r'(\\*")', cmd_text(text)):
        if piece.endswith('"'):
            out += "\\" * (2 * len(piece) - 1) + '"'
            quoted = not quoted
        else:
            out += piece if quoted else re.sub(r"([&|<>^])", r"^\1", piece)
    trailing = len(text) - len(text.rstrip("\\"))
    return out + "\\" * trailing + '"'


def reg_words(value: RegistryValue) -> str:
    """`/t TYPE /d DATA` for a value, and /s where the texts of a list cannot be divided by \\0; numbers in decimal."""
    data, divided = value.data, ""
    if isinstance(data, list):
        between = divider(data)
        assert between is not None  # the spec's rules made sure
        divided = "" if between == "\\0" else f' /s "{between}"'
        data = between if data == [""] else between.join(data)
    elif value.type == "REG_DWORD_BIG_ENDIAN":
        assert isinstance(data, int)
        data = int.from_bytes(data.to_bytes(4, "big"), "little")  # reg.exe stores it little-endian
    return f"/t {value.type}{divided} /d {quoted_word(str(data))}"


def stamp_text(stamp: Stamp) -> str:
    """The JSON text of a stamp; written by `echo`, so that a reviewer sees all of it in the script."""
    return f'{{"hvsbuild": 1, "spec": "{stamp.spec}", "identity": "{stamp.identity}", "plan": "{stamp.plan}"}}'
