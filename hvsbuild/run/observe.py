"""State -> Observation: whether a desired state holds, and what was seen. Pure reading, one function a kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hvsbuild import states
from hvsbuild.errors import HvsError
from hvsbuild.run.world import Missing, World

NOT_RECORDED = "not-recorded"


@dataclass(frozen=True)
class Observation:
    """`seen` says what is there, in a few words; it reads well after "but" and after "because"."""

    holds: bool
    seen: str


def observe(state: states.State, world: World) -> Observation:
    """Look at one state. Damage is an observation, not an error: what cannot be read does not hold."""
    try:
        return OBSERVERS[type(state)](state, world)
    except Missing as missing:
        return Observation(False, str(missing))
    except HvsError as error:
        return Observation(False, error.text().splitlines()[0])
    except (OSError, ValueError) as error:  # a reader met damage that it has no words for
        return Observation(False, f"it cannot be read: {str(error).splitlines()[0]}")


def _fresh_workspace(state: states.FreshWorkspace, world: World) -> Observation:
    if not world.is_folder(state.path.rsplit("\\", 1)[0]):
        return Observation(False, "the folder is not there")
    try:
        world.workspace_file(state.path)
    except Missing:
        return Observation(True, "the folder is there and empty")
    return Observation(False, "an older VHD is there")


def _no_file(state: states.NoFile, world: World) -> Observation:
    there = world.tree(state.place).find(state.path) is not None
    return Observation(not there, "it is there" if there else "there is none")


def _vdisk_file(state: states.VdiskFile, world: World) -> Observation:
    from hvsbuild.formats import vhd

    if state.place == states.STICK:
        tree = world.tree(state.place)
        entry = tree.find(state.path)
        if entry is None:
            others = [one.name for one in tree.children("\\") if one.name.lower().endswith((".vhd", ".vhdx"))]
            raise Missing(f"{state.path} is not on the stick" + (f" (it holds {', '.join(others)})" if others else ""))
        device = tree.open(state.path)
    else:
        device = world.workspace_file(state.path)
    footer = vhd.read_footer(device)
    kind = {vhd.FIXED: "fixed", vhd.DYNAMIC: "expandable"}.get(footer.kind, "differencing")
    seen = f"a {kind} VHD of {footer.current_size} bytes"
    whole = kind != "fixed" or device.size == footer.current_size + 512
    holds = (kind, footer.current_size) == (state.type, state.size) and whole
    return Observation(holds, seen if whole else f"{seen}, cut short")


def _attached(state: states.Attached, world: World) -> Observation:
    if state.path.casefold() not in [path.casefold() for path in world.attached()]:
        return Observation(False, "it is not attached")
    mount = world.letters().get(state.letter)
    if mount is None or (mount.vhd or "").casefold() != state.path.casefold():
        return Observation(False, f"{state.letter}: is {'free' if mount is None else 'another volume'}")
    return Observation(True, f"its volume is {state.letter}:")


def _loaded_hive(state: states.LoadedHive, world: World) -> Observation:
    loaded = state.key.casefold() in [key.casefold() for key in world.hives()]
    return Observation(loaded, "it is loaded" if loaded else "it is not loaded")


def _layout(state: states.DiskLayout, world: World) -> Observation:
    scheme, found = world.table(state.place).scheme, world.partitions(state.place)
    seen = f"{scheme.upper()} with {len(found)} partition{'s' if len(found) != 1 else ''}"
    if (scheme, len(found)) != (state.scheme, state.partitions):
        return Observation(False, seen)
    for number, (want, have) in enumerate(zip(state.sizes, found, strict=False), 1):
        if want not in (0, have.size):
            return Observation(False, f"{seen}; partition {number} has {have.size} bytes")
    return Observation(True, seen)


def _volume(state: states.Volume, world: World) -> Observation:
    tree = world.tree(state.place, state.partition)
    holds = (tree.filesystem, tree.label) == (state.filesystem, state.label)
    return Observation(holds, f"{tree.filesystem.upper()} volume labelled {tree.label}")


def _active(state: states.ActivePartition, world: World) -> Observation:
    active = [number for number, one in enumerate(world.partitions(state.place), 1) if one.active]
    seen = f"partition {active[0]} is active" if active else "no partition is active"
    return Observation(active == [state.partition], seen)


def _letter(state: states.Letter, world: World) -> Observation:
    mount = world.letters().get(state.letter)
    if mount is None:
        return Observation(False, f"{state.letter}: is free")
    wanted = world.partition(states.STICK, state.partition).number
    holds = mount.vhd is None and (mount.disk, mount.partition) == (world.number, wanted)
    return Observation(holds, f"{state.letter}: is {'the stick' if holds else 'another volume'}")


def _stamp_fields(world: World, place: str, path: str) -> dict[str, Any]:
    fields = json.loads(world.read(place, path))
    if not isinstance(fields, dict):
        raise ValueError("not a stamp")
    return fields


def _applied(state: states.AppliedImage, world: World) -> Observation:
    try:
        stamp = _stamp_fields(world, state.place, state.stamp)
    except (Missing, ValueError):
        return Observation(False, "the image is not there, or not whole (its stamp is missing)")
    if stamp.get("image") != state.image:
        return Observation(False, f"image {stamp.get('image')} was applied")
    want, have = world.fingerprints.get(state.input), stamp.get("fingerprint")
    if want and have not in (want, NOT_RECORDED):
        return Observation(False, f"it came from another file (fingerprint {str(have)[:12]}…, now {want[:12]}…)")
    if world.tree(state.place).find("\\Windows") is None:
        return Observation(False, "its stamp is there, but \\Windows is not")
    return Observation(True, f"image {state.image} was applied")


def _registry(state: states.RegistryValue, world: World) -> Observation:
    from hvsbuild.formats.regvalue import describe, encode

    found = world.hive(state.place, f"\\Windows\\System32\\config\\{state.hive}").get(state.key, state.name)
    if state.type is None:
        return Observation(found is None, "absent" if found is None else describe(found))
    if found is None:
        return Observation(False, "absent")
    assert state.data is not None
    return Observation(found == encode(state.type, state.data), describe(found))


def _boot_code(state: states.BootCode, world: World) -> Observation:
    from hvsbuild.formats import bootcode

    found = world.partition(state.place, state.partition)
    kind = bootcode.recognise(world.disk(), found.start)
    return Observation(kind is not None, kind or "no boot code that starts bootmgr")


def _boot_file(state: states.BootFile, world: World) -> Observation:
    entry = world.tree(state.place).find(state.path)
    there = entry is not None and entry.size > 0
    return Observation(there, f"{entry.size} bytes" if entry and there else "it is not there")


def _boot_entry(state: states.BootEntry, world: World) -> Observation:
    from hvsbuild.formats.bcd_devices import LocateVhd, VhdPartition

    entry = world.store(state.place, state.store).default
    if entry is None:
        return Observation(False, "the store has no default entry")
    for name in ("device", "osdevice"):
        device = entry.value(name)
        if not isinstance(device, LocateVhd | VhdPartition):
            return Observation(False, f"{name} of the default entry is not in a VHD")
        if device.path.casefold() != state.vhd.casefold():
            return Observation(False, f"{name} of the default entry is in {device.path}")
    for name, want in (("path", state.loader), ("systemroot", state.systemroot)):
        have = str(entry.value(name))
        if have.casefold() != want.casefold():
            return Observation(False, f"{name} of the default entry is {have}")
    return Observation(True, f"the default entry starts {state.loader} from {state.vhd}")


def _boot_setting(state: states.BootSetting, world: World) -> Observation:
    from hvsbuild.formats.bcd_names import BOOLEANS, ENUMS

    entry = world.store(state.place, state.store).default
    value = entry.value(state.name) if entry else None
    if value is None:
        return Observation(False, f"{state.name} is not set")
    words = ENUMS.get(state.name.lower(), ())
    if isinstance(value, bool):
        return Observation(BOOLEANS.get(state.value.lower()) is value, f"{state.name} {'yes' if value else 'no'}")
    have = words[value] if isinstance(value, int) and value < len(words) else str(value)
    return Observation(have.casefold() == state.value.casefold(), f"{state.name} {have}")


def _stamp(state: states.Stamp, world: World) -> Observation:
    try:
        stamp = _stamp_fields(world, state.place, state.path)
    except Missing:
        return Observation(False, "there is no stamp")
    except ValueError:
        return Observation(False, "the stamp cannot be read")
    want = {"hvsbuild": 1, "spec": state.spec, "identity": state.identity, "plan": state.plan}
    other = [f"{key} {str(stamp.get(key))[:12]}" for key in want if stamp.get(key) != want[key]]
    return Observation(not other, "the stamp of this plan" if not other else f"another stamp ({', '.join(other)})")


OBSERVERS: dict[type, Callable[[Any, World], Observation]] = {
    states.FreshWorkspace: _fresh_workspace,
    states.NoFile: _no_file,
    states.VdiskFile: _vdisk_file,
    states.Attached: _attached,
    states.LoadedHive: _loaded_hive,
    states.DiskLayout: _layout,
    states.Volume: _volume,
    states.ActivePartition: _active,
    states.Letter: _letter,
    states.AppliedImage: _applied,
    states.RegistryValue: _registry,
    states.BootCode: _boot_code,
    states.BootFile: _boot_file,
    states.BootEntry: _boot_entry,
    states.BootSetting: _boot_setting,
    states.Stamp: _stamp,
}
