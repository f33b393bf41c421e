"""`image:` which Windows goes into the VHD."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from hvsbuild.spec.kinds import Section, Sha256, Text


class IsoMember(Section):
    """A file inside an ISO image."""

    iso: Text = Field(description="Path of the ISO file, relative to this file.", examples=["hyperv-server.iso"])
    member: Text = Field(
        default="sources/install.wim",
        description="Path of the image inside the ISO, with / between folders.",
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
    """One Windows image of an image file: by its number or by its name."""

    source: Source = Field(
        description="The image file (.wim or .esd), relative to this file; a path given with --var is relative to the "
        "working folder. Or {iso: path.iso, member: sources/install.wim}.",
        examples=["install.wim", {"iso": "hyperv-server.iso", "member": "sources/install.wim"}],
    )
    index: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="The number of the image in the file, from 1. Either this or name.",
        examples=[1],
    )
    name: Text | None = Field(
        default=None,
        description="The exact name of the image in the file. Either this or index.",
        examples=["Hyper-V Server 2008 R2"],
    )
    sha256: Sha256 | None = Field(
        default=None,
        description="SHA-256 of the image file, 64 hexadecimal digits; a file that differs is refused.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )

    @property
    def choice(self) -> str:
        """The image in the words of the tools: its number or its name."""
        return str(self.index) if self.index is not None else str(self.name)
