"""Folder -> Bundle, and the refusals that make a reviewed bundle trustworthy."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from hvsbuild.bundle.manifest import FORMAT, Manifest, canonical, compute_seal
from hvsbuild.bundle.render import RUN_CMD, Bundle
from hvsbuild.errors import HvsError, Refused

EDITED = "A script of the bundle was edited after it was sealed"
BROKEN_SEAL = "The bundle's seal is broken"
OTHER_FORMAT = "The bundle has another format version"
NOT_A_BUNDLE = "Not a bundle"
RENDER_AGAIN = "change the spec and render it again, so that what runs is what was reviewed"


def read_bundle(folder: Path) -> Bundle:
    """Read and verify a bundle. `Refused` for an edited script, a broken seal or another format version."""
    raw = _read_manifest(folder)
    try:
        manifest = Manifest.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        seen = f"manifest.json: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise Refused(BROKEN_SEAL, seen=seen, do=RENDER_AGAIN) from None
    scripts = {}
    for path, want in [*((task.script, task.sha256) for task in manifest.tasks if task.script), (RUN_CMD, None)]:
        try:
            scripts[path] = (folder / path).read_bytes()
        except OSError:
            raise Refused(EDITED, seen=f"{path} is missing", do=RENDER_AGAIN) from None
        if want and sha256(scripts[path]).hexdigest() != want:
            raise Refused(EDITED, seen=path, why="its bytes are not those that were reviewed", do=RENDER_AGAIN)
    if compute_seal(raw, scripts) != manifest.seal:
        raise Refused(BROKEN_SEAL, seen=f"{manifest.seal[:16]}… does not fit the files", do=RENDER_AGAIN)
    return Bundle(manifest, scripts)


def _read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest as data; its bytes must be those that hvsbuild writes, because the seal is over the data."""
    try:
        data = (folder / "manifest.json").read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise HvsError(NOT_A_BUNDLE, seen=f"no manifest.json in {folder}") from None
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Refused(BROKEN_SEAL, seen=f"manifest.json is no JSON: {error}", do=RENDER_AGAIN) from None
    version = raw.get("bundle") if isinstance(raw, dict) else raw
    if type(version) is not int or version != FORMAT:
        seen = f"{version!r} instead of {FORMAT}"
        raise Refused(OTHER_FORMAT, seen=seen, do="render the spec again with this hvsbuild")
    if data != canonical(raw):
        raise Refused(BROKEN_SEAL, seen="manifest.json is not written as hvsbuild writes it", do=RENDER_AGAIN)
    return cast(dict[str, Any], raw)
