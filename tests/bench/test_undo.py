"""The undo log: whatever was written, discarded or made longer, a roll-back gives every byte and the length back."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from hvsbuild.formats.block import FileDevice
from hvsbuild.hosts.bench.undo import BLOCK, UndoLog

SIZE = 40 * BLOCK + 1234  # the last block is not whole
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "discard", "grow"]),
        st.integers(0, SIZE),
        st.one_of(st.integers(1, 3000), st.sampled_from([BLOCK, 5 * BLOCK, 9 * BLOCK, 20 * BLOCK, 300 * BLOCK])),
    ),
    max_size=12,
)


def content(seed: int) -> bytearray:
    """Data and holes in turns."""
    data = bytearray(SIZE)
    for start in range(0, SIZE, 7 * BLOCK):
        data[start : start + 3 * BLOCK - 77] = random.Random(seed + start).randbytes(
            len(data[start : start + 3 * BLOCK - 77])
        )
    return data


def sparse_file(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.truncate(len(data))
        for start in range(0, len(data), 4096):
            if data[start : start + 4096].strip(b"\0"):
                file.seek(start)
                file.write(data[start : start + 4096])


def act(device: FileDevice, steps: list[tuple[str, int, int]]) -> None:
    for number, (what, offset, length) in enumerate(steps):
        if what == "grow":
            device.grow(device.size + length)
            continue
        start = min(offset * device.size // SIZE, device.size - 1)
        length = min(length, device.size - start)
        if what == "write":
            device.write_at(start, random.Random(number).randbytes(length))
        else:
            device.discard(start, length)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, killed=st.integers(0, 30))
def test_a_roll_back_gives_everything_back(steps: list[tuple[str, int, int]], killed: int) -> None:
    """Also when the roll-back itself is killed and done again."""
    with TemporaryDirectory() as folder:
        path, state = Path(folder) / "disk", Path(folder) / "machine.json"
        before = content(1)
        sparse_file(path, before)
        state.write_text("{}")
        blocks = path.stat().st_blocks
        undo = UndoLog(Path(folder) / "undo", state)
        undo.begin()
        with FileDevice(path, writable=True) as device:
            device.before_write = undo.guard(path, device.fd)
            device.before_fill = undo.filler(path, device.fd)
            device.before_grow = undo.grower(path)
            act(device, steps)
        lines = (undo.folder / "log").read_text().splitlines()
        blobs = os.open(undo.folder / "blobs", os.O_RDONLY)
        for line in list(reversed(lines))[:killed]:
            undo._undo(json.loads(line), blobs)
        os.close(blobs)
        assert undo.rollback()
        assert path.read_bytes() == before
        assert path.stat().st_blocks <= blocks + 64, "holes are holes again"


def test_what_is_beyond_the_old_end_is_not_kept(tmp_path: Path) -> None:
    """A virtual disk that grows costs the log one line, however much is written there."""
    path, state = tmp_path / "disk", tmp_path / "machine.json"
    path.write_bytes(b"x" * 100)
    state.write_text("{}")
    undo = UndoLog(tmp_path / "undo", state)
    undo.begin()
    with FileDevice(path, writable=True) as device:
        device.before_write, device.before_grow = undo.guard(path, device.fd), undo.grower(path)
        for number in range(1, 50):
            device.grow(number * 32 * BLOCK)
            device.write_at(device.size - 31 * BLOCK, b"y" * 31 * BLOCK)
    assert (undo.folder / "log").read_text().splitlines() == [json.dumps({"grown": str(path), "size": 100})]
    assert undo.rollback()
    assert path.read_bytes() == b"x" * 100
