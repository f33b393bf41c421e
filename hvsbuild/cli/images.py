"""`images`: what is in a WIM, ESD, split WIM or ISO."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hvsbuild.cli.options import Json
from hvsbuild.cli.output import document

if TYPE_CHECKING:
    from hvsbuild.formats.wim import WimImage
    from hvsbuild.inputs.listing import Listing

WIDTH = 80
HEAD = ("EDITION", "INSTALLATION", "VERSION", "ARCH", "SIZE")


def images(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A .wim, .esd, the first .swm, or an .iso.")],
    member: Annotated[
        str | None, typer.Option("--member", metavar="PATH", help="The image file in the ISO (default: the usual).")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the images in a file: number, name, edition, version, architecture, size, language.

    Nothing is unpacked: of an ISO, too, only the tables are read.

    Example: hvsbuild images server.iso
    """
    from hvsbuild.inputs.listing import listings

    found = listings(file, member)
    if as_json:
        document({"file": file, "images": [data for one in found for data in _data(one)]})
        return
    for one in found:
        typer.echo(f"{one.title}: {_counted(one)}")
        for line in table(one.info.images):
            typer.echo(line)


def _counted(one: Listing) -> str:
    count, info = len(one.info.images), one.info
    parts = f", part {info.part} of {info.parts}" if info.parts > 1 else ""
    return f"{info.compression}{', solid' if info.solid else ''}, {count} image{'' if count == 1 else 's'}{parts}"


def _data(one: Listing) -> Iterator[dict[str, Any]]:
    for image in one.info.images:
        yield {
            "member": one.member,
            "index": image.index,
            "name": image.name,
            "description": image.description,
            "edition": image.edition,
            "installation": image.installation,
            "build": image.build,
            "architecture": image.arch,
            "size": image.total_bytes,
            "languages": list(image.languages),
        }


def table(found: tuple[WimImage, ...]) -> Iterator[str]:
    """Two lines an image: number, name and languages, below it the rest in columns; within 80 characters. What does not
    fit into its line goes on in the next."""
    rows = [_row(image) for image in found]
    widths = [max(len(row[column]) for row in [HEAD, *rows]) for column in range(len(HEAD))]
    yield from _line(HEAD, widths)
    for image, row in zip(found, rows, strict=True):
        languages = f" ({', '.join(image.languages)})" if image.languages else ""
        yield from _folded(f"{image.index:>3}  {_shown(image.name + languages)}")
        yield from _line(row, widths)


def _row(image: WimImage) -> tuple[str, ...]:
    from hvsbuild.cli.display import size

    words = (image.edition, image.installation, image.build, image.arch, size(image.total_bytes))
    return tuple(_shown(word) or "-" for word in words)


def _line(row: tuple[str, ...], widths: list[int]) -> Iterator[str]:
    yield from _folded("     " + "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip())


def _folded(line: str) -> Iterator[str]:
    while len(line) > WIDTH:
        cut = line.rfind(" ", 6, WIDTH + 1)
        cut = cut if cut > 6 else WIDTH
        yield line[:cut].rstrip()
        line = "       " + line[cut:].lstrip()
    yield line


def _shown(text: str) -> str:
    return "".join(one if one.isprintable() else "\ufffd" for one in text)
