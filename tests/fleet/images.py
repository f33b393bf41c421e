"""Sparse images, dirty targets, and targets that misbehave."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

from hvsbuild.fleet.flash import Outcome, run
from hvsbuild.fleet.target import Target, open_target
from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.bmap import BlockMap, MappedRange

MIB = 1 << 20


def unwatched(_target: str, _phase: str, _done: int, _total: int) -> None:
    pass


def make_image(path: Path, size: int, spans: Sequence[tuple[int, int]], seed: int = 1) -> BlockMap:
    """An image of `size` bytes with random data in `spans`, and its map."""
    import random

    dice = random.Random(seed)
    ranges = []
    with path.open("wb") as file:
        file.truncate(size)
        for start, end in spans:
            data = dice.randbytes(end - start)
            file.seek(start)
            file.write(data)
            ranges.append(MappedRange(start, end - start, sha256(data).hexdigest()))
    return BlockMap(size, tuple(ranges))


def dirty(path: Path, size: int) -> Path:
    """A target full of old content (no zero byte in it)."""
    path.write_bytes(bytes([0xAA]) * size)
    return path


class Bad(Target):
    """A disk with a fault: an error at a byte, a byte that flips, or less memory than it says."""

    fails_at: int | None = None
    flips: int | None = None
    capacity: int | None = None
    log: list[tuple[str, int, int]]

    def write(self, offset: int, data: memoryview) -> None:
        self.log.append(("write", offset, offset + len(data)))
        if self.fails_at is not None and offset <= self.fails_at < offset + len(data):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if self.capacity is not None and offset >= self.capacity:
            offset %= self.capacity
        super().write(offset, data)

    def read(self, offset: int, into: memoryview) -> None:
        self.log.append(("read", offset, offset + len(into)))
        end = offset + len(into)
        if self.capacity is not None and offset >= self.capacity:
            offset %= self.capacity
        super().read(offset, into)
        at = self.flips
        if at is not None and end - len(into) <= at < end and (at >= MIB or self._written(at)):
            into[at - end + len(into)] ^= 0x10

    def _written(self, at: int) -> bool:
        return any(what == "write" and start <= at < end for what, start, end in self.log)


@contextmanager
def bad(path: Path, kind: type[Bad] = Bad, **faults: int) -> Iterator[Bad]:
    with open_target(path, 0) as good:
        made = kind(good.name, good.fd, good.size, good.zero_sectors)
        made.log = []
        for name, value in faults.items():
            setattr(made, name, value)
        yield made


def flash_to(
    image: Path,
    found: BlockMap,
    targets: Sequence[AbstractContextManager[Target]],
    progress: Callable[[str, str, int, int], None] = unwatched,
    *,
    whole: bool = False,
) -> list[Outcome]:
    """Flash to targets given as context managers."""
    with ExitStack() as stack:
        opened = [stack.enter_context(one) for one in targets]
        return run(stack.enter_context(FileDevice(image)), found, opened, progress, whole=whole)
