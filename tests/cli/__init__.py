"""The command line: small specs, and two ways to run it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

SPEC = """spec: hvsbuild/v1
name: small
os: hyperv-server-2008-r2
vars: {wim: gone.wim}
image: {source: "${wim}", index: 1}
vhd: {file: os.vhd, size: 64 MiB, letter: R, label: OS}
disk: {match: {bus: usb}, wipe: always, letter: Y, label: STICK, size: 300 MB}
registry:
  - {hive: SOFTWARE, key: hvsbuild, values: {Number: {type: REG_DWORD, data: 7}, Gone: absent}}
"""
WRONG = SPEC.replace("size: 64 MiB", "siez: 64 MiB").replace("letter: Y", "letter: C")


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What was printed as the one JSON document that it must be."""
        return json.loads(self.out)


def run(*argv: str | Path) -> Done:
    """`hvsbuild` in this process."""
    from hvsbuild.cli.main import main

    out, err = StringIO(), StringIO()
    before = signal.getsignal(signal.SIGTERM)
    try:
        with patch.object(sys, "argv", ["hvsbuild", *map(str, argv)]), redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as done:
        return Done(cast(int, done.code), out.getvalue(), err.getvalue())
    finally:
        signal.signal(signal.SIGTERM, before)
    raise AssertionError("main() returned")


def spawn(*argv: str | Path, python: tuple[str, ...] = ()) -> Done:
    """`hvsbuild` in a process of its own: whatever any part of it prints is seen."""
    words = [sys.executable, *python, "-m", "hvsbuild", *map(str, argv)]
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


def write(folder: Path, text: str = SPEC, name: str = "small.yaml") -> Path:
    path = folder / name
    path.write_text(text)
    return path
