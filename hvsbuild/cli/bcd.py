"""`bcd`: what a boot store says, as bcdedit would print it; nothing is changed, and no Windows is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hvsbuild.cli.options import Json
from hvsbuild.cli.output import document
from hvsbuild.errors import HvsError

if TYPE_CHECKING:
    from hvsbuild.formats.bcd_find import Found
    from hvsbuild.formats.bcd_text import Lister


def bcd(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A BCD file, or the image of a disk with some.")],
    kind: Annotated[
        str, typer.Option("--enum", metavar="KIND", help="all, active, osloader, bootmgr, …, as for bcdedit.")
    ] = "all",
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="GUIDs for names, templates too.")] = False,
    as_json: Json = False,
) -> None:
    """Print a boot store (BCD) as bcdedit /enum does, on any machine. Nothing is changed.

    Of a disk, all its stores. Partitions of the same disk are shown by number, others by what identifies them.

    Example: hvsbuild bcd out/stick.img --enum osloader
    """
    from hvsbuild.formats.bcd_find import find_stores
    from hvsbuild.formats.bcd_text import KINDS, Lister
    from hvsbuild.formats.block import FileDevice

    known = ("all", "active", *KINDS)
    if kind.lower() not in known:
        raise typer.BadParameter(f"{kind!r}; known are {', '.join(known)}", param_hint="--enum")
    if file.is_dir():
        raise HvsError("A folder is not a BCD store", seen=str(file), do="name a BCD file, or the image of a stick")
    device = FileDevice(file)
    try:
        found = [(one, Lister(one.store, verbose, one.volume)) for one in find_stores(device, str(file))]
    finally:
        device.close()
    if as_json:
        document({"file": str(file), "stores": [_data(one, lister, kind.lower()) for one, lister in found]})
        return
    for number, (one, lister) in enumerate(found):
        if one.path:
            typer.echo(("\n" if number else "") + f"{file}, partition {one.partition}: {one.path}")
        typer.echo(lister.text(kind.lower()), nl=False)


def _data(found: Found, lister: Lister, kind: str) -> dict[str, Any]:
    from hvsbuild.formats.bcd_names import alias_of, element_name, format_of, heading
    from hvsbuild.formats.bcd_text import chosen

    default = found.store.default
    objects = []
    for one in chosen(found.store, kind):
        elements = [
            {
                "code": f"{code:08x}",
                "name": element_name(code, one.type),
                "format": format_of(code) or "unknown",
                "text": lister.values(one, code),
                "data": raw.data.hex(),
            }
            for code, raw in sorted(one.elements.items())
        ]
        alias = alias_of(one.guid)
        objects.append(
            {
                "guid": one.guid,
                "name": None if alias == one.guid else alias,
                "type": f"{one.type:08x}",
                "heading": heading(one.guid, one.type),
                "default": default is not None and default.guid == one.guid,
                "elements": elements,
            }
        )
    return {"partition": found.partition, "path": found.path, "objects": objects}
