"""`boot:` the firmware the stick starts on, settings of its entries by their bcdedit names, the menu, the consoles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from hvsbuild.spec.bootsettings import BAUDRATES, SETTINGS, BootSetting, SettingValue
from hvsbuild.spec.kinds import Section, Text, refuse

__all__ = ["SETTINGS", "Boot", "BootMenu", "BootSetting", "Debug", "Ems", "Firmware", "VhdBoot", "effective_settings"]

Firmware = Literal["bios", "uefi", "both"]
LONGEST_TIMEOUT = 999
LOCALE_PATTERN = "[A-Za-z]{2,3}(-[A-Za-z]{4})?-[A-Za-z]{2}"


def _canonical(settings: dict[str, SettingValue]) -> dict[str, SettingValue]:
    """Values as bcdedit is told them; what it does not know stays as it is, for rules/boot.py to refuse."""
    words = {name: SETTINGS[name].canonical(value) for name, value in settings.items() if name in SETTINGS}
    return {name: value if (word := words.get(name)) is None else word for name, value in settings.items()}


def _scalar(value: object) -> object:
    if isinstance(value, bool | int | str):
        return value
    kind = (
        "a number with a fraction"
        if isinstance(value, float)
        else "a list"
        if isinstance(value, tuple)
        else "a mapping"
    )
    raise refuse("HVS224", detail=kind, hint="one word, one whole number, or yes or no")


def _locale(value: str) -> str:
    if not re.fullmatch(LOCALE_PATTERN, value):
        raise refuse("HVS265", detail=value, hint="a language and a country, like en-US or de-DE")
    return value


def _baudrate(value: int) -> int:
    if value not in BAUDRATES:
        raise refuse("HVS110", detail=str(value), hint=f"allowed: {', '.join(map(str, BAUDRATES))}")
    return value


Settings = Annotated[dict[str, Annotated[SettingValue, BeforeValidator(_scalar)]], AfterValidator(_canonical)]
Locale = Annotated[str, AfterValidator(_locale), WithJsonSchema({"type": "string", "pattern": f"^{LOCALE_PATTERN}$"})]
Baudrate = Annotated[int, AfterValidator(_baudrate), WithJsonSchema({"type": "integer", "enum": list(BAUDRATES)})]
_SERIAL_PORT = "The number of the serial port: 1 is COM1."


class BootMenu(Section):
    """The boot manager's menu."""

    timeout: int | None = Field(
        default=None,
        ge=0,
        le=LONGEST_TIMEOUT,
        description="How many seconds the menu waits before it starts the default entry; 30 when it is not said, "
        "0 starts it at once.",
        examples=[10],
    )
    default: Text | None = Field(
        default=None,
        description="The file of the VHD that is started when nobody chooses: the first one of the menu when none is "
        "named.",
        examples=["hvs2019.vhdx"],
    )
    order: tuple[Text, ...] = Field(
        default=(),
        description="The files of the VHDs in the order of the menu; those that are not named come after, in the order "
        "of the spec.",
        examples=[["hvs2019.vhdx", "hvs2016.vhd"]],
    )
    displaybootmenu: bool | None = Field(
        default=None,
        description="Show the menu in any case: also with one entry, and as text instead of the graphical menu of "
        "Windows 8 and newer.",
        examples=[True],
    )


class Ems(Section):
    """Emergency Management Services: the boot manager and Windows on a serial console."""

    port: int = Field(default=1, ge=1, le=4, description=_SERIAL_PORT, examples=[1])
    baudrate: Baudrate = Field(default=115200, description="Bits a second.", examples=[115200])


class Debug(Section):
    """The kernel debugger's connection; `debug: true` in the settings of an entry starts it."""

    type: Literal["serial"] = Field(default="serial", description="The kind of connection.", examples=["serial"])
    port: int = Field(default=1, ge=1, le=4, description=_SERIAL_PORT, examples=[2])
    baudrate: Baudrate = Field(default=115200, description="Bits a second.", examples=[115200])


class VhdBoot(Section):
    """The boot entry of one VHD."""

    description: Text | None = Field(
        default=None,
        description="The entry's name in the boot menu; the name of the Windows when none is given.",
        examples=["Hyper-V Server 2019"],
    )
    settings: Settings = Field(
        default_factory=dict,
        description="Settings of this entry by their bcdedit names; they come on top of boot.settings.",
        examples=[{"nx": "optout"}],
    )


class Boot(Section):
    """How the stick starts."""

    firmware: Firmware = Field(default="bios", description="The firmware that the stick starts on.", examples=["bios"])
    locale: Locale | None = Field(
        default=None,
        description="The language of the boot manager: a language and a country. en-US when none is given.",
        examples=["de-DE"],
    )
    settings: Settings = Field(
        default_factory=dict,
        description="Settings of every boot entry by their bcdedit names; they come on top of the profile's "
        '(a Hyper-V Server has hypervisorlaunchtype auto). Put on and off in quotes: "off".',
        examples=[{"hypervisorlaunchtype": "auto", "nx": "optout"}],
    )
    menu: BootMenu | None = Field(default=None, description="The boot menu.", examples=[{"timeout": 10}])
    ems: Ems | None = Field(
        default=None,
        description="A serial console for the boot manager and for Windows (Emergency Management Services).",
        examples=[{"port": 1, "baudrate": 115200}],
    )
    debug: Debug | None = Field(
        default=None, description="The kernel debugger's connection.", examples=[{"port": 2, "baudrate": 115200}]
    )


def effective_settings(boot: Boot, defaults: Mapping[str, str], own: VhdBoot | None = None) -> dict[str, str]:
    """Every setting of an entry, sorted by name: the profile's `defaults`, then the spec's, then the VHD's `own`."""
    console = {"ems": "yes"} if boot.ems else {}
    mine = own.settings if own else {}
    texts = {name: str(value) for name, value in {**boot.settings, **mine}.items()}
    return dict(sorted({**defaults, **console, **texts}.items()))
