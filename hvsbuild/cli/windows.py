"""`apply` and `plan` on the Windows machine itself."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hvsbuild.errors import HvsError

if TYPE_CHECKING:
    from hvsbuild.bundle.render import Bundle
    from hvsbuild.hosts.windows.probe import Finding
    from hvsbuild.run.decide import Decision
    from hvsbuild.run.report import Report

HostName = Annotated[str, typer.Option("--host", help="windows or bench (default: this machine's own).")]


def chosen(host: str) -> bool:
    """Whether a command is for the Windows host; an error when it is named on another system."""
    name = host or ("windows" if sys.platform == "win32" else "bench")
    if name not in ("bench", "windows"):
        raise typer.BadParameter(f"{host!r} is not windows or bench", param_hint="--host")
    if name == "windows" and sys.platform != "win32":
        do = "run it on Windows, or rehearse it with --host bench"
        raise HvsError("This is not a Windows machine", seen=f"--host windows on {sys.platform}", do=do)
    if name == "bench" and sys.platform == "win32":
        do = "use a Linux machine (WSL is one), or --host windows"
        raise HvsError("The bench needs Linux", seen="--host bench on Windows", do=do)
    return name == "windows"


def folder_of(source: Path, out: Path | None, disk: Path | None) -> Path:
    """Where the journal lies: given, or around the bundle."""
    if disk:
        raise typer.BadParameter("on Windows the spec's disk.match says which disk it is", param_hint="--disk")
    if out or source.is_dir():
        return out or source.resolve().parent
    raise typer.BadParameter("say where the journal goes: -o DIR", param_hint="-o")


def apply(
    bundle: Bundle, inputs: Mapping[str, Path], folder: Path, yes: str | None, reset: Collection[str], *, quiet: bool
) -> Report:
    """Run a bundle on this machine, on the disk that it means and that `yes` (or the person at it) confirms."""
    from hvsbuild.cli.confirm import confirmation
    from hvsbuild.cli.display import watcher
    from hvsbuild.run import windows_session

    with watcher(quiet=quiet) as watch:
        return windows_session.apply(bundle, folder, inputs, watch, confirmation(yes), reset=reset)


def plan(
    bundle: Bundle, inputs: Mapping[str, Path], folder: Path, reset: Collection[str]
) -> tuple[Decision, list[Finding]]:
    """What would run on this machine, and what of it is not fit for that."""
    from hvsbuild.run import windows_session

    return windows_session.plan(bundle, folder, inputs, reset=reset)
