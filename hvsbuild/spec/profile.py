"""Profiles: what is particular to one Windows release, as data in `profiles/*.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from hvsbuild.spec.boot import Firmware
from hvsbuild.spec.kinds import Section, Size, Text

FOLDER = Path(__file__).parent / "profiles"


class Profile(Section):
    """One Windows release. `name` is the file's name, and what `os:` in a spec says."""

    name: Text
    title: Text = Field(description="The release's full name.")
    apply: Literal["imagex", "dism"] = Field(
        description="The tool that applies its image on a host of the same release."
    )
    bcdboot_firmware_flag: bool = Field(description="Whether bcdboot of that host knows /f (and needs it).")
    firmware: tuple[Firmware, ...] = Field(description="The firmware it starts on from a stick.")
    vhd_formats: tuple[Literal["vhd", "vhdx"], ...] = Field(description="What its boot environment can open.")
    vhd_minimum: Size = Field(description="The smallest VHD that is advised.")
    vhd_recommended: Size = Field(description="The VHD that is advised.")
    disk_minimum: Size = Field(description="The smallest stick that is advised.")
    boot_settings: dict[str, str] = Field(description="Settings of its boot entry that it does not work without.")
    loader: dict[Literal["bios", "uefi"], Text] = Field(description="Path of its loader in the VHD, by firmware.")
    sources: tuple[Text, ...] = Field(min_length=1, description="Where these facts come from.")

    def starts_on(self, firmware: Firmware) -> bool:
        """Whether a stick with this release starts on the firmware; `both` wants both."""
        return all(one in self.firmware for one in (("bios", "uefi") if firmware == "both" else (firmware,)))


def profile_names() -> list[str]:
    """The names of all profiles, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_profile(name: str) -> Profile:
    """The profile of that name. Raises KeyError for a name that is not in `profile_names()`."""
    if name not in profile_names():
        raise KeyError(name)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw = yaml.load((FOLDER / f"{name}.yaml").read_text("utf-8"), loader)
    return Profile.model_validate({"name": name, **{key: _frozen(value) for key, value in raw.items()}})


def _frozen(value: object) -> object:
    """Lists as tuples: the models are strict."""
    return tuple(value) if isinstance(value, list) else value
