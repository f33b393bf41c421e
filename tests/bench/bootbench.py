"""A small bench for the boot tools: a stick (Y:) that holds a VHD, attached (R:), with the boot files of a Windows."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

from hvsbuild.formats import vhd
from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.ntfs3g import NtfsVolume
from hvsbuild.hosts.bench.machine import Disk, Machine
from hvsbuild.hosts.bench.tool import Console, Tool, Word
from tests.boot import sticks

MIB = 1 << 20
IDENTITY = uuid.UUID("6f1d3c1e-8a52-4f0e-9a3c-0d2a5b1c7e44")
FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "bcd"
# A PE header is all that makes an EFI program here: machine 0x8664.
EFI = b"MZ".ljust(0x3C, b"\0") + (0x40).to_bytes(4, "little") + b"PE\0\0" + (0x8664).to_bytes(2, "little") + b"efi" * 9
WINDOWS = {
    r"\Windows\Boot\PCAT\bootmgr": b"bootmgr of the image" * 100,
    r"\Windows\Boot\PCAT\memtest.exe": b"MZ memtest",
    r"\Windows\Boot\PCAT\en-US\bootmgr.exe.mui": b"MZ mui",
    r"\Windows\Boot\EFI\bootmgfw.efi": EFI,
    r"\Windows\Boot\EFI\en-US\bootmgfw.efi.mui": b"MZ mui efi",
    r"\Windows\Boot\Fonts\wgl4_boot.ttf": b"font" * 1000,
    r"\Windows\System32\config\marker": b"the folder is there",
}


def ntfs_with(path: Path, size: int, files: Mapping[str, bytes | Path]) -> Path:
    sticks.ntfs_volume(path, size, {})
    with FileDevice(path, writable=True) as device, NtfsVolume(device) as volume:
        for name, content in files.items():
            volume.make_folder(name.rsplit("\\", 1)[0])
            if isinstance(content, bytes):
                volume.write(name, content)
                continue
            with FileDevice(content) as source:
                volume.copy_in(name, source, lambda _done, _total: None)
    return path


def vhd_file(folder: Path, files: Mapping[str, bytes], name: str = "hvsOS.vhd") -> Path:
    """A fixed VHD with one NTFS partition that holds `files`."""
    folder.mkdir(parents=True, exist_ok=True)
    volume = ntfs_with(folder / "inner", 6 * MIB, files)
    inside = sticks.disk(folder / name, volume)
    volume.unlink()
    footer = vhd.make_footer(inside.stat().st_size, uuid.UUID(int=5), 1_600_000_000).pack()
    with inside.open("ab") as file:
        file.write(footer)
    return inside


def stick(folder: Path, files: Mapping[str, bytes]) -> Path:
    """An image of a stick: MBR signature A1B2C3D4, one NTFS partition at 1 MiB with `\\hvsOS.vhd`, `files` in that."""
    inside = vhd_file(folder, files)
    return sticks.disk(folder / "stick.img", ntfs_with(folder / "outer", 20 * MIB, {r"\hvsOS.vhd": inside}))


def bench(folder: Path, image: Path, identity: uuid.UUID = IDENTITY) -> Machine:
    """A machine with a copy of the image as disk 1 (Y:) and the VHD on it attached as disk 2 (R:)."""
    machine = Machine.create(folder, identity, 1_600_000_000)
    shutil.copyfile(image, folder / "stick.img")
    machine.add_disk(Disk(0, file="stick.img"))
    machine.add_disk(Disk(0, vdisk=r"Y:\hvsOS.vhd"))
    machine.state.letters |= {"Y": (1, 1), "R": (2, 1)}
    machine.save()
    return machine


def words(line: str) -> list[Word]:
    """The words of a command line with their columns; quotation marks hold a word together."""
    found, at, quoted, start = list[Word](), 0, False, 0
    for at, character in enumerate(line + " "):
        quoted ^= character == '"'
        if character == " " and not quoted:
            if at > start:
                found.append(Word(line[start:at].replace('"', ""), start + 1))
            start = at + 1
    return found


def run(tool: Tool, machine: Machine, line: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    console = Console()
    with machine.transaction():
        code = tool(words(line), machine, console)
    return code, console.text()


def read(machine: Machine, path: str) -> bytes:
    """A file of the stick."""
    with machine.reader("Y") as tree:
        return tree.read(path)
