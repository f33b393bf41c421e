"""The three expansions of cmd: `%NAME%` as a line is read, `%%X` of a `for`, `!NAME!` as a command is executed.

Sources: `cmd /?`, `set /?`, `call /?`, `for /?`; the order and the corner cases were checked against the expected
outputs of Wine's cmd tests, which hold on real Windows.
"""

from __future__ import annotations

import ntpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hvsbuild.hosts.bench.cmd.text import Place, Text, TextBuilder
from hvsbuild.hosts.bench.tool import BenchRefusal

Lookup = Callable[[str], "str | None"]

VARIABLE = re.compile(r"%([^%:\n]+)(?::([^%\n]*))?%")
DELAYED = re.compile(r"!+([^!:\n]+)(?::([^!\n]*))?!")
ARGUMENT = re.compile(r"%~([A-Za-z]*)([0-9])")
SUBSTRING = re.compile(r"~(-?\d+)(?:,(-?\d+))?$")


@dataclass(frozen=True)
class Scope:
    """What a line of a script can see: the variables, `%0` to `%9`, `%*`, and where the script lies."""

    lookup: Lookup
    script: str  # full Windows path
    arguments: tuple[str, ...]  # %0 first
    tail: str


def _refuse(what: str, place: Place, hint: str = "") -> BenchRefusal:
    return BenchRefusal(what, line=place[0], column=place[1], hint=hint)


def percent(line: Text, scope: Scope) -> Text:
    """The percent phase; `%%` becomes `%`, what is not defined becomes nothing, a lone `%` disappears."""
    out, at, chars = TextBuilder(), 0, line.chars
    while at < len(chars):
        if chars[at] != "%":
            out.put(chars[at], line.place(at))
            at += 1
            continue
        value, at_next = _percent_at(chars, at, scope, line.place(at))
        out.put(value, line.place(at))
        at = at_next
    return out.build()


def _percent_at(chars: str, at: int, scope: Scope, place: Place) -> tuple[str, int]:
    following = chars[at + 1 : at + 2]
    if following == "%":
        return "%", at + 2
    if following == "*":
        return scope.tail, at + 2
    if following and following in "0123456789":
        return _argument(scope, int(following)), at + 2
    if following == "~":
        if not (found := ARGUMENT.match(chars, at)):
            raise _refuse(f"{chars[at : at + 6]!r} is no form of an argument", place, "like %~dp0, %~1, %~nx1")
        modifiers, digit = found[1], int(found[2])
        whole = scope.script if digit == 0 and modifiers else _argument(scope, digit)
        return modify(whole, modifiers, place), found.end()
    if found := VARIABLE.match(chars, at):
        return _value(found[1], found[2], scope.lookup, place), found.end()
    return "", at + 1


def _argument(scope: Scope, digit: int) -> str:
    return scope.arguments[digit] if digit < len(scope.arguments) else ""


def _value(name: str, change: str | None, lookup: Lookup, place: Place) -> str:
    value = lookup(name)
    if change is None:
        return value or ""
    if not value:
        # cmd would leave the text of the change behind: never what a script means
        raise _refuse(f"{name}:{change}, but {name} is not defined", place, "test it with `if defined` first")
    if change.startswith("~"):
        return _substring(value, change, place)
    old, equals, new = change.partition("=")
    if not equals or not old:
        raise _refuse(f"{name}:{change} is neither a replacement nor a substring", place)
    if old.startswith("*"):
        start = value.casefold().find(old[1:].casefold())
        return value if start < 0 else new + value[start + len(old) - 1 :]
    return re.sub(re.escape(old), lambda _: new, value, flags=re.IGNORECASE)


def _substring(value: str, change: str, place: Place) -> str:
    found = SUBSTRING.match(change)
    if not found:
        raise _refuse(f":{change} is no substring", place, "like :~0,3")
    start = int(found[1])
    start = max(0, len(value) + start) if start < 0 else min(start, len(value))
    length = int(found[2]) if found[2] else len(value)
    end = len(value) + length if length < 0 else start + length
    return value[start : max(start, end)]


def modify(value: str, modifiers: str, place: Place) -> str:
    """`%~1` and its letters: f full path, d drive, p folder, n name, x extension. A bare name lies in C:\\ (the
    current folder of every script on the bench)."""
    value = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    letters = modifiers.lower()
    if unknown := set(letters) - set("fdpnx"):
        raise _refuse(f"the modifier {sorted(unknown)[0]!r} of %~{modifiers}", place, "the bench knows f d p n x")
    if not letters or not value:
        return value
    full = ntpath.normpath(ntpath.join("C:\\", value)) + ("\\" if value.endswith("\\") else "")
    drive, path = ntpath.splitdrive(full)
    folder, name = path[: path.rfind("\\") + 1], path[path.rfind("\\") + 1 :]
    stem, extension = ntpath.splitext(name)
    if "f" in letters:
        return full
    parts = {"d": drive, "p": folder, "n": stem, "x": extension}
    return "".join(text for letter, text in parts.items() if letter in letters)


def loop(text: Text, variables: Mapping[str, str]) -> Text:
    """Put the values of `for` variables in; what names none of them stays as it is. Their case matters."""
    if not variables or "%" not in text.chars:
        return text
    out, at, chars = TextBuilder(), 0, text.chars
    while at < len(chars):
        found = _loop_variable(chars, at, variables) if chars[at] == "%" else None
        if found:
            modifiers, name, end = found
            value = variables[name]
            out.put(value if modifiers is None else modify(value, modifiers, text.place(at)), text.place(at))
            at = end
        else:
            out.put(chars[at], text.place(at))
            at += 1
    return out.build()


def _loop_variable(chars: str, at: int, variables: Mapping[str, str]) -> tuple[str | None, str, int] | None:
    """The longest run of modifiers that is followed by the name of a variable."""
    if chars[at + 1 : at + 2] != "~":
        name = chars[at + 1 : at + 2]
        return (None, name, at + 2) if name in variables else None
    end = at + 2
    while end < len(chars) and chars[end].isalpha() and end - at < 8:
        end += 1
    for last in range(end - 1, at + 1, -1):
        if chars[last] in variables and set(chars[at + 2 : last].lower()) <= set("fdpnxsatz"):
            return chars[at + 2 : last], chars[last], last + 1
    return None


def delayed(text: Text, lookup: Lookup) -> Text:
    """Delayed expansion. A `^` escapes the next character, but only where the text has a `!` at all."""
    if "!" not in text.chars:
        return text
    out, at, chars = TextBuilder(), 0, text.chars
    while at < len(chars):
        if chars[at] == "^":
            out.put(chars[at + 1 : at + 2], text.place(at))
            at += 2
        elif chars[at] == "!":
            found = DELAYED.match(chars, at)
            if found:
                out.put(_value(found[1], found[2], lookup, text.place(at)), text.place(at))
            at = found.end() if found else at + 1
        else:
            out.put(chars[at], text.place(at))
            at += 1
    return out.build()
