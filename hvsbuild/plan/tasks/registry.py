"""hive-load, registry, hive-unload: what is changed in one hive, between loading it and unloading it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Retry, Task
from hvsbuild.spec.changes import Change, changes_of
from hvsbuild.spec.hives import HiveFile, in_current_set
from hvsbuild.spec.model import RegistryData
from hvsbuild.spec.profile import Profile
from hvsbuild.states import MACHINE, LoadedHive, RegistryKey, RegistryValue

LOAD, KIND, UNLOAD = "hive-load", "registry", "hive-unload"
# `reg unload` is refused while anybody (a virus scanner, an indexer) has a key of the hive open; they let go soon.
AGAIN = Retry(times=5, wait_seconds=2)


@dataclass(frozen=True)
class Edit:
    """One change of a hive in its script: the state that it brings about, and the remark that stands ahead of it."""

    state: RegistryValue | RegistryKey
    said: str


@dataclass(frozen=True)
class Edits:
    """All changes of one hive. `name` is the hive's in the names of tasks and keys."""

    hive: HiveFile
    name: str
    edits: tuple[Edit, ...]
    current: bool  # some are in the control set that Select names


def hives_of(names: Names, profile: Profile) -> list[Edits]:
    """What the spec changes in a VHD, hive by hive, in the order of the spec."""
    merged = changes_of(names.vhd.registry, names.vhd.part_loc("registry"), profile)
    hives = dict[str, list[Change]]()
    for change in merged.changes:
        hives.setdefault(change.hive.path.lower(), []).append(change)
    called = [changes[0].hive.name for changes in hives.values()]
    found = []
    for number, changes in enumerate(hives.values()):
        hive = changes[0].hive
        # users whose names differ in what the name of a task cannot have
        name = hive.name if called.count(hive.name) == 1 else f"{hive.name}-{number + 1}"
        edits = tuple(Edit(_state(names.place, one), said) for one, said in _remarked(changes))
        found.append(Edits(hive, name, edits, any(in_current_set(one.hive, one.key) for one in changes)))
    return found


def _remarked(changes: Sequence[Change]) -> Iterator[tuple[Change, str]]:
    """Each change, and where it comes from when the one ahead of it does not come from there, too."""
    before = ""
    for change in changes:
        said = change.origin.said
        yield change, "" if said == before else said or "the spec itself"
        before = said


def _state(place: str, change: Change) -> RegistryValue | RegistryKey:
    hive, want = change.hive.place, change.want
    if change.name is None:
        return RegistryKey(place=place, hive=hive, key=change.key, present=want == "present")
    if not isinstance(want, RegistryData):
        return RegistryValue(place=place, hive=hive, key=change.key, name=change.name)
    return RegistryValue(place=place, hive=hive, key=change.key, name=change.name, type=want.type, data=_data(want))


def _data(want: RegistryData) -> str | int | list[str]:
    """The data as a state has them: bytes as hexadecimal digits alone."""
    if want.type == "REG_BINARY":
        given = want.data
        return given.replace(" ", "").replace(",", "") if isinstance(given, str) else _hex(given)
    return [str(one) for one in want.data] if isinstance(want.data, tuple) else want.data


def _hex(given: object) -> str:
    assert isinstance(given, tuple)
    return bytes(given).hex()


def tasks(names: Names, edits: Edits) -> tuple[Task, Task, Task]:
    """The bracket of a hive and the task inside it."""
    around = (names.attached,)
    bracket, key = names.hive(edits.hive.place.removeprefix("\\")), names.hive_key(edits.name)
    common = {"hive": edits.hive, "key": key, "file": f"{names.vhd.letter}:{edits.hive.path}"}
    load = Task(
        id=names.id(f"{LOAD}-{edits.name}"),
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
        id=names.id(f"{KIND}-{edits.name}"),
        kind=KIND,
        tool="cmd",
        vhd=names.vhd.file,
        needs=(load.id, names.filled),
        inside=(*around, bracket),
        goal=True,
        states=tuple(one.state for one in edits.edits),
        values={**common, "edits": edits.edits, "current": edits.current},
        spec_key=names.vhd.part_loc("registry"),
    )
    unload = Task(
        id=names.id(f"{UNLOAD}-{edits.name}"),
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
