"""Where an input is: a path of this machine, or an address to download from."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from hvsbuild.errors import HvsError
from hvsbuild.spec.image import IsoMember, is_address

if TYPE_CHECKING:
    from hvsbuild.plan.inputs import Input
    from hvsbuild.spec.load import LoadedSpec


@dataclass(frozen=True)
class Place:
    """A path, or the address of a file that has this SHA-256."""

    path: Path | None = None
    address: str = ""

    @property
    def name(self) -> str:
        """The name of the file."""
        if self.path is not None:
            return self.path.name
        return PurePosixPath(unquote(urlsplit(self.address).path)).name or "download"


def place_of(loaded: LoadedSpec, one: Input) -> Place:
    """Where the spec says that an input is."""
    if isinstance(one.source, IsoMember):
        own = (*one.loc, "iso")  # what was written as a path of an ISO has no such part
        return at(loaded, own if own in loaded.places.by_loc else one.loc, one.source.iso)
    return at(loaded, one.loc, one.source)


def at(loaded: LoadedSpec, loc: tuple[str | int, ...], text: str) -> Place:
    return placed(text) if is_address(text) else Place(loaded.input_path(loc, text))


def placed(text: str) -> Place:
    """The place of a path or an address that was given by itself (on the command line)."""
    if not is_address(text):
        return Place(Path(text))
    parts = urlsplit(text)
    if parts.scheme.lower() != "file":
        return Place(address=text)
    path = url2pathname(parts.path)
    if parts.netloc.lower() in ("", "localhost"):
        return Place(Path(path))
    if sys.platform == "win32":
        return Place(Path(f"\\\\{parts.netloc}{path}"))
    do = "mount the share and name the file there, or use https://"
    raise HvsError("A file of another machine cannot be read by its address", seen=text, do=do)
