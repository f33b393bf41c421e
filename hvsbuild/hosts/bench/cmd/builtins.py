"""The commands inside cmd.exe that touch only cmd itself: echo, set, setlocal, goto, exit.

Each takes the text behind its name and returns its return code. Which of them change the error level when they succeed
is taken from Wine's cmd tests: `set` and `setlocal` make it 0 (set: in a `.cmd` script), the others leave it alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from hvsbuild.hosts.bench.cmd.session import Session, label_name, signed32
from hvsbuild.hosts.bench.cmd.streams import Streams
from hvsbuild.hosts.bench.cmd.text import DELIMITERS, Text
from hvsbuild.hosts.bench.tool import BenchRefusal

ECHO = re.compile(r"echo(?=$|[ \t,;=(.:/\[\]+\\])", re.IGNORECASE)


class Goto(Exception):
    """Leaves blocks and loops; `label` is None for `:eof`."""

    def __init__(self, label: str | None) -> None:
        self.label = label


class Exit(Exception):
    """Ends the running script (`exit /b`) or all of them."""

    def __init__(self, *, everything: bool) -> None:
        self.everything = everything


def _refuse(text: Text, what: str, hint: str = "") -> BenchRefusal:
    line, column = text.lstrip().place()
    return BenchRefusal(what, line=line, column=column, hint=hint)


def echo(session: Session, streams: Streams, rest: Text) -> int:
    """`echo text`, `echo(text`, `echo.`, `echo off`. One character behind the name is dropped, all else is printed."""
    spaced = rest.chars[:1] in ("", " ", "\t", ",", ";", "=")
    word = rest.chars.strip().lower()
    if spaced and word == "/?":
        raise _refuse(rest, "echo /?")
    if spaced and word in ("on", "off"):
        session.echo = word == "on"
    elif spaced and not rest.chars.strip(DELIMITERS):
        streams.out.print(f"ECHO is {'on' if session.echo else 'off'}.")
    else:
        streams.out.print(rest.chars[1:])
    return 0


def set_(session: Session, streams: Streams, rest: Text) -> int:
    """`set "NAME=value"` and `set NAME=value`; an empty value removes the name."""
    text = rest.lstrip(" \t,;=")
    chars = text.chars
    if chars.startswith("/"):
        raise _refuse(text, f"set {chars[:2]}", "the bench only assigns")
    if chars.startswith('"'):
        end = chars.rfind('"')
        chars = chars[1:end] if end else chars[1:]
    name, equals, value = chars.partition("=")
    if not equals:
        if not name:
            raise _refuse(rest, "set without a name")
        return _show(session, streams, name.rstrip(" \t"))
    if not name:
        raise _refuse(text, "set with an empty name")
    session.assign(name, value)
    if session.frame.name.lower().endswith(".cmd"):
        session.error_level = 0
    return 0


def _show(session: Session, streams: Streams, prefix: str) -> int:
    """`set NAME` lists the variables whose names begin so; none: 1."""
    found = sorted(name for name in session.variables if name.startswith(prefix.upper()))
    for name in found:
        streams.out.print(f"{name}={session.variables[name]}")
    if not found:
        streams.err.print(f"Environment variable {prefix} not defined")
        session.error_level = 1
    return 0 if found else 1


def setlocal(session: Session, _: Streams, rest: Text) -> int:
    known = {"enabledelayedexpansion": True, "disabledelayedexpansion": False, "enableextensions": None}
    words = [word for word in re.split(r"[ \t,;=]+", rest.chars.lower()) if word]
    if bad := [word for word in words if word not in known]:
        raise _refuse(rest, f"setlocal {bad[0]}")
    session.setlocal()
    for word in words:
        wish = known[word]
        session.delayed = session.delayed if wish is None else wish
    session.error_level = 0
    return 0


def endlocal(session: Session, _: Streams, rest: Text) -> int:
    if rest.chars.strip(DELIMITERS):
        raise _refuse(rest, "endlocal with an argument")
    session.endlocal()
    return 0


def goto(_: Session, __: Streams, rest: Text) -> int:
    target = rest.chars.lstrip(DELIMITERS)
    name = label_name(target.removeprefix(":"))
    if not name:
        raise _refuse(rest, "goto without a label")
    raise Goto(None if target.lower().startswith(":eof") and name.lower() == "eof" else name)


def exit_(session: Session, _: Streams, rest: Text) -> int:
    """`exit /b [n]` ends the script or the called label, `exit [n]` all of them; without n the error level stays."""
    words = rest.chars.lower().split()
    here = bool(words) and words[0] == "/b"
    numbers = words[here:]
    if len(numbers) > 1 or not all(re.fullmatch(r"[+-]?\d+", number) for number in numbers):
        raise _refuse(rest, f"exit {rest.chars.strip()}", "like exit /b 1")
    if numbers:
        session.error_level = signed32(int(numbers[0]))
    raise Exit(everything=not here)


Builtin = Callable[[Session, Streams, Text], int]
BUILTINS: dict[str, Builtin] = {
    "set": set_,
    "setlocal": setlocal,
    "endlocal": endlocal,
    "goto": goto,
    "exit": exit_,
}
