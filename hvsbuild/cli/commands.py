"""The commands, one function each."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hvsbuild.cli import disks, explain, flash, history, options, windows
from hvsbuild.cli.confirm import Yes
from hvsbuild.cli.options import Disk, Input, Json, MaybeOut, Out, Reset, Source, Spec, Specs, Templates, Var
from hvsbuild.cli.output import document, say
from hvsbuild.cli.windows import HostName

if TYPE_CHECKING:
    from hvsbuild.run.session import Folder

CHANGES = 2


def validate(specs: Specs, var: Var = None, as_json: Json = False) -> None:
    """Check specs; all errors at once, each with file, line and column.

    Example: hvsbuild validate specs/*.yaml
    """
    from hvsbuild.spec.diagnostics import SpecErrors, render
    from hvsbuild.spec.load import load_spec

    results, wrong = [], False
    for path in specs:
        try:
            loaded = load_spec(path, options.pairs(var, "--var"))
            diagnostics, texts = loaded.diagnostics, [render(one, loaded.text) for one in loaded.diagnostics]
        except SpecErrors as errors:
            wrong, diagnostics, texts = True, errors.diagnostics, [errors.text()]
        results.append({"spec": str(path), "diagnostics": [one.to_dict() for one in diagnostics]})
        if not as_json:
            for text in texts:
                say(text)
            if not any(one.severity == "error" for one in diagnostics):
                typer.echo(f"{path}: ok")
    if as_json:
        document({"specs": results, "valid": not wrong})
    raise typer.Exit(3 if wrong else 0)


def render(spec: Spec, out: Out, var: Var = None, templates: Templates = None, as_json: Json = False) -> None:
    """Write the bundle: the scripts to review, their manifest and seal, a review page, a graph.

    Example: hvsbuild render specs/hyperv-server-2008-r2-usb.yaml -o bundle
    """
    from hvsbuild.review.write import write_review

    reviewed = options.reviewed_of(options.load(spec, var), templates)
    bundle = reviewed.bundle
    write_review(reviewed, out, templates)
    if as_json:
        document({"bundle": str(out), "seal": bundle.manifest.seal, "files": sorted(bundle.files())})
    else:
        typer.echo(f"{out}: {len(bundle.manifest.tasks)} scripts, seal {bundle.manifest.seal[:16]}")


def build(
    spec: Spec,
    out: Out,
    var: Var = None,
    templates: Templates = None,
    disk: Annotated[
        list[Path] | None, typer.Option("--disk", metavar="PATH", help="Then flash it there (see flash); repeatable.")
    ] = None,
    yes: flash.Yes = None,
    as_json: Json = False,
) -> None:
    """Render a spec and run its bundle on the bench: leaves stick.img, the VHD, the bundle and the journal.

    With --disk the finished image is then written to a stick that the spec's disk.match describes, and read back.

    Example: hvsbuild build specs/hyperv-server-2008-r2-usb.yaml --var wim=install.wim -o out
    """
    from hvsbuild.cli.display import watcher
    from hvsbuild.review.write import write_review

    windows.chosen("bench")
    from hvsbuild.run import session

    loaded = options.load(spec, var)
    reviewed = options.reviewed_of(loaded, templates)
    bundle = reviewed.bundle
    folder = session.Folder(out)
    with watcher(quiet=as_json) as watch:
        write = partial(write_review, reviewed, folder.bundle, templates)
        report = session.apply(bundle, folder, options.inputs_of(loaded), watch, before=write)
    done = report.to_dict() | {"image": str(folder.image)}
    if not (disk and as_json):
        _report(done, as_json)
    if not disk:
        return
    manifest = bundle.manifest
    _, outcomes = flash.write(folder.image, disk, [manifest.disk], manifest, yes or [], quiet=as_json)
    if as_json:
        document(done | flash.as_data(outcomes))
    flash.report(outcomes, as_json)


def apply(
    source: Source,
    out: MaybeOut = None,
    var: Var = None,
    inputs: Input = None,
    disk: Disk = None,
    host: HostName = "",
    reset: Reset = None,
    yes: Yes = None,
    as_json: Json = False,
) -> None:
    """Run a bundle: only what is not as it should be, each script exactly as it was reviewed.

    Example: hvsbuild apply out/bundle
    """
    from hvsbuild.cli.display import watcher

    on_windows = windows.chosen(host)
    taken = options.take(source, var, inputs)
    bundle, given = taken.bundle, taken.inputs
    if on_windows:
        report = windows.apply(bundle, given, windows.folder_of(source, out, disk), yes, reset or [], quiet=as_json)
        _report(report.to_dict() | {"image": f"disk {report.bindings['disk.number']}"}, as_json)
        return
    from hvsbuild.run import session

    place = options.build_folder(source, out, disk)
    if place is None:
        raise typer.BadParameter("say where to build: -o DIR", param_hint="-o")
    folder = session.Folder(place)
    with watcher(quiet=as_json) as watch:
        keep = partial(_keep_bundle, taken, folder)
        report = session.apply(bundle, folder, given, watch, disk, before=keep, reset=reset or [])
    _report(report.to_dict() | {"image": str(disk or folder.image)}, as_json)


def plan(
    source: Source,
    out: MaybeOut = None,
    var: Var = None,
    inputs: Input = None,
    disk: Disk = None,
    host: HostName = "",
    reset: Reset = None,
    as_json: Json = False,
) -> None:
    """Show what apply would run, and why; nothing is changed. Exit 0: nothing to do, 2: changes.

    Example: hvsbuild plan specs/hyperv-server-2008-r2-usb.yaml -o out
    """
    from hvsbuild.cli.display import decision_table, findings_table

    on_windows = windows.chosen(host)
    bundle, given = options.source_of(source, var, inputs)
    findings = None
    if on_windows:
        decision, findings = windows.plan(bundle, given, windows.folder_of(source, out, disk), reset or [])
    else:
        from hvsbuild.run import session

        place = options.build_folder(source, out, disk)
        decision = session.plan(bundle, session.Folder(place) if place else None, given, disk, reset or [])
    if as_json:
        machine = {} if findings is None else {"machine": [vars(one) for one in findings]}
        tasks = [vars(one) for one in decision.verdicts.values()]
        document({"tasks": tasks, "run": decision.to_run, "vhd_at": decision.vhd_at, **machine})
    else:
        decision_table(bundle, decision)
        findings_table(findings or [])
    raise typer.Exit(CHANGES if decision.to_run else 0)


def check(
    source: Source,
    disk: Annotated[Path, typer.Option("--disk", metavar="PATH", dir_okay=False, help="The finished stick or image.")],
    var: Var = None,
    inputs: Input = None,
    as_json: Json = False,
) -> None:
    """Read a finished stick or image, down to registry values inside its VHD, and name what has drifted.

    Nothing is changed, nothing is mounted. Exit 0: all states hold, 2: drift.

    Example: hvsbuild check specs/hyperv-server-2008-r2-usb.yaml --disk out/stick.img
    """
    from hvsbuild.run.check import check_image

    bundle, given = options.source_of(source, var, inputs)
    findings = check_image(bundle.manifest, disk, given)
    drifted = [one for one in findings if not one.holds]
    if as_json:
        document({"disk": str(disk), "drift": len(drifted), "states": [vars(one) for one in findings]})
    else:
        for one in drifted:
            typer.echo(f"drift  {one.task}: wanted: {one.wanted}; seen: {one.seen}")
        typer.echo(f"{disk}: {len(findings) - len(drifted)} of {len(findings)} states hold")
    raise typer.Exit(CHANGES if drifted else 0)


def doctor(
    everything: Annotated[bool, typer.Option("--all", help="Also what only the tests and the demo use.")] = False,
    as_json: Json = False,
) -> None:
    """Try every program and library that a build needs, by using it; say how to install what is missing.

    Example: hvsbuild doctor
    """
    from hvsbuild.cli.doctor import examine, install_line

    results = examine(tests=everything)
    missing = [one for one in results if not one.works]
    if as_json:
        tools = [{name.rstrip("_"): value for name, value in vars(one).items()} for one in results]
        document({"tools": tools, "install": install_line(missing)})
    else:
        for group in dict.fromkeys(one.for_ for one in results):
            typer.echo(f"For {'a build' if group == 'build' else 'the tests'}:")
            for one in (one for one in results if one.for_ == group):
                typer.echo(f"  {'ok   ' if one.works else 'FAILS'}  {one.name:<16} {one.what}")
        if missing:
            typer.echo(f"\nTo install what is missing:\n  {install_line(missing)}")
    raise typer.Exit(1 if missing else 0)


def schema(as_json: Json = False) -> None:  # noqa: ARG001 (a schema is JSON anyway)
    """Print the JSON Schema of specs, for editors.

    Example: hvsbuild schema > hvsbuild.schema.json
    """
    from hvsbuild.spec.schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


def _keep_bundle(taken: options.Taken, folder: Folder) -> None:
    """What is applied from a spec is what OUT/bundle holds: the next `apply OUT/bundle` must not go back."""
    if taken.reviewed:
        from hvsbuild.review.write import write_review

        write_review(taken.reviewed, folder.bundle)


def _report(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        document(report)
        return
    for one in report["tasks"]:
        if one["action"] != "bracket":
            reason = "" if one["action"] == "ran" else shorten(one["reason"], 48, placeholder="…")
            typer.echo(f"{one['action']:<11} {one['task']:<18} {reason}".rstrip())
    typer.echo(f"{report['image']}: {'done' if report['changed'] else 'nothing to do'}")


ALL: list[Callable[..., None]] = [
    validate,
    render,
    plan,
    apply,
    build,
    check,
    flash.flash,
    flash.bmap,
    explain.why,
    explain.graph,
    disks.disks,
    history.log,
    history.seal,
    doctor,
    schema,
]
