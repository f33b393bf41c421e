"""What a spec leaves open until the images are known: the index of an edition, the file in an ISO, the pins.

The lock file says it; without one the images themselves do, when they are at hand. Either way the scripts, and with
them the review, name an index and a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hvsbuild.cache import Cache
from hvsbuild.inputs.lockfile import Lock, LockedImage, LockError, read_lock
from hvsbuild.inputs.place import at
from hvsbuild.plan.inputs import Input, image_name, inputs_of
from hvsbuild.spec.image import Image, IsoMember, address_path

if TYPE_CHECKING:
    from hvsbuild.digest import Progress
    from hvsbuild.spec.load import LoadedSpec
    from hvsbuild.spec.model import Spec, Vhd

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Settled:
    """A spec in which every image is an index or a name of one file; and its inputs, with what the lock pins."""

    loaded: LoadedSpec
    inputs: tuple[Input, ...]
    lock: Lock | None

    @property
    def spec(self) -> Spec:
        return self.loaded.spec


def settle(
    loaded: LoadedSpec,
    cache: Cache | None = None,
    *,
    locked: bool = True,
    fetch: bool = False,
    progress: Progress | None = None,
) -> Settled:
    """Fill in what the lock file (unless not `locked`), or the images at hand, say; with `fetch` they are downloaded.
    Raises `LockError` when neither is there, or when spec and lock disagree."""
    lock = read_lock(loaded.path, loaded.each) if locked else None
    known = _Known(loaded, lock, cache or Cache.default(), fetch, progress)
    loaded = replace(loaded, spec=_with_images(loaded.spec, known.isos()))
    known = replace(known, loaded=loaded)
    loaded = replace(loaded, spec=_with_images(loaded.spec, known.members()))
    known = replace(known, loaded=loaded)
    loaded = replace(loaded, spec=_with_images(loaded.spec, known.editions()))
    inputs = inputs_of(loaded.spec)
    return Settled(loaded, tuple(_pinned(loaded, lock, one) for one in inputs) if lock else inputs, lock)


@dataclass(frozen=True)
class _Known:
    """What lock and images say of the images of a spec; each answer maps the place of an image to the image."""

    loaded: LoadedSpec
    lock: Lock | None
    cache: Cache
    fetch: bool
    progress: Progress | None

    def images(self) -> list[tuple[Vhd, Loc, Image]]:
        return [(vhd, vhd.part_loc("image"), vhd.image) for vhd in self.loaded.spec.vhd_list() if vhd.image]

    def isos(self) -> dict[Loc, Image]:
        """A path that ends in .iso means a file in it."""
        return {
            loc: _from(image, IsoMember(iso=image.source))
            for _, loc, image in self.images()
            if isinstance(image.source, str) and address_path(image.source.lower()).endswith(".iso")
        }

    def members(self) -> dict[Loc, Image]:
        """Which file of the ISO, where the spec does not say."""
        found = {}
        for vhd, loc, image in self.images():
            if isinstance(image.source, IsoMember) and image.source.member is None:
                member = self._member(vhd, loc, image)
                found[loc] = _from(image, IsoMember(iso=image.source.iso, member=member))
        return found

    def _member(self, vhd: Vhd, loc: Loc, image: Image) -> str:
        entry = self.lock.inputs.get(image_name(self.loaded.spec, vhd)) if self.lock else None
        if entry and entry.member:
            return entry.member.path
        path = self._at_hand(loc, image)
        if path is None:
            raise self._unknown("Which file of the ISO is meant is not known yet", loc, image, "member: to the source")
        from hvsbuild.formats import iso
        from hvsbuild.inputs.members import usual_member

        with iso.opened(path) as opened:
            return usual_member(opened)

    def editions(self) -> dict[Loc, Image]:
        """The index of the image that has the edition."""
        found = {}
        for vhd, loc, image in self.images():
            if image.edition is not None:
                entry = self.lock.images.get(vhd.file) if self.lock else None
                fits = entry is not None and _fits(image, entry)
                index = entry.index if entry and fits else self._index(loc, image)
                found[loc] = image.model_copy(update={"index": index})
        return found

    def _index(self, loc: Loc, image: Image) -> int:
        path = self._at_hand(loc, image)
        if path is None:
            raise self._unknown("The index of an edition is not known yet", loc, image, "index: in its place")
        from hvsbuild.formats import wim
        from hvsbuild.inputs.members import opened

        member = image.source.member if isinstance(image.source, IsoMember) else None
        with opened(path, member) as device:
            return wim.read_info(device).edition(str(image.edition), image.installation).index

    def _at_hand(self, loc: Loc, image: Image) -> Path | None:
        """The image's file on this machine; None when it is not there, or not downloaded yet."""
        place = at(self.loaded, (*loc, "source"), image.file)
        if place.path is None:
            return self._downloaded(place.address, str(image.sha256))
        return place.path if place.path.exists() else None

    def _downloaded(self, address: str, pin: str) -> Path | None:
        if not self.fetch:
            return self.cache.download(pin)
        from hvsbuild.digest import no_progress
        from hvsbuild.inputs import download

        return download.fetch(address, pin, self.cache, self.progress or no_progress)

    def _unknown(self, phrase: str, loc: Loc, image: Image, instead: str) -> LockError:
        where = self.loaded.position((*loc, "source"))
        what = f"edition {image.edition}" if image.edition else image.file
        why = "a script must name it, and the image is not on this machine"
        do = f"run hvsbuild lock {self.loaded.path} where {image.file} is, and keep the lock file; or write {instead}"
        return LockError(phrase, seen=f"{where}: {what}", why=why, do=do)


