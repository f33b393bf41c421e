"""`vhd:` and `vhds:` the virtual disks on the stick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from hvsbuild.spec.image import Image
from hvsbuild.spec.kinds import Letter, Section, Size, Text
from hvsbuild.spec.registry import RegistryKey

VhdType = Literal["fixed", "expandable", "differencing"]


class VhdSection(Section):
    """One virtual disk, as it is written in the spec."""

    file: Text = Field(description="The name of the VHD on the stick, ending in .vhd.", examples=["hvsOS.vhd"])
    size: Size = Field(
        description="The virtual size with its unit; whole MiB. GiB are 1024³ bytes, GB are 1000³ bytes.",
        examples=["24 GiB", "24576 MiB"],
    )
    type: VhdType = Field(
        default="fixed", description="fixed takes its whole size on the stick at once.", examples=["fixed"]
    )
    letter: Letter = Field(
        default="R", description="The drive letter of the VHD's volume while the stick is made.", examples=["R"]
    )
    label: Text = Field(
        default="HVS", description="The label of the VHD's NTFS volume, up to 32 characters.", examples=["HVS"]
    )
    image: Image | None = Field(
        default=None, description="The Windows in this VHD; with vhd: it may stand at the top level."
    )
    registry: tuple[RegistryKey, ...] = Field(
        default=(), description="Registry values of the Windows in this VHD; with vhd: they may stand at the top level."
    )


@dataclass(frozen=True)
class Vhd:
    """One virtual disk with all that goes into it, wherever in the spec it was written.

    `size` is in bytes. `loc`, `image_loc` and `registry_loc` are the paths of the parts in the spec, for positions.
    """

    file: str
    size: int
    type: VhdType
    letter: str
    label: str
    image: Image
    registry: tuple[RegistryKey, ...]
    loc: tuple[str | int, ...]
    image_loc: tuple[str | int, ...]
    registry_loc: tuple[str | int, ...]
