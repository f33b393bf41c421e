"""For the diskpart tests: a bench with one stick, scripts run on it as one transaction, other tools' opinions."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest

from hvsbuild.formats.partitions import Table
from hvsbuild.formats.table import read_table
from hvsbuild.hosts.bench.diskpart import run_script
from hvsbuild.hosts.bench.machine import Disk, Machine
from hvsbuild.hosts.bench.tool import Console

MIB, GIB = 1 << 20, 1 << 30
EPOCH = 1_767_225_600  # 2026-01-01
IDENTITY = uuid.UUID(int=5)


def bench(folder: Path, stick: int = 5 * GIB, identity: uuid.UUID = IDENTITY) -> Machine:
    """A machine with an empty, sparse stick of `stick` bytes as disk 1."""
    machine = Machine.create(folder, identity, EPOCH)
    with (folder / "stick.img").open("wb") as file:
        file.truncate(stick)
    machine.add_disk(Disk(0, file="stick.img"))
    machine.save()
    return machine


def run(machine: Machine, *lines: str) -> tuple[int, str]:
    """Exit code and printed text of a script of these lines, kept as a whole."""
    console = Console()
    with machine.transaction():
        code = run_script("".join(line + "\r\n" for line in lines).encode(), "test.diskpart", machine, console)
    return code, console.text()


def ok(machine: Machine, *lines: str) -> str:
    """What a script printed that must succeed."""
    code, text = run(machine, *lines)
    assert code == 0, text
    return text


def table(machine: Machine, disk: int = 1) -> Table | None:
    with machine.open_disk(disk) as device:
        return read_table(device)


def program(name: str) -> str:
    found = shutil.which(name, path="/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/bin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def output(name: str, *words: str | Path) -> str:
    """What a program prints; it must succeed."""
    done = subprocess.run([program(name), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def sfdisk(path: Path) -> dict[str, Any]:
    return json.loads(output("sfdisk", "-J", path))["partitiontable"]  # type: ignore[no-any-return]


def carve(path: Path, start: int, size: int, to: Path) -> Path:
    """A partition of an image as a sparse file of its own, for tools that take volume files."""
    words = ["dd", f"if={path}", f"of={to}", "bs=64K", f"skip={start >> 16}", f"count={-(-size >> 16)}", "conv=sparse"]
    subprocess.run(words, check=True, capture_output=True)
    with to.open("r+b") as file:
        file.truncate(size)
    return to
