"""The heads of `if` and `for`, up to the command that they govern."""

from __future__ import annotations

from hvsbuild.hosts.bench.cmd.cursor import Cursor
from hvsbuild.hosts.bench.cmd.nodes import Test
from hvsbuild.hosts.bench.cmd.text import BLANKS, DELIMITERS, Place, Text, TextBuilder
from hvsbuild.hosts.bench.tool import BenchRefusal

COMPARISONS = ("equ", "neq", "lss", "leq", "gtr", "geq")


def operand(cursor: Cursor, stop: str = "") -> Text:
    """A word up to a delimiter outside quotes, with its quotes; special characters in it are refused or end it."""
    out, quoted = TextBuilder(), False
    while not cursor.ended():
        char = cursor.peek()
        if char == '"':
            quoted = not quoted
        elif not quoted:
            if char in DELIMITERS or char in stop:
                break
            if char == "^":
                out.put(*cursor.escaped())
                continue
            if char in "&|<>":
                raise cursor.refuse(f"{char!r} in an operand", "quote it")
        out.put(*cursor.next())
    if not out.chars:
        raise cursor.refuse("an operand is missing here")
    return out.build()


def condition(cursor: Cursor) -> Test:
    """`[/i] [not] {exist path | defined name | errorlevel n | a==b | a EQU b}`; the cursor stands behind `if`."""
    cursor.skip()
    place = cursor.place()
    fold = cursor.peek(3).lower() in ("/i ", "/i\t")
    if fold:
        cursor.at += 2
        cursor.skip()
    negate = bool(cursor.take_word("not"))
    cursor.skip()
    if kind := cursor.take_word("exist", "defined", "errorlevel", "cmdextversion"):
        if kind == "cmdextversion":
            raise cursor.refuse("if cmdextversion")
        cursor.skip()
        return Test(kind, operand(cursor), None, place, negate, fold)
    left = operand(cursor)
    cursor.skip(BLANKS)
    if cursor.peek(2) == "==":
        cursor.at += 2
        kind = "=="
    elif not (kind := cursor.take_word(*COMPARISONS)):
        raise cursor.refuse("a comparison is expected here", 'like if "%NAME%"=="value"')
    cursor.skip()
    return Test(kind, left, operand(cursor), place, negate, fold)


def loop(cursor: Cursor) -> tuple[str, Text | None, Text, Place]:
    """`for [/f ["options"]] %X in (items) do`: the variable, the options (None without /f), the items, the place."""
    place = cursor.place()
    cursor.take_word("for")
    cursor.skip()
    options = None
    if cursor.peek() == "/":
        switch = operand(cursor)
        if switch.chars.lower() != "/f":
            line, column = switch.place()
            hint = "the bench knows `for` and `for /f`"
            raise BenchRefusal(f"for {switch.chars}", line=line, column=column, hint=hint)
        cursor.skip()
        options = operand(cursor) if cursor.peek() == '"' else switch[len(switch) :]
        cursor.skip()
    name = operand(cursor).chars
    if len(name) != 2 or name[0] != "%" or not name[1].isalpha():
        raise cursor.refuse(f"{name!r} is no variable of a `for`", "one letter, like %%L")
    cursor.skip()
    if not cursor.take_word("in"):
        raise cursor.refuse("`in` is expected here")
    cursor.skip()
    items = _items(cursor)
    cursor.skip()
    if not cursor.take_word("do"):
        raise cursor.refuse("`do` is expected here")
    return name[1], options, items, place


def _items(cursor: Cursor) -> Text:
    if cursor.peek() != "(":
        raise cursor.refuse("`(` is expected here")
    cursor.next()
    out, quoted = TextBuilder(), False
    while quoted or cursor.peek() != ")":
        if cursor.ended():
            raise cursor.refuse("a list of `for` that goes over several lines, or is not closed")
        if cursor.peek() == '"':
            quoted = not quoted
        elif cursor.peek() == "^" and not quoted:
            out.put(*cursor.escaped())
            continue
        elif cursor.peek() in "&|<>" and not quoted:
            raise cursor.refuse(f"{cursor.peek()!r} in a list", "quote it")
        out.put(*cursor.next())
    cursor.next()
    return out.build()
