"""Whether the condition of an `if` holds."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from hvsbuild.errors import FormatError
from hvsbuild.hosts.bench.cmd.nodes import Test
from hvsbuild.hosts.bench.cmd.words import unquoted
from hvsbuild.hosts.bench.filecopy import find
from hvsbuild.hosts.bench.machine import PathError

if TYPE_CHECKING:
    from hvsbuild.hosts.bench.cmd.interpreter import Interpreter

NUMBER = re.compile(r"-?(0|[1-9]\d{0,8})")
ORDER: dict[str, Callable[[int, int], bool]] = {
    "equ": operator.eq,
    "neq": operator.ne,
    "lss": operator.lt,
    "leq": operator.le,
    "gtr": operator.gt,
    "geq": operator.ge,
}


def holds(cmd: Interpreter, test: Test) -> bool:
    left = cmd.expanded(test.left)
    right = cmd.expanded(test.right) if test.right else ""
    match test.kind:
        case "exist":
            result = exists(cmd, unquoted(left), test)
        case "defined":
            result = cmd.session.lookup(left) is not None
        case "errorlevel":
            if not re.fullmatch(r"[+-]?\d+", left):
                raise cmd.refuse(f"if errorlevel {left}", test.left.place())
            result = cmd.session.error_level >= int(left)
        case "==":
            result = _same(left, right, test.fold)
        case _:
            result = _compare(cmd, test, left, right)
    return result != test.negate


def _same(left: str, right: str, fold: bool) -> bool:
    return left.casefold() == right.casefold() if fold else left == right


def _compare(cmd: Interpreter, test: Test, left: str, right: str) -> bool:
    """Numbers are compared as numbers when both sides are; text only for equality (its order depends on the locale)."""
    if NUMBER.fullmatch(left) and NUMBER.fullmatch(right):
        return ORDER[test.kind](int(left), int(right))
    if all(re.fullmatch(r"[+-]?\d\w*", side) for side in (left, right)):
        raise cmd.refuse(f"the numbers {left} and {right}", test.place, "plain decimal, nine digits at most")
    if test.kind not in ("equ", "neq"):
        raise cmd.refuse(f"{test.kind} between texts", test.place, "their order depends on the machine's language")
    return _same(left, right, test.fold) == (test.kind == "equ")


def exists(cmd: Interpreter, path: str, test: Test) -> bool:
    """A file or folder; a drive without a volume, or with a raw one, has nothing in it."""
    if set(path) & set("*?") or path.lower().endswith("\\nul"):
        raise cmd.refuse(f"if exist {path}", test.left.place(), "name one file or folder")
    if not path:
        return False
    if path[1:] == ":":
        path += "\\"
    try:
        letter, rest = cmd.machine.split_path(path)
        with cmd.machine.reader(letter) as tree:
            return find(tree, rest) is not None
    except PathError as error:
        if path[1:2] == ":" and path[2:3] in ("\\", "/"):
            return False
        raise cmd.refuse(f"{error.phrase}: {error.seen}", test.left.place(), error.do) from error
    except FormatError:
        return False
