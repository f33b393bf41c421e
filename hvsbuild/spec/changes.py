"""What the `registry:` entries of one VHD come to: single changes, each with where it was asked for.

What stands in the spec itself wins over an imported file, and that over a tweak.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from hvsbuild.formats.regvalue import fold, natural, type_name
from hvsbuild.spec import tweaks
from hvsbuild.spec.diagnostics import Mark
from hvsbuild.spec.hives import CURRENT, SYSTEM, HiveFile, NotInImage, find_key, hive_file, plain_key, user_hive
from hvsbuild.spec.places import Loc
from hvsbuild.spec.profile import Profile
from hvsbuild.spec.regdata import RegistryData
from hvsbuild.spec.regfile import RegFile, Setting
from hvsbuild.spec.registry import RegistryEntry

SPEC, IMPORT, TWEAK = range(3)  # who asks; the smaller wins
Want = RegistryData | Literal["absent", "present"]


@dataclass(frozen=True)
class Origin:
    """Who asks for a change: the place in the spec, and for a line of a .reg file its place there. `said` is what the
    script's remark says of it."""

    rank: int
    loc: Loc
    said: str = ""
    mark: Mark | None = None


@dataclass(frozen=True)
class Change:
    """One value (`name`, "" is the default one) or one whole key (`name` None), and what it should be."""

    hive: HiveFile
    key: str
    name: str | None
    want: Want
    origin: Origin

    @property
    def identity(self) -> tuple[str, str, str | None]:
        """Equal for changes of the same value or key, as far as can be known: a new image starts with ControlSet001."""
        return fold(self.hive.path), self.folded_key, None if self.name is None else fold(self.name)

    @property
    def folded_key(self) -> str:
        first, divider, rest = self.key.partition("\\")
        same = self.hive == SYSTEM and first.lower() == "controlset001"
        return fold((CURRENT if same else first) + divider + rest)

    @property
    def removes(self) -> bool:
        """Whether it removes a key with all below it."""
        return self.name is None and self.want == "absent"

    @property
    def title(self) -> str:
        return f"{self.hive.name}\\{self.key}" + (f"\\{self.name or '(Default)'}" if self.name is not None else "")

    def is_in(self, other: Change) -> bool:
        """Whether it is about the key of the other change, or what is below it."""
        same_hive = fold(self.hive.path) == fold(other.hive.path)
        return same_hive and f"{self.folded_key}\\".startswith(f"{other.folded_key}\\")


@dataclass
class Merged:
    """The changes that count, in the order of the spec; those that another one hides; and pairs that contradict each
    other, the later one first."""

    changes: list[Change] = field(default_factory=list)
    hidden: list[tuple[Change, Change]] = field(default_factory=list)
    clashes: list[tuple[Change, Change]] = field(default_factory=list)


def changes_of(entries: Sequence[RegistryEntry], loc: Loc, profile: Profile) -> Merged:
    """The changes of a VHD's entries, which are at `loc` in the spec. Entries that are wrong give none."""
    asked = [change for number, entry in enumerate(entries) for change in _asked(entry, (*loc, number), profile)]
    return merge(asked)


def _asked(entry: RegistryEntry, loc: Loc, profile: Profile) -> Iterator[Change]:
    if entry.tweaks:
        for number, name in enumerate(entry.tweaks):
            at = (*loc, "tweaks", number)
            yield from tweak_changes(name, profile, at)
    elif entry.import_ is not None:
        if entry.file:
            yield from import_changes(entry, entry.file, (*loc, "import"))
    elif entry.key is not None and (entry.hive or entry.user):
        yield from entry_changes(entry, Origin(SPEC, loc))


def entry_changes(entry: RegistryEntry, origin: Origin) -> Iterator[Change]:
    """The changes of an entry with a key."""
    hive = hive_file(entry.hive, entry.user)
    assert entry.key is not None
    key = plain_key(hive, entry.key)
    if entry.absent:
        yield Change(hive, key, None, "absent", _at(origin, "absent"))
    if entry.present:
        yield Change(hive, key, None, "present", _at(origin, "present"))
    for name, value in entry.values.items():
        yield Change(hive, key, name, value, _at(origin, "values", name))


