"""How a variable is referred to: `${name}`; `$${` stands for the two characters `${` themselves."""

from __future__ import annotations

import re

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
REFERENCE = re.compile(r"\$\$\{|\$\{([^}\n]*)(\}?)")
ESCAPE, ESCAPED = "$${", "${"


def first_reference(text: str) -> str | None:
    """The first reference in a text, as it stands there."""
    return next((found[0] for found in REFERENCE.finditer(text) if found[0] != ESCAPE), None)


def names_in(text: str) -> list[str]:
    """The names that a text refers to."""
    return [found[1] for found in REFERENCE.finditer(text) if found[0] != ESCAPE]


def plain(text: str) -> str:
    """The text with its escapes resolved."""
    return text.replace(ESCAPE, ESCAPED)
