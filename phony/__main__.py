"""`python -m phony OUT.wim`: make a phony Windows image."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hvsbuild.errors import HvsError
from phony.image import Order, make

UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


def size(text: str) -> int:
    """`1.7G` -> 1700000000."""
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].isalpha() else (text, "")
    if unit not in UNITS:
        raise argparse.ArgumentTypeError(f"{text!r}: write bytes, or a number with K, M or G")
    return int(float(number) * UNITS[unit])


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m phony", description="Make a phony Windows image (a WIM).")
    parser.add_argument("out", type=Path, metavar="OUT.wim")
    parser.add_argument("--files", type=int, default=Order.files, help="how many file names (default: %(default)s)")
    parser.add_argument("--bytes", type=size, default=Order.size, help="their size in all, like 60M or 1.7G")
    parser.add_argument("--images", type=int, default=1, help="how many images in the WIM (default: 1)")
    parser.add_argument("--compress", default=Order.compress, choices=("LZX", "XPRESS", "NONE"))
    parser.add_argument("--no-efi", action="store_true", help="leave out the EFI boot files (they need GRUB's modules)")
    chosen = parser.parse_args(argv)
    if chosen.files < 0 or chosen.bytes < 0 or chosen.images < 1:
        parser.error("--files and --bytes must not be negative, --images must be at least 1")
    order = Order(chosen.files, chosen.bytes, chosen.images, not chosen.no_efi, chosen.compress)
    try:
        make(chosen.out, order)
    except HvsError as error:
        sys.stderr.write(f"{error.text()}\n")
        return error.exit_code
    except OSError as error:  # no such folder, a full disk
        sys.stderr.write(f"The phony image cannot be written: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
