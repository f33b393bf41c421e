"""Sources of images: ISO files made by other programs, a server of our own, small specs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from hvsbuild.spec.load import LoadedSpec, load_spec

SPEC = """spec: hvsbuild/v1
name: small
os: {os}
image: {{source: {source}, {choice}}}
vhd: {{file: os.vhd, size: 64 MiB, letter: R, label: OS}}
disk: {{match: {{bus: usb}}, wipe: always, letter: Y, label: STICK, size: 300 MB}}
"""


def write_spec(
    folder: Path, source: str, choice: str = "index: 1", *, os: str = "hyperv-server-2019", name: str = "small.yaml"
) -> Path:
    path = folder / name
    path.write_text(SPEC.format(source=source, choice=choice, os=os))
    return path


def spec(folder: Path, source: str, choice: str = "index: 1", *, os: str = "hyperv-server-2019") -> LoadedSpec:
    return load_spec(write_spec(folder, source, choice, os=os))


def tool(*names: str) -> str:
    """The first of these programs that there is; the test is skipped when there is none."""
    for name in names:
        if found := shutil.which(name):
            return found
    pytest.skip(f"{names[0]} is not installed")


def tree(folder: Path, files: Mapping[str, bytes | Path]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, Path):
            path.hardlink_to(data)
        else:
            path.write_bytes(data)
    return folder


def make_iso(out: Path, files: Mapping[str, bytes | Path], *options: str) -> Path:
    """An ISO image by genisoimage: with UDF, as Windows media have it, unless other options are given."""
    source = tree(out.with_suffix(".tree"), files)
    argv = [tool("genisoimage", "mkisofs"), "-quiet", "-V", "MEDIUM", *(options or ("-udf",)), "-o", out, source]
    subprocess.run(argv, check=True, capture_output=True)
    shutil.rmtree(source)
    return out


def seven_zip(iso: Path, path: str, into: Path) -> bytes:
    """A file of an ISO as 7-Zip reads it."""
    subprocess.run([tool("7z", "7zz"), "e", "-y", "-bd", f"-o{into}", iso, path], check=True, capture_output=True)
    return (into / path.rpartition("/")[2]).read_bytes()
