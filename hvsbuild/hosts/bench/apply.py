"""Applying an image of a WIM to the volume behind a letter, for imagex and dism alike: wimlib, on the volume itself.

Security descriptors, short names, streams, hard links and times come from the WIM. Exit codes are Win32 errors, which
is what dism returns; imagex's own are not documented.
"""

from __future__ import annotations

import ntpath
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats import wim as wimfile
from hvsbuild.formats.block import BlockDevice
from hvsbuild.formats.ntfs import NtfsTree, is_ntfs
from hvsbuild.hosts import tools
from hvsbuild.hosts.bench.filecopy import NO_FILE, NO_PATH, At, Failed, locate, look
from hvsbuild.hosts.bench.lend import lend
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word

NO_SUCH_FILE, NO_SUCH_PATH, BAD_FORMAT, INVALID_DATA, INVALID_PARAMETER = 2, 3, 11, 13, 87
DISK_FULL, NOT_EMPTY, UNRECOGNIZED_VOLUME = 112, 145, 1005

# wimlib's exit codes (enum wimlib_error_code) for a WIM whose content is wrong or incomplete: data that cannot be
# decompressed or has another SHA-1, failed integrity check, invalid header, tables or XML, a part that is missing
CORRUPT = (2, 10, 13, 17, 19, 20, 21, 28, 36, 55, 62, 65, 73, 74, 84)
LEAST_HOST_SPACE = 16 << 20


@dataclass(frozen=True)
class Request:
    """What is to be applied where. `image` is an index, a name, or None for the only image there is."""

    wim: Word
    image: int | str | None
    target: Word
    references: list[Word] = field(default_factory=list)
    check: bool = False
    keep_links: bool = False


def apply_image(machine: Machine, console: Console, request: Request) -> int:
    """Fill an empty NTFS volume with an image. Returns 0 or a Win32 error, with a line on the console."""
    try:
        path, info = open_wim(machine, request.wim)
        image = choose(info, request.image)
        references = [path for word in request.references for path in _matching(machine, word)]
        _apply(machine, console, request, path, info, image, references)
    except Failed as failure:
        console.print(failure.message)
        return failure.code
    return 0


def open_wim(machine: Machine, word: Word) -> tuple[Path, wimfile.WimInfo]:
    """The host path of a WIM on C: and what it says about itself."""
    at = _on_c(machine, word)
    entry = look(machine, at)
    if entry is None or entry.is_dir:
        raise Failed(f"{at}: {NO_FILE}", NO_SUCH_FILE)
    path = machine.host_path(str(at))
    try:
        return path, wimfile.read_info(path)
    except FormatError as error:
        code = BAD_FORMAT if error.phrase == "Not a WIM file" else INVALID_DATA
        raise Failed(f"{at}: {error.phrase}: {error.seen}", code) from error


def choose(info: wimfile.WimInfo, selector: int | str | None) -> wimfile.WimImage:
    if selector is None:
        selector = 1 if len(info.images) == 1 else 0
    try:
        return info.image(selector)
    except HvsError as error:
        raise Failed(f"{error.phrase}: {error.seen}", INVALID_PARAMETER) from error


def _on_c(machine: Machine, word: Word) -> At:
    at = locate(machine, word)
    if at.letter != "C":
        raise BenchRefusal(f"the WIM {word}", column=word.column, hint="a WIM must lie on C:")
    return at


def _matching(machine: Machine, word: Word) -> list[Path]:
    """The parts of a split WIM that a pattern like `C:\\install*.swm` names."""
    folder, pattern = ntpath.split(word)
    at = _on_c(machine, Word(folder, word.column))
    if set(folder) & set("*?[") or "[" in pattern:
        raise BenchRefusal(f"the pattern {word}", column=word.column)
    with machine.reader("C") as tree:
        entry = tree.find(at.rest)
        names = [one.name for one in tree.children(at.rest) if not one.is_dir] if entry and entry.is_dir else []
    found = [name for name in names if fnmatchcase(name.casefold(), pattern.casefold())]
    if not found:
        raise Failed(f"{word}: {NO_FILE}", NO_SUCH_FILE)
    return [machine.host_path(str(at / name)) for name in sorted(found)]


