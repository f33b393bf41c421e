"""Where a command's words go: results to stdout, all else to stderr."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import Any

import typer

_HEAD = re.compile(r"(?m)^(\S.*?:\d+:\d+: )?(error|warning|note)(\[HVS\d+\])?(:)")
_CARETS = re.compile(r"(?m)^( *)(\^+)$")
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def say(text: str) -> None:
    """A note, a warning, an error: to stderr; in colour at a terminal (no-color.org: unless NO_COLOR is set)."""
    if sys.stderr.isatty() and not os.environ.get("NO_COLOR"):
        text = coloured(text)
    typer.echo(text, err=True)


def coloured(text: str) -> str:
    """The kinds of diagnostics and the carets below them in colour."""

    def head(found: re.Match[str]) -> str:
        word = typer.style(f"{found[2]}{found[3] or ''}{found[4]}", fg=_COLOURS[found[2]], bold=True)
        return f"{found[1] or ''}{word}"

    return _CARETS.sub(lambda found: found[1] + typer.style(found[2], bold=True), _HEAD.sub(head, text))


def document(value: Any) -> None:
    """The one JSON document of --json, to stdout."""
    typer.echo(json.dumps(value, indent=2, sort_keys=True))
