"""The spec as a whole. Each section has its model in the module of its name; descriptions name the units."""

from __future__ import annotations

from pydantic import Field

from hvsbuild.spec.allow import Allow
from hvsbuild.spec.boot import Boot
from hvsbuild.spec.composition import Composition
from hvsbuild.spec.contents import Contents
from hvsbuild.spec.disk import Disk, Match
from hvsbuild.spec.image import Image, IsoMember
from hvsbuild.spec.kinds import Name, Text, Version
from hvsbuild.spec.layout import layout_of
from hvsbuild.spec.regdata import RegistryData
from hvsbuild.spec.registry import RegistryEntry
from hvsbuild.spec.vhd import Loc, Vhd, VhdSection

__all__ = ["Boot", "Disk", "Image", "IsoMember", "Match", "RegistryData", "RegistryEntry", "Spec", "Vhd", "VhdSection"]


class Spec(Composition, Contents):
    """One bootable Windows stick."""

    spec: Version = Field(description="The version of the spec's format.", examples=["hvsbuild/v1"])
    name: Name = Field(
        description="The name of the spec: a folder on Windows machines, and the root of all identifiers. Up to 64 "
        "letters, digits, . _ and -.",
        examples=["hvs-2008-r2-usb"],
    )
    os: Text = Field(description="The Windows release: the name of a profile.", examples=["hyperv-server-2008-r2"])
    vhd: VhdSection | None = Field(default=None, description="The one VHD on the stick.")
    vhds: tuple[VhdSection, ...] | None = Field(
        default=None, min_length=1, description="Several VHDs on the stick, each with its own image and registry."
    )
    disk: Disk = Field(description="The stick.")
    boot: Boot = Field(default_factory=Boot, description="How the stick starts.")
    allow: Allow = Field(
        default_factory=dict,
        description="Warnings and notes that may stay, each with the reason: they are no longer shown, and the bundle "
        "records them.",
        examples=[{"HVS204": "the sticks of this site have more spare blocks than usual"}],
    )

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
            _vhd(self, loc, section, letter, sizes) for (loc, section), letter in zip(sections, letters, strict=True)
        )


def _letters(spec: Spec, sections: list[tuple[tuple[str | int, ...], VhdSection]]) -> list[str]:
    """The letter of each VHD: its own, or the next of R to Z and D to Q that nothing else has."""
    taken = {section.letter for _, section in sections}
    taken |= {part.letter for part in layout_of(spec.disk, spec.boot.firmware).parts}
    free = iter([letter for letter in "RSTUVWXYZDEFGHIJKLMNOPQ" if letter not in taken])
    return [section.letter or next(free) for _, section in sections]


def _vhd(spec: Spec, loc: Loc, section: VhdSection, letter: str, by_file: dict[str, VhdSection]) -> Vhd:
    """A differencing VHD has the size and the Windows of the VHD at the end of its chain of parents."""
    root = section
    while root.parent is not None:  # rules/vhds.py made sure that the chain ends
        root = by_file[root.parent.lower()]
    assert root.size is not None  # rules/forms.py made sure
    return Vhd(section, loc, spec if spec.vhd else None, root.size, letter, root.os or spec.os)
