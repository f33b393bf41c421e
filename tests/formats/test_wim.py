"""What is read from WIM headers, tables and XML; judged against wimlib and against files that others made."""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

import pytest

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats import wim, wimtable
from hvsbuild.formats.block import FileDevice
from hvsbuild.hosts import tools

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "wim"
NAMES = (
    "ManagedWimLib_LZMS.wim",
    "ManagedWimLib_LZX.wim",
    "ManagedWimLib_MultiImage.wim",
    "ManagedWimLib_Split.swm",
    "ManagedWimLib_Split2.swm",
    "ManagedWimLib_VerifyFail.wim",
    "wimlib_corrupted_file_1.wim",
    "wimlib_dotdot.wim",
    "wimlib_duplicate_names.wim",
    "wimlib_longpaths.wim",
)


def fixture(name: str) -> Path:
    if not FIXTURES.is_dir():
        pytest.skip("../shared/fixtures/wim is not there")
    return FIXTURES / name


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WIM of two images, captured by wimlib, with hard links and the XML properties of a Windows image."""
    folder = tmp_path_factory.mktemp("wim")
    tree = folder / "tree"
    (tree / "sub").mkdir(parents=True)
    for number in range(5):
        (tree / f"f{number}").write_bytes(bytes([number]) * 70_000)
    (tree / "sub" / "link").hardlink_to(tree / "f1")
    path = folder / "made.wim"
    tools.run(["wimlib-imagex", "capture", tree, path, "First", "the <first> & best", "--compress=LZX"])
    (tree / "more").write_bytes(b"x" * 1000)
    tools.run(["wimlib-imagex", "append", tree, path, "Zweites ü"])
    properties = {
        "WINDOWS/ARCH": "9",
        "WINDOWS/EDITIONID": "ServerHyper",
        "WINDOWS/INSTALLATIONTYPE": "Server Core",
        "WINDOWS/VERSION/MAJOR": "6",
        "WINDOWS/VERSION/MINOR": "1",
        "WINDOWS/VERSION/BUILD": "7601",
        "WINDOWS/VERSION/SPBUILD": "17514",
        "WINDOWS/LANGUAGES/LANGUAGE": "en-US",
    }
    words = [f"--image-property={name}={value}" for name, value in properties.items()]
    tools.run(["wimlib-imagex", "info", path, "2", *words])
    return path


def wimlib_says(path: Path) -> list[dict[str, str]]:
    """The fields that `wimlib-imagex info` prints: of the file, then of each image."""
    output = subprocess.run(["wimlib-imagex", "info", path], check=True, capture_output=True, text=True).stdout
    return [
        {key.strip(): value.strip() for key, value in re.findall(r"^([^:\n]+):(.*)$", part, re.MULTILINE)}
        for part in re.split(r"\n(?=Index:)", output)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_agrees_with_wimlib(name: str) -> None:
    path = fixture(name)
    head, *images = wimlib_says(path)
    info = wim.read_info(path)
    assert head["GUID"] == "0x" + info.guid.bytes_le.hex()
    assert head["Compression"].lower() == info.compression.lower()
    assert head["Part Number"] == f"{info.part}/{info.parts}"
    assert ("Integrity" in head["Attributes"]) == info.integrity
    assert [image["Index"] for image in images] == [str(image.index) for image in info.images]
    for said, image in zip(images, info.images, strict=True):
        assert said["Name"] == image.name
        assert said["Directory Count"] == str(image.dir_count)
        assert said["File Count"] == str(image.file_count)
        assert said["Total Bytes"] == str(image.total_bytes)
        assert said["Hard Link Bytes"] == str(image.hard_link_bytes)


def test_solid_and_split_are_told(made: Path) -> None:
    assert wim.read_info(fixture("ManagedWimLib_LZMS.wim")).solid
    assert not wim.read_info(made).solid
    split = wim.read_info(fixture("ManagedWimLib_Split2.swm"))
    assert (split.part, split.parts) == (2, 2)


def test_a_windows_image(made: Path) -> None:
    first, second = wim.read_info(made).images
    assert (first.name, first.description, first.arch, first.build) == ("First", "the <first> & best", "", "")
    assert (first.total_bytes, first.hard_link_bytes, first.needed_bytes) == (420_000, 70_000, 350_000)
    assert (second.arch, second.edition, second.installation) == ("amd64", "ServerHyper", "Server Core")
    assert (second.build, second.languages) == ("6.1.7601.17514", ("en-US",))


def test_images_by_index_and_by_exact_name(made: Path) -> None:
    info = wim.read_info(made)
    assert info.image(2).name == "Zweites ü"
    assert info.image("First").index == 1
    for selector in (3, 0, "first", "Fir"):
        with pytest.raises(HvsError, match=r"The image is not in the WIM: .* there are 1: 'First'; 2: 'Zweites ü'"):
            info.image(selector)


def test_a_name_of_two_images_is_no_name(made: Path) -> None:
    info = wim.read_info(made)
    twice = wim.WimInfo(**{**vars(info), "images": (info.images[0], info.images[0])})
    with pytest.raises(HvsError, match="stands for several images"):
        twice.image("First")


@pytest.mark.parametrize("solid", [False, True])
def test_fingerprint_changes_with_the_content_only(tmp_path: Path, *, solid: bool) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a").write_bytes(b"content")
    path = tmp_path / "x.wim"
    tools.run(["wimlib-imagex", "capture", tree, path, "x", *["--solid"] * solid])
    before = wim.fingerprint(path)
    assert len(before) == 64
    with FileDevice(path) as device:
        assert wim.fingerprint(device) == before
    (tmp_path / "copy.wim").write_bytes(path.read_bytes())
    assert wim.fingerprint(tmp_path / "copy.wim") == before
    (tree / "a").write_bytes(b"Content")
    tools.run(["wimlib-imagex", "update", path, "1", "--command", f"add '{tree / 'a'}' /a"])
    assert wim.fingerprint(path) != before


def phrase(path: Path) -> str:
    with pytest.raises(HvsError) as caught:
        wim.read_info(path)
    assert str(path) in caught.value.seen
    return caught.value.phrase


def test_absent_and_not_a_wim(tmp_path: Path) -> None:
    assert phrase(tmp_path / "absent.wim") == "The WIM file is absent"
    assert phrase(tmp_path) == "The WIM file is absent"
    for content in (b"", b"MSWI", b"hello\n" * 100, b"WLPWM\0\0\0" + bytes(300)):
        (tmp_path / "x").write_bytes(content)
        assert phrase(tmp_path / "x") == "Not a WIM file"


def test_every_truncation_is_found(tmp_path: Path, made: Path) -> None:
    whole = made.read_bytes()
    cut = tmp_path / "cut.wim"
    for length in [8, 100, 207, 208, 209, *range(1000, len(whole), 997), len(whole) - 1]:
        cut.write_bytes(whole[:length])
        assert phrase(cut) == "The WIM file is truncated", length


def test_data_beyond_the_end_is_found_in_a_solid_wim(tmp_path: Path) -> None:
    """In an ESD the table and the XML may well be inside the file while the one big resource is not."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a").write_bytes(bytes(range(256)) * 1000)
    path = tmp_path / "x.esd"
    tools.run(["wimlib-imagex", "capture", tree, path, "x", "--solid"])
    data = bytearray(path.read_bytes())
    table = struct.unpack_from("<QQQ", data, 48)[1]
    sizes = {at: struct.unpack_from("<Q", data, at + 16)[0] for at in range(table, table + 50 * 3, 50)}
    solid = next(at for at, size in sizes.items() if data[at + 7] & wimtable.SOLID and size == wimtable.SOLID_MAGIC)
    struct.pack_into("<Q", data, solid + 8, len(data))
    path.write_bytes(data)
    assert phrase(path) == "The WIM file is truncated"


