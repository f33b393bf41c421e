"""The arguments and options that several commands share, and what they turn into."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
Each = Annotated[
    str | None, typer.Option("--each", metavar="ITEM", help="Which item of the spec's for_each, where it has one.")
]
Input = Annotated[
    list[str] | None,
    typer.Option("--input", metavar="NAME=PATH", help="Where an input is: a path, an ISO, an address; repeatable."),
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


def load(spec: Path, variables: Sequence[str] | None, each: str | None = None) -> LoadedSpec:
    """Load and check a spec, of one with for_each an item; its warnings go to stderr."""
    from hvsbuild.spec.load import load_spec

    loaded = load_spec(spec, pairs(variables, "--var"), each)
    for text in loaded.shown():
        typer.echo(text, err=True)
    return loaded


def load_all(spec: Path, variables: Sequence[str] | None, each: str | None = None) -> list[LoadedSpec]:
    """Load and check a spec, of one with for_each all items or one; their warnings go to stderr, each once."""
    from hvsbuild.spec.load import load_all as load_items

    if each is not None:
        return [load(spec, variables, each)]
    loaded = load_items(spec, pairs(variables, "--var"))
    for text in dict.fromkeys(text for one in loaded for text in one.shown()):
        typer.echo(text, err=True)
    return loaded


def reviewed_of(loaded: LoadedSpec, templates: Path | None = None) -> Reviewed:
    """A spec with the bundle that is rendered from it."""
    from hvsbuild.review.write import review

    return review(loaded, templates)


def verify(reviewed: Reviewed, *, quiet: bool) -> None:
    """Compare the inputs that are pinned, and are here, with their pins."""
    if not any(one.sha256 for one in reviewed.settled.inputs):
        return
    from hvsbuild.cli.progress import progress
    from hvsbuild.inputs.resolve import verify as compare

    with progress(quiet=quiet) as report:
        compare(reviewed.settled, progress=report)


def inputs_of(reviewed: Reviewed, without: Collection[str] = (), *, fetch: bool, quiet: bool = True) -> dict[str, Path]:
    """Where the inputs of a spec, but for some, lie on this machine; what is far away comes nearer with `fetch`."""
    from hvsbuild.cli.progress import progress
    from hvsbuild.inputs.resolve import resolve

    names = {one.name for one in reviewed.settled.inputs} - set(without)
    with progress(quiet=quiet) as report:
        found = resolve(reviewed.settled, names, fetch=fetch, progress=report)
    return _secret_files(reviewed) | found


def _secret_files(reviewed: Reviewed) -> dict[str, Path]:
    """The files of those secrets that the spec says are in files."""
    from hvsbuild.inputs.place import at
    from hvsbuild.plan.secrets import secrets_of

    loaded = reviewed.loaded
    places = {one.name: at(loaded, one.loc, one.file).path for one in secrets_of(loaded.spec) if one.file}
    return {name: path for name, path in places.items() if path}


@dataclass(frozen=True)
class Taken:
    """A bundle and its inputs; `reviewed` when it was rendered from a spec just now."""

    bundle: Bundle
    inputs: Mapping[str, Path]
    reviewed: Reviewed | None = None


def source_of(
    source: Path,
    variables: Sequence[str] | None,
    inputs: Sequence[str] | None,
    templates: Path | None = None,
    each: str | None = None,
) -> tuple[Bundle, Mapping[str, Path]]:
    """A bundle and its inputs, from a spec or from a bundle's folder."""
    found = take(source, variables, inputs, templates, each)
    return found.bundle, found.inputs


def take(
    source: Path,
    variables: Sequence[str] | None,
    inputs: Sequence[str] | None,
    templates: Path | None = None,
    each: str | None = None,
    *,
    fetch: bool = False,
    quiet: bool = True,
) -> Taken:
    """The same, with what a review of it needs. With `fetch` what is not here yet is downloaded and unpacked."""
    from hvsbuild.cli.progress import progress
    from hvsbuild.inputs.resolve import given

    values = pairs(inputs, "--input")
    if source.is_dir():
        from hvsbuild.bundle.read import read_bundle

        if variables:
            raise HvsError("A bundle takes no --var", seen=str(variables), do="render the spec again with --var")
        if each is not None:
            raise HvsError("A bundle takes no --each", seen=each, do="name the folder of that item's bundle")
        bundle, reviewed = read_bundle(source), None
    else:
        reviewed = reviewed_of(load(source, variables, each), templates)
        bundle = reviewed.bundle
    secrets = [one.name for one in bundle.manifest.secrets]
    if unknown := sorted(set(values) - {*bundle.manifest.inputs, *secrets}):
        known = ", ".join([*bundle.manifest.inputs, *secrets])
        raise typer.BadParameter(f"there is no input {unknown[0]!r}; known: {known}", param_hint="--input")
    with progress(quiet=quiet) as report:
        found = given(bundle.manifest, values, look=reviewed is None, fetch=fetch, progress=report)
    if reviewed:
        found = inputs_of(reviewed, values, fetch=fetch, quiet=quiet) | found
    found |= {name: Path(values[name]) for name in secrets if name in values}
    return Taken(bundle, found, reviewed)


def item_folder(out: Path, each: str | None) -> Path:
    """Where in DIR an item of for_each lies: DIR/ITEM. A spec without for_each has DIR to itself."""
    return out / each if each is not None else out


def of_items(found: Mapping[str | None, Any]) -> Any:
    """What --json prints of one spec, or of the items of one."""
    return found.get(None, {"items": found})


def build_folder(source: Path, out: Path | None, disk: Path | None) -> Path | None:
    """Where the bench is: given, around the bundle that a build left there, or beside the image file; None: nowhere."""
    if out:
        return out
    if source.is_dir() and (source.parent / "bench").is_dir():
        return source.parent
    return disk.with_name(disk.name + ".hvsbuild") if disk and not disk.is_block_device() else None
