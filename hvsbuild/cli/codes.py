"""`explain`: what a diagnostic means."""

from __future__ import annotations

import textwrap
from typing import Annotated

import typer

from hvsbuild.cli.options import Json
from hvsbuild.cli.output import document


def explain(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="A code like HVS204; without one all are listed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Explain a diagnostic: what it means, why it matters, how to fix it, where that is known from.

    Example: hvsbuild explain HVS204
    """
    from hvsbuild.spec.codes import CODES, WITHDRAWN

    if code is None:
        if as_json:
            document({"codes": [vars(one) for one in CODES.values()]})
        else:
            for one in CODES.values():
                typer.echo(f"{one.code}  {one.severity:<8} {textwrap.shorten(one.title, 60, placeholder='…')}")
        return
    name = code.strip("[]").upper()
    row = CODES.get(name)
    if row is None:
        was = f"{name} is no longer given; it said: {WITHDRAWN[name]}" if name in WITHDRAWN else ""
        hint = was or f"there is no code {code!r}; hvsbuild explain lists all"
        raise typer.BadParameter(hint, param_hint="CODE")
    if as_json:
        document(vars(row))
        return
    typer.echo(f"{row.code} ({row.severity}): {row.title}\n")
    for label, text in (("why", row.why), ("fix", row.fix), ("source", row.source)):
        if text:
            typer.echo(textwrap.fill(text, 79, initial_indent=f"{label:<8}", subsequent_indent=" " * 8))
