"""The spec as a whole. Each section has its model in the module of its name; descriptions name the units."""

from __future__ import annotations

from pydantic import Field

from hvsbuild.spec.boot import Boot
from hvsbuild.spec.disk import Disk, Match
from hvsbuild.spec.image import Image, IsoMember
from hvsbuild.spec.kinds import Name, Section, Text, Version
from hvsbuild.spec.registry import RegistryData, RegistryKey
from hvsbuild.spec.vhd import Vhd, VhdSection

__all__ = ["Boot", "Disk", "Image", "IsoMember", "Match", "RegistryData", "RegistryKey", "Spec", "Vhd", "VhdSection"]


class Spec(Section):
    """One bootable Windows stick."""

    spec: Version = Field(description="The version of the spec's format.", examples=["hvsbuild/v1"])
    name: Name = Field(
        description="The name of the spec: a folder on Windows machines, and the root of all identifiers. Up to 64 "
        "letters, digits, . _ and -.",
        examples=["hvs-2008-r2-usb"],
    )
    os: Text = Field(description="The Windows release: the name of a profile.", examples=["hyperv-server-2008-r2"])
    vars: dict[str, str | int | float | bool] = Field(
        default_factory=dict,
        description="Values for ${name} in this file; --var name=value replaces one.",
        examples=[{"wim": "install.wim"}],
    )
    image: Image | None = Field(default=None, description="The Windows in the VHD (with vhd:).")
    vhd: VhdSection | None = Field(default=None, description="The one VHD on the stick.")
    vhds: tuple[VhdSection, ...] | None = Field(
        default=None, min_length=1, description="Several VHDs on the stick, each with its own image and registry."
    )
    disk: Disk = Field(description="The stick.")
    boot: Boot = Field(default_factory=Boot, description="How the stick starts.")
    registry: tuple[RegistryKey, ...] = Field(
        default=(), description="Registry values of the Windows in the VHD (with vhd:).", examples=[[]]
    )

    def vhd_sections(self) -> list[tuple[tuple[str | int, ...], VhdSection]]:
        """Path and section of every VHD."""
        if self.vhd:
            return [(("vhd",), self.vhd)]
        return [(("vhds", number), section) for number, section in enumerate(self.vhds or ())]

    def vhd_list(self) -> tuple[Vhd, ...]:
        """Every VHD with its image and registry, in the order of the spec; `vhd:` takes those of the top level."""
        return tuple(self._vhd(loc, section) for loc, section in self.vhd_sections())

    def _vhd(self, loc: tuple[str | int, ...], section: VhdSection) -> Vhd:
        image, image_loc = (section.image, (*loc, "image")) if section.image else (self.image, ("image",))
        registry_loc = (*loc, "registry") if section.registry or self.vhds else ("registry",)
        assert image is not None  # rules/forms.py made sure
        return Vhd(
            file=section.file,
            size=section.size,
            type=section.type,
            letter=section.letter,
            label=section.label,
            image=image,
            registry=section.registry or self.registry,
            loc=loc,
            image_loc=image_loc,
            registry_loc=registry_loc,
        )
