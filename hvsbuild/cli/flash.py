"""`flash`, `bmap`: a finished image onto disks, and the map of what they must receive."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hvsbuild.cli import options
from hvsbuild.cli.confirm import NOT_CONFIRMED
from hvsbuild.cli.options import Each, Json, Var
from hvsbuild.cli.output import document, say
from hvsbuild.errors import Refused

if TYPE_CHECKING:
    from hvsbuild.bundle.manifest import DiskRule, Manifest
    from hvsbuild.fleet.choose import Choice
    from hvsbuild.fleet.flash import Outcome, Progress

To = Annotated[
    list[Path], typer.Option("--to", metavar="PATH", help="/dev/disk/by-id/… or an existing file; repeatable.")
]
Yes = Annotated[
    list[str] | None, typer.Option("--yes", metavar="SERIAL", help="A target's serial (a file's name); repeatable.")
]
Spec = Annotated[
    Path | None,
    typer.Option("--spec", metavar="SPEC|BUNDLE", help="Each target must meet its disk.match and disk.wipe."),
]
Match = Annotated[
    list[str] | None, typer.Option("--match", metavar="KEY=VALUE", help="A selector that each target must meet.")
]
Whole = Annotated[bool, typer.Option("--whole", help="Also fill with zeros what the image does not use (slow).")]


def flash(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A finished image, like out/stick.img.")],
    to: To,
    yes: Yes = None,
    spec: Spec = None,
    var: Var = None,
    each: Each = None,
    match: Match = None,
    whole: Whole = False,
    as_json: Json = False,
) -> None:
    """Write a finished image to one or more disks at once, then read all of it back and compare.

    Only what the image uses is written; a disk that fails or is pulled out is left without a partition table.

    Example: hvsbuild flash out/stick.img --to /dev/disk/by-id/usb-SanDisk_Extreme_4C530001-0:0
    """
    manifest = options.source_of(spec, var, None, each=each)[0].manifest if spec else None
    rules = ([manifest.disk] if manifest else []) + ([rule_of(match)] if match else [])
    mapped, outcomes = write(image, to, rules, manifest, yes or [], whole=whole, quiet=as_json)
    if as_json:
        document({"image": str(image), "mapped": mapped, **as_data(outcomes)})
    report(outcomes, as_json)


def write(
    image: Path,
    to: Sequence[Path],
    rules: Sequence[DiskRule],
    manifest: Manifest | None,
    yes: Sequence[str],
    *,
    whole: bool = False,
    quiet: bool,
) -> tuple[int, list[Outcome]]:
    """Choose, confirm, write, read back. The bytes that the image maps, and what became of each target."""
    from hvsbuild.fleet.choose import choose
    from hvsbuild.fleet.flash import flash
    from hvsbuild.formats import imagemap

    confirm(choose(image, to, rules, manifest), yes)
    with watching(quiet=quiet) as progress:
        reading, path = partial(progress, image.name, "reading"), imagemap.path_beside(image)
        missing = not path.exists() and os.access(image.parent, os.W_OK)
        found = imagemap.write(image, path, reading) if missing else imagemap.load(image, reading)
        return found.mapped, list(flash(image, found, list(to), progress, whole=whole))


def as_data(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What became of the targets, for --json."""
    failed = sum(1 for one in outcomes if one.error)
    return {"targets": [one.to_dict() for one in outcomes], "failed": failed}


def bmap(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A finished image, like out/stick.img.")],
    as_json: Json = False,
) -> None:
    """Write an image's block map beside it (IMAGE.bmap): what a disk must receive, with checksums, for bmaptool.

    Example: hvsbuild bmap out/stick.img
    """
    from hvsbuild.formats import imagemap

    path = imagemap.path_beside(image)
    with watching(quiet=as_json) as progress:
        mapped = imagemap.write(image, path, partial(progress, image.name, "reading")).mapped
    if as_json:
        document({"image": str(image), "map": str(path), "mapped": mapped})
    else:
        typer.echo(f"{path}: {mapped / 1e6:.0f} of {image.stat().st_size / 1e6:.0f} MB are mapped")


