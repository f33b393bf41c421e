"""Files out of ISO images: looked at where they lie, and unpacked once, into the cache, where a program needs a file.

The bytes of a file in an ISO are one run as a rule, so that the kernel copies them from file to file (and shares them
where the file system can).
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from hvsbuild.cache import Cache, fresh
from hvsbuild.digest import CHUNK, Job, Progress, no_progress
from hvsbuild.errors import HvsError
from hvsbuild.formats import iso, swm, wimtable
from hvsbuild.formats.block import BlockDevice, Extents, FileDevice

USUAL = ("sources/install.wim", "sources/install.esd", "sources/install.swm")
PIECE = 64 << 20  # bytes between two reports of progress
# what copy_file_range says where it cannot do it (two file systems, an old kernel, a file system that has it not)
CANNOT = (errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM)


def usual_member(image: iso.Iso) -> str:
    """The install image of a Windows ISO. Raises `HvsError` when there is none, or more than one."""
    there = {name.lower() for name in image.files("sources")}
    found = [path for path in USUAL if path.rpartition("/")[2] in there]
    if len(found) == 1:
        return found[0]
    seen = f"{image.name} holds {' and '.join(found)}" if found else f"{image.name} has no sources/install.wim or .esd"
    phrase = "Which file of the ISO is meant cannot be told"
    raise HvsError(phrase, seen=seen, do="write source: {iso: …, member: PATH}; 7z l lists what is in it")


@contextmanager
def opened(path: Path, member: str | None) -> Iterator[BlockDevice]:
    """An image file for a look, in an ISO or by itself (`member` None)."""
    if member is None:
        with wimtable.opened(path) as (device, _):
            yield device
    else:
        with iso.opened(path) as image:
            yield image.open(member)


def identity(path: Path, image: iso.Iso, pinned: str | None) -> str:
    """What an ISO is known by in the cache: its SHA-256 where that was compared, else size, time and label."""
    if pinned:
        return pinned
    seen = path.stat()
    return sha256(f"{seen.st_size}\0{seen.st_mtime_ns}\0{image.label}".encode()).hexdigest()[:32]


def extract(
    path: Path, member: str, cache: Cache, *, pinned: str | None = None, progress: Progress = no_progress
) -> Path:
    """A file of an ISO as a file in the cache; of a split image all parts, and the first is returned. `pinned` is the
    ISO's SHA-256, when it has been compared."""
    with iso.opened(path) as image:
        known = identity(path, image, pinned)
        for name in _parts(image, member):
            device, final = image.open(name), cache.member(known, name)
            if not final.exists() or final.stat().st_size != device.size or not cache.trust:
                _copy(device, final, f"unpack {final.name}", progress)
    return cache.member(known, member)


def unpacked(path: Path, member: str, cache: Cache, *, pinned: str | None = None) -> Path | None:
    """The same, when it has been unpacked before; else None."""
    with iso.opened(path) as image:
        known = identity(path, image, pinned)
        there = [(cache.member(known, name), image.open(name).size) for name in _parts(image, member)]
    whole = all(final.exists() and final.stat().st_size == size for final, size in there)
    return cache.member(known, member) if whole else None


def jobs(path: Path, member: str) -> list[Job]:
    """A file of an ISO, to be digested where it lies; of a split image all its parts."""
    with iso.opened(path) as image:
        return [_job(path, image, name) for name in _parts(image, member)]


def _job(path: Path, image: iso.Iso, name: str) -> Job:
    def read() -> Iterator[bytes]:
        with iso.opened(path) as again:  # each thread with a descriptor of its own
            device = again.open(name)
            for offset in range(0, device.size, CHUNK):
                yield device.read_at(offset, min(CHUNK, device.size - offset))

    return Job(name.rpartition("/")[2], image.open(name).size, path, read, part=name)


def _parts(image: iso.Iso, member: str) -> list[str]:
    """The paths of all parts of a split image; of any other file its own."""
    if not member.lower().endswith(swm.ENDING):
        return [member]
    header = wimtable.read_header(image.open(member), f"{member} in {image.name}")
    folder, slash, name = member.rpartition("/")
    return [f"{folder}{slash}{swm.part_name(name, number)}" for number in range(1, header.parts + 1)]


def _copy(source: Extents, final: Path, label: str, progress: Progress) -> None:
    final.parent.mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(final.parent).free) < source.size:
        seen = f"{source.size} bytes for {final.name}, {free} free in {final.parent}"
        raise HvsError("The cache is on a full disk", seen=seen, do="free some space, or set HVSBUILD_CACHE")
    with fresh(final) as part, part.open("wb") as target:
        done = 0
        for offset in range(0, source.size, PIECE):
            length = min(PIECE, source.size - offset)
            for start, run in source.map(offset, length):
                _copy_run(source.base, start, run, target, done)
                done += run
            progress(label, done, source.size)


def _copy_run(base: BlockDevice, start: int, length: int, target: BinaryIO, at: int) -> None:
    """Bytes of the ISO to a place in the file: by the kernel, else by hand."""
    while length and isinstance(base, FileDevice) and hasattr(os, "copy_file_range"):
        try:
            count = os.copy_file_range(base.fd, target.fileno(), length, start, at)
        except OSError as error:
            if error.errno not in CANNOT:
                raise
            break
        if not count:
            break
        start, at, length = start + count, at + count, length - count
    target.seek(at)
    while length:
        data = base.read_at(start, min(length, 4 << 20))
        target.write(data)
        start, length = start + len(data), length - len(data)
