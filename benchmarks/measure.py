"""Running a program and measuring it: seconds, peak memory, disk."""

from __future__ import annotations

import os
import shlex
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


@dataclass(frozen=True)
class Measured:
    """One run: wall-clock seconds, and the largest resident set of the process and all that it waited for (bytes)."""

    seconds: float
    peak: int
    output: str


def timed(*words: str | Path) -> Measured:
    """Run a program to its end; `SystemExit` with its last words when it fails.

    What earlier runs have written is on the disk before the clock starts, so that no run pays for another.
    """
    os.sync()
    with tempfile.TemporaryFile() as said:
        start = time.monotonic()
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read().decode("utf-8", "replace")
    if process.returncode:
        raise SystemExit(f"{shlex.join(map(str, words))}\nended with code {process.returncode}:\n{output[-2000:]}")
    return Measured(seconds, usage.ru_maxrss * KIB, output)


def median(runs: Sequence[Measured]) -> float:
    """The median of the seconds."""
    return statistics.median(run.seconds for run in runs)


def pairs(runs: Sequence[Measured], others: Sequence[Measured]) -> float:
    """The median of the ratios of runs that followed each other: noise that lasts longer than a run cancels out."""
    return statistics.median(one.seconds / other.seconds for one, other in zip(runs, others, strict=True))


def disk_used(folder: Path) -> int:
    """Bytes that the files below a folder occupy; a file with several names counts once."""
    found = {}
    for path in folder.rglob("*"):
        stat = path.lstat()
        found[stat.st_dev, stat.st_ino] = stat.st_blocks * 512
    return sum(found.values())
