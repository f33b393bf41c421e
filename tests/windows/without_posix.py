"""`python -m tests.windows.without_posix PC PROGRAMS ARG…`: `hvsbuild ARG…` as on Windows, in a Python that lacks what
Python lacks there. The modules and functions named here are not there; `msvcrt` is, with its one function. The machine
is the stand-in PC.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

MODULES = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog", "curses", "readline")
FUNCTIONS = (  # but statvfs, by which Python finds out here what it asks Windows for there
    *("pread", "pwrite", "preadv", "pwritev", "posix_fallocate", "posix_fadvise", "copy_file_range", "sendfile"),
    *("SEEK_DATA", "SEEK_HOLE", "mkfifo", "chown", "fchown", "lchown", "fchmod", "sched_getaffinity", "splice"),
)


class Msvcrt(ModuleType):
    """Python's `msvcrt`, as far as the lock uses it."""

    LK_NBLCK = 2

    def __init__(self) -> None:
        super().__init__("msvcrt")

    def locking(self, descriptor: int, mode: int, length: int) -> None:
        """One byte far behind the holder's number, so that others can read that."""
        assert (mode, length, os.lseek(descriptor, 0, os.SEEK_CUR)) == (self.LK_NBLCK, 1, 1 << 20)


def main() -> None:
    pc, programs = map(Path, sys.argv[1:3])
    import shutil  # reads os.posix_fallocate and others when it is imported: it copes, on Windows as well
    import subprocess
    import tempfile

    assert shutil
    assert subprocess
    assert tempfile
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    for name in FUNCTIONS:
        if hasattr(os, name):
            delattr(os, name)
    sys.modules["msvcrt"] = Msvcrt()

    import hvsbuild.cli.main
    from hvsbuild.cli import windows
    from hvsbuild.hosts.windows import host
    from tests.windows.machine import BenchNative

    windows.chosen = lambda name: name != "bench"
    host.Native = lambda: BenchNative(pc, programs)  # type: ignore[assignment, misc]
    sys.argv[1:] = sys.argv[3:]
    hvsbuild.cli.main.main()


if __name__ == "__main__":
    main()
