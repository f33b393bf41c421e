"""What is measured with: the sizes, a phony image (made once and kept), specs of several sizes."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import timed
from phony.image import Order, make

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "specs" / "hyperv-server-2008-r2-usb.yaml"
HVSBUILD = Path(sys.executable).with_name("hvsbuild")


@dataclass(frozen=True)
class Sizes:
    """What a run measures. `vhds` are (VHD in GiB, stick in GB); the first is the one that all else is measured at."""

    files: int
    data: int
    vhds: tuple[tuple[int, int], ...]
    by_hand: tuple[int, int]
    rounds: int
    starts: int


FULL = Sizes(50_000, 1_700_000_000, ((24, 32), (8, 16), (48, 64)), (8, 16), rounds=3, starts=9)
QUICK = Sizes(4_000, 60_000_000, ((24, 32), (8, 16), (48, 64)), (1, 16), rounds=2, starts=3)


def phony_image(folder: Path, sizes: Sizes) -> Path:
    """The WIM of these sizes; made when it is not there (a minute or two for the full one)."""
    path = folder / f"phony-{sizes.files}-{sizes.data}.wim"
    if not path.exists():
        print(f"making {path.name} …", flush=True)
        make(path, Order(sizes.files, sizes.data))
    return path


def content(wim: Path) -> int:
    """Bytes of all files that image 1 of a WIM brings, each file with several names once."""
    info = timed("wimlib-imagex", "info", wim, "1").output
    total, links = (re.search(rf"^{name}:\s+(\d+)", info, re.MULTILINE) for name in ("Total Bytes", "Hard Link Bytes"))
    if not total or not links:
        raise SystemExit(f"wimlib-imagex info does not say how large the image is:\n{info}")
    return int(total[1]) - int(links[1])


def spec(folder: Path, vhd: int, stick: int) -> Path:
    """The seed spec with other sizes: the VHD in GiB, the stick in GB."""
    text = SEED.read_text("utf-8")
    for old, new in (("size: 24 GiB", f"size: {vhd} GiB"), ("size: 32 GB", f"size: {stick} GB")):
        if text.count(old) != 1:
            raise SystemExit(f"{SEED.name} does not hold {old!r} once")
        text = text.replace(old, new)
    path = folder / f"vhd-{vhd}.yaml"
    path.write_text(text, "utf-8")
    return path
