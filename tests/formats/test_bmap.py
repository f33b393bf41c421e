"""Block maps: their exact bytes, damage, what bmaptool makes of them and they of bmaptool's."""

from __future__ import annotations

import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvsbuild.errors import FormatError
from hvsbuild.formats import imagemap
from hvsbuild.formats.bmap import BLOCK, BlockMap, MappedRange, decode, encode

BMAPTOOL = shutil.which("bmaptool")
needs_bmaptool = pytest.mark.skipif(not BMAPTOOL, reason="bmaptool is not installed (Debian: bmap-tools)")
ONE = sha256(b"one").hexdigest()
SMALL = BlockMap(10 * BLOCK + 100, (MappedRange(0, BLOCK, ONE), MappedRange(9 * BLOCK, BLOCK + 100, None)))


def test_the_file_is_what_the_format_says() -> None:
    text = encode(SMALL).decode()
    body = text[text.index("<bmap") :]
    checksum = re.search(r"<BmapFileChecksum> (\w{64}) <", body)
    assert checksum
    assert body == (
        f'<bmap version="2.0">\n'
        f"    <ImageSize> 41060 </ImageSize>\n"
        f"    <BlockSize> 4096 </BlockSize>\n"
        f"    <BlocksCount> 11 </BlocksCount>\n"
        f"    <MappedBlocksCount> 3 </MappedBlocksCount>\n"
        f"    <ChecksumType> sha256 </ChecksumType>\n"
        f"    <BmapFileChecksum> {checksum[1]} </BmapFileChecksum>\n"
        f"    <BlockMap>\n"
        f'        <Range chksum="{ONE}"> 0 </Range>\n'
        f"        <Range> 9-10 </Range>\n"
        f"    </BlockMap>\n"
        f"</bmap>\n"
    )
    assert sha256(text.replace(checksum[1], "0" * 64).encode()).hexdigest() == checksum[1]


def test_read_back() -> None:
    assert decode(encode(SMALL)) == SMALL


@st.composite
def maps(draw: st.DrawFn) -> BlockMap:
    cuts = sorted(draw(st.sets(st.integers(0, 500), max_size=20)))
    spans = [(cuts[at], cuts[at + 1]) for at in range(0, len(cuts) - 1, 2)]
    size = 500 * BLOCK + draw(st.integers(0, BLOCK))
    sums = st.binary(min_size=32, max_size=32).map(bytes.hex)
    return BlockMap(
        size, tuple(MappedRange(low * BLOCK, (high - low) * BLOCK, draw(st.none() | sums)) for low, high in spans)
    )


@given(maps())
def test_any_map_is_read_back(one: BlockMap) -> None:
    assert decode(encode(one)) == one


def sealed(text: str) -> bytes:
    """A changed file with a right checksum, so that only the change is at fault."""
    zeroed = re.sub(r"(<BmapFileChecksum> )\w{64}", r"\g<1>" + "0" * 64, text).encode()
    return zeroed.replace(b"0" * 64, sha256(zeroed).hexdigest().encode(), 1)


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        ("<bmap ", "<bmop ", "Not a block map"),
        ('"2.0"', '"1.4"', "version='1.4'"),
        ("> sha256 <", "> sha1 <", "unknown checksums"),
        ("> 0 <", "> 0-9 <", "overlaps"),
        ("> 9-10 <", "> 9-11 <", "leaves the image"),
        ("> 9-10 <", "> 9 <", "blocks"),
        ("> 9-10 <", "> 90-99 <", "leaves the image"),
        ("> 9-10 <", "> nine <", "'nine'"),
        ("> 41060 <", "> 49060 <", "11 blocks"),
        ("> 4096 <", "> 4095 <", "4095"),
        (ONE, "xyz", "the range '0'"),
        ("> 3 <", "> many <", "MappedBlocksCount"),
    ],
)
def test_damage_is_named(old: str, new: str, seen: str) -> None:
    text = encode(SMALL).decode().replace("</bmap", "</bmop" if "bmop" in new else "</bmap")
    assert old in text
    with pytest.raises(FormatError, match=re.escape(seen)):
        decode(sealed(text.replace(old, new)))


def test_a_flipped_bit_is_found_by_the_checksum() -> None:
    with pytest.raises(FormatError, match="BmapFileChecksum"):
        decode(encode(SMALL).replace(b"> 9-10 <", b"> 8-10 <"))
    with pytest.raises(FormatError, match="Not a block map"):
        decode(b"PK\x03\x04")


def sparse(path: Path) -> Path:
    """3 MiB and an odd bit: data at the front, in the middle, in the cut block at the end."""
    with path.open("wb") as file:
        file.truncate((3 << 20) + 777)
        for offset, data in ((0, b"front" * 1000), ((1 << 20) + 5, b"middle"), ((3 << 20) + 700, b"end")):
            file.seek(offset)
            file.write(data)
    return path


@needs_bmaptool
def test_bmaptool_copies_by_our_map_and_refuses_what_it_does_not_describe(tmp_path: Path) -> None:
    image, target = sparse(tmp_path / "a.img"), tmp_path / "target"
    imagemap.write(image, imagemap.path_beside(image))
    argv = [str(BMAPTOOL), "copy", str(image), str(target)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert f"using bmap file '{image.name}.bmap'" in done.stderr
    assert target.read_bytes() == image.read_bytes()
    with image.open("r+b") as file:
        file.seek(10)
        file.write(b"!")
    failed = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert failed.returncode != 0
    assert "checksum mismatch" in failed.stderr


@needs_bmaptool
def test_a_map_made_by_bmaptool_is_read(tmp_path: Path) -> None:
    image = sparse(tmp_path / "a.img")
    subprocess.run([str(BMAPTOOL), "create", "-o", f"{image}.bmap", str(image)], check=True)
    found = decode(imagemap.path_beside(image).read_bytes())
    data = image.read_bytes()
    assert found.image_size == len(data)
    assert [one.sha256 for one in found.ranges] == [sha256(data[o.offset : o.end]).hexdigest() for o in found.ranges]
    outside = bytearray(data)
    for one in found.ranges:
        outside[one.offset : one.end] = bytes(one.length)
    assert not any(outside)
    assert imagemap.load(image) == found
