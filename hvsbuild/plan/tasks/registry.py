"""hive-load, registry, hive-unload: the values of one hive, between loading it and unloading it."""

from collections.abc import Sequence
from typing import Literal

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Retry, Task
from hvsbuild.spec.model import RegistryData, RegistryKey
from hvsbuild.states import MACHINE, LoadedHive, RegistryValue, inside

LOAD, KIND, UNLOAD = "hive-load", "registry", "hive-unload"
# `reg unload` is refused while anybody (a virus scanner, an indexer) has a key of the hive open; they let go soon.
AGAIN = Retry(times=5, wait_seconds=2)


def tasks(names: Names, hive: str, values: Sequence[RegistryValue]) -> tuple[Task, Task, Task]:
    """The bracket of a hive and the task inside it; `values` in the order of the spec."""
    around = (names.attached,)
    bracket, key = names.hive(hive), names.hive_key(hive)
    common = {"hive": hive, "key": key, "file": f"{names.vhd.letter}:\\Windows\\System32\\config\\{hive}"}
    load = Task(
        id=names.id(f"{LOAD}-{hive}"),
        kind=LOAD,
        tool="cmd",
        vhd=names.vhd.file,
        needs=(names.filled,),
        inside=around,
        opens=bracket,
        states=(LoadedHive(place=MACHINE, key=key),),
        values=common,
        spec_key=names.vhd.part_loc("registry"),
    )
    edit = Task(
        id=names.id(f"{KIND}-{hive}"),
        kind=KIND,
        tool="cmd",
        vhd=names.vhd.file,
        needs=(load.id, names.filled),
        inside=(*around, bracket),
        goal=True,
        states=tuple(values),
        values={**common, "changes": tuple(values)},
        spec_key=names.vhd.part_loc("registry"),
    )
    unload = Task(
        id=names.id(f"{UNLOAD}-{hive}"),
        kind=UNLOAD,
        tool="cmd",
        vhd=names.vhd.file,
        needs=(edit.id,),
        closes=bracket,
        retry=AGAIN,
        values=common,
        spec_key=names.vhd.part_loc("registry"),
    )
    return load, edit, unload


def states_of(names: Names) -> dict[str, list[RegistryValue]]:
    """The desired values of the spec, by hive."""
    place, hives = inside(names.vhd.file), dict[str, list[RegistryValue]]()
    for block in names.vhd.registry:
        for name, want in block.values.items():
            hives.setdefault(block.hive, []).append(_state(place, block, name, want))
    return hives


def _state(place: str, block: RegistryKey, name: str, want: RegistryData | Literal["absent"]) -> RegistryValue:
    if want == "absent":
        return RegistryValue(place=place, hive=block.hive, key=block.key, name=name)
    data = list(want.data) if isinstance(want.data, tuple) else want.data
    return RegistryValue(place=place, hive=block.hive, key=block.key, name=name, type=want.type, data=data)
