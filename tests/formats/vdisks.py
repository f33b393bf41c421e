"""For the tests of virtual disks: making them as files, and what other programs read in them."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from hvsbuild.formats import vdisk
from hvsbuild.formats.block import BlockDevice, DeviceFile, FileDevice

MIB = 1 << 20
EPOCH = 1_600_000_000
IDENTITY = UUID("9753ac46-08cb-5fec-ae2b-51a24892a507")
FIXTURES = Path(__file__).parents[2].parent / "shared" / "fixtures" / "vhd"
fixtures = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the folder ../shared/fixtures/vhd is absent")
FORMATS = ("vhd", "vhdx")


def make(path: Path, kind: vdisk.Type, size: int = 9 * MIB) -> Path:
    """A new virtual disk; the file's ending is its format."""
    form = vdisk.format_of(path.name)
    assert form
    path.open("xb").close()
    with FileDevice(path, writable=True) as file:
        vdisk.create(file, vdisk.NewDisk(form, kind, size, uuid5(IDENTITY, path.name), EPOCH))
    return path


def child(path: Path, parent: Path) -> Path:
    """A new differencing virtual disk in the same folder as its parent; to both it is `Y:\\vhd`."""
    path.open("xb").close()
    with FileDevice(parent) as file:
        of = vdisk.read_kind(file)
    with FileDevice(path, writable=True) as file:
        places = f"Y:\\vhd\\{path.name}", f"Y:\\vhd\\{parent.name}"
        vdisk.create_child(file, *places, of, uuid5(IDENTITY, path.name), EPOCH)
    return path


class Opened(ExitStack):
    """A virtual disk with its parents, all in one folder; only the first file is writable."""

    def __init__(self, path: Path, *, writable: bool = False, checked: bool = True) -> None:
        super().__init__()
        self.folder, self.writable = path.parent, writable
        self.links = vdisk.chain(f"Y:\\vhd\\{path.name}", self._open, checked=checked)
        self.disk: BlockDevice = vdisk.stacked(self.links, checked=checked)

    def _open(self, path: str) -> BlockDevice:
        first, self.writable = self.writable, False
        return self.enter_context(FileDevice(self.folder / path.rpartition("\\")[2], writable=first))


def by_libvhdi(*paths: Path) -> bytes:
    """The whole disk as libvhdi reads it: the file, then its parents."""
    pyvhdi = pytest.importorskip("pyvhdi")
    with ExitStack() as stack:
        files = []
        for path in paths:
            file = pyvhdi.file()
            file.open_file_object(DeviceFile(stack.enter_context(FileDevice(path))))
            files.append(file)
        for lower, upper in zip(files[1:], files, strict=False):
            upper.set_parent(lower)
        size, parts, at = files[0].get_media_size(), [], 0
        while at < size:
            parts.append(files[0].read_buffer_at_offset(min(MIB, size - at), at))
            at += len(parts[-1])
        return b"".join(parts)


def by_qemu(path: Path) -> bytes:
    """The whole disk as qemu-img reads it."""
    qemu = shutil.which("qemu-img")
    if qemu is None:
        pytest.skip("qemu-img is not installed")
    form = {".vhd": "vpc", ".vhdx": "vhdx"}[path.suffix]
    if form == "vhdx":  # for VPC there is no check
        subprocess.run([qemu, "check", "-q", "-f", form, path], check=True)
    raw = path.with_name(path.name + ".raw")
    subprocess.run([qemu, "convert", "-f", form, "-O", "raw", path, raw], check=True)
    return raw.read_bytes()


def by_dissect(path: Path) -> bytes:
    """The whole disk as dissect reads it; of a VHDX the parents, too, by its own search."""
    if path.suffix == ".vhdx":
        found = pytest.importorskip("dissect.hypervisor.disk.vhdx").VHDX(path)
    else:
        found = pytest.importorskip("dissect.hypervisor.disk.vhd").VHD(path.open("rb"))
    return bytes(found.read(found.size))


def by_7zip(path: Path) -> bytes:
    """The whole disk as 7-Zip extracts it."""
    found = next((name for name in ("7zz", "7z") if shutil.which(name)), None)
    if found is None:
        pytest.skip("7-Zip is not installed")
    words = [found, "e", "-so", f"-t{path.suffix[1:]}", path]
    return subprocess.run(words, capture_output=True, check=True).stdout
