"""A split WIM: `install.swm`, `install2.swm`, `install3.swm` … in one folder, each a WIM with a part of the data.

Source: Microsoft, "Windows Imaging File Format (WIM)" white paper (2007): part number, total parts and GUID are in the
header; names as `dism /Split-Image`, `imagex /split` and wimlib give them.
"""

from __future__ import annotations

import re
import uuid
from pathlib import Path

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats.wimtable import Header, opened, read_header

ENDING = ".swm"


def part_name(first: str, number: int) -> str:
    """The file name of a part, after that of the first: `install.swm`, 2 -> "install2.swm"."""
    stem, dot, ending = first.rpartition(".")
    return first if number == 1 else f"{stem}{number}{dot}{ending}"


def pattern(first: str) -> str:
    """What dism's /SWMFile and imagex's /ref call all parts: `C:\\w\\install.swm` -> "C:\\w\\install*.swm"."""
    stem, dot, ending = first.rpartition(".")
    return f"{stem}*{dot}{ending}"


def parts_of(first: Path) -> tuple[Path, ...]:
    """All files of a WIM, the first part first; of one that is not split, that file alone.

    Raises `HvsError` when it is not the first part, when a part is missing or belongs to another WIM, and when the
    tools' pattern for the parts would also take a file that is none."""
    header = _header(first)
    if header.part != 1:
        stem = re.sub(rf"{header.part}$", "", first.stem)
        seen = f"{first} is part {header.part} of {header.parts}"
        raise HvsError("Not the first part of a split image", seen=seen, do=f"name {stem}{first.suffix}")
    if header.parts == 1:
        return (first,)
    there = {one.name.casefold(): one for one in first.parent.iterdir()}
    names = [part_name(first.name, number) for number in range(1, header.parts + 1)]
    if missing := [name for name in names if name.casefold() not in there]:
        seen = f"{', '.join(missing)} of {header.parts} parts; looked in {first.parent}"
        raise HvsError("A part of the split image is missing", seen=seen, do="copy all parts into one folder")
    found = tuple(there[name.casefold()] for name in names)
    for number, part in enumerate(found[1:], 2):
        _check(_header(part), header, number, part)
    _no_strangers(first, {name.casefold() for name in names}, there)
    return found


def _header(path: Path) -> Header:
    with opened(path) as (device, name):
        return read_header(device, name)


def _check(have: Header, first: Header, number: int, path: Path) -> None:
    if (have.guid, have.part, have.parts) != (first.guid, number, first.parts):
        of = "" if have.guid == first.guid else f" of another WIM, {uuid.UUID(bytes_le=have.guid)}"
        seen = f"{path.name} is part {have.part} of {have.parts}{of}; part {number} of {first.parts} is expected"
        raise FormatError("The parts do not belong together", seen=seen, do="copy all parts of one image again")


def _no_strangers(first: Path, names: set[str], there: dict[str, Path]) -> None:
    """dism and imagex take every file that the pattern fits."""
    stem, ending = first.stem.casefold(), first.suffix.casefold()
    fits = [name for name in there if name.startswith(stem) and name.endswith(ending)]
    if strangers := sorted(set(fits) - names):
        seen = f"{', '.join(there[one].name for one in strangers)} in {first.parent}"
        why = f"{pattern(first.name)}, by which dism and imagex find the parts, takes them too"
        raise HvsError("Files beside the split image look like parts of it", seen=seen, why=why, do="move them away")
