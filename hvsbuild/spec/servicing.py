"""`drivers:`, `packages:`, `features:`: what is installed into the Windows in a VHD, now or at its first boot."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hvsbuild.spec.kinds import Section, Text

When = Literal["offline", "first-boot"]

_WHEN = (
    "offline: DISM installs it while the stick is made, which needs a Windows host. first-boot: it is copied into the "
    "image, and Windows installs it when it starts for the first time; the bench can do that, too."
)


class Drivers(Section):
    """A folder of driver packages, or one of them."""

    source: Text = Field(
        description="A folder of drivers, or one .inf file, relative to this file. Of an .inf the whole folder that it "
        "lies in is taken.",
        examples=["drivers/nic"],
    )
    when: When = Field(default="offline", description=_WHEN, examples=["offline"])
    recurse: bool = Field(default=True, description="Also the folders below it.", examples=[True])
    force_unsigned: bool = Field(
        default=False, description="Drivers without a signature as well; offline only.", examples=[False]
    )

    @property
    def folder(self) -> str:
        """The folder that goes to the machine: a driver is more than its .inf."""
        return (self.source.rpartition("/")[0] or ".") if self.inf else self.source

    @property
    def inf(self) -> str:
        """The name of the one .inf; empty where all of the folder is meant."""
        name = self.source.rpartition("/")[2]
        return name if name.lower().endswith(".inf") else ""


class Packages(Section):
    """An update package, or a folder of them."""

    source: Text = Field(
        description="A .msu or .cab file, or a folder of them, relative to this file.",
        examples=["updates/kb3125574.msu"],
    )
    when: When = Field(default="offline", description=_WHEN, examples=["offline"])

    @property
    def is_file(self) -> bool:
        return self.source.lower().endswith((".msu", ".cab"))

    @property
    def file(self) -> str:
        """The name of the one package; empty where a folder of them is meant."""
        return self.source.rpartition("/")[2] if self.is_file else ""


class Features(Section):
    """Windows features to switch on and off, by the names that `dism /Get-Features` lists."""

    enable: tuple[Text, ...] = Field(
        default=(), description="Names of features to switch on.", examples=[["Microsoft-Hyper-V"]]
    )
    disable: tuple[Text, ...] = Field(
        default=(), description="Names of features to switch off.", examples=[["SMB1Protocol"]]
    )
    source: Text | None = Field(
        default=None,
        description="The folder sources/sxs of the release's medium, relative to this file: where features come from "
        "whose files the image does not hold.",
        examples=["media/sources/sxs"],
    )
    when: When = Field(default="offline", description=_WHEN, examples=["offline"])
