"""`image:` which Windows goes into the VHD, and where it comes from."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from hvsbuild.spec.kinds import Section, Sha256, Text

ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]*://")


class IsoMember(Section):
    """A file inside an ISO image."""

    iso: Text = Field(
        description="The ISO file: its path, relative to this file, or its https:// address.",
        examples=["hyperv-server.iso"],
    )
    member: Text | None = Field(
        default=None,
        description="Path of the image inside the ISO, with / between folders. Without it sources/install.wim, "
        "install.esd or install.swm, whichever the ISO holds.",
        examples=["sources/install.wim"],
    )


def _shape(value: object) -> str | None:
    if isinstance(value, str):
        return "file"
    return "iso" if isinstance(value, dict | IsoMember) else None


Source = Annotated[
    Annotated[Text, Tag("file")] | Annotated[IsoMember, Tag("iso")],
    Discriminator(_shape, custom_error_type="HVS109", custom_error_message="a path, or {iso: PATH, member: PATH}"),
]


class Image(Section):
    """One Windows image of an image file: by its number, its name, or its edition."""

    source: Source = Field(
        description="The image file: .wim, .esd, the first part of a split one (.swm) or an .iso, relative to this "
        "file; a path given with --var is relative to the working folder. Or its https:// or file:// address. Or "
        "{iso: path.iso, member: sources/install.wim}.",
        examples=["install.wim", {"iso": "hyperv-server.iso", "member": "sources/install.wim"}],
    )
    index: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="The number of the image in the file, from 1. Either this, name or edition.",
        examples=[1],
    )
    name: Text | None = Field(
        default=None,
        description="The exact name of the image in the file. Either this, index or edition.",
        examples=["Hyper-V Server 2008 R2"],
    )
    edition: Text | None = Field(
        default=None,
        description="The edition id of the image (see hvsbuild images), the same in every language. Either this, index "
        "or name. Without the image at hand hvsbuild lock must have recorded its index.",
        examples=["ServerStandard"],
    )
    installation: Text | None = Field(
        default=None,
        description="With edition, where several images have it: the installation type.",
        examples=["Server Core"],
    )
    sha256: Sha256 | None = Field(
        default=None,
        description="SHA-256 of the file that source names (of the ISO where that is one), 64 hexadecimal digits; a "
        "file that differs is refused. Needed for an https:// address.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )

    @property
    def choice(self) -> str:
        """The image in the words of the tools: its number or its name; of an edition its number, once that is known."""
        return str(self.index) if self.index is not None else str(self.name)

    @property
    def file(self) -> str:
        """The file that the source names, as the spec writes it: of a file in an ISO the ISO."""
        return self.source.iso if isinstance(self.source, IsoMember) else self.source

    @property
    def applied(self) -> str:
        """The name of the file that is applied, as far as the spec tells it: `sources/install.wim`, `…/server.iso`."""
        return (self.source.member or self.source.iso) if isinstance(self.source, IsoMember) else self.source


def is_address(source: str) -> bool:
    """Whether a source is an address like https://… rather than a path."""
    return ADDRESS.match(source) is not None


def address_path(address: str) -> str:
    """The path in an address, without the query: what tells the kind of file."""
    return re.split(r"[?#]", address, maxsplit=1)[0]
