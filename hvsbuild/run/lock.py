"""One run at a time in a folder, on any system: a lock on a file that ends with its process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from hvsbuild.errors import Refused

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    def try_lock(file: IO[str]) -> bool:
        """Whether the file is now locked by us; False when another process has it. One byte far behind the text is
        locked, because others could not read what is locked."""
        file.seek(1 << 20)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        except OSError:
            return False
        return True

else:

    def try_lock(file: IO[str]) -> bool:
        """Whether the file is now locked by us; False when another process has it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder's lock for as long as the block runs; `Refused`, with the holder's name, when another has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a+") as lock:
        if not try_lock(lock):
            lock.seek(0)
            seen = f"process {lock.read().strip() or '?'} works in {folder}"
            raise Refused("Another run works in this folder", seen=seen, do="wait until it has ended")
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
