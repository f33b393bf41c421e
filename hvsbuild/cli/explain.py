"""`why` and `graph`: a plan explained, a task at a time or as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hvsbuild.cli import options, windows
from hvsbuild.cli.options import Disk, Each, Input, Json, MaybeOut, Source, Var
from hvsbuild.cli.output import document

if TYPE_CHECKING:
    from hvsbuild.bundle.manifest import Manifest, TaskEntry
    from hvsbuild.run.decide import Verdict

WOULD_NOT = "would not run"
WORDS = {"run": "would run", "unchanged": WOULD_NOT, "not needed": WOULD_NOT, "bracket": "runs around others"}


def why(
    task: Annotated[str, typer.Argument(metavar="TASK", help="The id of a task, like vhd-copy.")],
    source: Source,
    out: MaybeOut = None,
    var: Var = None,
    each: Each = None,
    inputs: Input = None,
    disk: Disk = None,
    as_json: Json = False,
) -> None:
    """Say why a task would run or not, what it brings about, what it needs and what needs it.

    Example: hvsbuild why vhd-copy specs/hyperv-server-2008-r2-usb.yaml -o out
    """
    windows.chosen("bench")
    from hvsbuild.run import session

    bundle, given = options.source_of(source, var, inputs, each=each)
    entry = _task(bundle.manifest, task)
    place = options.build_folder(source, options.item_folder(out, each) if out else None, disk)
    decision = session.plan(bundle, session.Folder(place) if place else None, given, disk)
    found = explain(bundle.manifest, entry, decision.verdicts[task])
    if as_json:
        document(found)
    else:
        typer.echo("\n".join(_lines(found)))


def graph(
    source: Source,
    format: Annotated[
        Literal["dot", "mermaid", "json", "svg"], typer.Option("--format", help="How to write it.")
    ] = "dot",
    var: Var = None,
    each: Each = None,
    as_json: Json = False,
) -> None:
    """Print the tasks and what they need, for Graphviz or Mermaid, as JSON, or drawn as SVG.

    Example: hvsbuild graph specs/hyperv-server-2008-r2-usb.yaml | dot -Tsvg > plan.svg
    """
    from hvsbuild.review.graph import FORMATS

    bundle, _ = options.source_of(source, var, None, each=each)
    typer.echo(FORMATS["json" if as_json else format](bundle.manifest), nl=False)


def _task(manifest: Manifest, id: str) -> TaskEntry:
    from hvsbuild.spec.diagnostics import choose

    ids = [task.id for task in manifest.tasks]
    if id not in ids:
        raise typer.BadParameter(f"there is no task {id!r}; {choose(id, ids, 'the tasks are')}", param_hint="TASK")
    return manifest.task(id)


def explain(manifest: Manifest, task: TaskEntry, verdict: Verdict) -> dict[str, Any]:
    """All that there is to say about a task, as data."""
    return {
        "task": task.id,
        "kind": task.kind,
        "action": verdict.action,
        "reason": verdict.reason,
        "destructive": task.destructive,
        "goal": task.goal,
        "brings_about": [
            {"state": state.title(), "place": state.place, "lacking": state.title() in verdict.failing}
            for state in task.states
        ],
        "needs": task.needs,
        "needed_by": [other.id for other in manifest.tasks if task.id in other.needs],
        "inside": task.inside,
        "script": task.script,
    }


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['task']} {WORDS[found['action']]}: {found['reason']}"
    if found["destructive"]:
        yield "  it WIPES the stick"
    for one in found["brings_about"]:
        yield f"  {'lacking  ' if one['lacking'] else 'wanted   '} {one['state']}"
    for label, key in (("needs", "needs"), ("needed by", "needed_by"), ("inside", "inside")):
        if found[key]:
            yield f"  {label:<9} {', '.join(found[key])}"
    yield f"  {'script':<9} {found['script']}"
