"""Where commands write: the console, NUL, or a file of the bench."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from hvsbuild.formats.filesystem import READ_ONLY
from hvsbuild.hosts.bench.cmd.nodes import Redirect
from hvsbuild.hosts.bench.cmd.text import Text
from hvsbuild.hosts.bench.filecopy import NO_DRIVE, NO_PATH, find
from hvsbuild.hosts.bench.machine import Machine, PathError
from hvsbuild.hosts.bench.tool import BenchRefusal, Console

DEVICES = {"con", "prn", "aux", "nul"}


@dataclass(frozen=True)
class Streams:
    """Output and errors. The bench's tools know one console, so all that they print goes to `out`."""

    out: Console
    err: Console


class RedirectFailed(Exception):
    """The target cannot be opened: cmd prints this and does not run the command."""


@contextmanager
def redirected(
    machine: Machine, streams: Streams, redirects: Sequence[Redirect], expand: Callable[[Text], str]
) -> Iterator[Streams]:
    """The streams with redirections applied, from left to right; files are written when the block ends."""
    handles, files = {1: streams.out, 2: streams.err}, list[tuple[str, str, Console]]()
    for redirect in redirects:
        if redirect.target is None:
            handles[redirect.handle] = handles[redirect.source]
            continue
        name = expand(redirect.target).replace('"', "")
        buffer = Console(progress=streams.out.progress)
        if name.casefold() != "nul":
            _check(machine, redirect, name)
            if any(other.casefold() == name.casefold() for _, other, _ in files):
                raise BenchRefusal("two redirections to one file", line=redirect.place[0], column=redirect.place[1])
            files.append((redirect.mode, name, buffer))
        handles[redirect.handle] = buffer
    try:
        yield Streams(handles[1], handles[2])
    finally:
        for mode, name, buffer in files:
            _write(machine, mode, name, buffer.lines)


def _check(machine: Machine, redirect: Redirect, name: str) -> None:
    if name.casefold().rstrip(":") in DEVICES or set(name) & set("*?"):
        raise BenchRefusal(f"a redirection to {name}", line=redirect.place[0], column=redirect.place[1])
    try:
        letter, rest = machine.split_path(name)
    except PathError as error:
        if name[1:2] != ":":
            raise
        raise RedirectFailed(NO_DRIVE) from error
    with machine.reader(letter) as tree:
        folder, _, _ = rest.rpartition("\\")
        entry, parent = find(tree, rest), find(tree, folder or "\\")
    if parent is None or not parent.is_dir:
        raise RedirectFailed(NO_PATH)
    if entry and (entry.is_dir or entry.attributes & READ_ONLY):
        raise RedirectFailed("Access is denied.")


def _write(machine: Machine, mode: str, name: str, lines: list[str]) -> None:
    letter, rest = machine.split_path(name)
    data = "".join(line + "\r\n" for line in lines).encode()
    with machine.volume(letter) as volume:
        old = volume.read(rest) if mode == ">>" and volume.find(rest) else b""
        volume.write(rest, old + data)
