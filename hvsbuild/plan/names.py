"""The names that tasks share: where things lie on the machine that runs the scripts, and what tasks are called."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property

from hvsbuild.plan.inputs import image_name, stem
from hvsbuild.spec.layout import Layout, layout_of
from hvsbuild.spec.model import Spec, Vhd
from hvsbuild.states import STICK, SYSTEM, inside

NAMESPACE = uuid.UUID("6f1f8d3e-52a5-5f0b-9c0e-1f6d3c1a9b47")
PLAN_STAMP, IMAGE_STAMP = "\\hvsbuild.json", "\\hvsbuild-image.json"


def identity(spec_name: str) -> uuid.UUID:
    """What every GUID, serial and signature of a spec is derived from."""
    return uuid.uuid5(NAMESPACE, spec_name)


@dataclass(frozen=True)
class StickNames:
    """Paths, letters and brackets of a stick."""

    spec: Spec

    @cached_property
    def layout(self) -> Layout:
        return layout_of(self.spec.disk, self.spec.boot.firmware)

    @cached_property
    def vhds(self) -> tuple[Vhd, ...]:
        return self.spec.vhd_list()

    @property
    def workspace(self) -> str:
        return f"C:\\hvsbuild\\{self.spec.name}"

    @property
    def stick_letter(self) -> str:
        """The bracket in which the VHDs' volume has its letter."""
        return "letter:stick"

    @property
    def system_letter(self) -> str:
        """The bracket in which the system partition has its letter: the same where they are one."""
        return self.stick_letter if self.layout.system.use == "vhds" else "letter:system"

    @property
    def letters_at_once(self) -> bool:
        """Whether the volumes get their letters while they are made: then no partition is named by a number that some
        version of Windows could have given to another."""
        return self.layout.scheme == "gpt" or len(self.layout.parts) > 1

    @property
    def letter_tasks(self) -> tuple[str, ...]:
        """The tasks that give the stick's volumes their letters."""
        return ("disk-letter",) if self.layout.system.use == "vhds" else ("disk-letter", "system-letter")

    @property
    def system_place(self) -> str:
        """The place of the boot manager and its store."""
        return STICK if self.layout.system.use == "vhds" else SYSTEM


@dataclass(frozen=True)
class Names(StickNames):
    """Paths, brackets and tasks of one VHD of a spec."""

    vhd: Vhd

    def id(self, task: str) -> str:
        """The id of a task of this VHD: the plain word with one VHD, with the VHD's name when there are more."""
        return task if len(self.vhds) == 1 else f"{task}-{self._stem}"

    @cached_property
    def _stem(self) -> str:
        stems = [stem(one.file) for one in self.vhds]
        number = [one.file for one in self.vhds].index(self.vhd.file)
        return stems[number] if stems.count(stems[number]) == 1 else f"{stems[number]}-{number + 1}"

    @property
    def place(self) -> str:
        """The place inside the VHD."""
        return inside(self.vhd.file)

    @property
    def is_child(self) -> bool:
        """Whether it is made on the stick, upon another VHD there."""
        return self.vhd.parent is not None

    @cached_property
    def descendants(self) -> tuple[Vhd, ...]:
        """The differencing VHDs that are made upon this one, and upon those."""
        found, files = list[Vhd](), {self.vhd.file.lower()}
        while more := [one for one in self.vhds if one not in found and (one.parent or "").lower() in files]:
            found += more
            files |= {one.file.lower() for one in more}
        return tuple(found)

    @property
    def lost_with_it(self) -> tuple[str, ...]:
        """The places whose states are lost when this VHD changes: the insides of what is made upon it."""
        return tuple(inside(one.file) for one in self.descendants)

    @property
    def filled(self) -> str:
        """The task after which Windows is in it, attached: what is done inside needs it."""
        return self.id("stick-attach" if self.is_child else "image-apply")

    @property
    def on_stick(self) -> str:
        """The task after which it lies on the stick."""
        return self.id("child-create" if self.is_child else "vhd-copy")

    @cached_property
    def boots(self) -> bool:
        """Whether it is started from: a VHD that others are made upon is not."""
        return not self.descendants

    @property
    def image_input(self) -> str:
        return image_name(self.spec, self.vhd)

    @property
    def workspace_vhd(self) -> str:
        return f"{self.workspace}\\{self.vhd.file}"

    @property
    def stick_vhd(self) -> str:
        return f"{self.spec.disk.letter}:\\{self.vhd.file}"

    @property
    def attached(self) -> str:
        """The bracket in which the VHD is attached."""
        return f"vhd:{self.vhd.file}"

    def hive(self, name: str) -> str:
        return f"hive:{self.vhd.file}/{name}"

    def hive_key(self, name: str) -> str:
        """The key under which the hive is loaded while it is edited."""
        return f"HKLM\\{self.id('hvsbuild')}-{name}"
