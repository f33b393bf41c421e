"""`validate`: all that is wrong with specs, for people, for editors and for CI."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hvsbuild.cli import options, reports
from hvsbuild.cli.options import Json, Specs, Var
from hvsbuild.cli.output import document, say

if TYPE_CHECKING:
    from hvsbuild.spec.allow import Allowed
    from hvsbuild.spec.diagnostics import Diagnostic

Form = Annotated[
    Literal["text", "github", "sarif"],
    typer.Option("--format", help="text; github: annotations in a pull request; sarif: code scanning."),
]


@dataclass(frozen=True)
class Checked:
    """What was found in one spec; `texts` are its diagnostics as people read them."""

    path: Path
    diagnostics: list[Diagnostic]
    texts: list[str]
    allowed: list[Allowed]
    items: list[str]
    valid: bool

    def data(self) -> dict[str, Any]:
        """For --json."""
        found = {"diagnostics": [one.to_dict() for one in self.diagnostics], "spec": str(self.path)}
        found |= {"allowed": [one.to_dict() for one in self.allowed]}
        return found | ({"items": self.items} if self.items else {})

    def verdict(self) -> str:
        """One line: `spec.yaml: ok, 2 items`."""
        told = [f"{len(self.items)} items"] if self.items else []
        codes = ", ".join(dict.fromkeys(one.diagnostic.code for one in self.allowed))
        told += [f"{len(self.allowed)} allowed ({codes})"] if self.allowed else []
        return ", ".join([f"{self.path}: ok", *told])


def validate(specs: Specs, var: Var = None, format: Form = "text", as_json: Json = False) -> None:
    """Check specs, with all items of for_each; all errors at once, each with file, line and column.

    Example: hvsbuild validate specs/*.yaml
    """
    given = options.pairs(var, "--var")
    results = [_check(path, given) for path in specs]
    found = [diagnostic for one in results for diagnostic in one.diagnostics]
    valid = all(one.valid for one in results)
    if as_json:
        document({"specs": [one.data() for one in results], "valid": valid})
    elif format == "text":
        for one in results:
            for text in one.texts:
                say(text)
            if one.valid:
                typer.echo(one.verdict())
    else:
        typer.echo((reports.github if format == "github" else reports.sarif)(found), nl=False)
    raise typer.Exit(0 if valid else 3)


def _check(path: Path, variables: dict[str, str]) -> Checked:
    from hvsbuild.spec.diagnostics import SpecErrors, rendered
    from hvsbuild.spec.load import findings, load_all

    try:
        loaded = load_all(path, variables)
    except SpecErrors as errors:
        return Checked(path, errors.diagnostics, [errors.text()], [], [], valid=False)
    diagnostics = findings(loaded)
    allowed = list(dict.fromkeys(own for one in loaded for own in one.allowed))
    items = [one.each for one in loaded if one.each is not None]
    return Checked(path, diagnostics, rendered(diagnostics, loaded[0].texts), allowed, items, valid=True)
