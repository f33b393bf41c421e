"""`vhd:` and `vhds:` the virtual disks on the stick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from hvsbuild.spec.boot import VhdBoot
from hvsbuild.spec.contents import Contents
from hvsbuild.spec.image import Image
from hvsbuild.spec.kinds import Letter, Size, Text
from hvsbuild.spec.registry import RegistryEntry

VhdType = Literal["fixed", "expandable", "differencing"]
Loc = tuple[str | int, ...]


class VhdSection(Contents):
    """One virtual disk, as it is written in the spec."""

    file: Text = Field(description="The name of the VHD on the stick, ending in .vhd or .vhdx.", examples=["hvsOS.vhd"])
    size: Size | None = Field(
        default=None,
        description="The virtual size with its unit; whole MiB. GiB are 1024³ bytes, GB are 1000³ bytes. A "
        "differencing VHD has its parent's.",
        examples=["24 GiB", "24576 MiB"],
    )
    type: VhdType = Field(
        default="fixed",
        description="fixed takes its whole size on the stick at once; expandable grows as it is written, and at boot "
        "Windows wants room for all of it; differencing holds what differs from its parent.",
        examples=["fixed"],
    )
    parent: Text | None = Field(
        default=None,
        description="The file of the VHD, of the same spec, that a differencing VHD is made upon. A parent is never "
        "changed again and is not in the boot menu.",
        examples=["base.vhd"],
    )
    os: Text | None = Field(
        default=None,
        description="The Windows release in this VHD, when it is not the one that the spec names: a profile.",
        examples=["hyperv-server-2019"],
    )
    letter: Letter | None = Field(
        default=None,
        description="The drive letter of the VHD's volume while the stick is made: R, and the next free ones for more "
        "VHDs, when none is given.",
        examples=["R"],
    )
    label: Text = Field(
        default="HVS", description="The label of the VHD's NTFS volume, up to 32 characters.", examples=["HVS"]
    )
    boot: VhdBoot | None = Field(
        default=None,
        description="The VHD's entry in the boot menu.",
        examples=[{"description": "Hyper-V Server 2019"}],
    )


@dataclass(frozen=True)
class Vhd:
    """One virtual disk with all that goes into it, wherever in the spec it was written.

    `size` is in bytes (a child's is its parent's), `os` the name of its profile. `section` is what is written at `loc`;
    what goes into it stands there or, with `vhd:`, at the top level of the spec (`top`).
    """

    section: VhdSection
    loc: Loc
    top: Contents | None
    size: int
    letter: str
    os: str

    @property
    def file(self) -> str:
        return self.section.file

    @property
    def type(self) -> VhdType:
        return self.section.type

    @property
    def label(self) -> str:
        return self.section.label

    @property
    def parent(self) -> str | None:
        return self.section.parent

    @property
    def boot(self) -> VhdBoot:
        return self.section.boot or VhdBoot()

    def part(self, name: str) -> Any:
        """A part of its contents by its key, like `registry`; empty when it is written nowhere."""
        return getattr(self.section, name) or getattr(self.top or self.section, name)

    def part_loc(self, name: str) -> Loc:
        """Where in the spec that part is written."""
        return (name,) if self.top is not None and not getattr(self.section, name) else (*self.loc, name)

    @property
    def image(self) -> Image | None:
        found: Image | None = self.part("image")
        return found

    @property
    def registry(self) -> tuple[RegistryEntry, ...]:
        found: tuple[RegistryEntry, ...] = self.part("registry")
        return found
