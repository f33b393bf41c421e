"""A Linux machine that looks like Windows to the host: a PATH of stand-ins, and `Native` answered from the bench."""

from __future__ import annotations

import json
import os
import shlex
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

from hvsbuild.hosts.windows.native import Native

ROOT = Path(__file__).parents[2]
PROGRAMS = ("diskpart", "cmd", "powershell", "reg", "dism", "imagex", "bcdboot", "bcdedit", "bootsect")


class BenchNative(Native):
    """`Native` without Windows: paths, disks and registry of the bench in `folder`, programs from `programs`."""

    program_suffix = ""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.programs = folder, programs
        self.elevated, self.flushed, self.used = True, list[str](), ["C"]

    @property
    def state(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.folder / "machine.json").read_text())
        return found

    def is_admin(self) -> bool:
        return self.elevated

    def code_page(self) -> str:
        return "cp850"

    def program_folders(self) -> list[Path]:
        return [self.programs]

    def local(self, path: str) -> Path:
        assert path[:3].upper() == "C:\\", path
        return self.folder / "C" / Path(*path[3:].split("\\"))

    def spell(self, path: Path) -> str:
        return "C:\\" + "\\".join(path.relative_to(self.folder / "C").parts)

    def letters_in_use(self) -> list[str]:
        return self.used

    def registry(self, key: str) -> dict[str, object]:
        if not key.endswith("hivelist"):
            return {}
        loaded = [f"\\REGISTRY\\MACHINE\\{name.split(chr(92))[1]}" for name in self.state["hives"]]  # type: ignore[attr-defined]
        return dict.fromkeys(["\\REGISTRY\\MACHINE\\SYSTEM", *loaded], "\\Device\\HarddiskVolume9\\x")

    def open_disk(self, number: int) -> int:
        (file,) = (disk["file"] for disk in self.state["disks"] if disk["number"] == number)  # type: ignore[attr-defined]
        return os.open(self.folder / file, os.O_RDONLY)

    def open_volume(self, letter: str) -> int:
        raise NotImplementedError(letter)

    def size(self, descriptor: int) -> int:
        return os.lseek(descriptor, 0, os.SEEK_END)

    def flush(self, letter: str) -> None:
        self.flushed.append(letter)

    def scratch(self) -> Path:
        return self.folder.parent

    def protect(self, folder: Path) -> None:
        folder.chmod(0o700)

    def start_options(self) -> dict[str, int]:
        return {"start_new_session": True}

    def end(self, process: int) -> None:
        os.killpg(process, 9)


def make_programs(folder: Path, machine: Path, epoch: int) -> None:
    """Write the stand-ins into `folder`; those that change the bench see its frozen clock."""
    folder.mkdir()
    clock = datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S")
    path = os.pathsep.join(part for part in sys.path if part)
    given = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "PYTHONPATH": f"{ROOT}:{path}"}
    standin = str(Path(__file__).with_name("standin.py"))
    for name in PROGRAMS:
        frozen = [] if name == "powershell" else ["faketime", "-f", clock]
        python = [sys.executable, "-S", "-E"] if name == "powershell" else [sys.executable]
        words = [*(f"{one}={value}" for one, value in given.items()), *frozen, *python, standin, str(machine), name]
        file = folder / name
        file.write_text(f'#!/bin/sh\nexec env {shlex.join([f"STANDIN_LOG={folder}/log", *words])} "$@"\n')
        file.chmod(0o755)


def make_machine(folder: Path, stick: Path, identity: str, epoch: int, size: int) -> BenchNative:
    """A bench with an empty image file plugged in as the stick, exactly as a build on the bench does it."""
    from hvsbuild.hosts.bench.host import Bench

    with stick.open("wb") as file:
        file.truncate(size)
    bench = Bench(folder, uuid.UUID(identity), epoch)
    bench.plug_in(stick, bus="usb", model="image file", serial=identity[:8].upper())
    bench.close()
    make_programs(folder.parent / "programs", folder, epoch)
    return BenchNative(folder, folder.parent / "programs")
