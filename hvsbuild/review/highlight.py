"""A script as HTML: one element a line, so that a reviewer can point at it; colours by Pygments' lexers.

Bindings (`{{disk.number}}`) are marked whatever the tool's language is: they are what is not yet there to be reviewed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup, escape
from pygments.lexer import Lexer, RegexLexer, bygroups
from pygments.lexers.shell import BatchLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Text, is_token_subtype

_BINDING = re.compile(r"\{\{[a-z0-9.-]+\}\}")
# kind of token -> class in the page's style sheet; what is not here stays plain
_CLASSES = ((Comment, "c"), (Keyword, "k"), (String, "s"), (Name.Variable, "v"), (Number, "n"), (Name.Label, "v"))


class DiskpartLexer(RegexLexer):
    """diskpart's language: a command's words, options with `=`, quoted values (Microsoft: diskpart)."""

    name = "diskpart"
    flags = re.IGNORECASE | re.MULTILINE
    tokens = {  # noqa: RUF012 (Pygments declares it so)
        "root": [
            (r"^\s*rem\b.*$", Comment),
            (_BINDING.pattern, Text),
            (r'"[^"\n]*"', String),
            (r"([a-z]+)(=)", bygroups(Name.Variable, Operator)),  # type: ignore[no-untyped-call]
            (r"^\s*[a-z]+", Keyword),
            (r"\d+", Number),
            (r"[^\W\d]+", Keyword),
            (r"\s+", Text),
            (r".", Text),
        ]
    }


def lines(text: str, tool: str) -> list[Markup]:
    """The lines of a script (LF or CRLF) as HTML without its line ends."""
    lexer: Lexer = DiskpartLexer() if tool == "diskpart" else BatchLexer()
    made: list[list[Markup]] = [[]]
    for kind, value in lexer.get_tokens(text.replace("\r\n", "\n")):
        first, *rest = value.split("\n")
        made[-1] += _pieces(kind, first)
        for part in rest:
            made.append(list(_pieces(kind, part)))
    while made and not made[-1]:
        made.pop()
    return [Markup("").join(line) for line in made]


def _pieces(kind: Any, text: str) -> Iterator[Markup]:
    """One token's text as HTML, its bindings marked."""
    word = next((name for group, name in _CLASSES if is_token_subtype(kind, group)), "")
    position = 0
    for found in _BINDING.finditer(text):
        yield from _span(word, text[position : found.start()])
        yield Markup("<mark>{}</mark>").format(found[0])
        position = found.end()
    yield from _span(word, text[position:])


def _span(word: str, text: str) -> Iterator[Markup]:
    if text:
        yield Markup('<span class="{}">{}</span>').format(word, text) if word else escape(text)
