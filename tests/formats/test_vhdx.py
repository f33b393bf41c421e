"""VHDX: structures, the log of a real file, and disks of many chunks; judged by qemu-img, libvhdi, dissect, 7-Zip."""

from __future__ import annotations

import gzip
import shutil
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats import vdisk, vhdx, vhdx_disk, vhdx_log
from hvsbuild.formats.block import FileDevice, data_ranges
from hvsbuild.formats.blockdisk import BlockDisk
from hvsbuild.formats.table import read_table
from tests.formats.vdisks import EPOCH, FIXTURES, IDENTITY, MIB, Opened, by_libvhdi, by_qemu, child, fixtures, make

GIB = 1 << 30
SAMPLE = "DiscUtils_vhdx-log-replay.vhdx.gz"


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    """The real VHDX of a Windows 10 whose log was not replayed."""
    path = tmp_path / "dirty.vhdx"
    path.write_bytes(gzip.decompress((FIXTURES / SAMPLE).read_bytes()))
    return path


def same(one: Path, other: Path) -> None:
    qemu = shutil.which("qemu-img")
    if qemu is None:
        pytest.skip("qemu-img is not installed")
    subprocess.run([qemu, "compare", "-q", "-f", "vhdx", "-F", "vhdx", one, other], check=True)


@fixtures
def test_a_log_is_replayed_for_reading_and_the_file_stays(dirty: Path, tmp_path: Path) -> None:
    qemu = shutil.which("qemu-img")
    if qemu is None:
        pytest.skip("qemu-img is not installed")
    before = dirty.read_bytes()
    clean = tmp_path / "clean.vhdx"
    clean.write_bytes(before)
    subprocess.run([qemu, "check", "-q", "-r", "all", "-f", "vhdx", clean], check=False, capture_output=True)
    assert clean.read_bytes() != before
    with Opened(dirty) as opened, Opened(clean) as other:
        info = opened.links[0].info
        assert (info.format, info.type, info.size) == ("vhdx", "expandable", GIB)
        table = read_table(opened.disk)
        assert table
        assert [(one.start, one.size, one.type) for one in table.partitions] == [
            (MIB, 100 * MIB, "83"),
            (101 * MIB, 200 * MIB, "83"),
        ]
        ranges = list(data_ranges(opened.disk, 0, GIB))
        assert ranges == list(data_ranges(other.disk, 0, GIB)) != []
        for start, length in ranges:
            assert opened.disk.read_at(start, length) == other.disk.read_at(start, length)
        for change in (lambda: opened.disk.write_at(0, b"x"), lambda: opened.disk.write_at(GIB - 1, b"x")):
            with pytest.raises(HvsError, match="active log can only be read"):
                change()
    assert dirty.read_bytes() == before


@fixtures
def test_a_log_is_replayed_in_the_file_ahead_of_writing(dirty: Path, tmp_path: Path) -> None:
    if shutil.which("qemu-img") is None:
        pytest.skip("qemu-img is not installed")
    with Opened(dirty) as opened:
        first = opened.disk.read_at(0, MIB)
    with FileDevice(dirty, writable=True) as file:
        vdisk.begin_writing(file, IDENTITY, children=True)
        assert vhdx.read_header(file).log == vhdx.NOTHING
    pyvhdi = pytest.importorskip("pyvhdi")
    other = pyvhdi.file()
    other.open(str(dirty))
    assert other.read_buffer_at_offset(MIB, 0) == first != bytes(MIB), "libvhdi replays no logs"
    other.close()
    with Opened(dirty, writable=True) as opened:
        opened.disk.write_at(512 * MIB, b"more")
    subprocess.run(["qemu-img", "check", "-q", "-f", "vhdx", dirty], check=True)
    copy = tmp_path / "copy.vhdx"
    copy.write_bytes(gzip.decompress((FIXTURES / SAMPLE).read_bytes()))
    subprocess.run(["qemu-img", "check", "-q", "-r", "all", "-f", "vhdx", copy], check=False, capture_output=True)
    with Opened(copy, writable=True) as opened:
        opened.disk.write_at(512 * MIB, b"more")
    same(dirty, copy)


