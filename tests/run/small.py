"""A whole build in two seconds: a small spec on a small phony image, and what to compare of its results."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hvsbuild.formats import sparse
from hvsbuild.formats.block import BlockDevice, Slice
from hvsbuild.formats.table import read_table

SPEC = r"""spec: hvsbuild/v1
name: small
os: hyperv-server-2008-r2
vars: {wim: small.wim}
image: {source: "${wim}", index: 1}
vhd: {file: os.vhd, size: 128 MiB, letter: R, label: OS}
disk:
  match: {bus: usb}
  wipe: always
  letter: Y
  label: STICK
  size: 300 MB
registry:
  - hive: SYSTEM
    key: ControlSet001\Control\Session Manager\Memory Management
    values:
      PagingFiles: {type: REG_MULTI_SZ, data: []}
      ExistingPageFiles: absent
  - hive: SOFTWARE
    key: hvsbuild
    values:
      Number: {type: REG_DWORD, data: 7}
"""


def write_spec(folder: Path, *changes: tuple[str, str]) -> Path:
    """The spec in `folder`, with texts replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    text = SPEC
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "small.yaml"
    path.write_text(text)
    return path


Done = subprocess.CompletedProcess[str]


def hvsbuild(*argv: str | Path, program: Sequence[str] = ("-m", "hvsbuild"), cwd: Path | None = None) -> Done:
    """Run the command line in a process of its own."""
    words = [sys.executable, *program, *(str(word) for word in argv)]
    return subprocess.run(words, capture_output=True, text=True, cwd=cwd, stdin=subprocess.DEVNULL, check=False)


def digest(path: Path) -> str:
    """sha256 over a file's size and its data that is not zeros, where it lies: quick for sparse files, and the same
    for equal content whatever is a hole."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        found.update(str(os.fstat(file.fileno()).st_size).encode())
        for start, length in sparse.data_ranges(file.fileno()):
            for offset in range(start - start % 4096, start + length, 4096):
                data = os.pread(file.fileno(), 4096, offset)
                if data.strip(b"\0"):
                    found.update(offset.to_bytes(8, "little") + data)
    return found.hexdigest()


def first_volume(disk: BlockDevice) -> Slice:
    """The first partition of a disk."""
    table = read_table(disk)
    assert table
    return Slice(disk, table.partitions[0].start, table.partitions[0].size)