def _from(image: Image, source: IsoMember) -> Image:
    return image.model_copy(update={"source": source})


def _fits(image: Image, entry: LockedImage) -> bool:
    same = str(image.edition).casefold() == entry.edition.casefold()
    return same and (image.installation or entry.installation).casefold() == entry.installation.casefold()


def _with_images(spec: Spec, changed: Mapping[Loc, Image]) -> Spec:
    """The spec with other images at these places: `image`, `vhd.image` or `vhds.N.image`."""
    for loc, image in changed.items():
        if loc == ("image",):
            spec = spec.model_copy(update={"image": image})
        elif loc == ("vhd", "image"):
            assert spec.vhd
            spec = spec.model_copy(update={"vhd": spec.vhd.model_copy(update={"image": image})})
        else:
            sections = list(spec.vhds or ())
            number = int(loc[1])
            sections[number] = sections[number].model_copy(update={"image": image})
            spec = spec.model_copy(update={"vhds": tuple(sections)})
    return spec


def _pinned(loaded: LoadedSpec, lock: Lock, one: Input) -> Input:
    """The input with the lock's pins. `LockError` when the lock does not know it, or says something else."""
    where, do = loaded.position(one.loc), f"run hvsbuild lock {loaded.path}, and read what has changed"
    entry = lock.inputs.get(one.name)
    if entry is None or entry.kind != one.kind:
        raise LockError("The lock file does not know an input", seen=f"{where}: {one.name}, {one.what}", do=do)
    if one.sha256 and one.sha256 != entry.sha256:
        spec_says = loaded.position((*one.loc[:-1], "sha256"))
        seen = f"{spec_says}: sha256 is {one.sha256}, locked is {entry.sha256}"
        raise LockError("The spec and its lock file disagree", seen=seen, do=do)
    locked = entry.member.path if entry.member else None
    if (one.member or "").lower() != (locked or "").lower():
        seen = f"{where}: {one.member or 'the file itself'} is meant, locked is {locked or 'the file itself'}"
        raise LockError("The spec and its lock file disagree", seen=seen, do=do)
    return replace(one, sha256=entry.sha256, member_sha256=entry.member.sha256 if entry.member else None)
