"""Every program and library that a build needs, and on request those of the tests, tried by using it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from hvsbuild.cli import doctor_tests
from hvsbuild.errors import HvsError
from hvsbuild.hosts import tools

Check = Callable[[Path], str]


@dataclass(frozen=True)
class Examined:
    """One thing that is needed `for_` a `build` or the `tests`: whether it works, what was seen, what brings it.

    `package` holds Debian packages, or one of PyPI after `pip:`.
    """

    name: str
    works: bool
    what: str
    package: str
    for_: str


def _mkntfs(folder: Path) -> str:
    volume = folder / "ntfs.img"
    with volume.open("wb") as file:
        file.truncate(16 << 20)
    tools.run(["mkntfs", "-F", "-Q", "-T", volume])
    return "made an NTFS volume"


def _libntfs(folder: Path) -> str:
    from hvsbuild.formats.block import FileDevice
    from hvsbuild.formats.ntfs3g import NtfsVolume

    _mkntfs(folder)
    with FileDevice(folder / "ntfs.img", writable=True) as device, NtfsVolume(device) as volume:
        volume.write("\\file", b"content")
    return "wrote a file into an NTFS volume"


def _libfsntfs(folder: Path) -> str:
    from hvsbuild.formats.block import FileDevice
    from hvsbuild.formats.ntfs import NtfsTree

    _libntfs(folder)
    with FileDevice(folder / "ntfs.img") as device:
        if NtfsTree(device).read("\\file") != b"content":
            raise HvsError("A file in an NTFS volume was not read as it was written")
    return "read the file again"


def _crc32c(folder: Path) -> str:
    from hvsbuild.formats import vdisk
    from hvsbuild.formats.block import FileDevice

    (folder / "a.vhdx").touch()
    with FileDevice(folder / "a.vhdx", writable=True) as file:
        vdisk.create(file, vdisk.NewDisk("vhdx", "expandable", 4 << 20, UUID(int=1), 0))
        return f"made and read {vdisk.read_kind(file).title()}"


def _wimlib(folder: Path) -> str:
    tree = folder / "tree"
    tree.mkdir()
    (tree / "file").write_text("content")
    tools.run(["wimlib-imagex", "capture", tree, folder / "a.wim", "--compress=none"])
    _mkntfs(folder)
    tools.run(["wimlib-imagex", "apply", folder / "a.wim", "1", folder / "ntfs.img"])
    return "captured an image and applied it to an NTFS volume"


def _hivex(folder: Path) -> str:
    from hvsbuild.formats.hive import Hive
    from hvsbuild.formats.regf import new_hive
    from hvsbuild.formats.regvalue import encode

    new_hive(folder / "hive", "root")
    with Hive.open(folder / "hive", writable=True) as hive:
        hive.set("key", "name", encode("REG_SZ", "data"))
        hive.commit()
    return "wrote a registry value"


def _fat(folder: Path) -> str:
    from hvsbuild.formats.block import FileDevice
    from hvsbuild.formats.fatvolume import FatVolume

    with (folder / "fat.img").open("wb") as file:
        file.truncate(40 << 20)
    tools.run(["mkfs.fat", "-F", "32", folder / "fat.img"])
    with FileDevice(folder / "fat.img", writable=True) as device, FatVolume(device) as volume:
        volume.make_folder("\\EFI\\Boot")
        volume.write("\\EFI\\Boot\\bootx64.efi", b"content")
    tools.run(["fsck.fat", "-n", folder / "fat.img"])
    return "made a FAT32 volume and wrote a file into it"


def _grub(_folder: Path) -> str:
    from hvsbuild.hosts.bench.grub import bios_boot_code

    return f"made boot code of {len(bios_boot_code(1).core)} bytes"


def _faketime(_folder: Path) -> str:
    shown = tools.run(["faketime", "-f", "2026-01-01 00:00:00", "date", "+%Y"]).strip()
    if shown != "2026":
        raise HvsError("The clock does not stand still", seen=shown)
    return "stopped the clock"


def _httpx(_folder: Path) -> str:
    import httpx
    import tenacity

    with httpx.Client() as client:
        tenacity.Retrying(stop=tenacity.stop_after_attempt(1))(client.build_request, "GET", "https://localhost/")
    return "made a request (none was sent)"


BUILD: tuple[tuple[str, str, Check], ...] = (
    ("mkntfs", "ntfs-3g", _mkntfs),
    ("libntfs-3g", "ntfs-3g", _libntfs),
    ("libfsntfs", "pip:libfsntfs-python", _libfsntfs),
    ("crc32c", "pip:google-crc32c", _crc32c),
    ("wimlib-imagex", "wimtools", _wimlib),
    ("libhivex", "libhivex0", _hivex),
    ("mkfs.fat", "dosfstools", _fat),
    ("grub-mkimage", "grub-common grub-pc-bin", _grub),
    ("faketime", "faketime", _faketime),
    ("httpx, tenacity", "pip:httpx pip:tenacity", _httpx),
)


def _examine(name: str, package: str, check: Check, for_: str) -> Examined:
    with tempfile.TemporaryDirectory(prefix="hvsbuild-doctor-") as folder:
        try:
            return Examined(name, True, check(Path(folder)), package, for_)
        except (HvsError, OSError, ImportError) as error:
            return Examined(name, False, str(error).splitlines()[0], package, for_)


def examine(*, tests: bool = False) -> list[Examined]:
    """Try everything that a build needs, and with `tests` what the tests need, too; nothing is installed."""
    found = [_examine(*row, "build") for row in BUILD]
    if tests:
        found += [_examine(*row, "tests") for row in doctor_tests.TESTS]
    return found


def install_line(missing: Sequence[Examined]) -> str:
    """The one line that installs all that is missing; empty when nothing is."""
    words = {word for one in missing for word in one.package.split()}
    debian = sorted(word for word in words if not word.startswith("pip:"))
    python = sorted(word.removeprefix("pip:") for word in words if word.startswith("pip:"))
    lines = [f"sudo apt-get install {' '.join(debian)}"] if debian else []
    lines += [f"python3 -m pip install {' '.join(python)}"] if python else []
    return " && ".join(lines)
