"""How the stick's boot stores and the entries in them are called, and in what order the menu offers them."""

from __future__ import annotations

from typing import Literal

from hvsbuild.plan.names import Names, StickNames

DEFAULT, BOOTMGR = "{default}", "{bootmgr}"
STORES: dict[Literal["bios", "uefi"], str] = {"bios": "\\Boot\\BCD", "uefi": "\\EFI\\Microsoft\\Boot\\BCD"}


def stores(stick: StickNames) -> dict[Literal["bios", "uefi"], str]:
    """The store of each firmware that the stick starts on: its path on the system partition."""
    wanted = stick.spec.boot.firmware
    return {firmware: path for firmware, path in STORES.items() if wanted in (firmware, "both")}


def store_files(stick: StickNames) -> list[str]:
    """The stores by their Windows paths."""
    return [f"{stick.layout.system.letter}:{path}" for path in stores(stick).values()]


def letters(stick: StickNames) -> tuple[str, ...]:
    """The brackets in which bcdedit can open the stores and has names for the VHDs in them."""
    return tuple(dict.fromkeys((stick.system_letter, stick.stick_letter)))


def started(stick: StickNames) -> list[Names]:
    """The VHDs that have an entry, in the order of the menu: those that it names, then the others as in the spec."""
    found = [names for vhd in stick.vhds if (names := Names(stick.spec, vhd)).boots]
    first = [file.lower() for file in stick.spec.boot.menu.order] if stick.spec.boot.menu else []

    def place(names: Names) -> int:
        file = names.vhd.file.lower()
        return first.index(file) if file in first else len(first)

    return sorted(found, key=place)


def path(names: Names) -> str:
    """The VHD by its path from the root of its volume."""
    return f"\\{names.vhd.file}"


def entry(names: Names) -> str:
    """bcdedit's name of the VHD's entry where it is the only one; of several, the VHD by which it is found."""
    return DEFAULT if len(started(names)) == 1 else path(names)
