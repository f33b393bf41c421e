"""Reading what a WIM or ESD says about itself, by its header and its XML. Its data is never decompressed here.

Source: Microsoft, "Windows Imaging File Format (WIM)" white paper (2007); header and blob table are in `wimtable`.
"""

from __future__ import annotations

import hashlib
import struct
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats.block import BlockDevice
from hvsbuild.formats.swm import parts_of
from hvsbuild.formats.wimtable import SOLID_VERSION, blob_table, opened, read_header

NOT_IN_WIM = "The image is not in the WIM"
RP_FIX, COMPRESSED = 0x80, 0x2  # flags of the header
KINDS = {0x20000: "XPRESS", 0x40000: "LZX", 0x80000: "LZMS", 0x200000: "XPRESS"}
ARCHITECTURES = {0: "x86", 5: "arm", 6: "ia64", 9: "amd64", 12: "arm64"}


@dataclass(frozen=True)
class WimImage:
    """One image; sizes in bytes. What the XML does not give is empty or 0. `build` is like `6.1.7601.17514`."""

    index: int
    name: str
    description: str
    dir_count: int
    file_count: int
    total_bytes: int
    hard_link_bytes: int
    arch: str
    edition: str
    installation: str
    build: str
    languages: tuple[str, ...]

    @property
    def title(self) -> str:
        """Its number and what it is called, for a list: `2: 'Server' (ServerStandard, Server Core)`."""
        kind = ", ".join(word for word in (self.edition, self.installation) if word)
        return f"{self.index}: {self.name!r}" + (f" ({kind})" if kind else "")

    @property
    def needed_bytes(self) -> int:
        """What its files take on a volume at least: hard-linked data counts once."""
        return max(0, self.total_bytes - self.hard_link_bytes)


@dataclass(frozen=True)
class WimInfo:
    """What a WIM says about itself; `compression`: none, XPRESS, LZX or LZMS."""

    guid: uuid.UUID
    version: int
    flags: int
    part: int
    parts: int
    compression: str
    integrity: bool
    images: tuple[WimImage, ...]

    @property
    def solid(self) -> bool:
        """Whether only Windows 8.1 and newer can read it (ESD)."""
        return self.version == SOLID_VERSION or self.compression == "LZMS"

    @property
    def fixes_links(self) -> bool:
        """Whether absolute links in it were rewritten when it was captured."""
        return bool(self.flags & RP_FIX)

    def image(self, selector: int | str) -> WimImage:
        """An image by its index, or by its exact name. Raises `HvsError` that lists what is there."""
        if isinstance(selector, int):
            found = [one for one in self.images if one.index == selector]
        else:
            found = [one for one in self.images if one.name == selector]
        if len(found) == 1:
            return found[0]
        what = f"index {selector}" if isinstance(selector, int) else f"name {selector!r}"
        if found:
            raise HvsError("The name stands for several images", seen=f"{what}; {self.there}", do="use the index")
        raise HvsError(NOT_IN_WIM, seen=f"{what}; {self.there}", do="use one of these")

    def edition(self, edition: str, installation: str | None = None) -> WimImage:
        """The one image of an edition (and installation type), in any case. Raises `HvsError` with what is there."""
        wanted = (edition.casefold(), installation.casefold() if installation else None)
        found = [
            one
            for one in self.images
            if one.edition.casefold() == wanted[0] and wanted[1] in (None, one.installation.casefold())
        ]
        if len(found) == 1:
            return found[0]
        what = f"edition {edition}" + (f", installation {installation}" if installation else "")
        if not found:
            raise HvsError(NOT_IN_WIM, seen=f"{what}; {self.there}", do="use an edition of these, or an index")
        kinds = {one.installation for one in found}
        do = "use the index" if installation or len(kinds) < len(found) else _add_installation(kinds)
        raise HvsError("The edition stands for several images", seen=f"{what}; {self.there}", do=do)

    @property
    def there(self) -> str:
        """What is in it, for a message."""
        return "there are " + ("; ".join(one.title for one in self.images) or "none")


def _add_installation(kinds: set[str]) -> str:
    return "add installation: " + " or installation: ".join(f'"{kind}"' for kind in sorted(kinds))


def read_info(source: Path | BlockDevice) -> WimInfo:
    """Read and check a WIM, ESD or a part of a split one. Raises `HvsError`: absent, not a WIM, truncated, damaged."""
    with opened(source) as (device, name):
        header = read_header(device, name)
        blob_table(device, header, name)
        images = _images(device.read_at(header.xml.offset, header.xml.stored), name)
    if len(images) != header.count:
        seen = f"{name}: {header.count} images in the header, {len(images)} in the XML"
        raise FormatError("The XML of the WIM is damaged", seen=seen)
    kinds = [kind for bit, kind in KINDS.items() if header.flags & bit]
    return WimInfo(
        guid=uuid.UUID(bytes_le=header.guid),
        version=header.version,
        flags=header.flags,
        part=header.part,
        parts=header.parts,
        compression=kinds[0] if kinds and header.flags & COMPRESSED else "none",
        integrity=header.integrity.stored > 0,
        images=tuple(images),
    )


def fingerprint(source: Path | BlockDevice) -> str:
    """A sha256 (hex) that stands for the content of a WIM, of which it reads only the tables; of a split one, of all
    its parts.

    Over the file's size, header, blob table and XML. The table holds the SHA-1 of every stream and of every image's
    metadata, so no file in an image can change without it; damage to the compressed data itself is not seen.
    """
    digest = hashlib.sha256()
    for part in parts_of(source) if isinstance(source, Path) else (source,):
        with opened(part) as (device, name):
            header = read_header(device, name)
            digest.update(struct.pack("<Q", device.size) + header.raw)
            digest.update(blob_table(device, header, name))
            digest.update(device.read_at(header.xml.offset, header.xml.stored))
    return digest.hexdigest()


def _images(raw: bytes, name: str) -> list[WimImage]:
    try:
        text = raw.decode("utf-16")  # with its byte order mark
        if "<!" in text:  # no WIM has a document type; entities could swell without bounds
            raise ValueError("a document type in it")
        images = [_image(node) for node in ET.fromstring(text).findall("IMAGE")]
    except (ET.ParseError, ValueError) as error:
        raise FormatError("The XML of the WIM is damaged", seen=f"{name}: {error}") from error
    return sorted(images, key=lambda image: image.index)


def _image(node: ET.Element) -> WimImage:
    def text(path: str) -> str:
        return node.findtext(path) or ""

    def number(path: str) -> int:
        return int(text(path) or 0)

    version = [text(f"WINDOWS/VERSION/{part}") for part in ("MAJOR", "MINOR", "BUILD", "SPBUILD")]
    arch = text("WINDOWS/ARCH")
    return WimImage(
        index=int(node.get("INDEX", "0")),
        name=text("NAME"),
        description=text("DESCRIPTION"),
        dir_count=number("DIRCOUNT"),
        file_count=number("FILECOUNT"),
        total_bytes=number("TOTALBYTES"),
        hard_link_bytes=number("HARDLINKBYTES"),
        arch=ARCHITECTURES.get(int(arch), arch) if arch else "",
        edition=text("WINDOWS/EDITIONID"),
        installation=text("WINDOWS/INSTALLATIONTYPE"),
        build=".".join(part for part in version if part),
        languages=tuple(one.text or "" for one in node.findall("WINDOWS/LANGUAGES/LANGUAGE")),
    )
