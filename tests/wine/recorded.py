"""The bench's reader with tools that only record, to be compared with Wine's cmd.exe and its stand-ins."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from hvsbuild.bundle.manifest import TaskEntry
from hvsbuild.bundle.render import Bundle
from hvsbuild.formats.filesystem import walk
from hvsbuild.hosts.bench import registry
from hvsbuild.hosts.bench.batch import run_batch
from hvsbuild.hosts.bench.machine import Disk, Machine
from hvsbuild.hosts.bench.tool import Console, Word
from tests.boot import sticks
from tests.wine.bundles import ENTRIES, bound, file_name, in_run_cmd, letters, temporary
from tests.wine.wine import TOOLS, Done

Call = tuple[str, ...]


class Recorder:
    """A bench with volumes for letters; its tools do what standin.c does."""

    def __init__(self, folder: Path, letters: str, fail: Mapping[int, int] | None = None) -> None:
        self.machine = Machine.create(folder, uuid.UUID(int=11), 1767225600)
        self.calls: list[Call] = []
        self.fail = fail or {}
        for number, letter in enumerate(letters, 1):
            volume = sticks.ntfs_volume(folder / f"{letter}.volume", 4 << 20, {})
            sticks.disk(folder / f"{letter}.img", volume)
            self.machine.add_disk(Disk(number, file=f"{letter}.img"))
            self.machine.state.letters[letter] = (number, 1)
        self.machine.save()

    def tool(self, argv: list[Word], machine: Machine, console: Console) -> int:
        script = ""
        if len(argv) == 3 and argv[1] == "/s":
            script = machine.host_path(argv[2]).read_bytes().decode()
        self.calls.append((str(argv[0]), *map(str, argv[1:]), script))
        code = self.fail.get(len(self.calls), 0)
        _before, found, rest = script.partition('create vdisk file="')
        if found and not code:
            with machine.volume("C") as volume:
                volume.write(machine.split_path(rest.split('"')[0])[1], b"a VHD")
        entries = machine.host_path(ENTRIES)
        if "/enum" in argv and entries.exists() and not code:
            for line in entries.read_bytes().decode().splitlines():
                console.print(line)
        if argv[1:2] == ["query"] and argv[3:] == ["/v", "Current"] and not code:
            console.print("    Current    REG_DWORD    0x1")
        return code

    @contextmanager
    def tools(self) -> Iterator[None]:
        programs = {**registry.PROGRAMS, **dict.fromkeys(TOOLS, self.tool)}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(registry, "PROGRAMS", programs)
            patch.setattr(registry, "TOOLS", {**programs, **registry.INTERNAL})
            yield

    def write(self, windows: str, data: bytes) -> None:
        path = self.machine.host_path(windows)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def run(self, script: str, *words: str) -> Done:
        """Run a script of drive C: with `cmd /d /c`."""
        folder, _, name = script.rpartition("\\")
        console = Console()
        with self.tools(), self.machine.transaction():
            text = self.machine.host_path(script).read_bytes()
            code = run_batch(text, name, self.machine, console, words, script_dir=folder)
        return Done(code, tuple(console.lines))

    def read(self, windows: str) -> bytes:
        """A file of any drive."""
        letter, path = self.machine.split_path(windows)
        with self.machine.reader(letter) as tree:
            return tree.read(path)

    def files(self, letter: str) -> dict[str, bytes]:
        """Path (with /) and content of all files of a drive."""
        with self.machine.reader(letter) as tree:
            found = [entry.path for entry in walk(tree) if not entry.is_dir]
            paths = [path for path in found if not path.startswith(("\\$", "\\."))]
            return {path[1:].replace("\\", "/"): tree.read(path) for path in paths}


def owners(bundle: Bundle, folder: Path) -> tuple[list[Call], list[TaskEntry]]:
    """The calls that a bundle's scripts make, each script run alone on the bench, and the task that each belongs to."""
    bench, found = Recorder(folder, letters(bundle.manifest)), list[TaskEntry]()
    for task in in_run_cmd(bundle):
        file = temporary(bundle) + file_name(task)
        bench.write(file, bound(bundle, task))
        if task.tool == "cmd":
            assert bench.run(file).code == 0, task.id
        else:
            bench.tool([Word("diskpart"), Word("/s"), Word(file)], bench.machine, Console())
        found += [task] * (len(bench.calls) - len(found))
    return bench.calls, found
