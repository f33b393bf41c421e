"""What `hvsbuild lock` writes: every input of a spec, digested; every image, as its file describes it."""

from __future__ import annotations

from pathlib import Path

from hvsbuild.cache import Cache
from hvsbuild.digest import (
    HASH_CHANGED,
    PIN_ANEW,
    Content,
    Digest,
    Progress,
    content_of,
    digests,
    no_progress,
    of_file,
    together,
)
from hvsbuild.errors import HvsError, Refused
from hvsbuild.formats import wim
from hvsbuild.inputs import members
from hvsbuild.inputs.lockfile import Lock, LockedFile, LockedImage, LockedInput, LockedMember
from hvsbuild.inputs.resolve import source_of
from hvsbuild.inputs.settle import Settled
from hvsbuild.plan.inputs import Input, image_name


def make_lock(settled: Settled, cache: Cache, progress: Progress = no_progress) -> Lock:
    """The lock of a spec that was settled without one. What is at an address is downloaded."""
    paths = {one.name: _present(settled, one, cache, progress) for one in settled.inputs}
    inputs = {one.name: _input(one, paths[one.name], cache, progress) for one in settled.inputs}
    images = {}
    for vhd in settled.spec.vhd_list():
        if vhd.image:
            name = image_name(settled.spec, vhd)
            one = next(one for one in settled.inputs if one.name == name)
            with members.opened(paths[name], one.member) as device:
                image = wim.read_info(device).image(vhd.image.index or str(vhd.image.name))
            images[vhd.file] = LockedImage(
                index=image.index,
                name=image.name,
                edition=image.edition,
                installation=image.installation,
                build=image.build,
                architecture=image.arch,
            )
    return Lock(inputs=inputs, images=images)


def _present(settled: Settled, one: Input, cache: Cache, progress: Progress) -> Path:
    path = source_of(settled, one, cache, fetch=True, progress=progress)
    if path is None or not path.exists():
        seen = f"{settled.loaded.position(one.loc)}: {one.what}: {path}"
        raise HvsError("An input that is to be pinned is absent", seen=seen, do="run it where all inputs are")
    return path


def _input(one: Input, path: Path, cache: Cache, progress: Progress) -> LockedInput:
    member: LockedMember | None = None
    if one.member:  # the ISO and the file in it at once: the second reading finds the bytes in memory
        inside = members.jobs(path, one.member)
        iso, *parts = digests([of_file(path), *inside], cache, progress)
        content, of_member = Content(iso.size, iso.sha256), together(parts)
        member = LockedMember(
            path=one.member, size=of_member.size, sha256=of_member.sha256, parts=_files(of_member.files)
        )
    else:
        content = content_of(path, cache, progress)
    if one.sha256 and one.sha256 != content.sha256:
        raise Refused(HASH_CHANGED, seen=f"{path} is {content.sha256}, the spec says {one.sha256}", do=PIN_ANEW)
    folder = one.kind == "folder"
    return LockedInput(
        kind=one.kind,
        file=path.name,
        size=content.size,
        sha256=content.sha256,
        files=len(content.files) if folder else None,
        parts=[] if folder else _files(content.files),
        member=member,
    )


def _files(found: tuple[Digest, ...]) -> list[LockedFile]:
    return [LockedFile(file=one.name, size=one.size, sha256=one.sha256) for one in found]
