"""The programs that only the tests and the demo use, tried by using them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from hvsbuild.errors import HvsError, MissingTool
from hvsbuild.hosts import tools

WINE = ("wine64", "wine", "/usr/lib/wine/wine64")
SEVEN_ZIP = ("7z", "7zz")  # Debian 12 has the second name only
OVMF = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")


def _qemu(folder: Path) -> str:
    """A boot sector that ends the machine: `mov al, 0x10; out 0xf4, al; hlt`; QEMU then ends with 2 * 0x10 + 1."""
    sector = bytes.fromhex("b010 e6f4 f4").ljust(510, b"\0") + b"\x55\xaa"
    (folder / "disk.img").write_bytes(sector.ljust(1 << 20, b"\0"))
    argv = ["-accel", "tcg", "-display", "none", "-monitor", "none", "-nic", "none", "-no-reboot"]
    argv += ["-device", "isa-debug-exit,iobase=0xf4", "-drive", f"file={folder / 'disk.img'},format=raw"]
    try:
        tools.run(["timeout", "30", tools.which("qemu-system-x86_64"), *argv])
    except tools.ToolFailed as failed:
        if failed.code == 0x21:
            return "started a boot sector"
        raise
    raise HvsError("The boot sector was not started")


def _qemu_img(folder: Path) -> str:
    tools.run(["qemu-img", "create", "-q", "-f", "vpc", folder / "a.vhd", "4M"])
    return "made a VHD"


def _ovmf(_folder: Path) -> str:
    if not OVMF.exists():
        raise MissingTool(str(OVMF), "ovmf")
    return f"found {OVMF}"


def _grub_efi(_folder: Path) -> str:
    from hvsbuild.hosts.bench import grub

    return f"made an EFI program of {len(grub.image('x86_64-efi', ['echo'], 'echo', prefix='/'))} bytes"


def _sfdisk(folder: Path) -> str:
    with (folder / "disk.img").open("wb") as file:
        file.truncate(4 << 20)
    tools.run(["sfdisk", "-q", "--no-tell-kernel", folder / "disk.img"], stdin=b"label: dos\nstart=2048\n")
    return "wrote a partition table"


def _sgdisk(folder: Path) -> str:
    with (folder / "disk.img").open("wb") as file:
        file.truncate(4 << 20)
    tools.run(["sgdisk", "-n", "1:0:0", folder / "disk.img"])
    return "wrote a GUID partition table"


def _mtools(folder: Path) -> str:
    with (folder / "fat.img").open("wb") as file:
        file.truncate(2 << 20)
    tools.run(["mformat", "-i", folder / "fat.img", "-t", "64", "-h", "2", "-n", "32", "::"])
    tools.run(["mmd", "-i", folder / "fat.img", "::/folder"])
    return "made a folder in a FAT volume"


def _hivexsh(folder: Path) -> str:
    from hvsbuild.formats.regf import new_hive

    new_hive(folder / "hive", "root")
    tools.run(["hivexsh", folder / "hive"], stdin=b"ls\n")
    return "read a hive"


def _7z(folder: Path) -> str:
    (folder / "file").write_text("content")
    name = next((name for name in SEVEN_ZIP if shutil.which(name)), SEVEN_ZIP[0])
    tools.run([name, "a", "-bd", folder / "a.7z", folder / "file"])
    return "packed a file"


def _genisoimage(folder: Path) -> str:
    (folder / "tree").mkdir()
    tools.run(["genisoimage", "-quiet", "-udf", "-o", folder / "a.iso", folder / "tree"])
    return "made an ISO image with UDF"


def _xorriso(folder: Path) -> str:
    (folder / "tree").mkdir()
    tools.run(["xorriso", "-as", "mkisofs", "-quiet", "-o", folder / "a.iso", folder / "tree"])
    return "made an ISO image"


def _bmaptool(folder: Path) -> str:
    (folder / "image").write_bytes(bytes(1 << 16))
    tools.run(["bmaptool", "create", "-o", folder / "image.bmap", folder / "image"])
    return "made a block map"


def _wine(_folder: Path) -> str:
    """Its version alone: the first start of a program takes ten seconds."""
    name = next((name for name in WINE if shutil.which(name)), WINE[0])
    return tools.run([name, "--version"]).strip().splitlines()[-1]


def _mingw(folder: Path) -> str:
    (folder / "a.c").write_text("int main(void) { return 0; }\n")
    tools.run(["x86_64-w64-mingw32-gcc", "-o", folder / "a.exe", folder / "a.c"])
    return "compiled a Windows program"


def _xmllint(folder: Path) -> str:
    (folder / "a.xml").write_text("<a/>")
    tools.run(["xmllint", "--noout", folder / "a.xml"])
    return "read an XML file"


def _chromium(folder: Path) -> str:
    (folder / "a.html").write_text("<p>text</p>")
    argv = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
    said = tools.run(["timeout", "60", tools.which("chromium"), *argv, (folder / "a.html").as_uri()])
    if "<p>text</p>" not in said:
        raise HvsError("Chromium did not show a page", seen=said[:80])
    return "showed a page"


def _node(_folder: Path) -> str:
    return f"computed {tools.run(['node', '--print', '6 * 7']).strip()}; npm {tools.run(['npm', '--version']).strip()}"


def _git(folder: Path) -> str:
    tools.run(["git", "init", "-q", folder / "repository"])
    return "made a repository"


TESTS: tuple[tuple[str, str, Callable[[Path], str]], ...] = (
    ("qemu-system", "qemu-system-x86", _qemu),
    ("qemu-img", "qemu-utils", _qemu_img),
    ("OVMF", "ovmf", _ovmf),
    ("grub-mkimage EFI", "grub-common grub-efi-amd64-bin", _grub_efi),
    ("sfdisk", "fdisk", _sfdisk),
    ("sgdisk", "gdisk", _sgdisk),
    ("mtools", "mtools", _mtools),
    ("hivexsh", "libhivex-bin", _hivexsh),
    ("7z", "7zip", _7z),
    ("genisoimage", "genisoimage", _genisoimage),
    ("xorriso", "xorriso", _xorriso),
    ("git", "git", _git),
    ("chromium", "chromium", _chromium),
    ("node, npm", "nodejs npm", _node),
    ("bmaptool", "bmap-tools", _bmaptool),
    ("xmllint", "libxml2-utils", _xmllint),
    ("wine", "wine wine64", _wine),
    ("mingw-w64 gcc", "gcc-mingw-w64-x86-64-win32", _mingw),
)
