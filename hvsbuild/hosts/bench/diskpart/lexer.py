"""A diskpart script as lines of tokens: words, quoted words and equals signs, each with its column (from 1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hvsbuild.hosts.bench.tool import BenchRefusal

BLANK = " \t"
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# What a batch file, PowerShell or a template should have replaced before diskpart saw the line.
UNEXPANDED = (
    (re.compile(r"%[^%\s]+%|%%?~?[A-Za-z0-9]\b"), "a batch variable"),
    (re.compile(r"\$(?:[A-Za-z_]|\{|\()"), "a shell variable"),
    (re.compile(r"\{\{|\}\}"), "a binding"),
)


@dataclass(frozen=True)
class Token:
    """One word (`text` without its quotes) or, with `equals`, one equals sign."""

    text: str
    column: int
    quoted: bool = False
    equals: bool = False


def lines(text: bytes) -> Iterator[tuple[int, str]]:
    """The lines with their numbers (from 1), without line ends; one character a byte.

    Refuses a byte order mark: how the real diskpart reads Unicode files is not documented.
    """
    if text.startswith(BOMS):
        raise BenchRefusal("the script begins with a byte order mark", line=1, column=1, hint="save it as plain ASCII")
    for number, line in enumerate(text.decode("latin-1").split("\n"), 1):
        yield number, line.removesuffix("\r")


def is_comment(line: str) -> bool:
    """Whether a line is a `rem` line; anything may follow the word."""
    return re.match(r"[ \t]*rem([ \t]|$)", line, re.IGNORECASE) is not None


def tokens(line: str) -> list[Token]:
    """The tokens of a line. `key=value`, `key = value` and `key value` are told apart by the parser.

    A value after an equals sign ends at a blank and may hold further equals signs (as device paths do). Raises
    `BenchRefusal` with the column for what no reading of the line could make right.
    """
    found: list[Token] = []
    at = 0
    while at < len(line):
        if line[at] in BLANK:
            at += 1
            continue
        if line[at] == "=":
            token, end = Token("=", at + 1, equals=True), at + 1
        elif line[at] == '"':
            token, end = _quoted(line, at)
        else:
            token, end = _bare(line, at, value=bool(found) and found[-1].equals)
        _check(token)
        found.append(token)
        at = end
    return found


def _quoted(line: str, at: int) -> tuple[Token, int]:
    end = line.find('"', at + 1)
    if end < 0:
        raise BenchRefusal("a quotation mark that is not closed", column=at + 1)
    if end + 1 < len(line) and line[end + 1] not in BLANK:
        raise BenchRefusal("text directly behind a closing quotation mark", column=end + 2)
    return Token(line[at + 1 : end], at + 1, quoted=True), end + 1


def _bare(line: str, at: int, *, value: bool) -> tuple[Token, int]:
    stop = BLANK if value else BLANK + "="
    end = next((place for place in range(at, len(line)) if line[place] in stop), len(line))
    word = line[at:end]
    if '"' in word:
        hint = "put the whole value in quotation marks, none inside"
        raise BenchRefusal("a quotation mark inside a word", column=at + word.index('"') + 1, hint=hint)
    return Token(word, at + 1), end


def _check(token: Token) -> None:
    bad = next((place for place, char in enumerate(token.text) if not " " <= char <= "~"), None)
    if bad is not None:
        seen = f"the character 0x{ord(token.text[bad]):02x} outside of a comment"
        column = token.column + bad + token.quoted
        raise BenchRefusal(seen, column=column, hint="diskpart scripts are plain ASCII text")
    for pattern, name in UNEXPANDED:
        if match := pattern.search(token.text):
            raise BenchRefusal(
                f"{name} that was not filled in: {token.text}",
                column=token.column + match.start() + token.quoted,
                hint="diskpart knows no variables; replace them before the script is run",
            )
