"""What is measured. Runs that are compared alternate (A B A B), because machines are noisy."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from benchmarks.material import HVSBUILD, SEED, Sizes, content, spec
from benchmarks.measure import GIB, MIB, Measured, disk_used, median, pairs, timed
from benchmarks.report import Row


def build(work: Path, wim: Path, vhd: int, stick: int) -> tuple[Measured, Path]:
    """Build into a fresh folder; the run and the folder."""
    out = work / "build"
    shutil.rmtree(out, ignore_errors=True)
    return timed(HVSBUILD, "build", spec(work, vhd, stick), "--var", f"wim={wim}", "-o", out), out


def apply_alone(work: Path, wim: Path, vhd: int) -> tuple[Measured, int]:
    """`wimlib-imagex apply` into a bare NTFS volume file of the VHD's size; the run and the disk that the file uses."""
    volume = work / "volume.ntfs"
    volume.unlink(missing_ok=True)
    with volume.open("wb") as file:
        file.truncate(vhd * GIB)
    timed("mkntfs", "-F", "-Q", volume)
    run = timed("wimlib-imagex", "apply", wim, "1", volume)
    used = volume.stat().st_blocks * 512
    volume.unlink()
    return run, used


def speed_and_disk(work: Path, wim: Path, sizes: Sizes) -> tuple[list[Row], Measured]:
    """The whole build against the image alone, its disk, and the second apply; the rows, and one of the builds."""
    (vhd, stick), builds, alone = sizes.vhds[0], [], []
    for _ in range(sizes.rounds):
        one, volume = apply_alone(work, wim, vhd)
        alone.append(one)
        two, out = build(work, wim, vhd, stick)
        builds.append(two)
    used, data = disk_used(out), content(wim)
    again = [timed(HVSBUILD, "apply", SEED, "--var", f"wim={wim}", "-o", out, "--json") for _ in range(sizes.starts)]
    said = again[-1].output
    if json.loads(said[said.index("{\n") :])["changed"]:
        raise SystemExit(f"the second apply was to change nothing:\n{said}")
    seconds, first = median(again), median(builds)
    rows = [
        Row(
            f"whole build, VHD of {vhd} GiB / wimlib-imagex apply alone",
            f"{first:.1f} s / {median(alone):.1f} s",
            pairs(builds, alone),
            goal=1.5,
        ),
        Row("disk used by the build / content", f"{used / 1e6:.0f} MB / {data / 1e6:.0f} MB", used / data, goal=2.2),
        Row("disk used by the build / by the bare volume file", f"beside {volume / 1e6:.0f} MB", used / volume),
        Row("a second apply", f"{seconds / first:.1%} of the build", seconds, "s", goal=2),
    ]
    return rows, builds[0]


def memory(work: Path, wim: Path, sizes: Sizes, first: Measured) -> list[Row]:
    """The largest process of a build, for VHDs of several sizes. `first` is a build at the first size."""
    peaks = {sizes.vhds[0][0]: first.peak}
    for vhd, stick in sizes.vhds[1:]:
        peaks[vhd] = build(work, wim, vhd, stick)[0].peak
    rows = [
        Row(f"peak memory, VHD of {vhd} GiB", "largest process", peak / MIB, "MiB", goal=200)
        for vhd, peak in sorted(peaks.items())
    ]
    small, large = min(peaks), max(peaks)
    growth = peaks[large] / peaks[small]
    return [*rows, Row(f"peak memory, {large} GiB / {small} GiB", "independent of size", growth, goal=1.1)]


def starts(work: Path, sizes: Sizes) -> list[Row]:
    """Commands that only read the spec, each in a new process, beside a Python that does nothing."""
    empty, validate, render = [], [], []
    for _ in range(sizes.starts):
        empty.append(timed(sys.executable, "-c", "pass"))
        validate.append(timed(HVSBUILD, "validate", SEED))
        render.append(timed(HVSBUILD, "render", SEED, "-o", work / "bundle"))
    return [
        Row(f"hvsbuild {name}", f"{pairs(runs, empty):.0f} × python -c pass", median(runs), "s", goal=0.6)
        for name, runs in (("validate", validate), ("render", render))
    ]
