"""Where a command's words go: results to stdout, all else to stderr."""

from __future__ import annotations

import json
from typing import Any

import typer


def say(text: str) -> None:
    """A note, a warning, an error: to stderr."""
    typer.echo(text, err=True)


def document(value: Any) -> None:
    """The one JSON document of --json, to stdout."""
    typer.echo(json.dumps(value, indent=2, sort_keys=True))
