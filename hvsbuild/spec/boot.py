"""`boot:` the firmware the stick starts on, and settings of its boot entry by their bcdedit names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hvsbuild.spec.kinds import Section

Firmware = Literal["bios", "uefi", "both"]
SettingValue = bool | int | str


@dataclass(frozen=True)
class BootSetting:
    """What bcdedit takes for one element of a Windows boot entry: one of `words`, yes/no, or a number up to `top`."""

    words: tuple[str, ...] = ()
    top: int = 0

    def canonical(self, value: SettingValue) -> str | None:
        """The value as bcdedit is told it; None when it is not one."""
        if self.words:
            return next((word for word in self.words if isinstance(value, str) and word.lower() == value.lower()), None)
        if self.top:
            number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 9 else value
            return str(number) if type(number) is int and 0 <= number <= self.top else None
        if isinstance(value, str):
            return {"yes": "yes", "on": "yes", "true": "yes", "no": "no", "off": "no", "false": "no"}.get(value.lower())
        return ("no", "yes")[value] if type(value) is bool else None

    def allowed(self) -> str:
        return ", ".join(self.words) if self.words else f"0 to {self.top}" if self.top else "yes, no"


_YES_NO = BootSetting()
# Microsoft: bcdedit /set, elements of a Windows boot loader entry (windows-facts 6.3).
SETTINGS: dict[str, BootSetting] = {
    "bootlog": _YES_NO,
    "bootstatuspolicy": BootSetting(
        ("displayallfailures", "ignoreallfailures", "ignoreshutdownfailures", "ignorebootfailures")
    ),
    "detecthal": _YES_NO,
    "ems": _YES_NO,
    "hypervisorlaunchtype": BootSetting(("auto", "off")),
    "nocrashautoreboot": _YES_NO,
    "nointegritychecks": _YES_NO,
    "numproc": BootSetting(top=1024),
    "nx": BootSetting(("optin", "optout", "alwaysoff", "alwayson")),
    "pae": BootSetting(("default", "forceenable", "forcedisable")),
    "quietboot": _YES_NO,
    "recoveryenabled": _YES_NO,
    "sos": _YES_NO,
    "testsigning": _YES_NO,
}


def _canonical(settings: dict[str, SettingValue]) -> dict[str, SettingValue]:
    """Values as bcdedit is told them; what it does not know stays as it is, for rules/windows.py to refuse."""
    words = {name: SETTINGS[name].canonical(value) for name, value in settings.items() if name in SETTINGS}
    return {name: value if (word := words.get(name)) is None else word for name, value in settings.items()}


class Boot(Section):
    """How the stick starts."""

    firmware: Firmware = Field(default="bios", description="The firmware that the stick starts on.", examples=["bios"])
    settings: Annotated[dict[str, SettingValue], AfterValidator(_canonical)] = Field(
        default_factory=dict,
        description="Settings of the boot entry by their bcdedit names; they come on top of the profile's "
        '(a Hyper-V Server has hypervisorlaunchtype auto). Put on and off in quotes: "off".',
        examples=[{"hypervisorlaunchtype": "auto", "nx": "optout"}],
    )


def effective_settings(boot: Boot, defaults: Mapping[str, str]) -> dict[str, str]:
    """Every setting to make, sorted by name: the profile's `defaults`, and the spec's own on top."""
    own = {name: str(value) for name, value in boot.settings.items()}
    return dict(sorted({**defaults, **own}.items()))
