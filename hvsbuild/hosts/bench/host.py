"""The bench as a host: observes the folder directly, hands scripts to the worker process."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hvsbuild.errors import HvsError
from hvsbuild.formats import swm
from hvsbuild.formats.block import BlockDevice, FileDevice
from hvsbuild.hosts import tools
from hvsbuild.hosts.bench.machine import Disk, Machine, locked
from hvsbuild.hosts.host import DiskInfo, Mount, Progress, Result

WORKER = ["-m", "hvsbuild.hosts.bench.worker"]  # a test may put another program here
INPUTS = "\\hvsbuild\\inputs"


class WorkerDied(HvsError):
    """The process that ran a script ended before the script did."""


def _link(link: Path, target: Path) -> None:
    """Make a link, or turn an older one to the target."""
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.readlink() != target:
        link.unlink(missing_ok=True)
        link.symlink_to(target)


class Bench:
    """Implements `Host` for the machine in `folder` (made when it is not there)."""

    name = "bench"

    def __init__(self, folder: Path, identity: uuid.UUID, epoch: int) -> None:
        self.folder, self.epoch = folder, epoch
        if not (folder / "machine.json").exists():
            Machine.create(folder, identity, epoch)
        self.machine = Machine(folder)
        with locked(folder):
            self.machine.recover()
        self.process: subprocess.Popen[str] | None = None

    def reload(self) -> Machine:
        """The machine as the worker has left it."""
        self.machine.reload()
        return self.machine

    # --- setting up ---

    def plug_in(
        self, file: Path, *, bus: str = "usb", model: str = "", serial: str = "", removable: bool = False
    ) -> int:
        """Make a file (or block device) the machine's stick; its number. Another one is pulled out first.

        A file in the bench's own folder is known by its name alone, so that the folder can be moved."""
        machine = self.reload()
        folder, path = self.folder.resolve(), file.resolve()
        name = str(path.relative_to(folder) if path.is_relative_to(folder) else path)
        new = Disk(0, name, bus, model, serial, removable)
        for disk in machine.state.disks:
            if disk == replace(new, number=disk.number):
                return disk.number
        for other in [disk.number for disk in machine.state.disks]:
            machine.remove_disk(other)
        made = machine.add_disk(new)
        machine.save()
        return made.number

    def place_input(self, name: str, path: Path | None) -> str | None:
        """A link on C:; of a split image a folder of links, in which the parts have the names that belong together."""
        link = self._input(name)
        if path is None:
            return None
        path = path.resolve()
        _link(link, path)
        if path.suffix.lower() != swm.ENDING or not path.exists():
            return f"C:{INPUTS}\\{name}"
        folder, parts = link.with_name(f"{name}.parts"), swm.parts_of(path)
        for old in folder.iterdir() if folder.is_dir() else ():
            if old.name not in [part.name for part in parts]:
                old.unlink()
        for part in parts:
            _link(folder / part.name, part)
        return f"C:{INPUTS}\\{folder.name}\\{path.name}"

    def _input(self, name: str) -> Path:
        """The link on C: behind which an input lies."""
        return self.folder / "C" / "hvsbuild" / "inputs" / name

    def known_input(self, name: str) -> Path | None:
        link = self._input(name)
        return link.readlink() if link.is_symlink() else None

    # --- observing ---

    def disks(self) -> list[DiskInfo]:
        machine = self.reload()
        found = [DiskInfo(number=0, bus="sata", size=1 << 40, model="the bench's own disk", system=True)]
        for disk in machine.state.disks:
            with machine.open_disk(disk.number) as device:
                size = device.size
            found.append(
                DiskInfo(
                    number=disk.number,
                    bus=disk.bus,
                    size=size,
                    model=disk.model,
                    serial=disk.serial,
                    unique_id=disk.serial,
                    removable=disk.removable,
                    virtual=bool(disk.vdisk),
                )
            )
        return sorted(found, key=lambda one: one.number)

    def letters(self) -> dict[str, Mount]:
        machine = self.reload()
        mounts = {}
        for letter, (number, partition) in machine.state.letters.items():
            disk = machine.disk(number)
            mounts[letter] = Mount(number, partition, disk.vdisk or None if disk else None)
        return mounts

    def attached(self) -> list[str]:
        return [disk.vdisk for disk in self.reload().state.disks if disk.vdisk]

    def hives(self) -> list[str]:
        return list(self.reload().state.hives)

    @contextmanager
    def open_disk(self, number: int) -> Iterator[BlockDevice]:
        disk = self.reload().disk(number)
        if disk is None or not disk.file:
            raise HvsError("There is no such disk on the bench", seen=str(number))
        with FileDevice(self.folder / disk.file) as device:
            yield device

    @contextmanager
    def open_file(self, path: str) -> Iterator[BlockDevice]:
        with FileDevice(self.machine.host_path(path)) as device:
            yield device

    def is_folder(self, path: str) -> bool:
        return self.machine.host_path(path).is_dir()

    # --- running ---

    def _start(self) -> subprocess.Popen[str]:
        clock = datetime.fromtimestamp(self.epoch, UTC).strftime("%Y-%m-%d %H:%M:%S")
        argv = [tools.which("faketime"), "-f", clock, sys.executable, *WORKER, str(self.folder)]
        extra = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "PYTHONPATH": ":".join(path for path in sys.path if path)}
        process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=tools.environment(extra),
            start_new_session=True,  # Ctrl-C is the executor's to handle: it ends the script and takes it back
        )
        self.process = process
        self._receive()
        return process

    def _receive(self) -> dict[str, Any]:
        assert self.process
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait()
            self.process = None
            raise WorkerDied("The bench's process died", seen=f"exit code {code}", do="run it again: it resumes")
        message: dict[str, Any] = json.loads(line)
        return message

    def run(self, name: str, script: bytes, tool: str, progress: Progress) -> Result:
        process = self.process or self._start()
        assert process.stdin
        process.stdin.write(json.dumps({"name": name, "tool": tool, "script": script.decode("ascii")}) + "\n")
        process.stdin.flush()
        try:
            return self._answer(name, progress)
        except HvsError:
            raise
        except BaseException:  # interrupted: end the script now; what it did is taken back
            process.kill()
            process.wait()
            self.process = None
            with locked(self.folder):
                self.machine.recover()
            raise

    def _answer(self, name: str, progress: Progress) -> Result:
        while True:
            message = self._receive()
            if "progress" in message:
                progress(*message["progress"])
            elif "refused" in message:
                raise HvsError("The bench refused a script", seen=f"{name}\n{message['refused']}\n{message['output']}")
            else:
                return Result(message["exit"], message["output"])

    def wait(self, seconds: float) -> None:
        """Nothing: the bench's clock stands still, and nobody else holds anything there."""

    def close(self) -> None:
        process, self.process = self.process, None
        if process and process.stdin:
            process.stdin.close()
            process.wait()
