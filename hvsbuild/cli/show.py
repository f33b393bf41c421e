"""`show`: what a spec is, and the whole of it as it is meant, each value with its file and line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hvsbuild.cli import options
from hvsbuild.cli.options import Each, Json, Spec, Var
from hvsbuild.cli.output import document

if TYPE_CHECKING:
    from hvsbuild.spec.load import LoadedSpec


def show(
    spec: Spec,
    resolved: Annotated[
        bool, typer.Option("--resolved", help="The whole spec, each value with the file and line it is from.")
    ] = False,
    each: Each = None,
    var: Var = None,
    as_json: Json = False,
) -> None:
    """Show what a spec is made of; with --resolved the spec as it is meant, as YAML.

    Example: hvsbuild show specs/hyperv-server-2008-r2-usb.yaml --resolved --var wim=install.wim
    """
    loaded = options.load(spec, var, each)
    if resolved:
        from hvsbuild.spec import resolved as whole

        if as_json:
            found = whole.values(loaded)
            origins = [{"path": list(one.loc), "value": one.data, "from": one.origin} for one in found]
            document({**_overview(loaded), "resolved": whole.as_data(found), "values": origins})
        else:
            for line, comment in whole.as_yaml(loaded):
                typer.echo(line + _dim(comment))
    elif as_json:
        document(_overview(loaded))
    else:
        typer.echo("\n".join(_lines(loaded)))


def _overview(loaded: LoadedSpec) -> dict[str, Any]:
    """What the spec is, as data."""
    from hvsbuild.inputs.place import place_of
    from hvsbuild.plan.inputs import inputs_of
    from hvsbuild.spec.resolved import origin_of

    spec = loaded.spec
    places = {one.name: place_of(loaded, one) for one in inputs_of(spec)}
    return {
        "spec": str(loaded.path),
        "name": spec.name,
        "os": spec.os,
        "each": loaded.each,
        "sha256": loaded.sha256,
        "files": list(loaded.texts),
        "variables": {
            name: {"value": text, "from": origin_of(loaded, name)} for name, text in loaded.variables.items()
        },
        "vhds": [{"file": vhd.file, "size": vhd.size, "type": vhd.type} for vhd in spec.vhd_list()],
        "inputs": {name: place.address or str(place.path) for name, place in places.items()},
    }


def _lines(loaded: LoadedSpec) -> Iterator[str]:
    from hvsbuild.spec.units import format_size

    found = _overview(loaded)
    yield f"{found['name']}: {found['os']}"
    vhds = [f"{one['file']}, {format_size(one['size'])}, {one['type']}" for one in found["vhds"]]
    variables = [f"{name} = {one['value']}  ({one['from']})" for name, one in found["variables"].items()]
    inputs = [f"{name} = {path}" for name, path in found["inputs"].items()]
    for title, items in (("files", found["files"]), ("vars", variables), ("VHDs", vhds), ("inputs", inputs)):
        for number, item in enumerate(items):
            yield f"  {'' if number else title:<8} {item}"


def _dim(text: str) -> str:
    """Fainter on a terminal that may be written on in colour."""
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ
    return text if plain or not text else typer.style(text, dim=True)
