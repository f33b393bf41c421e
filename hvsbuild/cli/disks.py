"""`disks`: what is plugged in, which of it the spec means, and why each other disk is not meant."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hvsbuild.cli import options
from hvsbuild.cli.options import Each, Json, Var
from hvsbuild.cli.output import document

if TYPE_CHECKING:
    from hvsbuild.hosts.host import DiskInfo


def disks(
    source: Annotated[Path | None, typer.Argument(metavar="[SPEC|BUNDLE]", help="Also say which it means.")] = None,
    var: Var = None,
    each: Each = None,
    as_json: Json = False,
) -> None:
    """List the disks of this machine; with a spec, which one matches and why each other one does not.

    Example: hvsbuild disks specs/hyperv-server-2008-r2-usb.yaml
    """
    from hvsbuild.run.binding import describe, judge

    rule = options.source_of(source, var, None, each=each)[0].manifest.disk if source else None
    found = []
    for path, disk in _windows() if sys.platform == "win32" else _linux():
        against = judge(rule, disk).against if rule else None
        found.append({"path": path, "disk": vars(disk), "matches": against == "", "against": against})
        if not as_json:
            typer.echo(f"{path}\n    {describe(disk)}")
            if against is not None:
                typer.echo(f"    {'MATCHES' if not against else 'no: ' + against}")
    matching = [one for one in found if one["matches"]]
    if as_json:
        document({"disks": found})
    elif rule:
        typer.echo(f"{len(matching)} of {len(found)} match" + ("" if len(matching) == 1 else "; exactly one must"))


def _linux() -> list[tuple[str, DiskInfo]]:
    from hvsbuild.hosts.bench.sysfs import Sysfs

    sysfs, found = Sysfs(), list[tuple[str, Any]]()
    for number, name in enumerate(sysfs.names()):
        disk = sysfs.disk(name)
        if not disk.size:  # a loop device or card reader with nothing in it
            continue
        path = f"/dev/disk/by-id/{disk.links[0]}" if disk.links else f"/dev/{name} (no stable name)"
        found.append((path, disk.info(number)))
    return found


def _windows() -> list[tuple[str, DiskInfo]]:
    from hvsbuild.hosts.windows import WindowsHost

    return [(f"disk {disk.number}", disk) for disk in WindowsHost().disks()]
