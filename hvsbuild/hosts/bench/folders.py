"""md and rd: folders, made and removed by cmd.exe. Exit codes as in Wine's cmd tests (see `files`)."""

from __future__ import annotations

from functools import partial

from hvsbuild.formats.filesystem import walk
from hvsbuild.hosts.bench.filecopy import NO_FILE, NO_PATH, At, Failed, full_disk, locate, look
from hvsbuild.hosts.bench.files import NO_SYNTAX, answer, split_switches
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word


def make_folder(argv: list[Word], machine: Machine, console: Console) -> int:
    """`md folder…`, with the folders above it."""
    _, paths = split_switches(argv, ())
    if not paths:
        console.print(NO_SYNTAX)
        return 1

    def act(word: Word) -> None:
        at = locate(machine, word)
        if look(machine, at):
            raise Failed(f"A subdirectory or file {word} already exists.")
        above = at.parent
        while (there := look(machine, above)) is None:
            above = above.parent
        if not there.is_dir:
            raise Failed(NO_PATH)
        with full_disk(machine), machine.volume(at.letter) as volume:
            volume.make_folder(at.rest)

    return max(answer(console, partial(act, word)) for word in paths)


def remove_folder(argv: list[Word], machine: Machine, console: Console) -> int:
    """`rd [/s /q] folder…`; returns a Win32 error, which only `||` and `&&` see: rd never sets the error level."""
    switches, paths = split_switches(argv, ("/s", "/q"))
    if "/s" in switches and "/q" not in switches:
        raise BenchRefusal("rd /s without /q would ask", column=argv[0].column, hint="add /q")
    if not paths:
        console.print(NO_SYNTAX)
        return 1
    code = 0
    for word in paths:
        try:
            _remove(machine, locate(machine, word), everything="/s" in switches)
            code = 0
        except Failed as failure:
            console.print(failure.message)
            code = failure.code
    return code


def _remove(machine: Machine, at: At, *, everything: bool) -> None:
    entry = look(machine, at)
    if at.rest == "\\":
        raise BenchRefusal(f"rd of the root {at}")
    if entry is None:
        raise Failed(NO_FILE, 2) if look(machine, at.parent) else Failed(NO_PATH, 3)
    if not entry.is_dir:
        raise Failed("The directory name is invalid.", 267)
    with machine.volume(at.letter) as volume:
        inside = list(walk(volume, at.rest))
        if inside and not everything:
            raise Failed("The directory is not empty.", 145)
        for one in reversed(inside):
            volume.delete(one.path)
        volume.delete(at.rest)
