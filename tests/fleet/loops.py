"""Real loop devices with a stable name."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def loops_work() -> bool:
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("losetup"):
        return False
    done = subprocess.run(["losetup", "-f"], capture_output=True, check=False)
    return done.returncode == 0


@contextmanager
def loop(by_id: Path, file: Path, *options: str) -> Iterator[Path]:
    """A loop device on a file; its stable name."""
    argv = ["losetup", "-f", "--show", *options, str(file)]
    device = Path(subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip())
    link = by_id / f"loop-{file.name}"
    link.symlink_to(device)
    try:
        yield link
    finally:
        subprocess.run(["losetup", "-d", str(device)], check=True)
        link.unlink()
