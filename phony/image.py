"""From arguments to a WIM: a tree, an NTFS volume file that holds it, `wimlib-imagex capture` of the volume.

Same arguments, same bytes: identifiers are derived from the arguments and the clock of wimlib stands still.
"""

from __future__ import annotations

import math
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hvsbuild.hosts import tools
from phony import content, filler, ntfswriter, windows
from phony.tree import Item, file, with_parents

CLOCK = "2026-01-01 00:00:00"
NAME = "Phony Hyper-V Server 2008 R2"
GUID_AT, GUID_SIZE = 0x18, 16  # WIM header: its GUID (the WIM specification, WIMHEADER_V1_PACKED)
IDENTITY = uuid.UUID("5c0b3f1e-2f39-4c5a-9a37-6c1fd7f0b0a4")
MIB = 1 << 20


@dataclass(frozen=True)
class Order:
    """What is wanted: `files` names of filler with `size` bytes in all, `images` of the same kind in one WIM."""

    files: int = 4000
    size: int = 60_000_000
    images: int = 1
    efi: bool = True
    compress: str = "LZX"

    def identity(self) -> uuid.UUID:
        return uuid.uuid5(IDENTITY, repr(self))


def tree(order: Order) -> list[Item]:
    """All items, folders first."""
    return with_parents([*windows.items(with_efi=order.efi), *filler.items(order.files, order.size)])


def volume(path: Path, items: Sequence[Item], order: Order) -> None:
    """A fresh NTFS volume file, big enough, filled with the items."""
    room = order.size * 11 // 10 + order.files * 8192 + 64 * MIB
    with path.open("wb") as disk:
        disk.truncate(math.ceil(room / MIB) * MIB)
    tools.run(["mkntfs", "-F", "-Q", "-T", "-q", "-s", "512", "-L", "PHONY", path])
    with ntfswriter.writer(path) as writer:
        writer.fill(items)


def image_name(number: int) -> str:
    return NAME if number == 1 else f"{NAME} ({number})"


def edition(number: int) -> Item:
    """The one file in which the images of a WIM differ."""
    return file(f"Windows\\edition {number}.txt", content.text(image_name(number)))


def capture(disk: Path, wim: Path, number: int, order: Order) -> None:
    """Add the volume to the WIM as image `number`, with the clock of wimlib standing still."""
    command = ["capture", f"--compress={order.compress}"] if number == 1 else ["append"]
    name = image_name(number)
    words: list[str | Path] = ["wimlib-imagex", command[0], disk, wim, name, "A phony image made by hvsbuild"]
    tools.which("wimlib-imagex")  # faketime would only say that it cannot start it
    tools.run(["faketime", "-f", CLOCK, *words, *command[1:]])


def make(out: Path, order: Order) -> None:
    """Write the WIM at `out`; nothing is left there when it fails."""
    with tempfile.TemporaryDirectory(prefix="hvsbuild-phony-", dir=out.parent) as folder:
        disk, wim = Path(folder) / "volume", Path(folder) / "image.wim"
        volume(disk, tree(order), order)
        for number in range(1, order.images + 1):
            with ntfswriter.writer(disk) as writer:
                writer.know("Windows")
                writer.fill([edition(number)])
            capture(disk, wim, number, order)
        with wim.open("r+b") as header:
            header.seek(GUID_AT)
            header.write(order.identity().bytes_le)
        wim.replace(out)
