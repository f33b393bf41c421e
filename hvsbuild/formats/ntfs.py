"""Reading an NTFS volume on any `BlockDevice` with libfsntfs: no mount, no administrator rights, any platform."""

from __future__ import annotations

import errno
from typing import Any

import pyfsntfs

from hvsbuild.errors import FormatError
from hvsbuild.formats.block import BlockDevice, DeviceFile, Extents
from hvsbuild.formats.filesystem import DIRECTORY, Entry, split

SPARSE, COMPRESSED, ENCRYPTED = 0x200, 0x800, 0x4000
# libfsntfs extent flags: LIBFSNTFS_EXTENT_FLAG_IS_SPARSE
EXTENT_IS_SPARSE = 1


def is_ntfs(device: BlockDevice) -> bool:
    """Whether the device begins with an NTFS boot sector."""
    return device.size >= 512 and device.read_at(3, 8) == b"NTFS    "


class NtfsTree:
    """Implements `Tree`."""

    filesystem = "ntfs"

    def __init__(self, device: BlockDevice) -> None:
        self.device = device
        if not is_ntfs(device):
            raise FormatError("Not an NTFS volume", seen="the first sector has no NTFS mark")
        self.volume = pyfsntfs.volume()
        self.file = DeviceFile(device)
        try:
            self.volume.open_file_object(self.file)
        except OSError as error:
            raise FormatError("A damaged NTFS volume", seen=str(error).splitlines()[0]) from error

    filesystem = "ntfs"

    @property
    def label(self) -> str:
        return str(self.volume.name or "")

    def _node(self, path: str) -> Any | None:
        names = split(path)  # libfsntfs matches names without regard to case, by the volume's own table
        if not names:
            return self.volume.get_root_directory()
        try:
            return self.volume.get_file_entry_by_path("".join("\\" + name for name in names))
        except OSError:  # also when a name in the middle is a file; then there is nothing below it
            above = self._node("\\".join(names[:-1]))
            if above is None or not above.has_directory_entries_index():
                return None
            raise

    @staticmethod
    def _entry(node: Any, path: str) -> Entry:
        folder = node.has_directory_entries_index()
        attributes = int(node.file_attribute_flags) | (DIRECTORY if folder else 0)
        return Entry(path, 0 if folder else int(node.size), attributes)

    def find(self, path: str) -> Entry | None:
        node = self._node(path)
        return None if node is None else self._entry(node, "\\" + "\\".join(split(path)))

    def children(self, path: str) -> list[Entry]:
        node = self._node(path)
        if node is None:
            raise FileNotFoundError(errno.ENOENT, "no such folder in the NTFS volume", path)
        base = "".join("\\" + name for name in split(path))
        entries = [
            self._entry(one, f"{base}\\{one.name}")
            for one in node.sub_file_entries
            if one.name and not (not base and one.name.startswith("$"))
        ]
        return sorted(entries, key=lambda entry: entry.path)

    def read(self, path: str) -> bytes:
        node = self._node(path)
        if node is None:
            raise FileNotFoundError(errno.ENOENT, "no such file in the NTFS volume", path)
        node.seek_offset(0, 0)
        parts = []
        while part := node.read_buffer(1 << 20):
            parts.append(part)
        return b"".join(parts)

    def open(self, path: str) -> BlockDevice:
        """A file by its runs: read and written in place. Sparse, compressed, encrypted and tiny (resident) files are
        an error, as they are for Windows when it attaches a VHD."""
        node = self._node(path)
        if node is None:
            raise FileNotFoundError(errno.ENOENT, "no such file in the NTFS volume", path)
        kind = {SPARSE: "sparse", COMPRESSED: "compressed", ENCRYPTED: "encrypted"}
        bad = [word for bit, word in kind.items() if int(node.file_attribute_flags) & bit]
        extents = [node.get_extent(index) for index in range(node.number_of_extents)]
        if any(flags & EXTENT_IS_SPARSE for _, _, flags in extents):
            bad.append("sparse")
        if bad:
            raise FormatError("A file cannot be used in place", seen=f"{path} is {' and '.join(dict.fromkeys(bad))}")
        if not extents:
            raise FormatError("A file cannot be used in place", seen=f"{path} has no runs of its own")
        return Extents(self.device, [(start, length) for start, length, _ in extents], int(node.size))
