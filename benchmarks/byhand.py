"""The way without hvsbuild: loop devices, mounts by ntfs-3g, `cp`. It needs root, loop devices and FUSE.

Only what moves the bytes is done: the VHD, its NTFS, the image, the stick, its NTFS, the copy of the VHD. Registry,
boot code, boot files and BCD are left out, in favour of this way.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cases import build
from benchmarks.material import Sizes
from benchmarks.measure import GIB, MIB, median, timed
from benchmarks.report import Row


class NotHere(Exception):
    """The machine does not let us; the message says what it did not let us do."""


def attempt(*words: str | Path) -> str:
    """Run a small step; `NotHere` when it fails."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NotHere(str(error)) from error
    if done.returncode:
        raise NotHere(f"{words[0]}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return done.stdout.strip()


@contextmanager
def loop(file: Path, size: int) -> Iterator[str]:
    """A loop device over the one partition of a disk image: from 1 MiB, `size` bytes."""
    device = attempt("losetup", "-f", "--show", f"--offset={MIB}", f"--sizelimit={size}", file)
    try:
        yield device
    finally:
        attempt("losetup", "-d", device)


@contextmanager
def mounted(device: str, folder: Path) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    attempt("ntfs-3g", device, folder)
    try:
        yield folder
    finally:
        attempt("umount", folder)


def partition(file: Path) -> None:
    subprocess.run(
        ["sfdisk", "-q", "--no-tell-kernel", file],
        input=b"label: dos\nstart=2048,type=7\n",
        check=True,
        stdout=subprocess.DEVNULL,
    )


def possible(work: Path) -> None:
    """Try all of it with a small file. Raises `NotHere`."""
    small = work / "small.img"
    with small.open("wb") as file:
        file.truncate(16 * MIB)
    try:
        with loop(small, 8 * MIB) as device:
            attempt("mkntfs", "-F", "-Q", device)
            with mounted(device, work / "mnt"):
                pass
    finally:
        small.unlink()


def stick(work: Path, wim: Path, vhd: int, size: int) -> float:
    """Make the stick by hand; the seconds of the steps, one after the other."""
    steps = []
    disk, image = work / "hand.vhd", work / "hand.img"
    geometry = ("-f", "vpc", "-o", "subformat=fixed,force_size=on")
    steps.append(timed("qemu-img", "create", "-q", *geometry, disk, f"{vhd}G"))
    partition(disk)
    with loop(disk, vhd * GIB - 2 * MIB) as device:
        steps.append(timed("mkntfs", "-F", "-Q", device))
        steps.append(timed("wimlib-imagex", "apply", wim, "1", device))
    with image.open("wb") as file:
        file.truncate(size * 10**9)
    partition(image)
    with loop(image, size * 10**9 // MIB * MIB - 2 * MIB) as device:
        steps.append(timed("mkntfs", "-F", "-Q", device))
        with mounted(device, work / "mnt") as folder:  # a VHD that Windows starts from must not be sparse
            steps.append(timed("cp", "--sparse=never", disk, folder / "hvsOS.vhd"))
    return sum(step.seconds for step in steps)


def rows(work: Path, wim: Path, sizes: Sizes) -> list[Row]:
    vhd, size = sizes.by_hand
    what = f"by hand (loop, ntfs-3g, cp), VHD of {vhd} GiB / hvsbuild build"
    ours = []
    try:
        possible(work)
        ours.append(build(work, wim, vhd, size)[0])
        seconds = stick(work, wim, vhd, size)
    except NotHere as error:
        return [Row(what, f"not possible here: {error}")]
    finally:
        for name in ("hand.vhd", "hand.img"):
            (work / name).unlink(missing_ok=True)
    ours.append(build(work, wim, vhd, size)[0])
    return [Row(what, f"{seconds:.1f} s / {median(ours):.1f} s", seconds / median(ours))]
