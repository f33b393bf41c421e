"""The spec as a whole. Each section has its model in the module of its name; descriptions name the units."""

from __future__ import annotations

from pydantic import Field

from hvsbuild.spec.boot import Boot
from hvsbuild.spec.contents import Contents
from hvsbuild.spec.disk import Disk, Match
from hvsbuild.spec.image import Image, IsoMember
from hvsbuild.spec.kinds import Name, Text, Version
from hvsbuild.spec.layout import layout_of
from hvsbuild.spec.registry import RegistryData, RegistryKey
from hvsbuild.spec.vhd import Vhd, VhdSection

__all__ = ["Boot", "Disk", "Image", "IsoMember", "Match", "RegistryData", "RegistryKey", "Spec", "Vhd", "VhdSection"]


class Spec(Contents):
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
    vhd: VhdSection | None = Field(default=None, description="The one VHD on the stick.")
    vhds: tuple[VhdSection, ...] | None = Field(
        default=None, min_length=1, description="Several VHDs on the stick, each with its own image and registry."
    )
    disk: Disk = Field(description="The stick.")
    boot: Boot = Field(default_factory=Boot, description="How the stick starts.")

    def vhd_sections(self) -> list[tuple[tuple[str | int, ...], VhdSection]]:
        """Path and section of every VHD."""
        if self.vhd:
            return [(("vhd",), self.vhd)]
        return [(("vhds", number), section) for number, section in enumerate(self.vhds or ())]

    def vhd_list(self) -> tuple[Vhd, ...]:
        """Every VHD with its contents, in the order of the spec; `vhd:` takes those of the top level."""
        sections = self.vhd_sections()
        letters, sizes = _letters(self, sections), {section.file.lower(): section for _, section in sections}
        return tuple(
            Vhd(section, loc, self if self.vhd else None, _size(section, sizes), letter, section.os or self.os)
            for (loc, section), letter in zip(sections, letters, strict=True)
        )


def _letters(spec: Spec, sections: list[tuple[tuple[str | int, ...], VhdSection]]) -> list[str]:
    """The letter of each VHD: its own, or the next of R to Z and D to Q that nothing else has."""
    taken = {section.letter for _, section in sections}
    taken |= {part.letter for part in layout_of(spec.disk, spec.boot.firmware).parts}
    free = iter([letter for letter in "RSTUVWXYZDEFGHIJKLMNOPQ" if letter not in taken])
    return [section.letter or next(free) for _, section in sections]


def _size(section: VhdSection, by_file: dict[str, VhdSection]) -> int:
    """The virtual size: its own, or that of the VHD at the root of its chain of parents."""
    seen = set[str]()
    while section.size is None and section.parent is not None and section.file.lower() not in seen:
        seen.add(section.file.lower())
        section = by_file[section.parent.lower()]
    assert section.size is not None  # rules/forms.py made sure
    return section.size
