"""What goes into a VHD: the Windows image and all that is changed in it; in `vhds:` in each entry, with `vhd:` there or
at the top level."""

from __future__ import annotations

from pydantic import Field

from hvsbuild.spec.files import FileEntry
from hvsbuild.spec.image import Image
from hvsbuild.spec.kinds import Section, Text
from hvsbuild.spec.registry import RegistryEntry
from hvsbuild.spec.servicing import Drivers, Features, Packages
from hvsbuild.spec.unattend import Unattend


class Contents(Section):
    """The keys that describe what is inside one VHD."""

    image: Image | None = Field(default=None, description="The Windows in the VHD.")
    registry: tuple[RegistryEntry, ...] = Field(
        default=(), description="Registry values of the Windows in the VHD.", examples=[[]]
    )
    drivers: tuple[Drivers, ...] = Field(
        default=(), description="Driver packages to install.", examples=[[{"source": "drivers/nic"}]]
    )
    packages: tuple[Packages, ...] = Field(
        default=(),
        description="Update packages to install, in this order.",
        examples=[[{"source": "updates/kb3125574.msu", "when": "first-boot"}]],
    )
    features: Features | None = Field(
        default=None,
        description="Windows features to switch on and off.",
        examples=[{"enable": ["Microsoft-Hyper-V"], "when": "first-boot"}],
    )
    unattend: Unattend | None = Field(
        default=None,
        description="The answer file for the first boot: the path of one, relative to this file, or the answers.",
        examples=["unattend.xml", {"computer_name": "HVS-01", "time_zone": "UTC"}],
    )
    files: tuple[FileEntry, ...] = Field(
        default=(),
        description="Files and folders to put into the VHD.",
        examples=[[{"folder": "tools", "target": "\\Tools"}]],
    )
    first_boot: tuple[Text, ...] = Field(
        default=(),
        description="Commands that Windows runs once, as the system, when it has been set up at its first boot: each "
        "one line of a batch file, so a batch file is called with call.",
        examples=[["netsh advfirewall set allprofiles state off"]],
    )
