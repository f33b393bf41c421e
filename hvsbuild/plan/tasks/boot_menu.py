"""boot-menu: what the boot manager offers and for how long, and the serial ports that it and Windows talk on."""

from collections.abc import Iterator

from hvsbuild.plan import bootmenu
from hvsbuild.plan.bootmenu import BOOTMGR
from hvsbuild.plan.names import Names, StickNames
from hvsbuild.plan.task import Task
from hvsbuild.spec.boot import Boot
from hvsbuild.states import BootMenu, BootSetting, State

KIND = "boot-menu"


def task(stick: StickNames) -> Task | None:
    """None when the spec says nothing of it and there is one entry only, which then is the default one."""
    started, wanted = bootmenu.started(stick), stick.spec.boot
    states = tuple(_states(stick, started, wanted))
    if not states:
        return None
    several = len(started) > 1
    entries = [f"%HVS_ENTRY_{number}%" for number in range(1, len(started) + 1)] if several else [bootmenu.DEFAULT]
    return Task(
        id="boot-menu",
        kind=KIND,
        tool="cmd",
        needs=tuple(one.id("boot-files") for one in started),
        inside=bootmenu.letters(stick),
        goal=True,
        states=states,
        values={
            "what": list(_words(started, wanted)),
            "stores": bootmenu.store_files(stick),
            "vhds": [bootmenu.path(one) for one in started],
            "several": several,
            "entries": entries,
            "default": started.index(_default(started, wanted)),
            "descriptions": {name: one.vhd.boot.description for name, one in zip(entries, started, strict=True)},
            "menu": wanted.menu,
            "ems": wanted.ems,
            "debug": wanted.debug,
        },
        spec_key=_key(stick, started),
    )


def _states(stick: StickNames, started: list[Names], wanted: Boot) -> Iterator[State]:
    for store in bootmenu.stores(stick).values():
        if len(started) > 1:
            order, default = [bootmenu.path(one) for one in started], bootmenu.path(_default(started, wanted))
            yield BootMenu(place=stick.system_place, store=store, order=order, default=default)
        for entry, name, value in (*_descriptions(started), *_manager(wanted)):
            yield BootSetting(place=stick.system_place, store=store, entry=entry, name=name, value=value)


def _default(started: list[Names], wanted: Boot) -> Names:
    named = (wanted.menu.default or "").lower() if wanted.menu else ""
    return next((one for one in started if one.vhd.file.lower() == named), started[0])


def _descriptions(started: list[Names]) -> Iterator[tuple[str, str, str]]:
    """Entry, element, value."""
    for one in started:
        if one.vhd.boot.description:
            yield bootmenu.entry(one), "description", one.vhd.boot.description


def _manager(wanted: Boot) -> Iterator[tuple[str, str, str]]:
    """What is set beside the entries of Windows: the object, the element, its value."""
    if wanted.menu and wanted.menu.timeout is not None:
        yield BOOTMGR, "timeout", str(wanted.menu.timeout)
    if wanted.menu and wanted.menu.displaybootmenu is not None:
        yield BOOTMGR, "displaybootmenu", "yes" if wanted.menu.displaybootmenu else "no"
    if wanted.ems:
        yield "{emssettings}", "emsport", str(wanted.ems.port)
        yield "{emssettings}", "emsbaudrate", str(wanted.ems.baudrate)
        yield BOOTMGR, "bootems", "yes"
    if wanted.debug:
        yield "{dbgsettings}", "debugtype", wanted.debug.type
        yield "{dbgsettings}", "debugport", str(wanted.debug.port)
        yield "{dbgsettings}", "baudrate", str(wanted.debug.baudrate)


def _words(started: list[Names], wanted: Boot) -> Iterator[str]:
    """What is set, for people."""
    if len(started) > 1:
        yield f"a menu of {len(started)} entries"
    if any(one.vhd.boot.description for one in started):
        yield "descriptions"
    if wanted.menu and (wanted.menu.timeout is not None or wanted.menu.displaybootmenu is not None):
        yield "how long the menu waits" if wanted.menu.timeout is not None else "whether the menu is shown"
    if wanted.ems:
        yield "a serial console"
    if wanted.debug:
        yield "the debugger's port"


def _key(stick: StickNames, started: list[Names]) -> tuple[str | int, ...]:
    if stick.spec.boot.menu:
        return ("boot", "menu")
    return ("boot",) if "boot" in stick.spec.model_fields_set else started[0].vhd.loc
