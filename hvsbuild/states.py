"""The desired states: a closed set of small models, data in the manifest, the same on every host.

`place` says where a state is looked for: `stick` (the disk that is being made, and on it the volume of the VHDs),
`system` (the stick's system partition, where that is another), `workspace` (the folder on the machine that makes it),
`machine` (its drive letters), or `vhd/FILE` (inside the VHD of that name, wherever the VHD is now: on the stick when a
sound one is there, else in the workspace).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Scheme = Literal["mbr", "gpt"]


class StateModel(BaseModel):
    """What all states share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str

    def title(self) -> str:
        """What should be so, in a few words; used in plan, check and review."""
        raise NotImplementedError


class NoFile(StateModel):
    """There is no file of that name: what stood there was removed."""

    kind: Literal["NoFile"] = "NoFile"
    path: str  # path from the root of the place's volume

    def title(self) -> str:
        return f"no {self.path}"


class FreshWorkspace(StateModel):
    """The folder is there and no VHD of that name is in it."""

    kind: Literal["FreshWorkspace"] = "FreshWorkspace"
    path: str  # Windows path of the VHD that must not be there yet

    def title(self) -> str:
        return f"an empty place for {self.path}"


class VdiskFile(StateModel):
    """A VHD file: format, type and exact virtual size in bytes; on the stick it must be usable where it lies."""

    kind: Literal["VdiskFile"] = "VdiskFile"
    path: str  # workspace: full Windows path; stick: path from the root of the volume
    type: Literal["fixed", "expandable", "differencing"]
    size: int
    parent: str | None = None  # of a differencing one: the parent's path on the same volume

    def title(self) -> str:
        upon = f" upon {self.parent}" if self.parent else ""
        kind = "VHDX" if self.path.lower().endswith(".vhdx") else "VHD"
        return f"{self.path}: {self.type} {kind} of {self.size} bytes{upon}"


class Attached(StateModel):
    """The VHD's disk is there and its volume has the letter."""

    kind: Literal["Attached"] = "Attached"
    path: str
    letter: str

    def title(self) -> str:
        return f"{self.path} attached as {self.letter}:"


class LoadedHive(StateModel):
    """The hive is loaded under this key."""

    kind: Literal["LoadedHive"] = "LoadedHive"
    key: str

    def title(self) -> str:
        return f"a hive loaded as {self.key}"


class DiskLayout(StateModel):
    """The partition table: its scheme, how many partitions it has, and their sizes in bytes; 0 takes the rest."""

    kind: Literal["DiskLayout"] = "DiskLayout"
    scheme: Scheme
    partitions: int
    sizes: list[int] = []

    def title(self) -> str:
        return f"{self.scheme.upper()} with {self.partitions} partition{'s' if self.partitions > 1 else ''}"


class Volume(StateModel):
    """A formatted partition."""

    kind: Literal["Volume"] = "Volume"
    partition: int
    filesystem: Literal["ntfs", "fat32"]
    label: str

    def title(self) -> str:
        return f"partition {self.partition}: {self.filesystem.upper()} volume labelled {self.label}"


class ActivePartition(StateModel):
    """The partition that the BIOS starts from (MBR)."""

    kind: Literal["ActivePartition"] = "ActivePartition"
    partition: int

    def title(self) -> str:
        return f"partition {self.partition} is the active one"


class Letter(StateModel):
    """A volume of the stick has this letter on the machine."""

    kind: Literal["Letter"] = "Letter"
    partition: int
    letter: str

    def title(self) -> str:
        return f"partition {self.partition} of the stick is {self.letter}:"


class AppliedImage(StateModel):
    """The image is in the volume, whole, as its stamp says."""

    kind: Literal["AppliedImage"] = "AppliedImage"
    input: str  # name of the input in the manifest
    image: str  # index or name
    stamp: str  # path of the stamp in the volume

    def title(self) -> str:
        return f"image {self.image} of {self.input} applied"


class RegistryValue(StateModel):
    """A value in a hive inside the VHD; `data` None means that it must not be there."""

    kind: Literal["RegistryValue"] = "RegistryValue"
    hive: str  # file name in Windows\System32\config
    key: str
    name: str  # "" is the default value
    type: str | None = None
    data: str | int | list[str] | None = None

    def title(self) -> str:
        want = "absent" if self.type is None else f"{self.type} {self.data!r}"
        return f"{self.hive}\\{self.key}\\{self.name or '(Default)'} = {want}"


class BootCode(StateModel):
    """The stick's boot code starts bootmgr from the active partition."""

    kind: Literal["BootCode"] = "BootCode"
    partition: int

    def title(self) -> str:
        return "boot code that starts bootmgr"


class BootFile(StateModel):
    """A file that must be on the system partition."""

    kind: Literal["BootFile"] = "BootFile"
    path: str

    def title(self) -> str:
        return f"{self.path} on the stick"


class BootEntry(StateModel):
    """The default entry of a BCD store starts Windows from the VHD."""

    kind: Literal["BootEntry"] = "BootEntry"
    store: str
    vhd: str  # path from the root of the volume, e.g. \hvsOS.vhd
    loader: str  # e.g. \Windows\system32\winload.exe
    systemroot: str

    def title(self) -> str:
        return f"{self.store}: the default entry starts {self.loader} from {self.vhd}"


class BootSetting(StateModel):
    """An element of the default entry of a BCD store, by its bcdedit name."""

    kind: Literal["BootSetting"] = "BootSetting"
    store: str
    name: str
    value: str

    def title(self) -> str:
        return f"{self.store}: {self.name} {self.value}"


class Stamp(StateModel):
    """The stamp file says that this plan made what it lies on."""

    kind: Literal["Stamp"] = "Stamp"
    path: str
    spec: str
    identity: str
    plan: str  # digest of all other states of the plan

    def title(self) -> str:
        return f"stamp of {self.spec} in {self.path}"


State = Annotated[
    FreshWorkspace
    | NoFile
    | VdiskFile
    | Attached
    | LoadedHive
    | DiskLayout
    | Volume
    | ActivePartition
    | Letter
    | AppliedImage
    | RegistryValue
    | BootCode
    | BootFile
    | BootEntry
    | BootSetting
    | Stamp,
    Field(discriminator="kind"),
]

STICK, SYSTEM, WORKSPACE, MACHINE = "stick", "system", "workspace", "machine"


def inside(vhd: str) -> str:
    """The place inside a VHD: `inside("hvsOS.vhd")` -> "vhd/hvsOS.vhd"."""
    return f"vhd/{vhd}"
