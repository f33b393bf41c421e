"""The cache folder: what was downloaded, what was taken out of ISO images, and the SHA-256 of files seen before.

CACHE/files/SHA256/NAME       downloads, whole and verified
CACHE/partial/SHA256          downloads under way, to be resumed
CACHE/members/ISO/PATH        files out of ISO images, by the identity of the image
CACHE/known/KEY.json          the SHA-256 of a file, as long as its path, size, time and inode stay the same

All of it can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

# A file that was changed this recently could change again without another time stamp (FAT counts in 2 s).
RACY_NS = 2_500_000_000


def default_folder() -> Path:
    """HVSBUILD_CACHE; else `hvsbuild` in XDG_CACHE_HOME or ~/.cache (XDG Base Directory Specification), on Windows in
    LOCALAPPDATA."""
    if own := os.environ.get("HVSBUILD_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "hvsbuild" / "cache"
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    # the specification: a relative path is to be ignored
    return (Path(xdg) if xdg.startswith("/") else Path.home() / ".cache") / "hvsbuild"


@dataclass(frozen=True)
class Cache:
    """A cache folder. Without `trust` nothing is taken from what is remembered of files: all is read again."""

    folder: Path
    trust: bool = True

    @classmethod
    def default(cls) -> Cache:
        return cls(default_folder())

    # --- SHA-256 of files ---

    def known(self, path: Path, part: str = "") -> str | None:
        """The SHA-256 of a file, or of a part of it, that has not changed since it was computed."""
        try:
            kept = json.loads(self._record(path, part).read_bytes())
        except (OSError, ValueError):
            return None
        same = isinstance(kept, dict) and kept.get("identity") == _identity(path, path.stat())
        return str(kept["sha256"]) if same and self.trust else None

    def learn(self, path: Path, digest: str, before: os.stat_result | None, part: str = "") -> None:
        """Remember it, unless the file changed since `before`, or so lately that a change could go unseen; of a file
        that is ours alone (`before` None) in any case."""
        now = path.stat()
        if before and (_identity(path, now) != _identity(path, before) or time.time_ns() - now.st_mtime_ns < RACY_NS):
            return
        record = json.dumps({"identity": _identity(path, now), "sha256": digest}).encode()
        with contextlib.suppress(OSError), fresh(self._record(path, part)) as file:  # it only saves time
            file.write_bytes(record)

    def _record(self, path: Path, part: str) -> Path:
        key = sha256(os.fsencode(path.resolve()) + b"\0" + os.fsencode(part)).hexdigest()[:32]
        return self.folder / "known" / f"{key}.json"

    # --- files ---

    def download(self, digest: str) -> Path | None:
        """The whole file of that SHA-256, once it was downloaded."""
        folder = self.folder / "files" / digest
        return next(iter(sorted(folder.iterdir())), None) if folder.is_dir() else None

    def file(self, digest: str, name: str) -> Path:
        """Where it goes."""
        return self.folder / "files" / digest / name

    def partial(self, digest: str) -> Path:
        return self.folder / "partial" / digest

    def member(self, iso: str, path: str) -> Path:
        """Where the file `path` of an ISO image of that identity goes."""
        return self.folder.joinpath("members", iso, *path.lower().split("/"))


def _identity(path: Path, seen: os.stat_result) -> list[object]:
    return [str(path.resolve()), seen.st_size, seen.st_mtime_ns, seen.st_ino]


@contextmanager
def fresh(final: Path) -> Iterator[Path]:
    """A new file beside `final` that takes its name when the block has ended well, and is gone when it has not."""
    final.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".part-", dir=final.parent)
    os.close(descriptor)
    part = Path(name)
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(final)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
