"""The files and folders that the scripts get: each input of a spec, or of a bundle, as a path of this machine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hvsbuild.cache import Cache
from hvsbuild.digest import Progress, compare, no_progress
from hvsbuild.errors import HvsError
from hvsbuild.formats import iso, swm
from hvsbuild.inputs.place import Place, place_of, placed

if TYPE_CHECKING:
    from hvsbuild.bundle.manifest import Manifest
    from hvsbuild.inputs.settle import Settled
    from hvsbuild.plan.inputs import Input

FOLDER_GIVEN, FILE_GIVEN = "An input is a folder", "An input is not a folder"


def resolve(
    settled: Settled,
    names: Collection[str] | None = None,
    *,
    cache: Cache | None = None,
    fetch: bool = True,
    progress: Progress = no_progress,
) -> dict[str, Path]:
    """Where the inputs (all, or those of `names`) are: downloaded, taken out of their ISO, compared with their pins.

    A path where nothing is comes back as it is: a finished stick does not need it. Without `fetch` nothing is
    downloaded or unpacked, and what has not been is left out. `Refused` for an input that is not the one that is
    pinned."""
    cache, found = cache or Cache.default(), {}
    for one in settled.inputs:
        if names is not None and one.name not in names:
            continue
        path = source_of(settled, one, cache, fetch=fetch, progress=progress)
        wanted = _Wanted(one.kind, one.sha256, one.member, one.member_sha256)
        if path is not None and (ready := _ready(path, wanted, cache, fetch, progress)):
            found[one.name] = ready
    return found


def verify(settled: Settled, *, cache: Cache | None = None, progress: Progress = no_progress) -> None:
    """Compare what is pinned and at hand; nothing is downloaded or unpacked."""
    cache = cache or Cache.default()
    for one in settled.inputs:
        path = source_of(settled, one, cache, fetch=False) if one.sha256 else None
        if one.sha256 and path is not None and path.exists():
            compare(path, one.sha256, cache, progress)


def source_of(
    settled: Settled, one: Input, cache: Cache, *, fetch: bool, progress: Progress = no_progress
) -> Path | None:
    """The file or folder that the source of an input names: of a file in an ISO the ISO."""
    return _local(place_of(settled.loaded, one), one.name, one.sha256, cache, fetch, progress)


def given(
    manifest: Manifest,
    values: Mapping[str, str],
    *,
    look: bool = False,
    cache: Cache | None = None,
    fetch: bool = True,
    progress: Progress = no_progress,
) -> dict[str, Path]:
    """The inputs that were given by name on the command line: a path or an address, an ISO where the bundle says which
    file of it is meant. With `look`, those that were not given are taken from the cache when they are there."""
    cache, found = cache or Cache.default(), dict[str, Path]()
    for name, pin in manifest.inputs.items():
        member = manifest.members.get(name)
        if name in values:
            path = _local(placed(values[name]), name, pin, cache, fetch, progress)
        else:
            path = cache.download(pin) if look and pin else None
        if path is None:
            continue
        kind = manifest.input_kinds[name]
        wanted = _Wanted(kind, manifest.pinned(name))
        if kind == "image" and path.is_file() and iso.is_iso(path):
            if member is None:
                do = "take the image file out of the ISO, and give that"
                raise HvsError("Which file of the ISO is meant is not in the bundle", seen=f"{name}={path}", do=do)
            wanted = _Wanted(kind, pin, member.path, member.sha256)
        if ready := _ready(path, wanted, cache, fetch, progress):
            found[name] = ready
    return found


@dataclass(frozen=True)
class _Wanted:
    """What a path must be: its kind and its SHA-256, and of an ISO the file that is meant and its SHA-256."""

    kind: str
    sha256: str | None
    member: str | None = None
    member_sha256: str | None = None


def _local(place: Place, name: str, pin: str | None, cache: Cache, fetch: bool, progress: Progress) -> Path | None:
    if place.path is not None:
        return place.path
    if not pin:
        do = "download the file and name it, or render the spec with its sha256"
        raise HvsError("A download needs a sha256", seen=f"{name}={place.address}", do=do)
    if not fetch:
        return cache.download(pin)
    from hvsbuild.inputs import download

    return download.fetch(place.address, pin, cache, progress)


def _ready(path: Path, wanted: _Wanted, cache: Cache, fetch: bool, progress: Progress) -> Path | None:
    """The path that the scripts get. What is not there is left to those who need it; None is not unpacked yet."""
    if not path.exists():
        return path
    if path.is_dir() != (wanted.kind == "folder"):
        phrase, do = (FOLDER_GIVEN, "name the file in it") if path.is_dir() else (FILE_GIVEN, "name the folder")
        raise HvsError(phrase, seen=str(path), do=do)
    if wanted.sha256:
        compare(path, wanted.sha256, cache, progress)
    if wanted.member:
        from hvsbuild.inputs import members

        if not fetch:
            return members.unpacked(path, wanted.member, cache, pinned=wanted.sha256)
        path = members.extract(path, wanted.member, cache, pinned=wanted.sha256, progress=progress)
        if wanted.member_sha256:
            compare(path, wanted.member_sha256, cache, progress)
    if wanted.kind == "image" and path.suffix.lower() == swm.ENDING:
        swm.parts_of(path)
    return path