def _apply(
    machine: Machine,
    console: Console,
    request: Request,
    path: Path,
    info: wimfile.WimInfo,
    image: wimfile.WimImage,
    references: list[Path],
) -> None:
    try:
        at = locate(machine, request.target)
    except Failed as failure:
        raise Failed(f"{request.target}: {NO_PATH}", NO_SUCH_PATH) from failure
    if at.rest != "\\" or at.letter == "C":
        hint = "the bench applies an image to the root of an empty volume, like R:\\"
        raise BenchRefusal(f"applying to {request.target}", column=request.target.column, hint=hint)
    with machine.open_partition(*machine.state.letters[at.letter]) as (device, partition):
        _check_volume(device, request.target)
        if image.needed_bytes > partition.size:
            sizes = f"the image needs {image.needed_bytes} bytes, the volume {at} has {partition.size}"
            raise Failed(f"There is not enough space on the disk: {sizes}.", DISK_FULL)
        if info.fixes_links and not request.keep_links:
            console.print("Note: links stay as they are in the WIM; on Windows absolute ones get the target's letter.")
        with lend(machine, device) as volume:
            argv: list[str | Path] = ["wimlib-imagex", "apply", path, str(image.index), volume]
            argv += ["--check"] * request.check + [f"--ref={one}" for one in references]
            report = _progress(console, volume, image.needed_bytes)
            try:
                output = tools.run(argv, on_output=report)
            except tools.ToolFailed as error:
                raise _explain(machine, error, image, at, partition.size) from error
    console.progress("apply image", image.needed_bytes, image.needed_bytes)
    for line in output.splitlines():
        if line.startswith("[WARNING]"):
            console.print(line)


def _check_volume(device: BlockDevice, target: Word) -> None:
    if not is_ntfs(device):
        if device.read_at(0x36, 3) == b"FAT" or device.read_at(0x52, 5) == b"FAT32":
            raise BenchRefusal(f"applying to the FAT volume {target}", column=target.column, hint="format it with NTFS")
        raise Failed(f"{target}: The volume does not contain a recognized file system.", UNRECOGNIZED_VOLUME)
    if there := NtfsTree(device).children("\\"):
        names = ", ".join(entry.name for entry in there[:3])
        raise Failed(f"{target}: The directory is not empty ({names}); format the volume first.", NOT_EMPTY)


def _progress(console: Console, volume: Path, total: int) -> Callable[[], None]:
    """Reports how much has been written, by the blocks that the volume file has gained."""
    before = volume.stat().st_blocks

    def report() -> None:
        console.progress("apply image", min(total, max(0, volume.stat().st_blocks - before) * 512), total)

    return report


def _explain(machine: Machine, error: tools.ToolFailed, image: wimfile.WimImage, at: At, size: int) -> Exception:
    """What a failure of wimlib means in Windows' terms; what it says itself where that is not known."""
    if "No space left on device" in error.output:
        if shutil.disk_usage(machine.folder).free < LEAST_HOST_SPACE:
            return HvsError(
                "The disk of this machine is full",
                seen=str(machine.folder),
                do="free some space there, then run the same command again",
            )
        sizes = f"the image needs {image.needed_bytes} bytes and room for its names, the volume {at} has {size}"
        return Failed(f"There is not enough space on the disk: {sizes}.", DISK_FULL)
    if error.code in CORRUPT:
        lines = [line.strip() for line in error.output.splitlines() if line.strip()]
        return Failed(f"The data is invalid: {lines[-1] if lines else 'wimlib does not say more'}", INVALID_DATA)
    return error
