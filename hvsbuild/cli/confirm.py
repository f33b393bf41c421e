"""Proof that a person means this disk: its serial, typed or given with --yes. A bare "y" does not do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from hvsbuild.errors import Refused

if TYPE_CHECKING:
    from hvsbuild.hosts.host import DiskInfo

Yes = Annotated[
    str | None, typer.Option("--yes", metavar="SERIAL", help="The serial (or unique id) of the disk to be wiped.")
]
NOT_CONFIRMED = "The disk to be wiped was not confirmed"


def confirmation(yes: str | None) -> Callable[[DiskInfo], None]:
    """What asks: compares --yes, or lets a person type; `Refused` unless it is the disk's serial or unique id."""

    def confirm(disk: DiskInfo) -> None:
        from hvsbuild.run.binding import describe

        names = [name for name in (disk.serial, disk.unique_id) if name]
        if not names:
            raise Refused(
                "The disk has nothing that tells it from another",
                seen=describe(disk),
                why="with neither serial nor unique id nobody can say which disk would be wiped",
                do="use another stick",
            )
        given = yes if yes is not None else _ask(disk, names[0])
        if given.strip().casefold() not in [name.casefold() for name in names]:
            do = f"give the serial of the disk that is meant: --yes {names[0]}"
            raise Refused(NOT_CONFIRMED, seen=f"{given!r} is not the serial of {describe(disk)}", do=do)

    return confirm


def _ask(disk: DiskInfo, name: str) -> str:
    from hvsbuild.run.binding import describe

    if not sys.stdin.isatty():
        raise Refused(NOT_CONFIRMED, seen=f"no terminal to ask at, and no --yes; {describe(disk)}", do=f"--yes {name}")
    typer.echo(f"This disk will be WIPED: {describe(disk)}", err=True)
    return input("Type its serial to go on: ")
