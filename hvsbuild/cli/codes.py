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
    from hvsbuild.spec.codes import CODES
    from hvsbuild.spec.diagnostics import choose

    if code is None:
        if as_json:
            document({"codes": [vars(one) for one in CODES.values()]})
        else:
            for one in CODES.values():
                typer.echo(f"{one.code}  {one.severity:<8} {textwrap.shorten(one.title, 60, placeholder='…')}")
        return
    row = CODES.get(code.strip("[]").upper())
    if row is None:
        raise typer.BadParameter(
            f"there is no code {code!r}; {choose(code, CODES, '')}".rstrip("; "), param_hint="CODE"
        )
    if as_json:
        document(vars(row))
        return
    typer.echo(f"{row.code} ({row.severity}): {row.title}\n")
    for label, text in (("why", row.why), ("fix", row.fix), ("source", row.source)):
        if text:
            typer.echo(textwrap.fill(text, 79, initial_indent=f"{label:<8}", subsequent_indent=" " * 8))
