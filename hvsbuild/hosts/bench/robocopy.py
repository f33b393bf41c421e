"""robocopy: files from one folder to another, with robocopy's exit codes (a sum of bits, 8 and above is a failure).

Source: learn.microsoft.com, "robocopy". The real one compares sizes and times, the bench sizes and bytes (times are the
frozen clock's): a file that is the same is skipped by both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial

from hvsbuild.formats.filesystem import Entry
from hvsbuild.hosts.bench.filecopy import At, Failed, copy_file, full_disk, locate, look, same_content
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word

COPIED, EXTRA, FAILED, FATAL = 1, 2, 8, 16
QUIET = ("/np", "/nfl", "/ndl", "/njh", "/njs", "/ns", "/nc", "/j")  # change what is shown, or how fast it is
VALUED = re.compile(r"/(r|w):\d+|/copy:dat", re.IGNORECASE)


@dataclass(frozen=True)
class Request:
    """What a command line asks for."""

    source: Word
    target: Word
    patterns: tuple[str, ...]
    deep: bool
    again: bool = False  # also what is the same

    def wants(self, name: str) -> bool:
        return any(fnmatchcase(name.casefold(), pattern) for pattern in self.patterns)


def parse(argv: list[Word]) -> Request:
    words: list[Word] = []
    deep = again = False
    for word in argv[1:]:
        if not word.startswith("/"):
            words.append(word)
        elif word.lower() == "/e":
            deep = True
        elif word.lower() == "/is":
            again = True
        elif word.lower() not in QUIET and not VALUED.fullmatch(word):
            known = "/e /is /r:n /w:n /copy:dat " + " ".join(QUIET)
            raise BenchRefusal(f"robocopy {word}", column=word.column, hint="known: " + known)
    if len(words) < 2:
        raise BenchRefusal("robocopy without a source and a target", column=argv[0].column)
    source, target, *names = words
    for name in names:
        if set(name) & set('\\/:"[]'):
            raise BenchRefusal(f"robocopy: {name} is no file name", column=name.column)
    patterns = tuple("*" if name == "*.*" else name.casefold() for name in names) or ("*",)
    return Request(source, target, patterns, deep, again)


def robocopy(argv: list[Word], machine: Machine, console: Console) -> int:
    request = parse(argv)
    try:
        source = locate(machine, request.source)
        there = look(machine, source)
        if there is None or not there.is_dir:
            raise Failed("The system cannot find the path specified.", 3)
        target = locate(machine, request.target)
        look(machine, target)
    except Failed as failure:
        console.print(f"ERROR {failure.code} (0x{failure.code:08X})")
        console.print(failure.message)
        return FATAL
    try:
        return _folder(machine, console, request, source, target)
    except Failed as failure:
        console.print(f"ERROR {failure.code} (0x{failure.code:08X}) Creating Destination Directory {target}")
        console.print(failure.message)
        return FATAL


def _entries(machine: Machine, at: At) -> dict[str, Entry]:
    with machine.reader(at.letter) as tree:
        return {entry.name.casefold(): entry for entry in tree.children(at.rest)}


def _folder(machine: Machine, console: Console, request: Request, source: At, target: At) -> int:
    """One folder, and with /e those in it; the sum of the bits."""
    there = look(machine, target)
    if there is None:
        with full_disk(machine), machine.volume(target.letter) as volume:
            volume.make_folder(target.rest)
    elif not there.is_dir:
        raise Failed("The directory name is invalid.", 267)
    wanted, old = _entries(machine, source), _entries(machine, target)
    code = EXTRA if any(_extras(request, wanted, old)) else 0
    for key, entry in wanted.items():
        if entry.is_dir:
            if request.deep:
                code |= _folder(machine, console, request, source / entry.name, target / entry.name)
        elif request.wants(entry.name):
            if key in old and old[key].is_dir:
                raise BenchRefusal(f"robocopy: {target / entry.name} is a folder, not a file")
            code |= _file(machine, console, source / entry.name, target / entry.name, again=request.again)
    return code


def _extras(request: Request, wanted: dict[str, Entry], old: dict[str, Entry]) -> Iterator[str]:
    """What only the target has. Without /e its folders are taken as not looked at (not verified)."""
    for key, entry in old.items():
        if key not in wanted and (request.deep if entry.is_dir else request.wants(entry.name)):
            yield key


def _file(machine: Machine, console: Console, source: At, target: At, *, again: bool) -> int:
    if not again and same_content(machine, source, target):
        return 0
    try:
        copy_file(machine, source, target, partial(console.progress, f"robocopy {source.name}"))
    except Failed as failure:
        console.print(f"ERROR {failure.code} (0x{failure.code:08X}) Copying File {source}")
        console.print(failure.message)
        return FAILED
    console.print(f"    New File  {source.name}")
    return COPIED
