"""Script text that remembers where each of its characters was written."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[int, int]  # line and column in the script, both from 1; before any expansion

DELIMITERS = " \t,;="  # what separates words for cmd, outside quotes
BLANKS = " \t"


@dataclass(frozen=True)
class Text:
    """Characters and, for each, the place that it came from (for an expanded variable: where its `%` stands)."""

    chars: str
    places: tuple[Place, ...]

    @classmethod
    def of_line(cls, line: str, number: int) -> Text:
        return cls(line, tuple((number, column) for column in range(1, len(line) + 1)))

    def __len__(self) -> int:
        return len(self.chars)

    def __getitem__(self, part: slice) -> Text:
        return Text(self.chars[part], self.places[part])

    def place(self, index: int = 0) -> Place:
        """Where a character stands; the last place for an index behind the end."""
        if not self.places:
            return (0, 0)
        return self.places[min(index, len(self.places) - 1)]

    def lstrip(self, chars: str = DELIMITERS) -> Text:
        return self[len(self.chars) - len(self.chars.lstrip(chars)) :]


class TextBuilder:
    """Collects characters with their places."""

    def __init__(self) -> None:
        self.chars: list[str] = []
        self.places: list[Place] = []

    def put(self, chars: str, place: Place) -> None:
        """Add characters that all come from one place."""
        self.chars.extend(chars)
        self.places.extend([place] * len(chars))

    def drop(self) -> None:
        self.chars.pop()
        self.places.pop()

    def build(self) -> Text:
        return Text("".join(self.chars), tuple(self.places))
