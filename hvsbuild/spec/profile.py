"""Profiles: what is particular to one Windows release, as data in `profiles/*.yaml`, each fact with its source.

`like:` names profiles, or files of `profiles/common/`, whose facts a profile shares: what it says itself wins.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field

from hvsbuild.spec.boot import Firmware
from hvsbuild.spec.kinds import Section, Size, Text

FOLDER = Path(__file__).parent / "profiles"
COMMON = FOLDER / "common"

Unknown = Literal["unknown"]
Flags = int | Unknown
VhdFormats = tuple[Literal["vhd", "vhdx"], ...]


class Sizes(Section):
    """In bytes."""

    vhd_minimum: Size
    vhd_recommended: Size | Unknown
    stick_minimum: Size
    stick_recommended: Size | Unknown


class BootDriverFlags(Section):
    """Bits of `Control\\BootDriverFlags` (Microsoft: BootFlags): 2 VHD, 4 USB, 8 SD, 0x10 USB 3."""

    shipped: Flags = Field(description="What an image comes with.")
    usb: Flags = Field(description="What a start from a USB 2 port needs.")
    usb3: Flags | Literal["none"] = Field(description="What a start from a USB 3 port needs; none: it has no driver.")


class Profile(Section):
    """One Windows release. `name` is the file's name, and what `os:` in a spec says."""

    name: Text
    title: Text = Field(description="The release's full name.")
    version: Literal["6.1", "6.2", "6.3", "10.0"] = Field(description="The version that Windows reports.")
    builds: tuple[int, int | Unknown] = Field(description="The first and the last build.")
    architectures: tuple[Literal["x86", "amd64", "arm64"], ...] = Field(description="The processors it runs on.")
    editions: tuple[Text, ...] | Unknown = Field(description="The editions that start from a VHD.")
    sizes: Sizes = Field(description="How large the VHD and the stick should be.")
    vhd_formats: VhdFormats = Field(description="What its boot environment can open.")
    vhd_formats_supported: VhdFormats = Field(description="What Microsoft documents for it.")
    firmware: tuple[Literal["bios", "uefi"], ...] = Field(description="The firmware it starts on from a stick.")
    loader: dict[Literal["bios", "uefi"], Text] = Field(description="Path of its loader in the VHD, by firmware.")
    boot_settings: dict[str, str] = Field(description="Settings of its boot entry that it does not work without.")
    boot_driver_flags: BootDriverFlags = Field(description="Which drivers are there early enough to start from USB.")
    removable_partitions: Literal["one", "several", "by-build"] = Field(
        description="How many partitions of a removable stick it sees."
    )
    flash_boot: Literal["yes", "oem", "no", "unknown"] = Field(
        description="Whether Microsoft supports it on a USB stick; oem: as a part of the machine, from its maker."
    )
    apply: Literal["imagex", "dism"] = Field(
        description="The tool that applies its image on a host of the same release."
    )
    bcdboot: tuple[Text, ...] = Field(description="Options that bcdboot of that host knows.")
    dism: tuple[Text, ...] = Field(description="Options that dism of that host knows.")
    tweaks: tuple[Text, ...] = Field(description="The sets of registry values that are advised.")
    sources: dict[str, tuple[Text, ...]] = Field(description="Where each fact comes from.")

    @property
    def bcdboot_firmware_flag(self) -> bool:
        """Whether bcdboot of a host of that release knows /f (and needs it)."""
        return "/f" in self.bcdboot

    def starts_on(self, firmware: Firmware) -> bool:
        """Whether a stick with this release starts on the firmware; `both` wants both."""
        return all(one in self.firmware for one in (("bios", "uefi") if firmware == "both" else (firmware,)))

    def facts(self) -> dict[str, Any]:
        """Every fact by its name, as plain data, in the order of this class."""
        data = self.model_dump(mode="json")
        return {name: data[name] for name in type(self).model_fields if name not in ("name", "title", "sources")}


def profile_names() -> list[str]:
    """The names of all profiles, sorted by release."""
    return sorted((path.stem for path in FOLDER.glob("*.yaml")), key=_by_release)


def _by_release(name: str) -> tuple[str, int, str]:
    """`windows-7` comes before `windows-10`."""
    family, _, release = name.rpartition("-")
    return (family, int(release), "") if release.isdecimal() and len(release) < 3 else (name, 0, "")


@cache
def load_profile(name: str) -> Profile:
    """The profile of that name. Raises KeyError for a name that is not in `profile_names()`."""
    if name not in profile_names():
        raise KeyError(name)
    return Profile.model_validate({"name": name, **_facts(name)})


def read_facts(name: str) -> dict[str, Any]:
    """What the file of one profile, or of `common/`, says itself."""
    own = FOLDER / f"{name}.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw: dict[str, Any] = yaml.load((own if own.exists() else COMMON / own.name).read_text("utf-8"), loader)
    raw["like"] = [raw["like"]] if isinstance(raw.get("like"), str) else raw.get("like", [])
    return raw


def _facts(name: str) -> dict[str, Any]:
    """All facts of a profile: what the files of `like` say, in their order, then its own."""
    own, merged = read_facts(name), dict[str, Any](sources={})
    for facts in (*map(_facts, own.pop("like")), own):
        sources = {**merged["sources"], **{fact: _texts(text) for fact, text in facts.pop("sources", {}).items()}}
        merged = {**merged, **{key: _frozen(value) for key, value in facts.items()}, "sources": sources}
    return merged


def _texts(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _frozen(value: object) -> object:
    """Lists as tuples: the models are strict."""
    return tuple(value) if isinstance(value, list) else value