def log_entry(guid: UUID, sequence: int, tail: int, changes: list[tuple[int, bytes | int]], *, last: int) -> bytes:
    """A log entry as [MS-VHDX] 2.3.1 has it, made without the code that is tested."""
    descriptors, sectors = b"", b""
    for at, data in changes:
        if isinstance(data, int):
            descriptors += struct.pack("<4sIQQQ", b"zero", 0, data, at, sequence)
            continue
        descriptors += struct.pack("<4s4s8sQQ", b"desc", data[-4:], data[:8], at, sequence)
        sectors += struct.pack("<4sI", b"data", sequence >> 32) + data[8:-4] + struct.pack("<I", sequence & 0xFFFFFFFF)
    length = -(-(64 + len(descriptors)) // 4096) * 4096 + len(sectors)
    head = struct.pack("<IIQII16sQQ", length, tail, sequence, len(changes), 0, guid.bytes_le, MIB, last)
    entry = (b"loge" + bytes(4) + head + descriptors).ljust(length - len(sectors), b"\0") + sectors
    return entry[:4] + struct.pack("<I", vhdx.crc(entry)) + entry[8:]


def with_log(path: Path, place: Callable[[FileDevice, UUID], None]) -> Path:
    """A VHDX whose log `place` fills; then its header says that the log is active."""
    guid = UUID(int=99)
    with FileDevice(make(path, "expandable"), writable=True) as file:
        place(file, guid)
        header = vhdx.read_header(file)
        vhdx.write_headers(file, vhdx.Header(0, header.file_write, header.data_write, guid))
    return path


TABLE = 3 * MIB  # where our new files have their table of blocks
BLOCK = struct.pack("<Q", 4 * MIB | 6).ljust(4096, b"\0")


def test_logs_of_every_shape(tmp_path: Path) -> None:
    """Old entries, a torn newest one, a sequence over the end of the log, zeros, a file to be made longer."""

    def place(file: FileDevice, guid: UUID) -> None:
        file.grow(36 * MIB)
        file.write_at(4 * MIB, b"OLD " * 2048)
        torn = bytearray(log_entry(guid, 9, 0, [(TABLE, bytes(4096))], last=36 * MIB))
        torn[-1] ^= 1
        other = log_entry(UUID(int=3), 50, 0, [(TABLE, bytes(4096))], last=36 * MIB)
        tail = MIB - 4096
        one = log_entry(guid, 6, tail, [], last=36 * MIB)
        two = log_entry(guid, 7, tail, [(TABLE, BLOCK), (4 * MIB + 4096, 4096)], last=36 * MIB)
        old = log_entry(guid, 3, 65536, [(TABLE, b"\xff" * 4096)], last=36 * MIB)
        file.write_at(MIB + tail, one)
        file.write_at(MIB, two)
        file.write_at(MIB + len(two), bytes(torn))
        file.write_at(MIB + 32768, other)
        file.write_at(MIB + 65536, old)

    path = with_log(tmp_path / "x.vhdx", place)
    expected = b"OLD " * 1024 + bytes(9 * MIB - 4096)
    with Opened(path) as opened:
        assert opened.disk.read_at(0, 9 * MIB) == expected
    copy = tmp_path / "copy.vhdx"
    copy.write_bytes(path.read_bytes())
    with FileDevice(path, writable=True) as file:
        vdisk.begin_writing(file, IDENTITY, children=True)
    assert by_qemu(path) == by_libvhdi(path) == expected
    if shutil.which("qemu-img"):
        subprocess.run(["qemu-img", "check", "-q", "-r", "all", "-f", "vhdx", copy], check=False, capture_output=True)
        assert by_qemu(copy) == expected, "qemu finds the same sequence"


def test_a_log_that_makes_the_file_longer(tmp_path: Path) -> None:
    def place(file: FileDevice, guid: UUID) -> None:
        file.write_at(MIB, log_entry(guid, 1, 0, [(TABLE, BLOCK)], last=36 * MIB))

    path = with_log(tmp_path / "x.vhdx", place)
    with Opened(path) as opened:
        assert opened.links[0].file.size == 4 * MIB
        assert opened.disk.read_at(0, 9 * MIB) == bytes(9 * MIB)
    with FileDevice(path, writable=True) as file:
        vdisk.begin_writing(file, IDENTITY, children=True)
        assert file.size == 36 * MIB
    assert by_qemu(path) == bytes(9 * MIB)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (lambda _file, _guid: None, "no whole sequence"),
        (lambda file, guid: file.write_at(MIB, log_entry(guid, 5, 4096, [], last=MIB)), "no whole sequence"),
        (lambda file, guid: file.write_at(MIB, log_entry(guid, 5, 0, [(8, bytes(4096))], last=MIB)), "no whole"),
    ],
)
def test_logs_that_cannot_be_replayed(tmp_path: Path, place: Callable[[FileDevice, UUID], None], words: str) -> None:
    path = with_log(tmp_path / "x.vhdx", place)
    with pytest.raises(FormatError, match=words):
        Opened(path)
    with FileDevice(path, writable=True) as file, pytest.raises(FormatError, match=words):
        vdisk.begin_writing(file, IDENTITY, children=True)


