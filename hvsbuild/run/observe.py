"""State -> Observation: whether a desired state holds, and what was seen. Pure reading, one function a kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hvsbuild import states
from hvsbuild.errors import HvsError
from hvsbuild.run import observe_contents, observe_registry
from hvsbuild.run.observation import NOT_RECORDED, Observation
from hvsbuild.run.world import Missing, World

if TYPE_CHECKING:
    from hvsbuild.formats.bcd import BcdObject, Store

__all__ = ["Observation", "observe"]


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
    from hvsbuild.formats import vdisk

    if state.place == states.STICK:
        _named_on_stick(state.path, world)
        name = state.path.removeprefix("\\")
        links = world.chain(name) if state.parent else []
        info = links[0].info if links else vdisk.read_kind(world.vhd_file(name, states.STICK))
    else:
        links, info = [], vdisk.read_kind(world.workspace_file(state.path))
    holds = (info.type, info.size) == (state.type, state.size)
    upon = links[1].path if len(links) > 1 else None
    return Observation(holds and upon == state.parent, info.title() + (f" upon {upon}" if upon else ""))


def _named_on_stick(path: str, world: World) -> None:
    tree = world.tree(states.STICK)
    if tree.find(path) is None:
        others = [one.name for one in tree.children("\\") if one.name.lower().endswith((".vhd", ".vhdx"))]
        raise Missing(f"{path} is not on the stick" + (f" (it holds {', '.join(others)})" if others else ""))


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

    entry = _entry(world.store(state.place, state.store), "{default}" if state.default else state.vhd)
    which = "the default entry" if state.default else f"the entry of {state.vhd}"
    for name in ("device", "osdevice"):
        device = entry.value(name)
        if not isinstance(device, LocateVhd | VhdPartition):
            return Observation(False, f"{name} of {which} is not in a VHD")
        if device.path.casefold() != state.vhd.casefold():
            return Observation(False, f"{name} of {which} is in {device.path}")
        if not _lies_with_the_vhds(device.host, world):
            return Observation(False, f"{name} of {which} names another partition than the VHDs'")
    for name, want in (("path", state.loader), ("systemroot", state.systemroot), ("locale", state.locale)):
        have = str(entry.value(name))
        if want is not None and have.casefold() != want.casefold():
            return Observation(False, f"{name} of {which} is {have}")
    return Observation(True, f"{which} starts {state.loader} from {state.vhd}")


def _lies_with_the_vhds(host: object, world: World) -> bool:
    """Whether what a store says of the VHD's own volume is that volume; a form that has Windows search says nothing."""
    from hvsbuild.formats.bcd_devices import GptPartition, MbrPartition
    from hvsbuild.formats.bcd_place import partition_of

    if not isinstance(host, MbrPartition | GptPartition):
        return True
    return partition_of(world.table(states.STICK), host) == world.partition(states.STICK, world.home[states.STICK])


def _entry(store: Store, name: str) -> BcdObject:
    """`{default}`, `{bootmgr}`, …, or the entry that starts from the VHD of this path."""
    if name.startswith("{"):
        found = store.find(name)
        if found is None:
            raise Missing("the store has no default entry" if name == "{default}" else f"the store has no {name}")
        return found
    starting = [one for one in store.loaders if _vhd_of(one).casefold() == name.casefold()]
    if len(starting) != 1:
        raise Missing(f"{len(starting) or 'no'} entries start from {name}")
    return starting[0]


def _vhd_of(entry: BcdObject) -> str:
    """The path of the VHD that an entry starts Windows from; empty when it is none."""
    from hvsbuild.formats.bcd_devices import LocateVhd, VhdPartition

    device = entry.value("osdevice")
    return device.path if isinstance(device, LocateVhd | VhdPartition) else ""


def _boot_setting(state: states.BootSetting, world: World) -> Observation:
    from hvsbuild.formats.bcd_elements import BOOLEANS, ENUMS

    value = _entry(world.store(state.place, state.store), state.entry).value(state.name)
    if value is None:
        return Observation(False, f"{state.name} is not set")
    if isinstance(value, bool):
        return Observation(BOOLEANS.get(state.value.lower()) is value, f"{state.name} {'yes' if value else 'no'}")
    if isinstance(value, int):
        words = ENUMS.get(state.name.lower(), ())
        have = words[value] if value < len(words) else str(value)
        return Observation(have.casefold() == state.value.casefold(), f"{state.name} {have}")
    text = value if isinstance(value, str) else "of another kind"
    return Observation(value == state.value, f"{state.name} {text}")


def _boot_menu(state: states.BootMenu, world: World) -> Observation:
    store = world.store(state.place, state.store)
    order = _entry(store, "{bootmgr}").value("displayorder")
    listed = [store.find(str(guid)) for guid in order] if isinstance(order, tuple) else []
    offered = [
        (_vhd_of(one) or str(one.value("description"))) if one else "an entry that is not there" for one in listed
    ]
    default = _vhd_of(_entry(store, "{default}"))
    holds = [one.casefold() for one in [*offered, default]] == [one.casefold() for one in [*state.order, state.default]]
    return Observation(
        holds, f"the menu offers {', '.join(offered) or 'nothing'}; {default or 'another'} starts by itself"
    )


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
    states.RegistryValue: observe_registry.value,
    states.RegistryKey: observe_registry.key,
    states.TextFile: observe_contents.text_file,
    states.CopiedFiles: observe_contents.copied_files,
    states.Serviced: observe_contents.serviced,
    states.BootCode: _boot_code,
    states.BootFile: _boot_file,
    states.BootEntry: _boot_entry,
    states.BootSetting: _boot_setting,
    states.BootMenu: _boot_menu,
    states.Stamp: _stamp,
}