def _at(origin: Origin, *steps: str) -> Origin:
    """The place inside an entry of the spec itself; what comes from elsewhere has one place."""
    return Origin(SPEC, (*origin.loc, *steps)) if origin.rank == SPEC else origin


def tweak_changes(name: str, profile: Profile, loc: Loc) -> Iterator[Change]:
    """The changes of a shipped set of values; none when there is no such set, or none for this release."""
    if name in tweaks.tweak_names():
        tweak = tweaks.load_tweak(name)
        origin = Origin(TWEAK, loc, f"tweak {name}: {tweak.title}")
        for entry in tweak.entries_for(profile):
            yield from entry_changes(entry, origin)


def import_changes(entry: RegistryEntry, file: RegFile, loc: Loc) -> Iterator[Change]:
    """What a .reg file comes to: of several lines about the same value the last one counts."""
    user = user_hive(entry.user) if entry.user is not None else hive_file("NTUSER.DAT", None)
    kept: list[Change] = []
    for setting in file.settings:
        change = imported(setting, file, loc, user)
        if change is not None:
            kept = [*(one for one in kept if not _undone(one, change)), change]
    for change in kept:
        below = [one for one in kept if one != change and one.want != "absent" and one.is_in(change)]
        if change.want != "present" or not below:  # a key is made with what is set in it
            yield change


def _undone(one: Change, by: Change) -> bool:
    """Whether a later line of the same file takes a change back. A removed key stays: that it is set again is an
    error, and must be seen."""
    return one.is_in(by) if by.removes else one.identity == by.identity and not one.removes


def imported(setting: Setting, file: RegFile, loc: Loc, user: HiveFile) -> Change | None:
    """The change that a line of a .reg file asks for; None when it cannot be made (the rules say why)."""
    place = find_key(setting.key, user)
    if isinstance(place, NotInImage):
        return None
    want: Want = "absent" if setting.removed else "present"
    if setting.value is not None:
        data = natural(setting.value)
        if data is None:
            return None
        items = tuple(data) if isinstance(data, list) else data
        want = RegistryData.model_construct(type=type_name(setting.value.type), data=items)
    origin = Origin(IMPORT, loc, f"import {_base(file.name)}", setting.mark)
    return Change(*place, setting.name, want, origin)


def _base(path: str) -> str:
    """The file's name alone, as ASCII: a script names no folder of the machine that it was made on."""
    return path.replace("\\", "/").rpartition("/")[2].encode("ascii", "replace").decode()


def merge(asked: Sequence[Change]) -> Merged:
    """One change for each value and key."""
    merged, best = Merged(), dict[tuple[str, str, str | None], Change]()
    for change in asked:
        other = best.setdefault(change.identity, change)
        if other is change:
            continue
        winner, loser = (other, change) if other.origin.rank <= change.origin.rank else (change, other)
        if change.origin.rank == other.origin.rank:
            if change.origin.rank == SPEC or change.want != other.want:
                merged.clashes.append((change, other))
        elif winner.want != loser.want:
            merged.hidden.append((loser, winner))
        if winner is change:  # it stands where it was asked for
            del best[change.identity]
            best[change.identity] = change
    merged.changes = list(_without_removed(list(best.values()), merged))
    return merged


def _without_removed(changes: list[Change], merged: Merged) -> Iterator[Change]:
    """What is not in a key that must be absent; a key that is removed and set is a contradiction."""
    removed = [one for one in changes if one.removes]
    for change in changes:
        around = [one for one in removed if one != change and change.is_in(one)]
        if not around:
            yield change
        elif change.want != "absent":
            if all(one.origin.rank < change.origin.rank for one in around):
                merged.hidden.append((change, around[0]))
            else:
                merged.clashes.append((change, around[0]))
