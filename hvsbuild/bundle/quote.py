"""Values as words of the scripts: quoted as cmd, reg and diskpart read them.

The spec's rules have already refused what cannot be written safely (quotes, line breaks, non-ASCII).
"""

from __future__ import annotations

from hvsbuild.states import RegistryValue, Stamp

MULTI_SEPARATOR = "\\0"


def token(name: str) -> str:
    """A binding as it stands in a reviewed script: `{{disk.number}}`."""
    return "{{" + name + "}}"


def cmd_text(text: str) -> str:
    """Text inside a batch file: a percent sign is doubled, because cmd expands it even inside quotes."""
    return text.replace("%", "%%")


def cmd_word(text: str) -> str:
    """One quoted word for a program started by cmd: backslashes before the closing quote are doubled, as the C
    runtime's argument rules want ("C:\\dir\\" would swallow the quote)."""
    trailing = len(text) - len(text.rstrip("\\"))
    return f'"{cmd_text(text)}{chr(92) * trailing}"'


def diskpart_word(text: str) -> str:
    """One quoted value of a diskpart option; diskpart knows no escape."""
    return f'"{text}"'


def reg_data(value: RegistryValue) -> str:
    """The text of `/d` for a value: REG_MULTI_SZ joined by \\0, numbers in decimal."""
    data = value.data
    if isinstance(data, list):
        return MULTI_SEPARATOR.join(data)
    return str(data)


def stamp_text(stamp: Stamp) -> str:
    """The JSON text of a stamp; written by `echo`, so that a reviewer sees all of it in the script."""
    return (
        f'{{"hvsbuild": 1, "spec": "{stamp.spec}", "identity": "{stamp.identity}", "plan": "{stamp.plan}"}}'
    )
