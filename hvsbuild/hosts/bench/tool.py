"""What a bench tool is: a function from its words to an exit code, on one machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hvsbuild.errors import HvsError

if TYPE_CHECKING:
    from hvsbuild.hosts.bench.machine import Machine


class Word(str):
    """A word of a script after expansion and unquoting, with the column (from 1) where it stands."""

    column: int

    def __new__(cls, text: str, column: int = 0) -> Word:
        word = super().__new__(cls, text)
        word.column = column
        return word


class BenchRefusal(HvsError):
    """The bench does not know a command or option, or cannot do it for real. It never guesses and never skips.

    Not the same as a tool's failure: what the real tool would answer with an exit code, the bench's tool answers
    with that exit code. The script reader adds `script`, `line` and (when missing) the column.
    """

    def __init__(self, what: str, *, column: int = 0, line: int = 0, script: str = "", hint: str = "") -> None:
        self.what, self.column, self.line, self.script, self.hint = what, column, line, script, hint
        place = f"{script}:{line}:{column}: " if script else ""
        super().__init__("The bench cannot do this", seen=f"{place}{what}", do=hint)

    def at(self, script: str, line: int, column: int = 0) -> BenchRefusal:
        """The same refusal with its place."""
        return BenchRefusal(
            self.what,
            column=self.column or column,
            line=self.line or line,
            script=self.script or script,
            hint=self.hint,
        )


@dataclass
class Console:
    """Where a tool writes. `progress(label, done, total)` is for the long steps; done and total in bytes."""

    lines: list[str] = field(default_factory=list)
    progress: Callable[[str, int, int], None] = lambda _label, _done, _total: None

    def print(self, text: str = "") -> None:
        self.lines.append(text)

    def text(self) -> str:
        return "\n".join(self.lines)


# argv[0] is the tool's name as written. A returned int is the exit code the real tool would give.
Tool = Callable[["list[Word]", "Machine", Console], int]
