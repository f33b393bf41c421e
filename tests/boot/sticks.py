"""Small stick images made with other people's programs (mkntfs, ntfscp, sfdisk), as material for tests."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.ntfs3g import NtfsVolume
from hvsbuild.hosts import tools

SECTOR, MIB = 512, 1 << 20


def ntfs_volume(
    path: Path, size: int, files: Mapping[str, bytes | Path], *, folder: str = "", start: int = 2048
) -> Path:
    """A fresh NTFS volume file of `size` bytes that expects to lie at sector `start`, with files in one folder."""
    with path.open("wb") as file:
        file.truncate(size)
    geometry = ["-p", str(start), "-H", "255", "-S", "63", "-s", str(SECTOR)]
    tools.run(["mkntfs", "-F", "-Q", "-T", "-q", *geometry, path])
    if folder:
        with FileDevice(path, writable=True) as device, NtfsVolume(device) as volume:
            volume.make_folder(folder)
    for name, content in files.items():
        source = content if isinstance(content, Path) else path.with_suffix(".file")
        if isinstance(content, bytes):
            source.write_bytes(content)
        tools.run(["ntfscp", "-q", path, source, f"{folder}/{name}"])
    return path


def disk(path: Path, volume: Path, *, start: int = 2048, flags: str = ",bootable", kind: str = "7") -> Path:
    """An MBR disk whose one partition, at sector `start`, is the volume; 1 MiB is left free behind it."""
    size = volume.stat().st_size
    with path.open("wb") as file:
        file.truncate(start * SECTOR + size + MIB)
    script = f"label: dos\nlabel-id: 0xa1b2c3d4\nstart={start},size={size // SECTOR},type={kind}{flags}\n"
    tools.run(["sfdisk", "-q", "--no-tell-kernel", path], stdin=script.encode())
    with path.open("r+b") as file:
        file.seek(start * SECTOR)
        file.write(volume.read_bytes())
    return path


def gpt_disk(path: Path, volumes: Sequence[tuple[Path, str]]) -> Path:
    """A GPT disk with (volume, type) partitions one after the other from 1 MiB, each on a whole MiB."""
    script, places, at = "label: gpt\n", list[tuple[int, Path]](), MIB
    for volume, kind in volumes:
        size = volume.stat().st_size
        script += f"start={at // SECTOR},size={size // SECTOR},type={kind}\n"
        places.append((at, volume))
        at += -(-size // MIB) * MIB
    with path.open("wb") as file:
        file.truncate(at + MIB)
    tools.run(["sfdisk", "-q", "--no-tell-kernel", path], stdin=script.encode())
    with path.open("r+b") as file:
        for start, volume in places:
            file.seek(start)
            file.write(volume.read_bytes())
    return path


def table(path: Path) -> str:
    """What sfdisk reads; raises when it complains."""
    return subprocess.run(
        [tools.which("sfdisk"), "-d", path], check=True, capture_output=True, text=True, env=tools.environment()
    ).stdout
