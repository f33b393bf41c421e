"""Observers of values and keys in the hives of the Windows inside a VHD."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvsbuild import states
from hvsbuild.run.observation import Observation
from hvsbuild.run.world import World

if TYPE_CHECKING:
    from hvsbuild.formats.hivereader import HiveReader

CONFIG = "\\Windows\\System32\\config\\"


def _in_hive(state: states.RegistryValue | states.RegistryKey, world: World) -> tuple[HiveReader, str]:
    """The hive and the key in it, in the control set that Windows would start with."""
    from hvsbuild.formats.hive import control_set

    hive = world.hive(state.place, ("" if state.hive.startswith("\\") else CONFIG) + state.hive)
    first, divider, rest = state.key.partition("\\")
    current = state.hive == "SYSTEM" and first == "CurrentControlSet"
    return hive, (control_set(hive) if current else first) + divider + rest


def key(state: states.RegistryKey, world: World) -> Observation:
    hive, path = _in_hive(state, world)
    there = hive.has_key(path)
    return Observation(there == state.present, "it is there" if there else "it is absent")


def value(state: states.RegistryValue, world: World) -> Observation:
    from hvsbuild.formats.regvalue import describe, encode

    hive, path = _in_hive(state, world)
    found = hive.get(path, state.name)
    if state.type is None:
        return Observation(found is None, "absent" if found is None else describe(found))
    if found is None:
        return Observation(False, "absent")
    assert state.data is not None
    return Observation(found == encode(state.type, state.data), describe(found))