def test_a_file_shorter_than_its_log_says(tmp_path: Path) -> None:
    entry = bytearray(log_entry(UUID(int=99), 1, 0, [], last=MIB))
    entry[48:56] = struct.pack("<Q", 5 * MIB)
    entry[4:8] = struct.pack("<I", vhdx.crc(bytes(entry)))
    path = with_log(tmp_path / "x.vhdx", lambda file, _guid: file.write_at(MIB, bytes(entry)))
    with pytest.raises(FormatError, match="cut short"):
        Opened(path)


@pytest.mark.parametrize("differencing", [False, True])
def test_blocks_of_many_chunks(tmp_path: Path, differencing: bool) -> None:
    """The entries of the bitmaps stand between those of the blocks: one for each 4 GiB."""
    path = make(tmp_path / "base.vhdx", "expandable", 13 * GIB)
    places = [0, 4 * GIB - 4096, 4 * GIB, 8 * GIB + 32 * MIB, 12 * GIB - 1, 13 * GIB - 4096]
    if differencing:
        with Opened(path, writable=True) as opened:
            opened.disk.write_at(4 * GIB + 8192, b"from below")
        path = child(tmp_path / "child.vhdx", path)
    with Opened(path, writable=True) as opened:
        for number, at in enumerate(places):
            opened.disk.write_at(at, b"%d" % number * 4096)
    pyvhdi = pytest.importorskip("pyvhdi")
    dissect = pytest.importorskip("dissect.hypervisor.disk.vhdx").VHDX(path)
    files = [pyvhdi.file(), pyvhdi.file()]
    files[0].open(str(path))
    if differencing:
        files[1].open(str(tmp_path / "base.vhdx"))
        files[0].set_parent(files[1])
    with Opened(path) as opened:
        for number, at in enumerate(places):
            assert opened.disk.read_at(at, 4096)[:1] == b"%d" % number
        for at in [*places, 4 * GIB + 8192, 6 * GIB, 32 * MIB]:
            start = at // 4096 * 4096
            data = opened.disk.read_at(start, 4096)
            assert files[0].read_buffer_at_offset(4096, start) == data
            dissect.seek(start)
            assert dissect.read(4096) == data
        assert opened.disk.read_at(4 * GIB + 8192, 10) == (b"from below" if differencing else bytes(10))
    if not differencing and shutil.which("qemu-img"):
        subprocess.run(["qemu-img", "check", "-q", "-f", "vhdx", path], check=True)


def test_a_fixed_vhdx_of_several_chunks(tmp_path: Path) -> None:
    path = make(tmp_path / "x.vhdx", "fixed", 9 * GIB + MIB)
    assert path.stat().st_size == 4 * MIB + 289 * 32 * MIB
    assert path.stat().st_blocks * 512 < MIB
    with Opened(path, writable=True) as opened:
        opened.disk.write_at(9 * GIB, b"end")
    if shutil.which("qemu-img"):
        subprocess.run(["qemu-img", "check", "-q", "-f", "vhdx", path], check=True)
    dissect = pytest.importorskip("dissect.hypervisor.disk.vhdx").VHDX(path)
    dissect.seek(9 * GIB)
    assert dissect.read(3) == b"end"


def test_a_fixed_vhdx_whose_blocks_were_moved(tmp_path: Path) -> None:
    path = make(tmp_path / "x.vhdx", "fixed", 64 * MIB)
    with FileDevice(path, writable=True) as file:
        one, two = struct.unpack("<2Q", file.read_at(TABLE, 16))
        file.write_at(TABLE, struct.pack("<2Q", two, one))
        file.write_at(4 * MIB, b"second")
        disk = vdisk.disk_inside(file)
        assert isinstance(disk, BlockDisk)
        disk.write_at(0, b"first")
    with FileDevice(path) as file:
        assert vdisk.read_kind(file).type == "fixed"
    found = by_qemu(path)
    assert (found[:5], found[32 * MIB : 32 * MIB + 6]) == (b"first", b"second")


