"""Keywords in any case, shortened to three letters or more; and a guess at what a word that is none was meant to be."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from hvsbuild.hosts.bench.diskpart.grammar import VERBS

SHORTEST = 3
COMMENT_HINT = "a comment is a line that begins with rem"
COMMENT_MARKS = ("//", "/*", "#", ";", "::", "--", "'")


def fits(short: str, word: str) -> bool:
    """Whether `short` may stand for the keyword `word`."""
    return len(short) >= SHORTEST and word.startswith(short.lower())


def find(text: str, names: Sequence[str]) -> list[str]:
    """The keywords of `names` that a word may stand for: the one itself, or all that begin with it."""
    return [text.lower()] if text.lower() in names else [name for name in names if fits(text, name)]


def guess(text: str, names: Sequence[str], *, first: bool, unquoted: bool) -> str:
    """A hint for a word that is none of `names`; empty when nothing comes to mind.

    `first`: it stands where a command should; `unquoted`: a value without quotation marks stands before it.
    """
    word = text.lower()
    if word.startswith(COMMENT_MARKS):
        return COMMENT_HINT
    for head in [*names, *VERBS]:
        tail = word.removeprefix(head)
        if tail != word and any(fits(tail, verb) for verb in VERBS):
            return f"two commands in one line? {head} and {tail}"
    if first and word.startswith("rem"):
        return COMMENT_HINT
    close = get_close_matches(word, [*names, "rem"] if first else names, 1, 0.6)
    if close:
        return f"did you mean {close[0]}?" + (f" {COMMENT_HINT}" if close[0] == "rem" else "")
    if unquoted:
        return "put a value with blanks in quotation marks"
    short = len(word) < SHORTEST and any(name.startswith(word) for name in names)
    return f"keywords can be shortened to {SHORTEST} letters, not below" if short else ""
