"""A diagnostic: what is wrong with a spec, where exactly, and what to write instead.

stick.yaml:14:3: error[HVS101]: Unknown key: siez
  siez: 24 GiB
  ^^^^
hint: did you mean "size"?
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from hvsbuild.errors import HvsError
from hvsbuild.spec.codes import CODES, Severity

# What libyaml and PyYAML count as line breaks (YAML 1.1 section 4.2).
_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
SECRET = ("HVS340",)  # what they mark is a secret
_WIDEST = 160  # characters of a source line that are shown


@dataclass(frozen=True, order=True)
class Position:
    """A place in a file: line and column count from 1, columns are characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Mark:
    """A marked place in a file that the spec names: its line is kept, for the spec's own text does not have it."""

    position: Position
    length: int
    line: str


@dataclass(frozen=True)
class Diagnostic:
    """One finding. `message` is the code's fixed phrase; `length` counts the marked characters (at least 1); `line` is
    the text of its line where that is not in the spec."""

    code: str
    severity: Severity
    message: str
    detail: str
    hint: str
    position: Position
    length: int = 1
    line: str | None = None

    def headline(self) -> str:
        """The first line: place, severity, code, phrase, detail."""
        what = f"{self.message}: {_printable(self.detail)}" if self.detail else self.message
        return f"{self.position}: {self.severity}[{self.code}]: {what}"

    def overlaps(self, other: Diagnostic) -> bool:
        """Whether both mark a common character."""
        here, there = self.position, other.position
        if (here.file, here.line) != (there.file, there.line):
            return False
        return here.column < there.column + other.length and there.column < here.column + self.length

    def to_dict(self) -> dict[str, str | int]:
        """The form for --json."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "detail": self.detail,
            "hint": self.hint,
            "file": self.position.file,
            "line": self.position.line,
            "column": self.position.column,
            "length": self.length,
        }


def diagnose(code: str, position: Position, *, detail: str = "", hint: str = "", length: int = 1) -> Diagnostic:
    """A diagnostic whose phrase and severity come from the table of codes."""
    row = CODES[code]
    return Diagnostic(code, row.severity, row.title, detail, hint, position, max(1, length))


def diagnose_mark(code: str, mark: Mark, *, detail: str = "", hint: str = "") -> Diagnostic:
    """A diagnostic in a file that the spec names."""
    return replace(diagnose(code, mark.position, detail=detail, hint=hint, length=mark.length), line=mark.line)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """By position in the file; two of the same code at the same place are one."""
    unique = {(one.position, one.code): one for one in reversed(list(diagnostics))}
    return sorted(unique.values(), key=lambda one: (one.position, one.code))


def render(diagnostic: Diagnostic, text: str) -> str:
    """The diagnostic for people; `text` is the text of the file that its position names."""
    lines = [diagnostic.headline()]
    source = _BREAKS.split(text)
    number = diagnostic.position.line - 1
    if diagnostic.line is not None:
        lines += _marked(diagnostic.line, diagnostic.position.column - 1, diagnostic.length) if diagnostic.line else []
    elif text and number < len(source):
        lines += _marked(source[number], diagnostic.position.column - 1, diagnostic.length)
    if diagnostic.hint:
        lines.append(f"hint: {_printable(diagnostic.hint)}")
    return "\n".join(lines)


def rendered(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> list[str]:
    """Each diagnostic for people, with the line of its own file; `texts` holds the files by their names."""
    return [render(one, texts.get(one.position.file, "")) for one in diagnostics]


def _marked(line: str, start: int, length: int) -> list[str]:
    """The source line and the line of carets below it; both are cut when the line is very long."""
    if len(line) > _WIDEST:
        first = max(0, start - _WIDEST // 2)
        line, start = line[first : first + _WIDEST], start - first
    shown = _printable(line)
    end = max(start + 1, min(start + length, len(shown)))
    before = "".join("\t" if character == "\t" else " " * _cells(character) for character in shown[:start])
    carets = "^" * max(1, sum(_cells(character) for character in shown[start:end]))
    return [shown, before + " " * (start - len(shown)) + carets]


def _cells(character: str) -> int:
    """Columns of a terminal that the character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _printable(line: str) -> str:
    """The line without characters that would move the cursor or turn the writing direction."""
    return "".join(character if character.isprintable() or character == "\t" else "\ufffd" for character in line)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`."""
    found = [one.severity for one in diagnostics]
    counts = ((found.count(severity), severity) for severity in ("error", "warning", "note"))
    return ", ".join(f"{count} {severity}{'s' if count > 1 else ''}" for count, severity in counts if count)


class SpecErrors(HvsError):
    """A spec that cannot be used: all its diagnostics, in the order of each file. `texts`: what the files hold."""

    exit_code = 3

    def __init__(self, diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> None:
        self.diagnostics = in_order(diagnostics)
        self.texts = {file: _without_secrets(file, text, self.diagnostics) for file, text in texts.items()}
        super().__init__("The spec is not valid", seen=summary(self.diagnostics))

    def text(self) -> str:
        """All diagnostics, rendered, and their count."""
        return "\n\n".join([*rendered(self.diagnostics, self.texts), f"{self.phrase}: {self.seen}"])


def _without_secrets(file: str, source: str, diagnostics: Iterable[Diagnostic]) -> str:
    """The text of a file with signs in the place of what must not be shown to whoever reads a log."""
    lines = _BREAKS.split(source)
    for one in diagnostics:
        number, start = one.position.line - 1, one.position.column - 1
        if one.code in SECRET and one.position.file == file and number < len(lines):
            line = lines[number]
            lines[number] = line[:start] + "*" * len(line[start : start + one.length]) + line[start + one.length :]
    return "\n".join(lines)


def listing(words: Sequence[str], most: int | None = None) -> str:
    """`a, b, c`; of many the first `most` and how many more there are."""
    more = len(words) - most if most is not None else 0
    return ", ".join(words[:most]) + (f" and {more} more" if more > 0 else "")


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean "size"?` when a known word is near, else an empty text."""
    import difflib  # only when something is wrong: most runs never need it

    by_fold = {one.lower(): one for one in known}
    near = difflib.get_close_matches(word.lower(), by_fold, n=1, cutoff=0.6)
    return f'did you mean "{by_fold[near[0]]}"?' if near else ""


def choose(word: str, known: Iterable[str], intro: str = "known here", *, most: int | None = None) -> str:
    """A hint: the near word if there is one, and all known words, or the first `most` of them."""
    words = list(known)
    listed = f"{intro}: {listing(words, most)}" if words else ""
    return " ".join(part for part in (suggestion(word, words), listed) if part)
