"""ISO images that other programs made, read here and by 7-Zip."""

from __future__ import annotations

import binascii
import random
import struct
import subprocess
from pathlib import Path

import pytest

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats import iso
from hvsbuild.formats.block import BytesDevice
from hvsbuild.formats.iso9660 import Iso9660
from hvsbuild.formats.udf import Udf
from tests.inputs import make_iso, seven_zip, tool, tree

SECTOR = 2048
WIM = random.Random(1).randbytes(300_001)
FILES: dict[str, bytes | Path] = {
    "sources/install.wim": WIM,
    "sources/boot.wim": b"boot",
    "sources/empty.txt": b"",
    "README with a long name, and Umläute ü.txt": b"read me",
    "a/b/c/deep.bin": b"deep" * 1000,
} | {f"many/a file with number {number}.txt": b"%d" % number for number in range(120)}

KINDS: dict[str, tuple[tuple[str, ...], type]] = {
    "udf": (("-udf",), Udf),
    "udf and joliet": (("-udf", "-J", "-R", "-input-charset", "utf-8"), Udf),
    "joliet": (("-J", "-joliet-long", "-input-charset", "utf-8"), Iso9660),
    "rock ridge": (("-R", "-input-charset", "utf-8"), Iso9660),
}


@pytest.mark.parametrize(("options", "kind"), KINDS.values(), ids=KINDS)
def test_files_as_seven_zip_reads_them(tmp_path: Path, options: tuple[str, ...], kind: type) -> None:
    made = make_iso(tmp_path / "a.iso", FILES, *options)
    with iso.opened(made) as image:
        assert isinstance(image.tree, kind)
        assert image.label == "MEDIUM"
        for path in ("sources/install.wim", "SOURCES/Install.WIM", "/sources/install.wim"):
            device = image.open(path)
            assert device.read_at(0, device.size) == WIM
        assert device.read_at(299_990, 11) == WIM[299_990:]
        assert image.open("sources/empty.txt").size == 0
        assert len(image.files("many")) == 120
        assert image.files("sources") == ["boot.wim", "empty.txt", "install.wim"]
        assert image.open("a/b/c/deep.bin").size == 4000
        name = "README with a long name, and Umläute ü.txt"
        assert image.open(name).read_at(0, 7) == b"read me"
        assert image.find("sources/install.wim/x") is None
        assert image.find("nowhere/install.wim") is None
    assert seven_zip(made, "sources/install.wim", tmp_path) == WIM


def test_plain_iso_9660_of_xorriso_and_its_short_names(tmp_path: Path) -> None:
    source = tree(tmp_path / "tree", {"sources/install.wim": WIM, "sources/INSTALL2.SWM": b"2"})
    argv = [tool("xorriso"), "-as", "mkisofs", "-quiet", "-o", tmp_path / "x.iso", source]
    subprocess.run(argv, check=True, capture_output=True)
    with iso.opened(tmp_path / "x.iso") as image:
        device = image.open("sources/install.wim")
        assert device.read_at(0, device.size) == WIM
        assert {one.lower() for one in image.files("sources")} == {"install.wim", "install2.swm"}


