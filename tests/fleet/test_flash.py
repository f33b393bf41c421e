"""Flashing to files: what is written, what is not, and targets that fail, lie, or are pulled out."""

from __future__ import annotations

import itertools
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hvsbuild.errors import HvsError, Refused
from hvsbuild.fleet.flash import DIFFERS, WRITE_FAILED, flash
from hvsbuild.fleet.target import open_target
from hvsbuild.formats.bmap import BLOCK, BlockMap
from tests.fleet.images import MIB, Bad, bad, dirty, flash_to, make_image, unwatched

SIZE, LARGER = 12 * MIB, 15 * MIB
SPANS = [(0, 8 * BLOCK), (MIB - BLOCK, MIB + BLOCK), (3 * MIB, 9 * MIB), (SIZE - BLOCK, SIZE)]


@pytest.fixture
def image(tmp_path: Path) -> tuple[Path, BlockMap]:
    path = tmp_path / "stick.img"
    return path, make_image(path, SIZE, SPANS)


def without_table(path: Path) -> bool:
    with path.open("rb") as file:
        return not file.read(MIB).strip(b"\0")


@st.composite
def layouts(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]], int]:
    """(image size, mapped ranges, target size); ranges begin at blocks, the image may end anywhere."""
    blocks = draw(st.integers(1, 1400))
    cuts = sorted(draw(st.sets(st.integers(0, blocks), max_size=12)))
    size = blocks * BLOCK - draw(st.integers(0, BLOCK - 1))
    spans = [(low * BLOCK, min(high * BLOCK, size)) for low, high in zip(cuts[::2], cuts[1::2], strict=False)]
    return size, spans, size + draw(st.sampled_from([0, 1, 511, 512, BLOCK, MIB, MIB + 77, 3 * MIB]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layouts(), st.booleans())
def test_any_image(tmp_path: Path, layout: tuple[int, list[tuple[int, int]], int], whole: bool) -> None:
    size, spans, room = layout
    path, target = tmp_path / "any.img", dirty(tmp_path / "target", room)
    found = make_image(path, size, spans)
    (outcome,) = flash(path, found, [target], unwatched, whole=whole)
    assert outcome.error is None
    want = bytearray(room) if whole else bytearray(b"\xaa" * room)
    want[: min(MIB, room)] = bytes(min(MIB, room))
    want[max(0, room - MIB) :] = bytes(min(MIB, room))
    data = path.read_bytes()
    for start, end in spans:
        want[start:end] = data[start:end]
    assert target.read_bytes() == want
    assert outcome.written == sum(end - start for start, end in spans)


def test_several_at_once_and_one_fails(image: tuple[Path, BlockMap], tmp_path: Path) -> None:
    path, found = image
    names = [dirty(tmp_path / name, LARGER) for name in ("one", "two", "three")]
    at = 5 * MIB + 1
    good, broken, other = flash_to(
        path, found, [open_target(names[0], SIZE), bad(names[1], fails_at=at), open_target(names[2], SIZE)]
    )
    assert good.error is other.error is None
    assert names[0].read_bytes() == names[2].read_bytes() != names[1].read_bytes()
    assert broken.error
    assert broken.error.phrase == WRITE_FAILED
    assert broken.error.seen == f"{names[1]}: at byte {3 * MIB}: Input/output error"
    assert without_table(names[1])


@pytest.mark.parametrize("at", [0, MIB, 4 * MIB + 123, SIZE - 1, MIB + 2 * BLOCK + 5])
def test_a_byte_that_flips_is_found_and_named(image: tuple[Path, BlockMap], tmp_path: Path, at: int) -> None:
    path, found = image
    target = dirty(tmp_path / "target", LARGER)
    with path.open("rb") as file:
        file.seek(at)
        want = file.read(1)[0]
    (outcome,) = flash_to(path, found, [bad(target, flips=at)], whole=True)
    assert outcome.error
    assert outcome.error.phrase == DIFFERS
    assert outcome.error.seen.startswith(f"{target}: byte {at} reads 0x{want ^ 0x10:02x}")
    assert without_table(target)


def test_a_stick_with_less_memory_than_it_says(image: tuple[Path, BlockMap], tmp_path: Path) -> None:
    """Writes beyond its end land at its front: every write succeeds."""
    path, found = image
    target = dirty(tmp_path / "target", LARGER)
    (outcome,) = flash_to(path, found, [bad(target, capacity=6 * MIB)])
    assert outcome.error
    assert outcome.error.phrase == DIFFERS
    assert without_table(target)


def test_the_partition_table_comes_last(image: tuple[Path, BlockMap], tmp_path: Path) -> None:
    path, found = image
    with bad(dirty(tmp_path / "target", LARGER)) as target:
        flash_to(path, found, [nullcontext(target)])
        log = target.log
    head = [index for index, (what, _, end) in enumerate(log) if what == "write" and end <= MIB]
    body = [index for index, (what, start, _) in enumerate(log) if what == "write" and start >= MIB]
    reads = [index for index, (what, start, _) in enumerate(log) if what == "read" and start >= MIB]
    assert max(body) < min(reads) < max(reads) < min(head)


@contextmanager
def slow(path: Path) -> Iterator[Bad]:
    """A target that leaves the interrupt the time to arrive."""

    class Slow(Bad):
        def write(self, offset: int, data: memoryview) -> None:
            time.sleep(0.05)
            super().write(offset, data)

        def read(self, offset: int, into: memoryview) -> None:
            time.sleep(0.05)
            super().read(offset, into)

    with bad(path, Slow) as target:
        yield target


@pytest.mark.parametrize("phase", ["writing", "verifying"])
def test_an_interrupt_leaves_no_table(image: tuple[Path, BlockMap], tmp_path: Path, phase: str) -> None:
    path, found = image
    names = [dirty(tmp_path / name, LARGER) for name in ("one", "two")]
    seen = itertools.count()

    def progress(_target: str, now: str, _done: int, _total: int) -> None:
        if now == phase and next(seen) == 0:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        flash_to(path, found, [slow(one) for one in names], progress)
    touched = [one for one in names if set(one.read_bytes()) != {0xAA}]
    assert touched
    assert all(without_table(one) for one in touched)


def test_an_image_that_changes_is_no_fault_of_the_target(image: tuple[Path, BlockMap], tmp_path: Path) -> None:
    path, found = image
    target = dirty(tmp_path / "target", LARGER)
    with path.open("r+b") as file:
        file.seek(4 * MIB)
        file.write(b"changed after it was surveyed")
    (outcome,) = flash(path, found, [target], unwatched)
    assert outcome.error
    assert outcome.error.phrase == "The image was changed while it was written"
    assert without_table(target)


def test_all_targets_are_checked_before_the_first_is_touched(image: tuple[Path, BlockMap], tmp_path: Path) -> None:
    path, found = image
    good, small = dirty(tmp_path / "good", LARGER), dirty(tmp_path / "small", SIZE - 1)
    with pytest.raises(Refused, match="too small"):
        flash(path, found, [good, small], unwatched)
    with pytest.raises(Refused, match="no such target"):
        flash(path, found, [good, tmp_path / "absent"], unwatched)
    assert set(good.read_bytes()) == {0xAA}
    assert not (tmp_path / "absent").exists()


def test_a_mistake_of_ours_is_not_hidden(image: tuple[Path, BlockMap], tmp_path: Path) -> None:
    path, found = image
    target = dirty(tmp_path / "target", LARGER)

    def progress(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        flash(path, found, [target], progress)
    assert without_table(target)


def test_two_runs_do_not_share_a_target(tmp_path: Path) -> None:
    target = dirty(tmp_path / "target", LARGER)
    with open_target(target, SIZE), pytest.raises(HvsError, match="holds its lock"), open_target(target, SIZE):
        pass
