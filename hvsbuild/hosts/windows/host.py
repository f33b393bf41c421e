"""A Windows machine as a host.

How what is on disks is read, and why. Everything is read as sectors by the same stacked readers as on the bench: disk,
partition, NTFS, the VHD on it, the volume in that. On a machine where those volumes are mounted there are two dangers.

*Stale sectors.* NTFS keeps what was written in memory for a while. So ahead of each look at sectors all volumes
concerned are flushed: FlushFileBuffers on a volume's handle writes all files and all metadata of the volume and waits
for the device (documented for NtFlushBuffersFileEx). First the volumes inside attached VHDs, whose data then lies in
the VHD files, then the volumes that hold those. A volume that cannot be flushed is an error, not a guess.

*Locked files.* The file of an attached VHD cannot be opened. Then the volume that holds it is read as sectors, and the
file in it by its runs. On the stick that is the way for every VHD anyway.

The other way, files through the drive letters, would always be fresh, but blind to partition tables and boot sectors,
to VHDs that are not attached, and to loaded hives.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hvsbuild.errors import HvsError, Refused
from hvsbuild.formats.block import BlockDevice, FileDevice
from hvsbuild.formats.ntfs import NtfsTree
from hvsbuild.hosts.host import DiskInfo, Mount, Progress, Result
from hvsbuild.hosts.windows import powershell, probe, process, wmi
from hvsbuild.hosts.windows.native import Native
from hvsbuild.hosts.windows.raw import sectors
from hvsbuild.hosts.windows.seen import NO_PATH, Seen

HIVE_LIST = r"SYSTEM\CurrentControlSet\Control\hivelist"
MOUNT_MANAGER = r"SYSTEM\CurrentControlSet\Services\mountmgr"
BITLOCKER = r"SYSTEM\CurrentControlSet\Policies\Microsoft\FVE"
ROOTS = {"\\REGISTRY\\MACHINE\\": "HKLM\\", "\\REGISTRY\\USER\\": "HKU\\"}
NOT_ELEVATED = "hvsbuild is not running as administrator"
INPUTS = "inputs.json"
NO_VOLUME = (-1, 0)  # a letter that leads to no partition: a CD drive, a network drive, a substituted folder


class WindowsHost:
    """Implements `Host`. `state` is a folder in which it remembers where inputs lie; without one it does not."""

    name = "windows"

    def __init__(self, state: Path | None = None, native: Native | None = None) -> None:
        self.state, self.native = state, native or Native()
        self.exact = True  # until Get-Disk turns out to be missing
        self.folder: process.PrivateFolder | None = None

    # --- setting up ---

    def require_elevation(self) -> None:
        """`Refused` when this process may not do what the scripts do."""
        if not self.native.is_admin():
            do = "start it from a prompt that was opened with 'Run as administrator'"
            raise Refused(NOT_ELEVATED, seen="this process is not elevated", do=do)

    def probe(self, wanted: probe.Wanted, stick: int | None) -> list[probe.Finding]:
        """Whether the machine is fit; `stick` is the number of the disk that is to become the stick."""
        elevated = self.native.is_admin()
        seen = self.look() if elevated else Seen(())
        paths = {name: path for name in wanted.words if (path := process.find(self.native, name))}
        # Sysnative is there for 32-bit programs alone, and PowerShell is none
        named = {name: str(path).replace("\\Sysnative\\", "\\System32\\") for name, path in paths.items()}
        question = powershell.versions_question(named)
        facts = probe.Facts(
            elevated=elevated,
            exact=self.exact,
            versions=powershell.parse_versions(process.ask(self.native, question)) if paths else {},
            letters=self._all_letters(seen),
            stick=stick,
            attached=seen.attached,
            hives=tuple(self.hives()),
            free=shutil.disk_usage(self.native.local("C:\\")).free,
            mountmgr=self.native.registry(MOUNT_MANAGER),
            bitlocker=self.native.registry(BITLOCKER),
        )
        return probe.judge(wanted, facts)

    def place_input(self, name: str, path: Path | None) -> str | None:
        """Inputs are used where they lie."""
        if path is None:
            return None
        known, full = self._inputs(), str(path.resolve())
        if self.state and known.get(name) != full:
            self.state.mkdir(parents=True, exist_ok=True)
            (self.state / INPUTS).write_text(json.dumps(known | {name: full}, indent=1), encoding="utf-8")
        return self.native.spell(path)

    def known_input(self, name: str) -> Path | None:
        known = self._inputs().get(name)
        return Path(known) if known else None

    def _inputs(self) -> dict[str, str]:
        if self.state is None or not (self.state / INPUTS).exists():
            return {}
        found: dict[str, str] = json.loads((self.state / INPUTS).read_text(encoding="utf-8"))
        return found

    # --- observing ---

    def look(self) -> Seen:
        """Ask Windows what is there; by WMI's older classes where there is no Get-Disk."""
        self.require_elevation()
        if self.exact:
            answer = process.ask(self.native, powershell.LOOK)
            if answer != powershell.NO_GET_DISK:
                return powershell.parse(answer)
            self.exact = False
        return wmi.parse(process.ask(self.native, wmi.LOOK))

    def disks(self) -> list[DiskInfo]:
        return sorted(self.look().disks, key=lambda disk: disk.number)

    def _all_letters(self, seen: Seen) -> dict[str, Mount]:
        return {letter: Mount(*NO_VOLUME) for letter in self.native.letters_in_use()} | dict(seen.letters)

    def letters(self) -> dict[str, Mount]:
        return self._all_letters(self.look())

    def attached(self) -> list[str]:
        """Where Windows does not name the file of an attached VHD that is an error: it could be one of ours."""
        seen = self.look()
        if unnamed := [disk.number for disk in seen.disks if disk.note == NO_PATH]:
            numbers = ", ".join(map(str, unnamed))
            raise HvsError("Windows does not say which VHD is attached", seen=f"disk {numbers}: {NO_PATH}")
        return list(seen.attached)

    def hives(self) -> list[str]:
        """From the kernel's own list: `\\REGISTRY\\MACHINE\\NAME` is HKLM\\NAME."""
        found = []
        for name in self.native.registry(HIVE_LIST):
            for kernel, root in ROOTS.items():
                if name.upper().startswith(kernel):
                    found.append(root + name[len(kernel) :])
        return found

    @contextmanager
    def open_disk(self, number: int) -> Iterator[BlockDevice]:
        seen = self.look()
        self._flush(seen, [letter for letter, mount in seen.letters.items() if mount.disk == number])
        with sectors(self.native.open_disk(number), self.native.size) as device:
            yield device

    @contextmanager
    def open_file(self, path: str) -> Iterator[BlockDevice]:
        try:
            plain = FileDevice(self.native.local(path))
        except PermissionError:  # an attached VHD: nobody else may open it
            letter, rest = path[0].upper(), path[2:]
            self._flush(self.look(), [letter])
            with sectors(self.native.open_volume(letter), self.native.size) as volume:
                yield NtfsTree(volume).open(rest)
            return
        with plain as device:
            yield device

    def _flush(self, seen: Seen, letters: Sequence[str]) -> None:
        """Have Windows write what it holds for the volumes in attached VHDs, then for those of `letters`."""
        inside = [letter for letter, mount in seen.letters.items() if mount.vhd]
        for letter in dict.fromkeys([*inside, *letters]):
            try:
                self.native.flush(letter)
            except OSError as error:
                why = "what is read from the disk could be older than what was written"
                raise HvsError("A volume could not be flushed", seen=f"{letter}: {error}", why=why) from None

    def is_folder(self, path: str) -> bool:
        return self.native.local(path).is_dir()

    # --- running ---

    def run(self, name: str, script: bytes, tool: str, progress: Progress) -> Result:  # noqa: ARG002
        """There is no progress inside a script: the tools tell theirs in words, which are not read."""
        self.require_elevation()
        if self.folder is None:
            self.folder = process.PrivateFolder(self.native)
        return self.folder.run(name, script, tool)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def close(self) -> None:
        folder, self.folder = self.folder, None
        if folder:
            folder.remove()
