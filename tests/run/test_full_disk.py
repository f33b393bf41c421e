"""A full disk of the Linux host: one clear message, nothing half-made under a final name, and the next run works."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.run.small import digest, write_spec

# A mount namespace of its own with a small tmpfs on DIR; the build runs in it, then again with more room.
SCRIPT = """
mount -t tmpfs -o size={size}m tmpfs "$1" || exit 77
cd "$1"
"$2" -m hvsbuild build "$3" --var wim="$4" -o out >"$5" 2>&1
echo "first $?"
ls out
mount -o remount,size=400m "$1"
"$2" -m hvsbuild build "$3" --var wim="$4" -o out >>"$5" 2>&1
echo "second $?"
cp --sparse=always out/stick.img out/os.vhd "$6"
"""


@pytest.mark.parametrize("size", [1, 6, 12, 17, 20])
def test_full_disk(size: int, wim: Path, undisturbed: Path, tmp_path: Path) -> None:
    room, results = tmp_path / "room", tmp_path / "results"
    room.mkdir()
    results.mkdir()
    log = tmp_path / "log"
    unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    argv = [*unshare, "sh", "-c", SCRIPT.format(size=size), "sh", room, sys.executable, write_spec(tmp_path), wim, log]
    done = subprocess.run([*map(str, argv), str(results)], capture_output=True, text=True, check=False)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("no tmpfs can be mounted here, not even in a namespace of one's own")
    text = log.read_text()
    assert "Traceback" not in text, text
    first = done.stdout.split("second")[0]
    assert "first 1" in first, done.stdout + text
    assert "No space left" in text or "The disk of this machine is full" in text, text
    assert "what to do: free some space" in text or "mkntfs" in text, text
    assert "stick.img" not in first.split()
    assert "os.vhd" not in first.split()
    assert "second 0" in done.stdout, text
    for name in ("stick.img", "os.vhd"):
        assert digest(results / name) == digest(undisturbed / name)
