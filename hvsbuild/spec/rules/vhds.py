"""VHDs upon each other, and whether there is room for those that grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hvsbuild.formats.regvalue import fold
from hvsbuild.spec.changes import Want, changes_of
from hvsbuild.spec.diagnostics import choose
from hvsbuild.spec.hives import SYSTEM
from hvsbuild.spec.model import RegistryData, Spec, VhdSection
from hvsbuild.spec.places import Loc
from hvsbuild.spec.profile import load_profile, profile_names
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule

DEEP = 2  # parents above a VHD; every read looks through all of them
OWN = {"size": "its parent's size", "image": "what is in its parent", "os": "its parent's Windows"}
EXPAND_KEY, EXPAND_NAME, ON_DEMAND = "CurrentControlSet\\Services\\FsDepends\\Parameters", "VirtualDiskExpandOnMount", 4


@dataclass(frozen=True)
class Family:
    """The VHDs of a spec and what they are made upon; of a spec that may be wrong."""

    spec: Spec
    sections: tuple[tuple[Loc, VhdSection], ...]

    @classmethod
    def of(cls, spec: Spec) -> Family:
        return cls(spec, tuple(spec.vhd_sections()))

    def find(self, file: str) -> VhdSection | None:
        """The VHD of that name; Windows does not tell upper from lower case."""
        return next((one for _, one in self.sections if one.file.lower() == file.lower()), None)

    def chain(self, section: VhdSection) -> Iterator[VhdSection]:
        """The VHD, its parent, and so on, as far as they are known; each once."""
        seen = list[VhdSection]()
        at: VhdSection | None = section
        while at is not None and not any(at is one for one in seen):
            seen.append(at)
            yield at
            at = self.find(at.parent) if at.parent is not None else None

    def root(self, section: VhdSection) -> VhdSection:
        """The last of its chain: where its size and its Windows come from."""
        return list(self.chain(section))[-1]

    def size(self, section: VhdSection) -> int:
        """The virtual size in bytes; 0 when nobody says."""
        return self.root(section).size or 0

    def release(self, section: VhdSection) -> str:
        """The name of the profile of what is in it."""
        return self.root(section).os or self.spec.os

    def boots(self, section: VhdSection) -> bool:
        """Whether it is started from: a VHD that others are made upon is not."""
        return not any(one.parent and one.parent.lower() == section.file.lower() for _, one in self.sections)

    def value(self, section: VhdSection, key: str, name: str) -> Want | None:
        """What the spec makes of a value in SYSTEM of the Windows in the VHD, there or in a parent; None: nothing."""
        if self.release(section) not in profile_names():
            return None
        profile = load_profile(self.release(section))
        for one in self.chain(section):
            entries = one.registry or (self.spec.registry if self.spec.vhd is not None else ())
            for change in changes_of(entries, (), profile).changes:
                named = change.name is not None and fold(change.name) == fold(name)
                if named and change.hive == SYSTEM and change.folded_key == fold(key):
                    return change.want
        return None

    def expands(self, section: VhdSection) -> bool:
        """Whether Windows expands the file to its full size when it starts from it."""
        if section.type == "fixed" or not self.boots(section):
            return False
        value = self.value(section, EXPAND_KEY, EXPAND_NAME)
        return not (isinstance(value, RegistryData) and value.data == ON_DEMAND)


def parents(spec: Spec) -> Findings:
    """A differencing VHD, and no other, names another VHD of the spec that it is made upon."""
    family = Family.of(spec)
    for loc, section in family.sections:
        others = [one.file for _, one in family.sections if one is not section]
        if section.type != "differencing":
            if section.parent is not None:
                hint = f"write type: differencing, or leave parent out: a VHD of type {section.type} stands alone"
                yield Finding("HVS283", (*loc, "parent"), section.parent, hint, on_key=True)
        elif section.parent is None:
            hint = f"add parent: {' or '.join(others)}" if others else _SEVERAL
            yield Finding("HVS102", loc, f"parent in {loc[0]}", hint, on_key=True)
        elif family.find(section.parent) is None:
            hint = choose(section.parent, others, "other VHDs of this spec") if others else _SEVERAL
            yield Finding("HVS282", (*loc, "parent"), section.parent, hint)


_SEVERAL = "write vhds: with two entries, the parent and the VHD that is made upon it"


def own_parts(spec: Spec) -> Findings:
    """What a differencing VHD has from its parent."""
    for loc, section in spec.vhd_sections():
        if section.type != "differencing":
            continue
        for name, what in OWN.items():
            if getattr(section, name) is not None:
                yield Finding("HVS284", (*loc, name), f"{name} is {what}", f"leave {name} out", on_key=True)
        if spec.vhd is not None and spec.image is not None:
            yield Finding("HVS284", ("image",), "image is what is in its parent", "leave image out", on_key=True)


def same_format(spec: Spec) -> Findings:
    """A .vhd upon a .vhd, a .vhdx upon a .vhdx."""
    family = Family.of(spec)
    for loc, section in family.sections:
        parent = family.find(section.parent) if section.parent is not None else None
        if parent is not None and _ending(parent.file) != _ending(section.file):
            stem, ending = section.file.rpartition(".")[0], _ending(parent.file)
            hint = f"write {stem}.{ending}, or give the parent the ending .{_ending(section.file)}"
            yield Finding("HVS285", (*loc, "file"), f"{section.file} upon {parent.file}", hint)


def _ending(file: str) -> str:
    return file.rpartition(".")[2].lower()


def chains(spec: Spec) -> Findings:
    """Parents end somewhere, and soon."""
    family, said = Family.of(spec), set[str]()
    for loc, section in family.sections:
        line = list(family.chain(section))
        last = line[-1].parent
        if last is not None and family.find(last) is not None:
            names = " upon ".join([*(one.file for one in line), str(last)])
            if section.file.lower() not in said:
                yield Finding("HVS286", (*loc, "parent"), names, "one of them must be a fixed or expandable VHD")
            said |= {one.file.lower() for one in line}
        elif len(line) - 1 > DEEP:
            names = " upon ".join(one.file for one in line)
            yield Finding("HVS287", (*loc, "parent"), names, f"{DEEP} parents or fewer are advised")


SPEC_RULES: tuple[SpecRule, ...] = (parents, own_parts, same_format, chains)
