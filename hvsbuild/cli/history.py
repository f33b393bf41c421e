"""`log` and `seal`: what a run did, and a bundle that was edited on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hvsbuild.cli.options import Json
from hvsbuild.cli.output import document, say
from hvsbuild.errors import HvsError


def log(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A build folder.")],
    run: Annotated[int | None, typer.Option("--run", help="The number of a run (default: the last).")] = None,
    output: Annotated[bool, typer.Option("--output", help="Also what each script printed.")] = False,
    as_json: Json = False,
) -> None:
    """Tell the story of a run: when, what ran, how long, bound values, exit codes, output.

    Example: hvsbuild log out --output
    """
    from hvsbuild.run.journal import Journal, read_events
    from hvsbuild.run.story import ending, tell

    files = Journal(folder / "journal").files() if (folder / "journal").is_dir() else []
    if not files:
        raise HvsError("There is no journal", seen=str(folder), do="name the folder that build or apply worked in")
    numbers = {int(file.stem): file for file in files}
    if run is not None and run not in numbers:
        raise typer.BadParameter(f"there is no run {run}; there are {', '.join(map(str, numbers))}", param_hint="--run")
    chosen = run if run is not None else max(numbers)
    events = list(read_events(numbers[chosen]))
    if as_json:
        document({"run": chosen, "ending": ending(events), "events": events})
        return
    typer.echo(f"run {chosen} of {len(files)}: {ending(events)}")
    for line in tell(events, output=output):
        typer.echo(line)


def seal(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="A bundle whose scripts were edited on purpose.")],
    before: Annotated[
        Path | None, typer.Option("--before", help="The bundle as it was (default: what git has committed).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Seal an edited bundle again, and show what was edited. Rendering the spec again is the better way.

    Example: hvsbuild seal out/bundle --before reviewed/bundle
    """
    from hvsbuild.bundle.reseal import reseal

    edits, sealed = reseal(bundle, before)
    if as_json:
        document({"edited": {edit.path: edit.diff for edit in edits}, "seal": sealed})
        return
    for edit in edits:
        typer.echo(edit.diff, nl=False)
    say(f"{bundle}: {len(edits)} edited, sealed as {sealed[:16]}")
