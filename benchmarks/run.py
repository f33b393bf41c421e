"""`python -m benchmarks.run [--quick] [--out FILE]`: measure all, in one run on one machine, and print a table.

Exit code 0 when every goal is met, 1 when one is missed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks import byhand, cases, material
from benchmarks.report import machine, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a small image and few rounds: to try it, not to quote it")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the result there, as Markdown")
    default = material.ROOT / "out" / "benchmarks"
    parser.add_argument("--work", type=Path, default=default, metavar="DIR", help="where to work")
    parser.add_argument("--no-by-hand", action="store_true", help="leave out the way by loop devices and mounts")
    chosen = parser.parse_args()
    sizes = material.QUICK if chosen.quick else material.FULL
    work = chosen.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    wim = material.phony_image(work, sizes)

    rows = cases.starts(work, sizes)
    fast, first = cases.speed_and_disk(work, wim, sizes)
    rows = [*fast, *rows, *cases.memory(work, wim, sizes, first)]
    if not chosen.no_by_hand:
        rows += byhand.rows(work, wim, sizes)
    shutil.rmtree(work / "build")

    if chosen.quick:  # what a build costs whatever the image's size outweighs all else here
        rows = [replace(row, goal=None) for row in rows]
    image = f"{wim.stat().st_size / 1e6:.0f} MB WIM, {sizes.files} files, {sizes.data / 1e9:.2f} GB"
    text = f"{machine()}. {image}. Medians of {sizes.rounds} builds and {sizes.starts} starts.\n\n{table(rows)}\n"
    print(text)
    if chosen.out:
        how = f"By `python -m benchmarks.run{' --quick' if chosen.quick else ''} --out FILE`. Other runs differ."
        chosen.out.write_text(f"# Benchmarks: one run on one machine\n\n{how}\n\n{text}", "utf-8")
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
