"""The seed's own scripts on a small bench, one after the other; and other people's programs to read what they made.

Stage X is the machine just before the script of task X ran: stick of 300 MB (disk 1), VHD of 64 MiB, a phony image.
"""

from __future__ import annotations

import io
import json
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dissect.regf import RegistryHive

from hvsbuild.bundle.manifest import TaskEntry
from hvsbuild.hosts.bench.machine import Disk, Machine
from hvsbuild.hosts.bench.tool import Console
from hvsbuild.hosts.bench.worker import run_script
from hvsbuild.run.binding import bind
from tests.bench.diskparting import carve, output
from tests.golden import HERE as GOLDEN
from tests.golden import case_bundle, golden

SMALL = GOLDEN / "vhd-create" / "small.yaml"
EPOCH = 1767225600
FINGERPRINT = "f" * 64
BINDINGS = {"disk.number": "1", "input.image": "C:\\install.wim", "input.image.fingerprint": FINGERPRINT}
STICK_SIZE = 300_000_000
WORK_VHD = Path("C", "hvsbuild", "hvs-2008-r2-usb", "hvsOS.vhd")
TASKS = case_bundle(SMALL).manifest.tasks
# Only the size of the VHD is not the seed's.
CASES = {"vhd-create": "small"}


@dataclass
class Bench:
    """A machine in a folder, and readers of what is in it that are not hvsbuild's."""

    machine: Machine

    @property
    def folder(self) -> Path:
        return self.machine.folder

    @property
    def stick(self) -> Path:
        return self.folder / "stick.img"

    @property
    def vhd(self) -> Path:
        """The VHD in the workspace."""
        return self.folder / WORK_VHD

    def try_script(self, script: bytes, tool: str) -> tuple[int, str]:
        console = Console()
        code = run_script(self.machine, console, f"test.{tool}", tool, bind(script, BINDINGS, tool))
        return code, console.text()

    def run(self, task: str, case: str = "") -> str:
        """Run a golden script of the task's kind; it must succeed. What it printed."""
        entry = next((one for one in TASKS if one.id == task), None)
        kind = entry.kind if entry else task.rsplit("-", 1)[0]
        tool = entry.tool if entry else "cmd"
        code, text = self.try_script(golden(kind, task, case or CASES.get(task, "seed")), tool)
        assert code == 0, text
        return text

    def remembered(self) -> dict[str, Any]:
        """The machine's memory as it is on the disk."""
        return json.loads((self.folder / "machine.json").read_text())  # type: ignore[no-any-return]

    def table(self, disk: Path) -> dict[str, Any]:
        return json.loads(output("sfdisk", "-J", disk))["partitiontable"]  # type: ignore[no-any-return]

    def volume(self, disk: Path) -> Path:
        """The first partition of a disk as a volume file of its own."""
        (first, *_) = self.table(disk)["partitions"]
        return carve(disk, first["start"] * 512, first["size"] * 512, self.folder / f"{disk.stem}.volume")

    def read(self, disk: Path, path: str) -> bytes:
        """A file in the first partition, read by ntfscat; empty when it is not there."""
        volume = self.volume(disk)
        return subprocess.run(["ntfscat", "-f", "-q", volume, path], capture_output=True, check=False).stdout

    def hive(self, disk: Path, path: str) -> RegistryHive:
        return RegistryHive(io.BytesIO(self.read(disk, path)))

    def copy(self, to: Path) -> Bench:
        """The machine in another folder; what is a hole stays one."""
        to.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", "--sparse=always", "--", self.folder, to], check=True)
        return Bench(Machine(to))


def value(hive: RegistryHive, key: str, name: str) -> Any:
    """The data of a value as dissect reads it; None when key or value is not there."""
    at = hive.root()
    for part in key.split("\\"):
        found = {one.name.casefold(): one for one in at.subkeys()}.get(part.casefold())
        if found is None:
            return None
        at = found
    return {one.name: one.value for one in at.values()}.get(name or "(Default)")


def new(folder: Path, wim: Path) -> Bench:
    """An empty machine with a blank stick, and the image on its drive C:."""
    machine = Machine.create(folder, uuid.UUID(int=5), EPOCH)
    with (folder / "stick.img").open("wb") as file:
        file.truncate(STICK_SIZE)
    (folder / "C" / "install.wim").symlink_to(wim)
    machine.add_disk(Disk(0, file="stick.img"))
    machine.save()
    return Bench(machine)


def make_all(folder: Path, wim: Path) -> None:
    """Run all scripts in their order; ahead of each, keep the machine as `folder`/TASK, and at last as `folder`/end."""
    bench = new(folder / "running", wim)
    for task in TASKS:
        bench.copy(folder / task.id)
        bench.run(task.id)
    bench.copy(folder / "end")


def entry(task: str) -> TaskEntry:
    return next(one for one in TASKS if one.id == task)
