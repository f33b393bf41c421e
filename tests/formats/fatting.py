"""For the FAT32 tests: volumes by mkfs.fat, the opinions of fsck.fat, mtools, 7-Zip and dissect."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

MIB = 1 << 20
FOLDERS = "/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/bin"
# by cluster: the volume must have 65525 clusters at least
SIZES = {512: 40 * MIB, 1024: 80 * MIB, 4096: 270 * MIB}


def program(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name, path=FOLDERS))), None)
    if found is None:
        pytest.skip(f"{names[0]} is not installed")
    return found


def output(name: str, *words: str | Path) -> str:
    """What a program prints; it must succeed."""
    env = {"PATH": FOLDERS, "LC_ALL": "C.UTF-8", "TZ": "UTC", "MTOOLS_SKIP_CHECK": "1"}
    done = subprocess.run([program(name), *words], capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def volume(path: Path, cluster: int = 1024, size: int | None = None) -> Path:
    """A fresh volume file, sparse, as the bench's `format` makes it."""
    path.unlink(missing_ok=True)
    with path.open("wb") as file:
        file.truncate(size or SIZES[cluster])
    words = ["-F", "32", "--invariant", "-i", "1234abcd", "-s", str(cluster // 512), "-S", "512", "-n", "SYSTEM"]
    output("mkfs.fat", *words, path)
    return path


def check(path: Path) -> None:
    """fsck.fat finds nothing to say; it ends with 1 when it would repair anything."""
    text = output("fsck.fat", "-n", path)
    assert [line for line in text.splitlines() if not line.startswith((f"{path}:", "fsck.fat "))] == []


def by_dissect(path: Path) -> dict[str, bytes | None]:
    """Everything in the volume as dissect reads it (None: a folder); upper case, for it knows no lower-case marks."""
    fat = pytest.importorskip("dissect.fat.fat")
    found: dict[str, bytes | None] = {}

    def folder(node, above):  # type: ignore[no-untyped-def]
        for one in node.iterdir():
            name = above + one.name.upper()
            if one.name in (".", "..") or name == "\\SYSTEM":  # it lists the label, too
                continue
            found[name] = None if one.is_directory() else one.open().read()
            if one.is_directory():
                folder(one, name + "\\")

    with path.open("rb") as file:
        folder(fat.FATFS(file).root, "\\")
    return found
