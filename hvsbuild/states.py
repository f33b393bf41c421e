"""The desired states: a closed set of small models, data in the manifest, the same on every host.

`place` says where a state is looked for: `stick` (the disk that is being made, and on it the volume of the VHDs),
`system` (the stick's system partition, where that is another), `workspace` (the folder on the machine that makes it),
`machine` (its drive letters), or `vhd/FILE` (inside the VHD of that name, wherever the VHD is now: on the stick when a
sound one is there, else in the workspace).
"""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

Scheme = Literal["mbr", "gpt"]


class StateModel(BaseModel):
    """What all states share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str
    # whether it is so only between two tasks: nobody looks for it on a finished stick
    passing: ClassVar[bool] = False

    def title(self) -> str:
        """What should be so, in a few words; used in plan, check and review."""
        raise NotImplementedError


class NoFile(StateModel):
    """There is no file of that name: what stood there was removed."""

    passing: ClassVar[bool] = True
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
    edition: str | None = None  # the edition that the image must be of, when that is how the spec chose it
    stamp: str  # path of the stamp in the volume

    def title(self) -> str:
        return f"image {self.image} of {self.input} applied"


class RegistryValue(StateModel):
    """A value in a hive inside the VHD; `data` None means that it must not be there."""

    kind: Literal["RegistryValue"] = "RegistryValue"
    hive: str  # file name in Windows\System32\config, or \Users\NAME\NTUSER.DAT
    key: str  # in SYSTEM: CurrentControlSet is the control set that Select\Current names
    name: str  # "" is the default value
    type: str | None = None
    data: str | int | list[str] | None = None

    def title(self) -> str:
        want = "absent" if self.type is None else f"{self.type} {self.data!r}"
        return f"{self.hive}\\{self.key}\\{self.name or '(Default)'} = {want}"


class RegistryKey(StateModel):
    """A key in a hive inside the VHD is there, or with all below it is not."""

    kind: Literal["RegistryKey"] = "RegistryKey"
    hive: str
    key: str
    present: bool

    def title(self) -> str:
        return f"{self.hive}\\{self.key} {'is there' if self.present else 'is absent'}"


class TextFile(StateModel):
    """A text file of CRLF lines; where a `{{secret.…}}` token stands in `text`, anything may stand in the file."""

    kind: Literal["TextFile"] = "TextFile"
    path: str
    text: str  # its lines, each with \n at its end

    def title(self) -> str:
        lines = self.text.count("\n")
        return f"{self.path} with {lines} line{'s' if lines != 1 else ''} of text"


class CopiedFiles(StateModel):
    """A file, or what is in a folder, as it is in an input; the stamp says that the copy is whole."""

    kind: Literal["CopiedFiles"] = "CopiedFiles"
    input: str  # name of the input in the manifest
    folder: bool
    path: str  # of the file, or of the folder that receives the input's content
    stamp: str  # path of the stamp in the volume

    def title(self) -> str:
        return f"{'what is in ' if self.folder else ''}{self.input} copied to {self.path}"


class Serviced(StateModel):
    """DISM has installed or removed something, as its stamp says. What only a Windows host can bring about."""

    kind: Literal["Serviced"] = "Serviced"
    what: Literal["drivers", "packages", "features"]  # the key of the spec
    words: list[str]  # what was asked of DISM
    input: str | None = None  # name of the input in the manifest
    release: str  # the version of the Windows in the VHD: DISM must not be older
    stamp: str  # path of the stamp in the volume

    @property
    def asked(self) -> str:
        """The words as one number, for the stamp."""
        return sha256("\n".join(self.words).encode()).hexdigest()

    def title(self) -> str:
        return f"{self.what} installed by DISM: {', '.join(self.words)}"


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
    """An entry of a BCD store starts Windows from the VHD; where `default`, it is the one that starts by itself."""

    kind: Literal["BootEntry"] = "BootEntry"
    store: str
    vhd: str  # path from the root of the volume, e.g. \hvsOS.vhd
    loader: str  # e.g. \Windows\system32\winload.exe
    systemroot: str
    locale: str | None = None  # what bcdboot was told; None: nothing
    default: bool = True

    def title(self) -> str:
        which = "the default entry" if self.default else "an entry"
        return f"{self.store}: {which} starts {self.loader} from {self.vhd}" + (
            f" in {self.locale}" if self.locale else ""
        )


class BootSetting(StateModel):
    """An element of an entry of a BCD store, by its bcdedit name. `entry` is bcdedit's name of it (`{bootmgr}`), or the
    path of the VHD that it starts Windows from."""

    kind: Literal["BootSetting"] = "BootSetting"
    store: str
    entry: str = "{default}"
    name: str
    value: str

    def title(self) -> str:
        of = "" if self.entry == "{default}" else f"{self.entry} "
        return f"{self.store}: {of}{self.name} {self.value}"


class BootMenu(StateModel):
    """What the boot menu of a BCD store offers: the VHDs (paths from the root of their volume), in this order."""

    kind: Literal["BootMenu"] = "BootMenu"
    store: str
    order: list[str]
    default: str

    def title(self) -> str:
        return f"{self.store}: the menu offers {', '.join(self.order)}; {self.default} starts by itself"


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
    | RegistryKey
    | TextFile
    | CopiedFiles
    | Serviced
    | BootCode
    | BootFile
    | BootEntry
    | BootSetting
    | BootMenu
    | Stamp,
    Field(discriminator="kind"),
]

STICK, SYSTEM, WORKSPACE, MACHINE = "stick", "system", "workspace", "machine"


def inside(vhd: str) -> str:
    """The place inside a VHD: `inside("hvsOS.vhd")` -> "vhd/hvsOS.vhd"."""
    return f"vhd/{vhd}"


def unnamed(state: StateModel) -> StateModel:
    """The state without the name that an image's input has in the bundle: it follows the other VHDs of the spec, and
    says nothing about the image."""
    return state.model_copy(update={"input": ""}) if isinstance(state, AppliedImage) else state
