"""The targets of a flash, looked at before anybody is asked and before anything is opened: refused, or named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hvsbuild.bundle.manifest import DiskRule, Manifest
from hvsbuild.errors import HvsError, Refused
from hvsbuild.fleet.target import check_file, is_file
from hvsbuild.hosts.bench import blockdev
from hvsbuild.hosts.host import DiskInfo
from hvsbuild.run import binding
from hvsbuild.run.world import World


@dataclass(frozen=True)
class Choice:
    """A target that may be written. `proofs`: the words by which a person shows that this one is meant."""

    path: Path
    text: str
    proofs: tuple[str, ...]


def choose(image: Path, paths: Sequence[Path], rules: Sequence[DiskRule], manifest: Manifest | None) -> list[Choice]:
    """Look at every target; `Refused` with all that is wrong with any of them.

    `rules` hold the selectors that each target must meet, `manifest` the `disk.wipe` that allows it to be wiped.
    """
    if not image.is_file():
        raise HvsError("There is no such image", seen=str(image), do="build one: hvsbuild build SPEC -o DIR")
    size = image.stat().st_size
    chosen, errors = [], []
    for path in paths:
        try:
            chosen.append(_look(image, path, size, rules, manifest))
        except HvsError as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        seen = "".join("\n" + error.text() for error in errors)
        raise Refused("Several targets were refused", seen=seen, do="nothing was written; correct them and try again")
    return _told_apart(chosen)


def _look(image: Path, path: Path, size: int, rules: Sequence[DiskRule], manifest: Manifest | None) -> Choice:
    if is_file(path):
        check_file(path, size)
        if path.samefile(image):
            raise Refused("The target is the image itself", seen=str(path))
        info, text = DiskInfo(0, "file", path.stat().st_size), f"{path}, a file"
        proofs: tuple[str, ...] = (path.name,)
    else:
        disk = blockdev.identify(path)
        blockdev.check(path, disk, size)
        info, text = disk.info(), f"{path} ({disk.name}, {disk.describe()})"
        # a cheap stick has neither; the name it was chosen by is typed then
        proofs = tuple(word for word in (disk.serial, disk.unique_id) if word) or (path.name,)
    for against in (binding.judge(rule, info).against for rule in rules):
        if against:
            do = "choose another disk, or correct the selectors"
            raise Refused("The target does not match", seen=f"{text}: {against}", do=do)
    if manifest:
        with World(None, None, image=path) as world:
            binding.check_wipe(manifest, world, made_here=False)
    return Choice(path, text, proofs)


def _told_apart(chosen: Sequence[Choice]) -> list[Choice]:
    """Each target once; those that share a serial (or a file name) are proven by their whole path."""
    seen: dict[Path, Choice] = {}
    for one in chosen:
        if other := seen.get(one.path.resolve()):
            raise Refused("The same target was named twice", seen=f"{other.path} and {one.path}")
        seen[one.path.resolve()] = one
    words = Counter(word.casefold() for one in chosen for word in one.proofs)
    shared = [any(words[word.casefold()] > 1 for word in one.proofs) for one in chosen]
    return [replace(one, proofs=(str(one.path),)) if twin else one for one, twin in zip(chosen, shared, strict=True)]
