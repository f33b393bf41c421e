"""The arguments and options that several commands share, and what they turn into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hvsbuild.errors import HvsError

if TYPE_CHECKING:
    from hvsbuild.bundle.render import Bundle
    from hvsbuild.review.write import Reviewed
    from hvsbuild.spec.load import LoadedSpec

Spec = Annotated[Path, typer.Argument(metavar="SPEC", help="The spec: a YAML file.")]
Specs = Annotated[list[Path], typer.Argument(metavar="SPEC…", help="One or more specs.")]
Source = Annotated[Path, typer.Argument(metavar="SPEC|BUNDLE", help="A spec (YAML file) or a bundle (folder).")]
Var = Annotated[
    list[str] | None, typer.Option("--var", metavar="NAME=VALUE", help="Set a variable of the spec; repeatable.")
]
Input = Annotated[
    list[str] | None, typer.Option("--input", metavar="NAME=PATH", help="The file of an input of a bundle.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else.")]
Templates = Annotated[
    Path | None, typer.Option("--templates", help="A folder whose templates win over the shipped ones.")
]
Out = Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="The folder to build in.")]
MaybeOut = Annotated[Path | None, typer.Option("-o", "--out", metavar="DIR", help="The build folder (see build).")]
Disk = Annotated[
    Path | None, typer.Option("--disk", metavar="PATH", dir_okay=False, help="An image file to use as the stick.")
]
Reset = Annotated[
    list[str] | None,
    typer.Option("--reset", metavar="FILE", help="Make this differencing VHD anew; what changed in it is lost."),
]


def pairs(given: Sequence[str] | None, what: str) -> dict[str, str]:
    """`["a=b"]` -> {"a": "b"}"""
    found = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise typer.BadParameter(f"{text!r} is not NAME=VALUE", param_hint=what)
        found[name] = value
    return found


def load(spec: Path, variables: Sequence[str] | None) -> LoadedSpec:
    """Load and check a spec; its warnings go to stderr."""
    from hvsbuild.spec.diagnostics import render
    from hvsbuild.spec.load import load_spec

    loaded = load_spec(spec, pairs(variables, "--var"))
    for diagnostic in loaded.diagnostics:
        typer.echo(render(diagnostic, loaded.text), err=True)
    return loaded


def reviewed_of(loaded: LoadedSpec, templates: Path | None = None) -> Reviewed:
    """A spec with the bundle that is rendered from it."""
    from hvsbuild.review.write import review

    return review(loaded, templates)


def inputs_of(loaded: LoadedSpec) -> dict[str, Path]:
    """Where the inputs of a spec lie on this machine."""
    from hvsbuild.plan.inputs import inputs_of as named

    found = {}
    for one in named(loaded.spec):
        assert isinstance(one.source, str)  # the rules refuse ISO members until they can be read
        found[one.name] = loaded.input_path(one.loc, one.source)
    return found


@dataclass(frozen=True)
class Taken:
    """A bundle and its inputs; `reviewed` when it was rendered from a spec just now."""

    bundle: Bundle
    inputs: Mapping[str, Path]
    reviewed: Reviewed | None = None


def source_of(
    source: Path, variables: Sequence[str] | None, inputs: Sequence[str] | None, templates: Path | None = None
) -> tuple[Bundle, Mapping[str, Path]]:
    """A bundle and its inputs, from a spec or from a bundle's folder."""
    found = take(source, variables, inputs, templates)
    return found.bundle, found.inputs


def take(
    source: Path, variables: Sequence[str] | None, inputs: Sequence[str] | None, templates: Path | None = None
) -> Taken:
    """The same, with what a review of it needs."""
    given = {name: Path(value) for name, value in pairs(inputs, "--input").items()}
    if source.is_dir():
        from hvsbuild.bundle.read import read_bundle

        if variables:
            raise HvsError("A bundle takes no --var", seen=str(variables), do="render the spec again with --var")
        taken = Taken(read_bundle(source), given)
    else:
        loaded = load(source, variables)
        reviewed = reviewed_of(loaded, templates)
        taken = Taken(reviewed.bundle, {**inputs_of(loaded), **given}, reviewed)
    if unknown := sorted(set(taken.inputs) - set(taken.bundle.manifest.inputs)):
        known = ", ".join(taken.bundle.manifest.inputs)
        raise typer.BadParameter(f"there is no input {unknown[0]!r}; known: {known}", param_hint="--input")
    if folders := [path for path in taken.inputs.values() if path.is_dir()]:
        raise HvsError("An input is a folder", seen=str(folders[0]), do="name the image file in it")
    return taken


def build_folder(source: Path, out: Path | None, disk: Path | None) -> Path | None:
    """Where the bench is: given, around the bundle that a build left there, or beside the image file; None: nowhere."""
    if out:
        return out
    if source.is_dir() and (source.parent / "bench").is_dir():
        return source.parent
    return disk.with_name(disk.name + ".hvsbuild") if disk and not disk.is_block_device() else None
