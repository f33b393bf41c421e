"""`REVISION:PATH`: a spec or bundle as git has it, with all that lies beside it (includes are relative)."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hvsbuild.errors import HvsError

# a Windows path begins with one letter and a colon, too: a revision of one letter is written in full
_FORM = re.compile(r"(?P<revision>[^:]{2,}):(?P<path>.+)")


class NotThere(HvsError):
    """The revision is there, and has no such file."""


@contextmanager
def opened(source: str) -> Iterator[Path]:
    """The path that `source` means: itself when it is there, or a copy of what git holds at `REVISION:PATH`, for as
    long as the block runs."""
    form = _FORM.fullmatch(source)
    if Path(source).exists() or not form:
        if not Path(source).exists():
            do = "name a spec, a bundle's folder, or REVISION:PATH of git"
            raise HvsError("There is nothing to compare", seen=source, do=do)
        yield Path(source)
        return
    with tempfile.TemporaryDirectory(prefix="hvsbuild-") as folder:
        yield _checked_out(form["revision"], form["path"], Path(folder))


def _checked_out(revision: str, path: str, folder: Path) -> Path:
    """All files of the revision, unpacked; and where `path` (from the working folder, as git reads it with ./) is."""
    prefix = _git("rev-parse", "--show-prefix", why=f"{revision}:{path}").decode().strip()
    top = _git("rev-parse", "--show-toplevel", why=f"{revision}:{path}").decode().strip()
    archive = _git("-C", top, "archive", "--format=tar", revision, why=f"{revision}:{path}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    for found in (folder / prefix / path, folder / path):
        if found.exists():
            return found
    raise NotThere("git has no such file in that revision", seen=f"{revision}:{path}", do="check the path")


def _git(*argv: str, why: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise HvsError("git is needed to look at a revision", seen=why, do="install git")
    done = subprocess.run([git, *argv], capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise HvsError("git cannot show that revision", seen=f"{why}: {said[0] if said else 'no reason given'}")
    return done.stdout