def test_the_largest_vhdx(tmp_path: Path) -> None:
    path = make(tmp_path / "x.vhdx", "expandable", 64 << 40)
    with Opened(path, writable=True) as opened:
        opened.disk.write_at((64 << 40) - 512, b"e" * 512)
    if shutil.which("qemu-img"):
        subprocess.run(["qemu-img", "check", "-q", "-f", "vhdx", path], check=True)
    for size in (0, 1000, (64 << 40) + 512):
        (tmp_path / "none.vhdx").touch()
        with FileDevice(tmp_path / "none.vhdx", writable=True) as file, pytest.raises(ValueError, match="VHDX"):
            vdisk.create(file, vdisk.NewDisk("vhdx", "expandable", size, IDENTITY, EPOCH))


def test_a_child_keeps_the_identity_of_its_parents_disk(tmp_path: Path) -> None:
    """[MS-VHDX] 2.6.1.2: what describes the virtual disk, its id too, goes along when a child is made."""
    base = make(tmp_path / "a.vhdx", "fixed")
    top = child(tmp_path / "b.vhdx", base)
    with Opened(top) as opened:
        upper, lower = (link.info for link in opened.links)
    assert upper.unique_id == lower.unique_id
    assert upper.content_id != lower.content_id


def test_what_a_child_says_of_its_parent(tmp_path: Path) -> None:
    base = make(tmp_path / "a.vhdx", "fixed")
    with FileDevice(child(tmp_path / "b.vhdx", base)) as file:
        opened = vhdx_disk.open_vhdx(file)
    with FileDevice(base) as file:
        linkage = vhdx.read_header(file).data_write
    assert opened.metadata.locator == {
        "parent_linkage": f"{{{linkage}}}",
        "absolute_win32_path": "\\\\?\\Y:\\vhd\\a.vhdx",
        "relative_path": ".\\a.vhdx",
    }
    assert (opened.metadata.logical_sector, opened.metadata.physical_sector) == (512, 4096)


@pytest.mark.parametrize("which", [0, 1])
def test_either_copy_of_header_and_regions_is_enough(tmp_path: Path, which: int) -> None:
    path = make(tmp_path / "x.vhdx", "expandable")
    with FileDevice(path, writable=True) as file:
        file.write_at(vhdx.HEADERS[which] + 9, b"\xff")
        file.write_at(vhdx.REGIONS[which] + 20, b"\xff")
    with Opened(path) as opened:
        assert opened.links[0].info.size == 9 * MIB


@pytest.mark.parametrize(
    ("places", "words"),
    [
        (vhdx.HEADERS, "no valid header"),
        (vhdx.REGIONS, "no valid region table"),
        ((2 * MIB,), "metadata is damaged"),
        ((2 * MIB + 65536,), "metadata is damaged"),
        ((2 * MIB + 32,), "not known here"),
        ((TABLE,), "table of blocks is damaged"),
    ],
)
def test_damage_is_told(tmp_path: Path, places: tuple[int, ...], words: str) -> None:
    path = make(tmp_path / "x.vhdx", "expandable")
    with FileDevice(path, writable=True) as file:
        for at in places:
            file.write_at(at, b"\x07\x07")
    with pytest.raises(FormatError, match=words), Opened(path) as opened:
        opened.disk.read_at(0, 1)


@pytest.mark.parametrize("kind", ["fixed", "expandable"])
def test_a_vhdx_cut_short(tmp_path: Path, kind: vdisk.Type) -> None:
    path = make(tmp_path / "x.vhdx", kind)
    with Opened(path, writable=True) as opened:
        opened.disk.write_at(0, b"x")
    with path.open("r+b") as file:
        file.truncate(8 * MIB)
    with pytest.raises(FormatError, match="cut short"), Opened(path) as opened:
        opened.disk.read_at(0, 1)


def test_an_entry_of_a_log_is_what_the_specification_says() -> None:
    data = bytes(range(256)) * 16
    entry = log_entry(UUID(int=4), 0x1_0000_0002, 0, [(8192, data), (0, 12288)], last=MIB)
    found = vhdx_log.read_entry(
        entry.ljust(MIB, b"\0") * 2, MIB, 0, vhdx.Header(1, UUID(int=1), UUID(int=2), UUID(int=4))
    )
    assert found
    assert (found.sequence, found.tail, found.length) == (0x1_0000_0002, 0, 8192)
    assert found.changes == (vhdx_log.Change(8192, 4096, data), vhdx_log.Change(0, 12288, None))
