"""The front door to volumes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hvsbuild.errors import FormatError
from hvsbuild.formats.block import BytesDevice, FileDevice
from hvsbuild.formats.volume import kind_of, open_tree, open_volume
from tests.formats.fatting import MIB, program, volume


def ntfs(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(8 * MIB)
    subprocess.run([program("mkntfs"), "-F", "-Q", "-q", "-L", "Stick", path], check=True, capture_output=True)
    return path


@pytest.mark.parametrize(("make", "kind", "label"), [(ntfs, "ntfs", "Stick"), (volume, "fat32", "SYSTEM")])
def test_both_file_systems(tmp_path: Path, make, kind: str, label: str) -> None:  # type: ignore[no-untyped-def]
    path = make(tmp_path / "volume")
    with FileDevice(path, writable=True) as device:
        assert kind_of(device) == kind
        with open_volume(device) as writer:
            writer.make_folder(r"\Boot")
            writer.write(r"\Boot\BCD", b"store")
        tree = open_tree(device)
        assert (tree.filesystem, tree.label) == (kind, label)
        assert tree.read(r"\boot\bcd") == b"store"


@pytest.mark.parametrize(
    ("sector", "seen"),
    [
        (bytes(512), "it is not formatted"),
        (b"", "it is not formatted"),
        (b"\xeb\x76\x90EXFAT   ".ljust(512, b"\0"), "it is exFAT"),
        (b"\xeb\x58\x90-FVE-FS-".ljust(512, b"\0"), "it is BitLocker"),
        (bytes(0x36) + b"FAT16   ".ljust(512, b"\1"), "it is FAT16"),
        (b"\xaa" * 512, "its first sector names no file system"),
    ],
)
def test_any_other_is_named(sector: bytes, seen: str) -> None:
    device = BytesDevice(sector)
    assert kind_of(device) is None
    for door in (open_tree, open_volume):
        with pytest.raises(FormatError, match="unknown file system") as error:
            door(device)
        assert error.value.seen == seen
