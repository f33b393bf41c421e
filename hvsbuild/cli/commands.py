"""The commands, one function each."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hvsbuild.cli import (
    bcd,
    codes,
    diff,
    disks,
    explain,
    flash,
    history,
    images,
    init,
    lock,
    options,
    profiles,
    show,
    tweaks,
    validate,
    windows,
)
from hvsbuild.cli.confirm import Yes
from hvsbuild.cli.options import Disk, Each, Input, Json, MaybeOut, Out, Reset, Source, Spec, Templates, Var
from hvsbuild.cli.output import document, say
from hvsbuild.cli.windows import HostName
from hvsbuild.errors import HvsError

if TYPE_CHECKING:
    from hvsbuild.bundle.manifest import Manifest
    from hvsbuild.run.session import Folder
    from hvsbuild.spec.load import LoadedSpec

CHANGES = 2


def render(
    spec: Spec,
    out: Out,
    var: Var = None,
    each: Each = None,
    templates: Templates = None,
    as_json: Json = False,
) -> None:
    """Write the bundle: the scripts to review, their manifest and seal, a review page, a graph.

    Of a spec with for_each each item has its bundle in DIR/ITEM; with --each that item alone.

    Example: hvsbuild render specs/hyperv-server-2008-r2-usb.yaml -o bundle
    """
    from hvsbuild.review.write import write_review

    made: dict[str | None, Any] = {}
    for loaded in options.load_all(spec, var, each):
        reviewed, folder = options.reviewed_of(loaded, templates), options.item_folder(out, loaded.each)
        options.verify(reviewed, quiet=as_json)
        manifest = reviewed.bundle.manifest
        write_review(reviewed, folder, templates)
        made[loaded.each] = {"bundle": str(folder), "seal": manifest.seal, "files": sorted(reviewed.bundle.files())}
        if not as_json:
            typer.echo(f"{folder}: {len(manifest.tasks)} scripts, seal {manifest.seal[:16]}")
    if as_json:
        document(options.of_items(made))


def build(
    spec: Spec,
    out: Out,
    var: Var = None,
    each: Each = None,
    templates: Templates = None,
    disk: Annotated[
        list[Path] | None, typer.Option("--disk", metavar="PATH", help="Then flash it there (see flash); repeatable.")
    ] = None,
    yes: flash.Yes = None,
    as_json: Json = False,
) -> None:
    """Render a spec and run its bundle on the bench: leaves stick.img, the VHD, the bundle and the journal.

    With --disk the finished image is then written to a stick that the spec's disk.match describes, and read back. Of a
    spec with for_each each item is built in DIR/ITEM; with --each that item alone.

    Example: hvsbuild build specs/hyperv-server-2008-r2-usb.yaml --var wim=install.wim -o out
    """
    windows.chosen("bench")
    specs = options.load_all(spec, var, each)
    if disk and len(specs) > 1:
        raise typer.BadParameter("say which item goes to the disk: --each ITEM", param_hint="--disk")
    built: dict[str | None, Any] = {}
    for loaded in specs:
        if loaded.each is not None and not as_json:
            say(f"{loaded.spec.name}:")
        built[loaded.each], manifest = _built(loaded, out, templates, quiet=as_json)
        if not as_json:
            _report(built[loaded.each], as_json)
    if not disk:
        if as_json:
            document(options.of_items(built))
        return
    ((item, done),) = built.items()
    _, outcomes = flash.write(Path(done["image"]), disk, [manifest.disk], manifest, yes or [], quiet=as_json)
    if as_json:
        document(options.of_items({item: done | flash.as_data(outcomes)}))
    flash.report(outcomes, as_json)


def _built(loaded: LoadedSpec, out: Path, templates: Path | None, *, quiet: bool) -> tuple[dict[str, Any], Manifest]:
    """One spec, built on the bench: the report as data."""
    from hvsbuild.cli.display import watcher
    from hvsbuild.review.write import write_review
    from hvsbuild.run import session

    reviewed, folder = options.reviewed_of(loaded, templates), session.Folder(options.item_folder(out, loaded.each))
    write = partial(write_review, reviewed, folder.bundle, templates)
    try:
        given = options.inputs_of(reviewed, fetch=True, quiet=quiet)
        with watcher(quiet=quiet) as watch:
            report = session.apply(reviewed.bundle, folder, given, watch, before=write)
    except HvsError as error:
        if loaded.each is not None:
            error.add_note(f"  item: {loaded.each}")
        raise
    return report.to_dict() | {"image": str(folder.image)}, reviewed.bundle.manifest


def apply(
    source: Source,
    out: MaybeOut = None,
    var: Var = None,
    each: Each = None,
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

    on_windows, out = windows.chosen(host), options.item_folder(out, each) if out else None
    taken = options.take(source, var, inputs, each=each, fetch=True, quiet=as_json)
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
    each: Each = None,
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

    on_windows, out = windows.chosen(host), options.item_folder(out, each) if out else None
    bundle, given = options.source_of(source, var, inputs, each=each)
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
    each: Each = None,
    inputs: Input = None,
    as_json: Json = False,
) -> None:
    """Read a finished stick or image, down to registry values inside its VHD, and name what has drifted.

    Nothing is changed, nothing is mounted. Exit 0: all states hold, 2: drift.

    Example: hvsbuild check specs/hyperv-server-2008-r2-usb.yaml --disk out/stick.img
    """
    from hvsbuild.run.check import check_image

    bundle, given = options.source_of(source, var, inputs, each=each)
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


def schema(
    partial: Annotated[
        bool, typer.Option("--partial", help="The schema of files that specs include: any key may be missing.")
    ] = False,
    as_json: Json = False,  # noqa: ARG001 (a schema is JSON anyway)
) -> None:
    """Print the JSON Schema of specs, for editors.

    Example: hvsbuild schema > hvsbuild.schema.json
    """
    from hvsbuild.spec.schema import json_schema

    typer.echo(json.dumps(json_schema(partial=partial), indent=2))


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
    validate.validate,
    init.init,
    render,
    plan,
    apply,
    build,
    check,
    diff.diff,
    flash.flash,
    flash.bmap,
    explain.why,
    explain.graph,
    codes.explain,
    show.show,
    disks.disks,
    bcd.bcd,
    history.log,
    history.seal,
    lock.lock,
    images.images,
    profiles.profiles,
    tweaks.tweaks,
    doctor,
    schema,
]