def rule_of(match: Sequence[str]) -> DiskRule:
    """The selectors of --match, checked as those of a spec."""
    from pydantic import ValidationError

    from hvsbuild.bundle.manifest import DiskRule
    from hvsbuild.spec.disk import Match as Model

    given: dict[str, Any] = dict(options.pairs(match, "--match"))
    if given.get("removable") in ("true", "false"):
        given["removable"] = given["removable"] == "true"
    try:
        Model.model_validate(given)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise typer.BadParameter(f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}", param_hint="--match") from None
    return DiskRule(match=given, wipe="always", size=None, letter="", partition=1, system=1)


def confirm(chosen: Sequence[Choice], yes: Sequence[str]) -> None:
    """`Refused` unless every target is named by its serial, with --yes or typed; a bare "y" names none."""
    given, meant = [word.strip().casefold() for word in yes], [word.casefold() for one in chosen for word in one.proofs]
    unnamed = [one for one in chosen if not any(proof.casefold() in given for proof in one.proofs)]
    strange = [word for word in given if word not in meant]
    if yes and (unnamed or strange):
        seen = "".join(f"\n    no --yes for {one.text}" for one in unnamed)
        seen += "".join(f"\n    --yes {word} is the serial of no target" for word in strange)
        raise Refused(NOT_CONFIRMED, seen=seen, do=" ".join(f"--yes {one.proofs[0]}" for one in chosen))
    for one in unnamed:
        _ask(one)


def _ask(choice: Choice) -> None:
    if not sys.stdin.isatty():
        seen = f"no terminal to ask at, and no --yes; {choice.text}"
        raise Refused(NOT_CONFIRMED, seen=seen, do=f"--yes {choice.proofs[0]}")
    what = "serial" if choice.proofs[0] not in (choice.path.name, str(choice.path)) else "name"
    typer.echo(f"This will be WIPED: {choice.text}\nType its {what} to go on: ", err=True, nl=False)
    given = sys.stdin.readline().strip()
    if given.casefold() not in [proof.casefold() for proof in choice.proofs]:
        seen = f"{given!r} is not the {what} of {choice.text}"
        raise Refused(NOT_CONFIRMED, seen=seen, do=f"type {choice.proofs[0]}, if that disk is meant")


def report(outcomes: Sequence[Outcome], as_json: bool) -> None:
    """Tell what became of the targets; end with 1 when one of them failed."""
    for one in outcomes if not as_json else ():
        for note in one.notes:
            say(f"note: {note}")
        if one.error:
            say(f"error: {one.error.text()}")
        else:
            typer.echo(f"{one.target}: {one.written / 1e6:.0f} MB written, read back and equal")
    if any(one.error for one in outcomes):
        raise typer.Exit(1)


@contextmanager
def watching(*, quiet: bool) -> Iterator[Progress]:
    """A live line for each target on a terminal; a line for each phase elsewhere."""
    if quiet:
        yield lambda _target, _phase, _done, _total: None
        return
    if not sys.stderr.isatty():
        yield _lines()
        return
    from hvsbuild.cli.display import bars

    with bars() as display:
        tasks: dict[tuple[str, str], Any] = {}

        def progress(target: str, phase: str, done: int, total: int) -> None:
            key = (target, phase)
            if key not in tasks:
                tasks[key] = display.add_task(f"{phase:<9} {target.rsplit('/', 1)[-1]}", total=total)
            display.update(tasks[key], completed=done, total=total)

        yield progress


def _lines() -> Callable[[str, str, int, int], None]:
    seen = set()

    def progress(target: str, phase: str, _done: int, total: int) -> None:
        if (target, phase) not in seen:
            seen.add((target, phase))
            say(f"{target}: {phase} {total / 1e6:.0f} MB")

    return progress
