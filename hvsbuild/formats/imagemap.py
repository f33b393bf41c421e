"""The block map of an image: found from what its file systems use and what is not zero, hashed range by range.

It depends on the image's bytes alone, not on where the host file has holes: equal images have equal maps.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from hvsbuild.errors import HvsError
from hvsbuild.formats import inuse, sparse
from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.bmap import BLOCK, BlockMap, MappedRange, decode, encode
from hvsbuild.formats.ranges import Span, merge, pieces, subtract, to_blocks, total

PIECE = 1 << 20
GAP = 64 << 10  # smaller gaps are written, too: fewer, longer writes are quicker on flash
LONGEST = 32 << 20  # longer ranges are split: hashed side by side, and an error says where
STALE = "The image is not the one that its block map describes"

# (bytes done, bytes in all)
Progress = Callable[[int, int], None]


def unwatched(_done: int, _total: int) -> None:
    """Nobody watches the progress."""


def path_beside(image: Path) -> Path:
    """Where bmaptool looks for the map of an image."""
    return image.with_name(image.name + ".bmap")


def survey(image: Path, progress: Progress = unwatched) -> BlockMap:
    """Make the map of an image. Nothing is changed."""
    with FileDevice(image) as device:
        used = to_blocks(inuse.used(device), BLOCK, device.size)
        held = ((start, start + length) for start, length in sparse.data_ranges(device.fd))
        data = to_blocks(held, BLOCK, device.size)
        mapped = merge([*used, *_not_zero(device, subtract(data, used))], GAP)
        parts = [part for start, end in mapped for part in pieces(start, end, LONGEST)]
        sums = _hash(device.fd, parts, progress)
        ranges = (MappedRange(start, end - start, mark) for (start, end), mark in zip(parts, sums, strict=True))
        return BlockMap(device.size, tuple(ranges))


def load(image: Path, progress: Progress = unwatched) -> BlockMap:
    """The map beside an image, with every range hashed and compared; a new one when there is none.

    `HvsError` when the image and its map do not belong together.
    """
    path = path_beside(image)
    if not path.exists():
        return survey(image, progress)
    found = decode(path.read_bytes())
    do = f"get both anew, or remove {path.name} if the image is right"
    with FileDevice(image) as device:
        if device.size != found.image_size:
            raise HvsError(STALE, seen=f"{image} has {device.size} bytes, its map is for {found.image_size}", do=do)
        sums = _hash(device.fd, [(one.offset, one.end) for one in found.ranges], progress)
    for one, mark in zip(found.ranges, sums, strict=True):
        if one.sha256 not in (None, mark):
            seen = f"{image}: the {one.length} bytes at {one.offset} differ"
            raise HvsError(STALE, seen=seen, why="the image was changed or is damaged", do=do)
    ranges = (MappedRange(one.offset, one.length, mark) for one, mark in zip(found.ranges, sums, strict=True))
    return BlockMap(found.image_size, tuple(ranges), found.block)


def write(image: Path, path: Path, progress: Progress = unwatched) -> BlockMap:
    """Survey an image and leave its map at `path`; it appears when it is whole. Returns the map."""
    found, new = survey(image, progress), path.with_name(path.name + ".new")
    new.write_bytes(encode(found))
    new.replace(path)
    return found


def _not_zero(device: FileDevice, spans: Sequence[Span]) -> list[Span]:
    """The blocks in `spans` that are not all zeros."""
    found = []
    for start, end in spans:
        for at, until in pieces(start, end, PIECE):
            data = device.read_at(at, until - at)
            if data.count(0) == len(data):
                continue
            found += [(at + low, at + high) for low, high in pieces(0, len(data), BLOCK) if data[low:high].strip(b"\0")]
    return merge(found)


def _hash(fd: int, spans: Sequence[Span], progress: Progress) -> list[str]:
    """The sha256 of each range, several at a time: hashing and reading leave the interpreter free."""
    whole, done = total(spans), 0

    def one(span: Span) -> tuple[str, int]:
        digest, buffer = sha256(), memoryview(bytearray(PIECE))
        for start, end in pieces(*span, PIECE):
            got = os.preadv(fd, [buffer[: end - start]], start)
            if got != end - start:
                raise OSError(f"the image ends at {start + got}, expected {end}")
            digest.update(buffer[:got])
        return digest.hexdigest(), span[1] - span[0]

    sums = []
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for mark, length in pool.map(one, spans):
            sums.append(mark)
            done += length
            progress(done, whole)
    return sums
