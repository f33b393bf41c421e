"""What a bundle will do, in sentences; for somebody who has to say yes or no to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hvsbuild.bundle.manifest import Manifest
from hvsbuild.review import contents
from hvsbuild.review.diskpicture import size_words
from hvsbuild.spec.layout import layout_of
from hvsbuild.spec.model import Spec, Vhd
from hvsbuild.spec.profile import load_profile
from hvsbuild.states import AppliedImage, BootSetting, RegistryKey, RegistryValue, inside

FIRMWARE = {"bios": "a BIOS", "uefi": "UEFI", "both": "a BIOS as well as on UEFI"}
PROPERTIES = {
    "bus": "connected by",
    "serial": "serial number",
    "model": "model",
    "unique_id": "unique id",
    "size": "size",
    "removable": "removable media",
}
RULES = {
    "refuse": "disk.wipe is refuse: it wipes nothing. A stick that is made from scratch stops before anything happens.",
    "if-empty": "disk.wipe is if-empty: a disk that has partitions is refused.",
    "if-ours": "disk.wipe is if-ours: a disk is refused unless it is empty or carries this spec's stamp.",
    "always": "disk.wipe is always: whatever is on that disk is lost.",
}
RULE_ALWAYS = (
    "The disk that holds the running system is refused in any case, and so is a run for which no disk or more than one "
    "disk has all of this."
)


@dataclass(frozen=True)
class Words:
    """The sentences of the page's head."""

    what: str
    wipe_head: str
    wipe_which: str
    wipe_rule: str
    match: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]


def words_of(spec: Spec, manifest: Manifest) -> Words:
    """All of them."""
    vhds = spec.vhd_list()
    titles = list(dict.fromkeys(load_profile(vhd.os).title for vhd in vhds))
    match = [(PROPERTIES[name], _told(want)) for name, want in manifest.disk.match.items()]
    return Words(
        what=f"A stick that starts {' and '.join(titles)} on {FIRMWARE[spec.boot.firmware]}, from "
        f"{'a VHD' if len(vhds) == 1 else f'{len(vhds)} VHDs'}.",
        wipe_head="It wipes one disk.",
        wipe_which="Which number that disk has is found out when it runs, by what the disk is, and looked at once more "
        "right before it is wiped.",
        wipe_rule=f"{RULES[manifest.disk.wipe]} {RULE_ALWAYS}",
        match=tuple(match) or (("anything", "the spec names nothing"),),
        steps=tuple(_steps(spec, manifest, vhds)),
    )


def _told(want: object) -> str:
    return {True: "yes", False: "no"}.get(want, str(want)) if isinstance(want, bool) else str(want)


def _steps(spec: Spec, manifest: Manifest, vhds: tuple[Vhd, ...]) -> Iterator[str]:
    for vhd in vhds:
        yield from _vhd(vhd, manifest)
    layout = layout_of(spec.disk, spec.boot.firmware)
    parts = [f"{part.label} ({part.filesystem.upper()}, {_size(part.size)})" for part in layout.parts]
    yield f"The disk is wiped and gets an {layout.scheme.upper()} table with {_list(parts)}."
    made = [vhd.file for vhd in vhds if vhd.parent is None]
    yield f"{_list(made)} {'is' if len(made) == 1 else 'are'} copied to it."
    for vhd in vhds:
        if vhd.parent:
            yield f"{vhd.file} is made on the stick, as what differs from {vhd.parent}."
    settings = [state for task in manifest.tasks for state in task.states if isinstance(state, BootSetting)]
    own = list(dict.fromkeys(f"{one.name} {one.value}" for one in settings if one.name != "description"))
    several = sum(vhd.file.lower() not in {str(one.parent).lower() for one in vhds} for vhd in vhds)
    what = (
        "Boot files and a boot store are made on it"
        if several == 1
        else f"A boot menu of {several} entries is made on it"
    )
    yield f"{what}{f', with {_list(own)}' if own else ''}."


def _vhd(vhd: Vhd, manifest: Manifest) -> Iterator[str]:
    states = [state for task in manifest.tasks if task.vhd == vhd.file for state in task.states]
    applied = [state for state in states if isinstance(state, AppliedImage)]
    changed = [state for state in states if isinstance(state, RegistryValue | RegistryKey)]
    changes = sum(state.place == inside(vhd.file) for state in changed)
    if vhd.parent is None:
        image = f"image {applied[0].image} of the input “{applied[0].input}”" if applied else "no image"
        yield f"{vhd.file}, {_article(vhd.type)} VHD of {size_words(vhd.size)}, is made and filled with {image}."
    if changes:
        yield f"In the registry of {vhd.file} {changes} value{'s are' if changes > 1 else ' is'} set or removed."
    yield from contents.steps(vhd.file, manifest)


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _size(size: int | None) -> str:
    return size_words(size) if size else "the rest"


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
