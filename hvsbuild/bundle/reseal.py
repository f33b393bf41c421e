"""Sealing an edited bundle again: only when what was edited can be shown."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hvsbuild.bundle.manifest import FORMAT, canonical, compute_seal
from hvsbuild.bundle.read import NOT_A_BUNDLE, OTHER_FORMAT, read_bundle
from hvsbuild.bundle.render import RUN_CMD
from hvsbuild.errors import HvsError, Refused


@dataclass(frozen=True)
class Edit:
    """One file of the bundle that is not what it was, and the difference as a unified diff."""

    path: str
    diff: str


def reseal(folder: Path, before: Path | None) -> tuple[list[Edit], str]:
    """Write the manifest anew with the hashes of the scripts as they are. Returns the edits and the new seal.

    `before` is an untouched copy of the bundle; without one, git's committed version is. `Refused` when neither is
    there: a seal that nobody could compare with anything would be worth nothing.
    """
    try:
        fields = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError) as error:
        raise HvsError(NOT_A_BUNDLE, seen=f"{folder}: {error}") from None
    if not isinstance(fields, dict) or fields.get("bundle") != FORMAT:
        raise Refused(OTHER_FORMAT, seen=str(folder), do="render the spec again with this hvsbuild")
    paths = [*(task["script"] for task in fields["tasks"] if task["script"]), RUN_CMD]
    scripts = {path: (folder / path).read_bytes() for path in paths}
    edits = []
    for path in ["manifest.json", *paths]:
        old, new = _old(folder, before, path), (folder / path).read_bytes()
        if old != new:
            edits.append(Edit(path, _diff(path, old, new)))
    for task in fields["tasks"]:
        if task["script"]:
            task["sha256"] = sha256(scripts[task["script"]]).hexdigest()
    fields["seal"] = compute_seal(fields, scripts)
    (folder / "manifest.json").write_bytes(canonical(fields))
    return edits, read_bundle(folder).manifest.seal


def _old(folder: Path, before: Path | None, path: str) -> bytes:
    if before is not None:
        try:
            return (before / path).read_bytes()
        except OSError as error:
            raise Refused("What was edited cannot be shown", seen=str(error)) from None
    git = shutil.which("git")
    argv = [git or "", "-C", os.fspath(folder), "show", f"HEAD:./{path}"]
    done = subprocess.run(argv, capture_output=True, check=False) if git else None
    if done is None or done.returncode:
        raise Refused(
            "What was edited cannot be shown",
            seen=f"git has no committed {path}" if git else "there is no git here",
            why="a seal stands for bytes that somebody has compared",
            do="commit the rendered bundle first, or name an untouched copy with --before",
        )
    return done.stdout


def _diff(path: str, old: bytes, new: bytes) -> str:
    was, now = (data.decode("utf-8", "replace").replace("\r\n", "\n").splitlines(keepends=True) for data in (old, new))
    lines = list(difflib.unified_diff(was, now, f"before/{path}", f"now/{path}"))
    return "".join(lines) or f"{path}: only line endings differ\n"
