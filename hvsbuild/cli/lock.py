"""`lock`: pin every input of a spec by its SHA-256, in a file beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hvsbuild.cli import options
from hvsbuild.cli.options import Each, Json, Spec, Var
from hvsbuild.cli.output import document, say

if TYPE_CHECKING:
    from hvsbuild.cache import Cache
    from hvsbuild.spec.load import LoadedSpec

DIFFERENT = 2
CacheFolder = Annotated[
    Path | None, typer.Option("--cache", metavar="DIR", file_okay=False, help="The cache folder (HVSBUILD_CACHE).")
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Read every file again, though it looks as it did the last time.")
]


def cache_of(folder: Path | None, no_cache: bool) -> Cache:
    from hvsbuild.cache import Cache, default_folder

    return Cache(folder or default_folder(), trust=not no_cache)


def lock(
    spec: Spec,
    var: Var = None,
    each: Each = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; say whether the lock file is current (exit 2: it is not).")
    ] = False,
    cache: CacheFolder = None,
    no_cache: NoCache = False,
    as_json: Json = False,
) -> None:
    """Pin every input of a spec by its SHA-256 in SPEC.lock; what differs from it is refused from then on.

    Of a spec with for_each each item has its own, SPEC.ITEM.lock; with --each that item alone.

    Example: hvsbuild lock specs/hyperv-server-2008-r2-usb.yaml --var wim=install.wim
    """
    found: dict[str | None, dict[str, Any]] = {}
    for loaded in options.load_all(spec, var, each):
        one = found[loaded.each] = _lock(loaded, cache_of(cache, no_cache), write=not check, quiet=as_json)
        if not as_json:
            for line in one["differences"]:
                say(line)
            count, state = len(one["inputs"]), "current" if one["current"] else "NOT current" if check else "written"
            typer.echo(f"{one['lock']}: {state}, {count} input{'' if count == 1 else 's'}")
    if as_json:
        document(options.of_items(found))
    raise typer.Exit(DIFFERENT if check and not all(one["current"] for one in found.values()) else 0)


def _lock(loaded: LoadedSpec, cache: Cache, *, write: bool, quiet: bool) -> dict[str, Any]:
    """What the lock file of a spec should say, and whether it did; written with `write`."""
    from hvsbuild.cli.progress import progress
    from hvsbuild.inputs.lockfile import LockError, differences, lock_text, path_of, read_lock
    from hvsbuild.inputs.pin import make_lock
    from hvsbuild.inputs.settle import settle

    with progress(quiet=quiet) as report:
        new = make_lock(settle(loaded, cache, locked=False, fetch=True, progress=report), cache, report)
    path = path_of(loaded.path, loaded.each)
    try:
        changed = differences(read_lock(loaded.path, loaded.each), new)
    except LockError as error:
        if not write:
            raise
        changed = [f"{error.phrase}; it is written anew"]
    if write:
        path.write_text(lock_text(new, loaded.path), encoding="utf-8", newline="\n")
    told = {"lock": str(path), "current": not changed, "differences": changed}
    return new.model_dump(mode="json", include={"inputs", "images"}) | told
