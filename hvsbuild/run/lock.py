"""A lock on an open file that ends with the process, on any system."""

from __future__ import annotations

from typing import IO

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
