"""Block maps (`.bmap`, version 2.0): which blocks of an image a disk must receive, with a sha256 for each range.

`bmaptool copy stick.img /dev/…` finds `stick.img.bmap` beside the image and uses it. Source: the comments in the files
that bmap-tools 3.x writes, and its BmapCreate and BmapCopy modules: ranges of block numbers, both ends included; the
last block may be cut short by the image's end; `BmapFileChecksum` is the sha256 of the whole file with zeros in its
place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from xml.etree import ElementTree

from hvsbuild.errors import FormatError

VERSION, BLOCK = "2.0", 4096
NO_CHECKSUM = "0" * 64
DAMAGED = "A damaged block map"

HEADER = """<?xml version="1.0" ?>
<!-- The ranges of an image that a disk must receive; all else on the disk may stay as it is.
     Use it with hvsbuild flash or with bmaptool copy, which verify the image by it. -->
"""


@dataclass(frozen=True)
class MappedRange:
    """`length` bytes at `offset` of the image; `sha256` in hex, or None where the map has no checksum."""

    offset: int
    length: int
    sha256: str | None

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True)
class BlockMap:
    """Sizes in bytes; the ranges are sorted and apart, and start at whole blocks."""

    image_size: int
    ranges: tuple[MappedRange, ...]
    block: int = BLOCK

    @property
    def mapped(self) -> int:
        """How many bytes the ranges have."""
        return sum(one.length for one in self.ranges)


def encode(found: BlockMap) -> bytes:
    """The file's bytes: the same map gives the same bytes (no date, no name)."""
    count = -(-found.image_size // found.block)
    spans = [(one.offset // found.block, (one.end - 1) // found.block) for one in found.ranges]
    lines = [
        f'{HEADER}<bmap version="{VERSION}">',
        f"    <ImageSize> {found.image_size} </ImageSize>",
        f"    <BlockSize> {found.block} </BlockSize>",
        f"    <BlocksCount> {count} </BlocksCount>",
        f"    <MappedBlocksCount> {sum(last - first + 1 for first, last in spans)} </MappedBlocksCount>",
        "    <ChecksumType> sha256 </ChecksumType>",
        f"    <BmapFileChecksum> {NO_CHECKSUM} </BmapFileChecksum>",
        "    <BlockMap>",
    ]
    for (first, last), one in zip(spans, found.ranges, strict=True):
        checksum = f' chksum="{one.sha256}"' if one.sha256 else ""
        lines.append(f"        <Range{checksum}> {first}{f'-{last}' if last > first else ''} </Range>")
    lines += ["    </BlockMap>", "</bmap>", ""]
    data = "\n".join(lines).encode("ascii")
    return data.replace(NO_CHECKSUM.encode(), sha256(data).hexdigest().encode(), 1)


def decode(data: bytes) -> BlockMap:
    """Read a block map of version 2.x with sha256 checksums; `FormatError` for any other and for a damaged one."""
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise FormatError("Not a block map", seen=str(error)) from error
    version = root.get("version", "")
    if root.tag != "bmap" or version.partition(".")[0] != "2":
        raise FormatError("Not a block map of version 2", seen=f"<{root.tag} version={version!r}>")
    if _text(root, "ChecksumType") != "sha256":
        raise FormatError("A block map with unknown checksums", seen=_text(root, "ChecksumType"), do="use sha256")
    _check_whole(data, _text(root, "BmapFileChecksum"))
    size, block, count, mapped = (
        _number(root, name) for name in ("ImageSize", "BlockSize", "BlocksCount", "MappedBlocksCount")
    )
    if block < 512 or block & (block - 1) or count != -(-size // block):
        raise FormatError(DAMAGED, seen=f"{count} blocks of {block} bytes for an image of {size}")
    ranges = [_range(one, block, size) for one in root.iterfind("BlockMap/Range")]
    _check_ranges(ranges, block, mapped)
    return BlockMap(size, tuple(ranges), block)


def _check_whole(data: bytes, checksum: str) -> None:
    zeroed = data.replace(checksum.encode(), NO_CHECKSUM.encode(), 1)
    if len(checksum) != 64 or sha256(zeroed).hexdigest() != checksum.lower():
        raise FormatError(DAMAGED, seen="its BmapFileChecksum does not match", do="make or fetch it again")


def _check_ranges(ranges: Sequence[MappedRange], block: int, mapped: int) -> None:
    end = 0
    for one in ranges:
        if one.offset < end or one.length <= 0:
            raise FormatError(DAMAGED, seen=f"the range at byte {one.offset} overlaps another or is empty")
        end = one.end
    if sum(-(-one.length // block) for one in ranges) != mapped:
        raise FormatError(DAMAGED, seen=f"its ranges do not have {mapped} blocks")


def _range(element: ElementTree.Element, block: int, size: int) -> MappedRange:
    text, checksum = (element.text or "").strip(), element.get("chksum")
    match = re.fullmatch(r"(\d{1,18})(?:-(\d{1,18}))?", text)
    if not match or (checksum is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", checksum)):
        raise FormatError(DAMAGED, seen=f"the range {text!r}")
    first, last = int(match[1]), int(match[2] or match[1])
    offset = first * block
    if last * block >= size:
        raise FormatError(DAMAGED, seen=f"the range {text} leaves the image, which has {size} bytes")
    return MappedRange(offset, min((last + 1) * block, size) - offset, checksum.lower() if checksum else None)


def _text(root: ElementTree.Element, name: str) -> str:
    return (root.findtext(name) or "").strip()


def _number(root: ElementTree.Element, name: str) -> int:
    text = _text(root, name)
    if not re.fullmatch(r"\d{1,18}", text):
        raise FormatError(DAMAGED, seen=f"{name} is {text!r}")
    return int(text)
