"""Every program and library that a build needs, tried by using it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hvsbuild.errors import HvsError
from hvsbuild.hosts import tools


@dataclass(frozen=True)
class Examined:
    """One thing that a build needs: whether it works, what was seen, the Debian package that brings it."""

    name: str
    works: bool
    what: str
    package: str


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


def _wimlib(folder: Path) -> str:
    tree = folder / "tree"
    tree.mkdir()
    (tree / "file").write_text("content")
    tools.run(["wimlib-imagex", "capture", tree, folder / "a.wim", "--compress=none"])
    return "captured an image"


def _hivex(folder: Path) -> str:
    from hvsbuild.formats.hive import Hive
    from hvsbuild.formats.regf import new_hive
    from hvsbuild.formats.regvalue import encode

    new_hive(folder / "hive", "root")
    with Hive.open(folder / "hive", writable=True) as hive:
        hive.set("key", "name", encode("REG_SZ", "data"))
        hive.commit()
    return "wrote a registry value"


def _grub(_folder: Path) -> str:
    from hvsbuild.hosts.bench.grub import bios_boot_code

    return f"made boot code of {len(bios_boot_code(1).core)} bytes"


def _faketime(_folder: Path) -> str:
    shown = tools.run(["faketime", "-f", "2026-01-01 00:00:00", "date", "+%Y"]).strip()
    if shown != "2026":
        raise HvsError("The clock does not stand still", seen=shown)
    return "stopped the clock"


CHECKS: tuple[tuple[str, str, Callable[[Path], str]], ...] = (
    ("mkntfs", "ntfs-3g", _mkntfs),
    ("libntfs-3g", "ntfs-3g", _libntfs),
    ("wimlib-imagex", "wimtools", _wimlib),
    ("libhivex", "libhivex0", _hivex),
    ("grub-mkimage", "grub-common grub-pc-bin", _grub),
    ("faketime", "faketime", _faketime),
)


def examine() -> list[Examined]:
    """Try everything; nothing is installed."""
    found = []
    for name, package, check in CHECKS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                found.append(Examined(name, True, check(Path(folder)), package))
            except (HvsError, OSError) as error:
                found.append(Examined(name, False, str(error).splitlines()[0], package))
    return found


def install_line(missing: Sequence[Examined]) -> str:
    """The one line that installs all that is missing."""
    packages = sorted({word for one in missing for word in one.package.split()})
    return f"sudo apt-get install {' '.join(packages)}" if packages else ""
