"""`diff`: what changed between two bundles, specs or git revisions."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hvsbuild.cli import options
from hvsbuild.cli.options import Json, Templates, Var
from hvsbuild.cli.output import document

if TYPE_CHECKING:
    from hvsbuild.bundle.render import Bundle
    from hvsbuild.inputs.settle import Settled
    from hvsbuild.review.compare import Comparison

DIFFERENT = 2
Sides = Annotated[
    list[str], typer.Argument(metavar="A B", help="Specs, bundles' folders, or REVISION:PATH of git; B is the newer.")
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="REVISION", help="Compare each spec with what git has there.")
]
Form = Annotated[Literal["text", "markdown", "html"], typer.Option("--format", help="How to write it.")]
Output = Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write to a file, not to stdout.")]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="End with 0 when something differs, too (for hooks).")]


@dataclass(frozen=True)
class Pair:
    """Two sides, and what is different between them."""

    a: str
    b: str
    name: str
    found: Comparison | None
    why: str = ""  # there is nothing to compare with

    @property
    def title(self) -> str:
        return f"{self.name}: {self.a} → {self.b}"


def diff(
    sources: Sides,
    since: Since = None,
    var: Var = None,
    format: Form = "text",
    output: Output = None,
    templates: Templates = None,
    exit_zero: ExitZero = False,
    as_json: Json = False,
) -> None:
    """Show what changed: first what it means for a finished stick, then the lines of the scripts.

    Two specs, two bundles, or git revisions of them; with --since any number of specs, also new ones. Exit 0: no
    difference, 2: something differs.

    Example: hvsbuild diff HEAD~1:specs/site.yaml specs/site.yaml --format markdown
    """
    from hvsbuild.review import difftext

    if since is None and len(sources) != 2:
        raise typer.BadParameter("two sides are compared: name A and B, or use --since", param_hint="A B")
    sides = [(f"{since}:{one}", one) for one in sources] if since else [(sources[0], sources[1])]
    pairs = [_compare(a, b, var, templates, maybe_new=since is not None) for a, b in sides]
    if as_json:
        found = [difftext.data(one.found) if one.found else {"new": one.why} for one in pairs]
        found = [data | {"a": one.a, "b": one.b} for data, one in zip(found, pairs, strict=True)]
        document({"comparisons": found} if since else found[0])
    else:
        text = "\n".join(_text(one, format, templates, titled=since is not None) for one in pairs)
        if output:
            output.write_text(text, encoding="utf-8", newline="\n")
        else:
            typer.echo(text, nl=False)
    different = any(not (one.found and one.found.equal) for one in pairs)
    raise typer.Exit(DIFFERENT if different and not exit_zero else 0)


def _compare(a: str, b: str, var: list[str] | None, templates: Path | None, *, maybe_new: bool) -> Pair:
    """With `maybe_new` there may be nothing to compare with: `a` is not there yet, or was not valid."""
    from hvsbuild.review.compare import compare
    from hvsbuild.review.revisions import NotThere, opened
    from hvsbuild.review.sources import changed_sources
    from hvsbuild.spec.diagnostics import SpecErrors

    with ExitStack() as stack:
        new, settled = _bundle(stack.enter_context(opened(b)), var, templates)
        name = new.manifest.spec.name
        try:
            old, was = _bundle(stack.enter_context(opened(a)), var, templates)
        except NotThere:
            if not maybe_new:
                raise
            return Pair(a, b, name, None, "a new spec")
        except SpecErrors as errors:
            if not maybe_new:
                raise
            return Pair(a, b, name, None, f"what was there was not valid: {errors.diagnostics[0].message}")
    sources = changed_sources(was, settled) if was and settled else {}
    return Pair(a, b, name, compare(old, new, sources))


def _text(pair: Pair, format: str, templates: Path | None, *, titled: bool) -> str:
    from hvsbuild.review import diffpage, difftext

    if pair.found is None:
        told = f"Nothing to compare with: {pair.why}."
        heads = {"markdown": f"### {pair.title}\n\n", "html": "", "text": f"{pair.title}\n"}
        return heads[format] + (f"<p>{escape(pair.title)}: {escape(told)}</p>" if format == "html" else told) + "\n"
    if format == "html":
        return diffpage.page(pair.found, pair.title, templates)
    if format == "markdown":
        return difftext.markdown(pair.found, pair.title)
    return (f"{pair.title}\n" if titled else "") + difftext.text(pair.found)


def _bundle(path: Path, var: list[str] | None, templates: Path | None) -> tuple[Bundle, Settled | None]:
    """A bundle as it lies there, or rendered from a spec, with what that says of its inputs; the warnings of a spec are
    for `validate`."""
    if path.is_dir():
        from hvsbuild.bundle.read import read_bundle

        return read_bundle(path), None
    from hvsbuild.spec.load import load_spec

    reviewed = options.reviewed_of(load_spec(path, options.pairs(var, "--var")), templates)
    return reviewed.bundle, reviewed.settled