@pytest.mark.parametrize(
    ("offset", "value", "expected"),
    [
        (8, b"\xd1", "A damaged or unknown WIM header"),  # its length
        (12, b"\x00\x00\x07\x00", "A damaged or unknown WIM header"),  # version
        (40, b"\x09\x00", "A damaged or unknown WIM header"),  # part 9 of 1
        (44, b"\x07", "The XML of the WIM is damaged"),  # images
        (44, b"\xff\xff\xff\xff", "A damaged or unknown WIM header"),
        (48, b"\xff\xff\xff\xff\x7f", "The WIM file is truncated"),  # the blob table's length
        (56, b"\xff\xff\xff\xff\xff\xff\xff\x7f", "The WIM file is truncated"),  # and offset
        (64, b"\x01\x00", "A damaged WIM blob table"),  # and size
        (80, b"\x00", "The XML of the WIM is damaged"),  # the XML's offset
    ],
)
def test_damaged_headers(tmp_path: Path, made: Path, offset: int, value: bytes, expected: str) -> None:
    data = bytearray(made.read_bytes())
    data[offset : offset + len(value)] = value
    path = tmp_path / "bad.wim"
    path.write_bytes(data)
    assert phrase(path) == expected


def test_nonsense_sizes_do_not_fill_the_memory(tmp_path: Path, made: Path) -> None:
    data = bytearray(made.read_bytes())
    data[48:55] = (1 << 40).to_bytes(7, "little")
    path = tmp_path / "huge.wim"
    path.write_bytes(data)
    with path.open("r+b") as file:
        file.truncate(1 << 42)  # sparse: the table is "inside"
    assert phrase(path) == "A damaged or unknown WIM header"


@pytest.mark.parametrize("text", ["<WIM", '<!DOCTYPE a [<!ENTITY b "c">]><WIM></WIM>', "<WIM><IMAGE INDEX='x'/></WIM>"])
def test_damaged_xml(tmp_path: Path, made: Path, text: str) -> None:
    data = bytearray(made.read_bytes())
    xml = b"\xff\xfe" + text.encode("utf-16-le")
    struct.pack_into("<QQQ", data, 72, len(xml), len(data), len(xml))
    path = tmp_path / "bad.wim"
    path.write_bytes(data + xml)
    assert phrase(path) == "The XML of the WIM is damaged"


def test_a_damaged_wim_is_a_format_error(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"no")
    with pytest.raises(FormatError):
        wim.fingerprint(tmp_path / "x")
