"""What a parsed statement consists of."""

from __future__ import annotations

from dataclasses import dataclass, field

from hvsbuild.hosts.bench.cmd.text import Place, Text


@dataclass(frozen=True)
class Redirect:
    """`>`, `>>` to a file or NUL, or `&` (a copy of another handle). Handle 1 is output, 2 is errors."""

    handle: int
    mode: str
    place: Place
    target: Text | None = None
    source: int = 0


@dataclass(frozen=True)
class Command:
    """One command with its arguments; special characters are gone, quotes are still there."""

    text: Text
    place: Place
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class Remark:
    """`rem …`"""


@dataclass(frozen=True)
class Block:
    """`( … )`"""

    nodes: tuple[Node, ...]
    redirects: tuple[Redirect, ...]
    place: Place


@dataclass(frozen=True)
class Chain:
    """`left & right`, `left && right`, `left || right`"""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Test:
    """The condition of an `if`. `kind`: exist, defined, errorlevel (on `left`), ==, equ, neq, lss, leq, gtr, geq."""

    kind: str
    left: Text
    right: Text | None
    place: Place
    negate: bool = False
    fold: bool = False


@dataclass(frozen=True)
class If:
    test: Test
    then: Node
    otherwise: Node | None


@dataclass(frozen=True)
class For:
    """`for %%X in (items) do body`; with `options` (may be empty) it is `for /f`."""

    variable: str
    items: Text
    body: Node
    place: Place
    options: Text | None = field(default=None)


Node = Command | Remark | Block | Chain | If | For
