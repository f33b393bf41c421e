"""Tweaks: named sets of registry values that come with hvsbuild, as data in `tweaks/*.yaml`, each with its sources."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field

from hvsbuild.spec.kinds import Section, Text
from hvsbuild.spec.profile import Profile
from hvsbuild.spec.registry import RegistryEntry

FOLDER = Path(__file__).parent / "tweaks"
Version = Literal["6.1", "6.2", "6.3", "10.0"]
_VERSIONS: tuple[Version, ...] = ("6.1", "6.2", "6.3", "10.0")


def _boot_drivers(profile: Profile) -> int:
    """The bits that the image has, and those of a start from any USB port that the release has drivers for."""
    flags = profile.boot_driver_flags
    found = 0
    for one in (flags.shipped, flags.usb, flags.usb3):
        found |= one if isinstance(one, int) else 0
    return found


# `data: {profile: NAME}` in a tweak: a number that differs from release to release
FROM_PROFILE: dict[str, Callable[[Profile], int]] = {"boot_driver_flags": _boot_drivers}


class Tweak(Section):
    """One set. `registry` holds entries as a spec has them, each also with `since` where it is for newer releases only,
    and with `{profile: NAME}` for data that the profile knows."""

    name: Text
    title: Text = Field(description="What it does, in a few words.")
    why: Text = Field(description="What it is good for, and what it costs.")
    since: Version = Field(default="6.1", description="The first version of Windows that it is for.")
    profiles: tuple[Text, ...] | None = Field(default=None, description="The only profiles that it is for.")
    registry: tuple[dict[str, Any], ...] = Field(min_length=1, description="Its entries.")
    sources: tuple[Text, ...] = Field(min_length=1, description="Where it comes from.")

    def not_for(self, profile: Profile) -> str:
        """Why it is not for that release; empty when it is."""
        if self.profiles is not None and profile.name not in self.profiles:
            return f"it is for {', '.join(self.profiles)}"
        if not _has(profile, self.since):
            return f"it is for Windows {self.since} and later; {profile.name} is {profile.version}"
        return ""

    def entries_for(self, profile: Profile) -> tuple[RegistryEntry, ...]:
        """Its entries for a release."""
        if self.not_for(profile):
            return ()
        parts = ({**entry} for entry in self.registry)
        return tuple(_entry(part, profile) for part in parts if _has(profile, part.pop("since", "6.1")))


def _has(profile: Profile, since: Version) -> bool:
    return _VERSIONS.index(profile.version) >= _VERSIONS.index(since)


def _entry(part: dict[str, Any], profile: Profile) -> RegistryEntry:
    values = {name: _filled(value, profile) for name, value in part.get("values", {}).items()}
    return RegistryEntry.model_validate({**part, "values": values} if values else part)


def _filled(value: Any, profile: Profile) -> Any:
    if isinstance(value, dict) and isinstance(data := value.get("data"), dict):
        return {**value, "data": FROM_PROFILE[data["profile"]](profile)}
    return value


@cache
def tweak_names() -> tuple[str, ...]:
    """The names of all tweaks, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def load_tweak(name: str) -> Tweak:
    """The tweak of that name. Raises KeyError for a name that is not in `tweak_names()`."""
    if name not in tweak_names():
        raise KeyError(name)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw = yaml.load((FOLDER / f"{name}.yaml").read_text("utf-8"), loader)
    return Tweak.model_validate({"name": name, **_frozen(raw)})


def _frozen(value: Any) -> Any:
    """Lists as tuples, at any depth: the models are strict."""
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
