"""The characters of the statement being parsed; further lines are pulled in as a block or a `^` asks for them."""

from __future__ import annotations

from collections.abc import Callable

from hvsbuild.hosts.bench.cmd.text import DELIMITERS, Place, Text
from hvsbuild.hosts.bench.tool import BenchRefusal


class Cursor:
    """`pull` returns the next line, expanded, without its line end; None at the end of the script."""

    def __init__(self, pull: Callable[[], Text | None]) -> None:
        self.pull = pull
        self.chars = ""
        self.places: list[Place] = []
        self.at = 0

    def pull_line(self) -> bool:
        line = self.pull()
        if line is None:
            return False
        self.chars += line.chars + "\n"
        end = (line.place(len(line))[0], line.place(len(line))[1] + 1) if len(line) else self.place()
        self.places += [*line.places, end]
        return True

    def peek(self, length: int = 1) -> str:
        return self.chars[self.at : self.at + length]

    def place(self) -> Place:
        if not self.places:
            return (0, 0)
        return self.places[min(self.at, len(self.places) - 1)]

    def next(self) -> tuple[str, Place]:
        char, place = self.peek(), self.place()
        self.at += 1
        return char, place

    def skip(self, chars: str = DELIMITERS) -> None:
        while self.peek() and self.peek() in chars:
            self.at += 1

    def skip_lines(self) -> bool:
        """Skip delimiters and line ends, pulling lines; False at the end of the script."""
        while True:
            self.skip(DELIMITERS + "\n")
            if self.peek():
                return True
            if not self.pull_line():
                return False

    def escaped(self) -> tuple[str, Place]:
        """The character behind a `^`; at a line's end that is the first one of the next line."""
        self.at += 1
        if self.peek() == "\n":
            self.at += 1
            if not self.pull_line() or self.peek() == "\n":
                raise self.refuse("`^` at a line's end with nothing behind it")
        return self.next()

    def ended(self) -> bool:
        """Whether the line ends here."""
        return self.peek() in ("", "\n")

    def word(self) -> str:
        """The letters at this place when they are a whole word, in lower case; does not move."""
        end = self.at
        while end < len(self.chars) and self.chars[end].isascii() and self.chars[end].isalpha():
            end += 1
        behind = self.chars[end : end + 1]
        return self.chars[self.at : end].lower() if behind in ("", "\n", "(", ")", "/", "&", *DELIMITERS) else ""

    def take_word(self, *words: str) -> str:
        """Move behind one of `words` (letters only) if it stands here; returns it, or an empty string."""
        found = self.word()
        if found not in words:
            return ""
        self.at += len(found)
        return found

    def rest_of_line(self) -> str:
        end = self.chars.find("\n", self.at)
        return self.chars[self.at : end if end >= 0 else len(self.chars)]

    def refuse(self, what: str, hint: str = "") -> BenchRefusal:
        line, column = self.place()
        return BenchRefusal(what, line=line, column=column, hint=hint)