def test_a_udf_file_of_more_than_4_gib(tmp_path: Path) -> None:
    """A run holds up to 1 GiB less a block: five of them, over an image with holes."""
    made, size, longest = make_iso(tmp_path / "a.iso", {"x.wim": WIM}, "-udf"), (4 << 30) + 12_345, (1 << 30) - SECTOR
    data = bytearray(made.read_bytes())
    begin, position = _entry(data)
    lengths = [longest] * 4 + [size - 4 * longest]
    starts = [position + number * longest // SECTOR for number in range(5)]
    _write(data, begin, b"".join(struct.pack("<II", *run) for run in zip(lengths, starts, strict=True)), size)
    _partition_of(data, 6 << 30)
    made.write_bytes(data)
    with iso.opened(made) as image:
        node = image.find("x.wim")
        assert node
        first = node.runs[0][0]
    with made.open("r+b") as file:
        file.truncate(6 << 30)
        for mark in (longest - 2, (1 << 32) - 2, size - 5):
            file.seek(first + mark)
            file.write(b"%05d" % (mark % 99_991))
    with iso.opened(made) as image:
        device = image.open("x.wim")
        assert (device.size, len(device.runs)) == (size, 1)
        for mark in (longest - 2, (1 << 32) - 2, size - 5):
            assert device.read_at(mark, 5) == b"%05d" % (mark % 99_991)


def test_an_iso_9660_file_in_several_pieces(tmp_path: Path) -> None:
    """Two records of one name, the first saying that the file goes on: how files of 4 GiB and more are written."""
    parts = (WIM[: 40 * SECTOR], WIM[40 * SECTOR :])
    made = make_iso(tmp_path / "a.iso", {"X.WIM": parts[0], "X.WIN": parts[1]}, "-iso-level", "2")
    data = bytearray(made.read_bytes())
    at = data.index(b"X.WIM;1")
    data[at - 8] |= 0x80
    other = data.index(b"X.WIN;1")
    data[other : other + 5] = b"X.WIM"
    made.write_bytes(data)
    with iso.opened(made) as image:
        assert image.files("") == ["X.WIM"]
        device = image.open("x.wim")
        assert device.read_at(0, device.size) == WIM
    assert seven_zip(made, "X.WIM", tmp_path / "out") == WIM


def test_runs_that_lie_apart_and_in_a_long_form(tmp_path: Path) -> None:
    """The file's data moved: first half at its end, second half before; written as two long runs. 7-Zip agrees."""
    made = make_iso(tmp_path / "a.iso", {"x.wim": WIM}, "-udf")
    data = bytearray(made.read_bytes())
    with iso.opened(made) as image:
        node = image.find("x.wim")
        assert node
        (start, _) = node.runs[0]
    begin, position = _entry(data)
    first, blocks = 40 * SECTOR, -(-len(WIM) // SECTOR)
    behind = blocks - 40
    data[start : start + blocks * SECTOR] = WIM[first:].ljust(behind * SECTOR, b"\0") + WIM[:first]
    runs = [(first, position + behind), (len(WIM) - first, position)]
    _write(data, begin, b"".join(struct.pack("<II8x", *run) for run in runs), len(WIM), form=1)
    made.write_bytes(data)
    with iso.opened(made) as image:
        device = image.open("x.wim")
        assert len(device.runs) == 2
        assert device.read_at(0, device.size) == WIM
        assert device.read_at(first - 5, 10) == WIM[first - 5 : first + 5]
    assert seven_zip(made, "x.wim", tmp_path / "out") == WIM


def _entry(data: bytearray) -> tuple[int, int]:
    """Where the file entry of the one file in a UDF begins, and the block of its first run."""
    begin = next(
        at for at in range(257 * SECTOR, len(data), SECTOR)
        if data[at : at + 2] == b"\x05\x01" and struct.unpack_from("<Q", data, at + 56)[0] == len(WIM)
    )  # fmt: skip
    at = begin + 176 + struct.unpack_from("<I", data, begin + 168)[0]
    return begin, struct.unpack_from("<I", data, at + 4)[0]


def _write(data: bytearray, begin: int, runs: bytes, size: int, form: int = 0) -> None:
    """Other runs into a file entry."""
    at = begin + 176 + struct.unpack_from("<I", data, begin + 168)[0]
    data[at : at + len(runs)] = runs
    struct.pack_into("<I", data, begin + 172, len(runs))
    struct.pack_into("<QQ", data, begin + 56, size, -(-size // SECTOR))
    struct.pack_into("<H", data, begin + 34, struct.unpack_from("<H", data, begin + 34)[0] & ~7 | form)
    struct.pack_into("<H", data, begin + 10, at + len(runs) - begin - 16)
    _seal(data, begin)


def _partition_of(data: bytearray, size: int) -> None:
    """A longer partition, in both sequences of volume descriptors."""
    for at in range(0, 300 * SECTOR, SECTOR):
        if data[at : at + 2] == b"\x05\x00" and struct.unpack_from("<I", data, at + 12)[0] == at // SECTOR:
            struct.pack_into("<I", data, at + 192, size // SECTOR - 300)
            _seal(data, at)


def _seal(data: bytearray, at: int) -> None:
    """Checksums of a UDF descriptor anew (ECMA-167 3/7.2)."""
    length = struct.unpack_from("<H", data, at + 10)[0]
    struct.pack_into("<H", data, at + 8, binascii.crc_hqx(bytes(data[at + 16 : at + 16 + length]), 0))
    data[at + 4] = (sum(data[at : at + 4]) + sum(data[at + 5 : at + 16])) & 0xFF


def test_windows_media_have_a_read_me_in_iso_9660_and_all_else_in_udf(tmp_path: Path) -> None:
    """Two ISO images that differ in their files; the UDF of one counts, whatever the ISO 9660 beside it says."""
    made = make_iso(tmp_path / "a.iso", {"sources/install.wim": WIM}, "-udf")
    data = bytearray(made.read_bytes())
    root = struct.unpack_from("<I", data, 16 * SECTOR + 158)[0] * SECTOR
    data[root : root + SECTOR] = bytes(SECTOR)  # an empty root folder
    made.write_bytes(data)
    assert Iso9660.find(BytesDevice(bytes(data))).find  # type: ignore[union-attr]
    with iso.opened(made) as image:
        assert image.open("sources/install.wim").size == len(WIM)


def phrase(data: bytes) -> str:
    """The phrase of the error that these bytes give; "" for none."""
    try:
        image = iso.read_iso(BytesDevice(data), "x.iso")
        device = image.open("sources/install.wim")
        device.read_at(0, device.size)
    except HvsError as error:
        return error.phrase
    return ""


@pytest.mark.parametrize("options", [("-udf",), ("-J",)], ids=["udf", "iso9660"])
def test_cut_and_damaged(tmp_path: Path, options: tuple[str, ...]) -> None:
    data = make_iso(tmp_path / "a.iso", {"sources/install.wim": WIM, "b": b"b"}, *options).read_bytes()
    assert phrase(data) == ""
    allowed = {"Not an ISO image", "The ISO image is truncated", "The ISO image is damaged", iso.NOT_IN_ISO, ""}
    allowed |= {"This kind of UDF cannot be read", "This ISO image cannot be read"}
    with_data = data.index(WIM)
    for length in (0, 5, 16 * SECTOR, 17 * SECTOR + 9, with_data // 2, with_data, with_data + 300_000):
        assert phrase(data[:length]) in allowed - {""}, length
    dice = random.Random(7)
    used = [at for at in range(16 * SECTOR, len(data), SECTOR) if data[at : at + SECTOR].strip(b"\0")]
    meta = [at for at in used if data[at : at + SECTOR] not in WIM][:40]
    for _ in range(400):
        broken = bytearray(data)
        for _ in range(dice.choice([1, 4, 40])):
            broken[dice.choice(meta) + dice.randrange(SECTOR)] = dice.choice([0, 1, 0x80, 0xFF, dice.randrange(256)])
        assert phrase(bytes(broken)) in allowed


def test_what_is_no_iso(tmp_path: Path) -> None:
    path = tmp_path / "x.iso"
    path.write_bytes(b"PK\3\4" + bytes(100_000))
    assert not iso.is_iso(path)
    with pytest.raises(FormatError, match=r"Not an ISO image: x\.iso begins with 504b0304"), iso.opened(path):
        pass
    with pytest.raises(HvsError, match="The ISO file is absent"), iso.opened(tmp_path):
        pass
    path.write_bytes(b"")
    assert not iso.is_iso(path)


def test_a_file_that_is_not_in_it(tmp_path: Path) -> None:
    files: dict[str, bytes | Path] = {f"sources/{name}": b"x" for name in ("install.esd", "boot.wim", "setup.exe")}
    made = make_iso(tmp_path / "a.iso", files)
    assert iso.is_iso(made)
    with iso.opened(made) as image:
        with pytest.raises(HvsError, match=r"sources/install\.wim in a\.iso; images there: boot\.wim, install\.esd"):
            image.open("sources/install.wim")
        with pytest.raises(HvsError, match=r"x/y in a\.iso\n"):
            image.open("x/y")
        with pytest.raises(HvsError, match="not in the ISO"):
            image.open("sources")
