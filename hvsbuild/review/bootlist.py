"""The boot entries that a bundle makes, laid out as `bcdedit /enum` prints a store."""

from __future__ import annotations

from collections.abc import Iterator

from hvsbuild.bundle.manifest import Manifest
from hvsbuild.states import BootEntry, BootMenu, BootSetting, State

WIDTH = 24
TOLD = (
    "Known from the bundle; bcdboot adds what the image's own template says, and gives each entry a GUID on the "
    "machine. Here an entry is named by its VHD."
)


def listings(manifest: Manifest) -> list[tuple[str, str]]:
    """Path of each store -> its text."""
    states = [state for task in manifest.tasks for state in task.states]
    stores = dict.fromkeys(state.store for state in states if isinstance(state, BootEntry))
    return [(store, "\n".join(_store(store, states, manifest)) + "\n") for store in stores]


def _store(store: str, states: list[State], manifest: Manifest) -> Iterator[str]:
    entries = [one for one in states if isinstance(one, BootEntry) and one.store == store]
    settings = [one for one in states if isinstance(one, BootSetting) and one.store == store]
    menu = next((one for one in states if isinstance(one, BootMenu) and one.store == store), None)
    order = menu.order if menu else [one.vhd for one in entries]
    yield from _heading("Windows Boot Manager")
    yield from _line("identifier", "{bootmgr}")
    yield from _line("default", menu.default if menu else order[0])
    yield from _line("displayorder", *order)
    yield from _settings(settings, "{bootmgr}")
    for vhd in order:
        entry = next(one for one in entries if one.vhd == vhd)
        yield ""
        yield from _loader(entry, settings, manifest.disk.letter)
    for name in dict.fromkeys(one.entry for one in settings):
        if name.startswith("{") and name not in ("{default}", "{bootmgr}"):
            yield ""
            yield from _heading(name.strip("{}"))
            yield from _settings(settings, name)


def _loader(entry: BootEntry, settings: list[BootSetting], letter: str) -> Iterator[str]:
    own = [one for one in settings if one.entry in ("{default}", entry.vhd)]
    described = next((one.value for one in own if one.name == "description"), "(as the image calls itself)")
    yield from _heading("Windows Boot Loader")
    yield from _line("identifier", entry.vhd)
    yield from _line("device", f"vhd=[{letter}:]{entry.vhd}")
    yield from _line("path", entry.loader)
    yield from _line("description", described)
    if entry.locale:
        yield from _line("locale", entry.locale)
    yield from _line("osdevice", f"vhd=[{letter}:]{entry.vhd}")
    yield from _line("systemroot", entry.systemroot)
    for one in own:
        if one.name != "description":
            yield from _line(one.name, one.value)


def _settings(settings: list[BootSetting], entry: str) -> Iterator[str]:
    for one in settings:
        if one.entry == entry:
            yield from _line(one.name, one.value)


def _heading(text: str) -> Iterator[str]:
    yield text
    yield "-" * len(text)


def _line(name: str, *values: str) -> Iterator[str]:
    yield f"{name:<{WIDTH}}{values[0]}"
    yield from (" " * WIDTH + one for one in values[1:])
