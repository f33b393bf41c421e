"""A folder of the Linux host as a Windows volume: the bench's drive C:. Names match without regard to case."""

from __future__ import annotations

import shutil
from pathlib import Path

from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.filesystem import ARCHIVE, DIRECTORY, Entry, split
from hvsbuild.hosts.bench.undo import UndoLog


class HostFolder:
    """Implements `FileSystem`. DOS attributes are not kept: Linux has no place for them."""

    def __init__(self, root: Path, undo: UndoLog) -> None:
        self.root, self.undo = root, undo

    def host_path(self, path: str) -> Path:
        """Where a Windows path lies on the host; names that do not exist yet keep the case they are given."""
        here = self.root
        for name in split(path):
            if not (here / name).exists() and here.is_dir():
                here = next((one for one in here.iterdir() if one.name.casefold() == name.casefold()), here / name)
            else:
                here = here / name
        return here

    def _entry(self, at: Path) -> Entry:
        path = "\\" + str(at.relative_to(self.root)).replace("/", "\\") if at != self.root else "\\"
        return Entry(path, 0, DIRECTORY) if at.is_dir() else Entry(path, at.stat().st_size, ARCHIVE)

    def find(self, path: str) -> Entry | None:
        at = self.host_path(path)
        return self._entry(at) if at.exists() else None

    def children(self, path: str) -> list[Entry]:
        return [self._entry(at) for at in sorted(self.host_path(path).iterdir())]

    def read(self, path: str) -> bytes:
        return self.host_path(path).read_bytes()

    def open(self, path: str) -> FileDevice:
        return FileDevice(self.host_path(path))

    def write(self, path: str, data: bytes) -> None:
        at = self.host_path(path)
        self.undo.replaced(at)
        if at.is_symlink():  # an input: the user's own file is never written through its name on C:
            at.unlink()
        at.write_bytes(data)

    def make_folder(self, path: str) -> None:
        at = self.host_path(path)
        for folder in [*reversed(at.parents), at]:
            if not folder.exists():
                self.undo.created(folder)
                folder.mkdir()

    def delete(self, path: str) -> None:
        at = self.host_path(path)
        if at.is_dir():
            self.undo.removed(at)
            at.rmdir()
        else:
            self.undo.replaced(at)
            at.unlink()

    def set_attributes(self, path: str, attributes: int) -> None:
        pass

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.root).free
