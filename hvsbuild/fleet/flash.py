"""A finished image onto one or several disks at once: only the ranges of its block map, then all of it read back.

What happens to a target, in this order:

1. Its first and last MiB become zeros: no old partition table, no old backup GPT survives, and a stick that is pulled
   out half-way has no table at all, so that nobody takes it for a finished one.
2. The mapped ranges are written, but for the first MiB.
3. With `whole`, everything else becomes zeros, too. Without it, what the map leaves out keeps its old content: space
   that no file system of the image uses (see formats/inuse.py).
4. Everything is read back from the medium, and each range's sha256 compared with the map's.
5. Only then the first MiB is written, and read back.
6. On a disk larger than the image the second copy of a GPT moves to the disk's end, where it belongs.

A target that fails is left without a partition table; the others go on.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from hvsbuild.errors import HvsError
from hvsbuild.fleet.target import Target, TargetDevice, aligned, open_target
from hvsbuild.formats import gpt
from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.bmap import BlockMap
from hvsbuild.formats.ranges import Span, clip, merge, pieces, subtract, total

HEAD = 1 << 20
PIECE = 4 << 20
ZERO_PIECE = 64 << 20
WRITE_FAILED = "A target could not be written"
READ_FAILED = "A target could not be read back"
DIFFERS = "A target does not hold what was written to it"
WORN = "the medium is worn out, has less memory than it says, or its reader or cable is faulty"

# (target, "writing" or "verifying", bytes done, bytes in all)
Progress = Callable[[str, str, int, int], None]


class Stopped(Exception):
    """The person interrupted the work."""


@dataclass
class Outcome:
    """What became of a target; `error` is None when all of it was written and read back."""

    target: str
    error: HvsError | None = None
    written: int = 0
    notes: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        error = self.error
        return {
            "target": self.target,
            "verified": error is None,
            "written": self.written,
            "error": error.phrase if error else None,
            "seen": error.seen if error else None,
            "notes": self.notes,
        }


def flash(
    image: Path, found: BlockMap, targets: Sequence[Path], progress: Progress, *, whole: bool = False
) -> list[Outcome]:
    """Write an image to all targets side by side. All are opened and checked before the first is changed (`Refused`);
    what fails after that is in the outcomes. An interrupt stops all of them and is raised again."""
    with ExitStack() as stack:
        source = stack.enter_context(FileDevice(image))
        opened = [stack.enter_context(open_target(path, found.image_size)) for path in targets]
        return run(source, found, opened, progress, whole=whole)


def run(
    source: FileDevice, found: BlockMap, targets: Sequence[Target], progress: Progress, *, whole: bool
) -> list[Outcome]:
    """The same for targets that are open."""
    stop = threading.Event()
    jobs = [Job(source, found, target, progress, whole, stop) for target in targets]
    threads = [threading.Thread(target=job.run, name=job.target.name) for job in jobs]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException:
        stop.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
        raise
    for job in jobs:
        if job.crash:
            raise job.crash
    return [job.outcome for job in jobs]


class Job:
    """One target's work, in a thread of its own: reading, writing and hashing leave the interpreter to the others."""

    def __init__(
        self,
        source: FileDevice,
        found: BlockMap,
        target: Target,
        progress: Progress,
        whole: bool,
        stop: threading.Event,
    ) -> None:
        self.source, self.map, self.target, self.progress, self.stop = source, found, target, progress, stop
        self.outcome = Outcome(target.name)
        self.crash: BaseException | None = None
        self.buffer, self.other = aligned(PIECE), aligned(PIECE)
        size = target.size
        mapped = [(one.offset, one.end) for one in found.ranges]
        self.head = clip(mapped, 0, HEAD)
        self.body = clip(mapped, HEAD, size)
        blank = [(0, size)] if whole else [(0, min(HEAD, size)), (max(0, size - HEAD), size)]
        self.blank = subtract(blank, self.body)
        self.work = total(self.body) + total(self.blank)
        self.done, self.touched = 0, False

    def run(self) -> None:
        try:
            self._write()
            self._verify()
            self._finish()
        except Stopped:
            self.outcome.error = HvsError("Interrupted", seen=self.target.name)
        except HvsError as error:
            self.outcome.error = error
        except BaseException as error:  # a mistake of ours: raised in the main thread
            self.crash = error
        if self.touched and (self.outcome.error or self.crash):
            self._unmark()

    # --- the steps ---

    def _write(self) -> None:
        for start, end in self._pieces(self.blank, ZERO_PIECE):
            self.touched = True
            with self._failing(WRITE_FAILED, start):
                self.target.zero(start, end)
            self._step("writing", end - start)
        for start, end in self._pieces(self.body, PIECE):
            self._copy(start, end)
            self._step("writing", end - start)
        with self._failing(WRITE_FAILED, None):
            self.target.flush()

    def _copy(self, start: int, end: int) -> None:
        view = self.buffer[: end - start]
        self._from_image(start, view)
        with self._failing(WRITE_FAILED, start):
            self.target.write(start, view)
        self.outcome.written += end - start

    def _verify(self) -> None:
        self.done = 0
        for one in self.map.ranges:
            digest = sha256()
            for start, end in pieces(one.offset, min(one.end, max(one.offset, HEAD)), PIECE):
                view = self.buffer[: end - start]  # the head is not on the target yet: it is compared at the end
                self._from_image(start, view)
                digest.update(view)
            for start, end in self._pieces([(max(one.offset, HEAD), one.end)], PIECE):
                digest.update(self._from_target(start, end))
                self._step("verifying", end - start)
            if digest.hexdigest() != one.sha256:
                raise self._differs(max(one.offset, HEAD), one.end)
        for start, end in self._pieces(self.blank, PIECE):
            view = self._from_target(start, end)
            if bytes(view).strip(b"\0"):
                at = next(index for index, byte in enumerate(view) if byte)
                raise self._wrong(start + at, view[at], 0)
            self._step("verifying", end - start)

    def _finish(self) -> None:
        """The head, last: from here on the target is a disk with partitions."""
        if not self.target.direct:
            note = "read back through the page cache after dropping it: this target has no direct access"
            self.outcome.notes.append(f"{self.target.name}: {note}")
        for start, end in self.head:
            self._copy(start, end)
        with self._failing(WRITE_FAILED, None):
            self.target.flush()
        for start, end in self.head:
            self._compare(start, end)
        self._stretch()
        if told := self.target.finish():
            self.outcome.notes.append(told)

    def _stretch(self) -> None:
        """Let a GPT reach to the end of a disk that is larger than the image."""
        disk, size = TargetDevice(self.target), self.map.image_size
        with self._failing(WRITE_FAILED, None):
            table = gpt.read(disk) if self.target.size > size else None
            if table is None:
                return
            gpt.write(disk, table)
            old = gpt.usable(size)[1]
            self.target.zero(old, min(size, gpt.usable(self.target.size)[1]))
            self.target.flush()
            if gpt.copies(disk) != (table, table):
                raise HvsError(DIFFERS, seen=f"{self.target.name}: the partition table at its end", why=WORN)
        note = "larger than the image: the second copy of its partition table lies at its end now"
        self.outcome.notes.append(f"{self.target.name}: {note}")

    def _unmark(self) -> None:
        """Take the partition table away from a target that is not finished; it may not take that either."""
        try:
            self.target.zero(0, min(HEAD, self.target.size))
            self.target.flush()
        except OSError as error:
            note = f"its partition table could not be cleared ({error.strerror})"
            self.outcome.notes.append(f"{self.target.name}: {note}")

    # --- the pieces ---

    def _pieces(self, spans: Sequence[Span], length: int) -> Iterator[Span]:
        for start, end in merge(spans):
            for piece in pieces(start, end, length):
                if self.stop.is_set():
                    raise Stopped
                yield piece

    def _step(self, phase: str, length: int) -> None:
        self.done += length
        self.progress(self.target.name, phase, self.done, self.work)

    def _from_image(self, start: int, into: memoryview) -> None:
        got = os.preadv(self.source.fd, [into], start)
        if got != len(into):
            raise HvsError("The image became shorter while it was written", seen=f"{self.source.path} at byte {start}")

    def _from_target(self, start: int, end: int) -> memoryview:
        view = self.other[: end - start]
        with self._failing(READ_FAILED, start):
            self.target.read(start, view)
        return view

    def _compare(self, start: int, end: int) -> None:
        """`HvsError` at the first byte that differs from the image's."""
        for low, high in pieces(start, end, PIECE):
            want = self.buffer[: high - low]
            self._from_image(low, want)
            have = self._from_target(low, high)
            if want != have:
                at = next(index for index, (one, other) in enumerate(zip(want, have, strict=True)) if one != other)
                raise self._wrong(low + at, have[at], want[at])

    def _differs(self, start: int, end: int) -> HvsError:
        """The error for a range whose sum is wrong: the first wrong byte, or that the image has changed."""
        try:
            self._compare(start, end)
        except HvsError as error:
            return error
        return HvsError("The image was changed while it was written", seen=f"{self.source.path}, {start}..{end}")

    def _wrong(self, offset: int, have: int, want: int) -> HvsError:
        seen = f"{self.target.name}: byte {offset} reads 0x{have:02x}, not 0x{want:02x}"
        return HvsError(DIFFERS, seen=seen, why=WORN, do="do not use it; try another port, then another disk")

    @contextmanager
    def _failing(self, phrase: str, offset: int | None) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = "while it was flushed" if offset is None else f"at byte {offset}"
            seen = f"{self.target.name}: {where}: {error.strerror or error}"
            raise HvsError(phrase, seen=seen, why=WORN, do="try another port, then another disk") from error
