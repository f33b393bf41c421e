"""The names that tasks share: where things lie on the machine that runs the scripts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hvsbuild.spec.model import Spec, Vhd

NAMESPACE = uuid.UUID("6f1f8d3e-52a5-5f0b-9c0e-1f6d3c1a9b47")
PLAN_STAMP, IMAGE_STAMP = "\\hvsbuild.json", "\\hvsbuild-image.json"
IMAGE_INPUT = "image"


def identity(spec_name: str) -> uuid.UUID:
    """What every GUID, serial and signature of a spec is derived from."""
    return uuid.uuid5(NAMESPACE, spec_name)


@dataclass(frozen=True)
class Names:
    """Paths and brackets of one VHD of one spec."""

    spec: Spec
    vhd: Vhd

    @property
    def workspace(self) -> str:
        return f"C:\\hvsbuild\\{self.spec.name}"

    @property
    def workspace_vhd(self) -> str:
        return f"{self.workspace}\\{self.vhd.file}"

    @property
    def stick_vhd(self) -> str:
        return f"{self.spec.disk.letter}:\\{self.vhd.file}"

    @property
    def store(self) -> str:
        return f"{self.spec.disk.letter}:\\Boot\\BCD"

    @property
    def stick_letter(self) -> str:
        return "letter:stick"

    @property
    def attached(self) -> str:
        return f"vhd:{self.vhd.file}"

    def hive(self, name: str) -> str:
        return f"hive:{self.vhd.file}/{name}"

    def hive_key(self, name: str) -> str:
        """The key under which the hive is loaded while it is edited."""
        return f"HKLM\\hvsbuild-{name}"
