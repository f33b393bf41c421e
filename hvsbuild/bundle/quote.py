"""Values as words of the scripts: quoted as cmd, reg and diskpart read them.

The spec's rules have already refused what cannot be written safely (quotes, line breaks, non-ASCII).
"""

from __future__ import annotations

import json

from hvsbuild.errors import HvsError
from hvsbuild.states import RegistryValue, Stamp

MULTI_SEPARATOR = "\\0"


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


def cmd_word(text: str) -> str:
    """One quoted word for a program started by cmd: backslashes before the closing quote are doubled, as the C
    runtime's argument rules want ("C:\\dir\\" would swallow the quote)."""
    trailing = len(text) - len(text.rstrip("\\"))
    return f'"{cmd_text(text)}{chr(92) * trailing}"'


def diskpart_word(text: str) -> str:
    """One quoted value of a diskpart option; diskpart knows no escape."""
    return f'"{_plain(text)}"'


def reg_data(value: RegistryValue) -> str:
    """The text of `/d` for a value: REG_MULTI_SZ joined by \\0, numbers in decimal."""
    data = value.data
    if isinstance(data, list):
        return MULTI_SEPARATOR.join(data)
    return str(data)


def stamp_text(stamp: Stamp) -> str:
    """The JSON text of a stamp; written by `echo`, so that a reviewer sees all of it in the script."""
    return f'{{"hvsbuild": 1, "spec": "{stamp.spec}", "identity": "{stamp.identity}", "plan": "{stamp.plan}"}}'
