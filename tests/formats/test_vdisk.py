"""Virtual disks of every kind: what is written through ours is what libvhdi, qemu, dissect and 7-Zip read."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvsbuild.errors import FormatError, HvsError
from hvsbuild.formats import vdisk
from hvsbuild.formats.block import BlockDevice, FileDevice, Slice, data_ranges
from hvsbuild.formats.blockdisk import BlockDisk, merge
from tests.formats.vdisks import FORMATS, IDENTITY, MIB, Opened, by_7zip, by_dissect, by_libvhdi, by_qemu, child, make

SIZE = 9 * MIB
KINDS = [(form, kind) for form in FORMATS for kind in ("fixed", "expandable", "differencing")]
Change = tuple[str, int, int]
LENGTHS = st.one_of(st.integers(1, 5000), st.sampled_from([512, 4096, MIB, 2 * MIB, 3 * MIB + 512]))
changes = st.lists(
    st.tuples(st.sampled_from(["write", "write", "discard"]), st.integers(0, SIZE), LENGTHS), max_size=12
)


def apply(disk: BlockDevice, model: bytearray, steps: list[Change], seed: int = 0) -> None:
    """Do the same to a disk and to bytes."""
    random_bytes = random.Random(seed).randbytes
    for what, start, length in steps:
        offset = min(start, SIZE - 1)
        length = min(length, SIZE - offset)
        if what == "write":
            data = random_bytes(length)
            disk.write_at(offset, data)
            model[offset : offset + length] = data
        else:
            disk.discard(offset, length)
            model[offset : offset + length] = bytes(length)


@pytest.mark.parametrize(("form", "kind"), KINDS)
@settings(max_examples=12, deadline=None)
@given(below=changes, above=changes)
def test_random_changes_are_read_back_by_libvhdi_and_qemu(
    form: str, kind: Any, below: list[Change], above: list[Change]
) -> None:
    with TemporaryDirectory() as folder:
        base = make(Path(folder) / f"base.{form}", "expandable" if kind == "differencing" else kind, SIZE)
        model = bytearray(SIZE)
        with Opened(base, writable=True) as opened:
            apply(opened.disk, model, below)
        chain = [base]
        if kind == "differencing":
            chain.insert(0, child(Path(folder) / f"child.{form}", base))
            before = base.read_bytes()
            with Opened(chain[0], writable=True) as opened:
                apply(opened.disk, model, above, 1)
            assert base.read_bytes() == before, "a parent is never written"
        with Opened(chain[0]) as opened:
            assert opened.disk.read_at(0, SIZE) == model
            data = [opened.disk.read_at(*one) for one in data_ranges(opened.disk, 0, SIZE)]
            assert len(b"".join(data).replace(b"\0", b"")) == len(bytes(model).replace(b"\0", b"")), "no data is missed"
        assert by_libvhdi(*chain) == model
        if kind != "differencing":
            assert by_qemu(base) == model
        else:
            assert (by_dissect if form == "vhdx" else by_7zip)(chain[0]) == model


@pytest.mark.parametrize(("form", "kind"), KINDS)
def test_four_readers_agree(tmp_path: Path, form: str, kind: Any) -> None:
    base = make(tmp_path / f"base.{form}", "fixed" if kind == "differencing" else kind, SIZE)
    model = bytearray(SIZE)
    with Opened(base, writable=True) as opened:
        apply(opened.disk, model, [("write", 5, 3 * MIB), ("discard", MIB, 8192), ("write", 8 * MIB, MIB)])
    top = base
    if kind == "differencing":
        top = child(tmp_path / f"top.{form}", base)
        with Opened(top, writable=True) as opened:
            apply(opened.disk, model, [("write", 100, 700), ("discard", 8 * MIB, MIB), ("write", 4 * MIB, 2 * MIB)], 1)
    assert by_libvhdi(*([top, base] if top != base else [base])) == model
    if kind != "differencing":
        assert by_qemu(base) == model
    if kind != "differencing" or form == "vhdx":  # dissect knows no parents of VHDs
        assert by_dissect(top) == model
    assert by_7zip(top) == model


@pytest.mark.parametrize("form", FORMATS)
def test_a_chain_of_four(tmp_path: Path, form: str) -> None:
    files, model = [make(tmp_path / f"0.{form}", "fixed", SIZE)], bytearray(SIZE)
    for depth in range(4):
        if depth:
            files.insert(0, child(tmp_path / f"{depth}.{form}", files[0]))
        with Opened(files[0], writable=True) as opened:
            apply(opened.disk, model, [("write", depth * 2 * MIB + 77, 3 * MIB)], depth)
    with Opened(files[0]) as opened:
        assert [link.path for link in opened.links] == [f"Y:\\vhd\\{depth}.{form}" for depth in (3, 2, 1, 0)]
        assert opened.disk.read_at(0, SIZE) == model
    assert by_libvhdi(*files) == model


@pytest.mark.parametrize(("form", "kind"), KINDS)
def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, form: str, kind: Any) -> None:
    seen = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        base = make(tmp_path / name / f"x.{form}", "expandable" if kind == "differencing" else kind, SIZE)
        top = child(tmp_path / name / f"y.{form}", base) if kind == "differencing" else base
        with Opened(top, writable=True) as opened:
            vdisk.begin_writing(opened.links[0].file, IDENTITY, children=True)
            apply(opened.disk, bytearray(SIZE), [("write", 5, 3 * MIB)])
        seen.append(top.read_bytes())
    assert seen[0] == seen[1]


@pytest.mark.parametrize(("form", "kind"), KINDS)
def test_what_it_says_of_itself(tmp_path: Path, form: Any, kind: Any) -> None:
    base = make(tmp_path / f"base.{form}", "fixed" if kind == "differencing" else kind)
    top = child(tmp_path / f"top.{form}", base) if kind == "differencing" else base
    with FileDevice(top) as file:
        info = vdisk.read_kind(file)
    assert (info.format, info.type, info.size, info.sector) == (form, kind, SIZE, 512)
    assert info.title() == f"{'an' if kind == 'expandable' else 'a'} {kind} {form.upper()} of 9437184 bytes"
    if kind == "differencing":
        assert info.parent
        assert info.parent.candidates("Y:\\vhd\\x.vhd") == [f"Y:\\vhd\\base.{form}"]
        assert info.parent.candidates("\\x.vhd")[0] == f"\\base.{form}"
        with FileDevice(base) as file:
            assert info.parent.ids == (vdisk.read_kind(file).content_id,)


@pytest.mark.parametrize("form", FORMATS)
def test_sizes_of_new_files(tmp_path: Path, form: str) -> None:
    """An expandable disk is small until it is written, and grows by what is written; zeros are not written."""
    path = make(tmp_path / f"x.{form}", "expandable", 24 << 30)
    small = path.stat().st_size
    assert small <= (128 << 10 if form == "vhd" else 4 * MIB)
    with Opened(path, writable=True) as opened:
        opened.disk.write_at(20 << 30, bytes(MIB))
        assert path.stat().st_size == small
        opened.disk.write_at(20 << 30, b"x" * MIB)
        assert path.stat().st_size == small + (2 * MIB + 4096 if form == "vhd" else 32 * MIB)
        assert opened.disk.read_at((20 << 30) - 4, 8) == bytes(4) + b"xxxx"


@pytest.mark.parametrize("form", FORMATS)
def test_a_parent_that_is_amiss(tmp_path: Path, form: str) -> None:
    base = make(tmp_path / f"base.{form}", "expandable")
    top = child(tmp_path / f"top.{form}", base)
    kept = base.read_bytes()
    base.unlink()
    with pytest.raises(vdisk.ParentMissing, match=rf"Y:\\vhd\\top.{form} is a child of Y:\\vhd\\base.{form}"):
        Opened(top)
    make(base, "expandable", 2 * SIZE)
    with pytest.raises(vdisk.WrongParent, match=r"an expandable VHDX? of 18874368"):
        Opened(top)
    base.write_bytes(kept)
    Opened(top).close()
    base.unlink()
    make(tmp_path / "other.vhd", "expandable").rename(base)
    with pytest.raises(vdisk.WrongParent, match="was made upon"):
        Opened(top)
    base.write_text("no disk at all" * 100)
    with pytest.raises(FormatError, match="Not a VHD"):
        Opened(top)
    with FileDevice(top) as file, pytest.raises(HvsError, match="cannot be read alone"):
        vdisk.disk_inside(file)


def test_a_vhdx_that_was_changed_has_no_children_any_more(tmp_path: Path) -> None:
    base = make(tmp_path / "base.vhdx", "fixed")
    top = child(tmp_path / "top.vhdx", base)
    Opened(top).close()
    with FileDevice(base, writable=True) as file:
        vdisk.begin_writing(file, IDENTITY, children=True)
    with pytest.raises(vdisk.WrongParent, match="make the child again"):
        Opened(top)
    assert by_qemu(base) == bytes(SIZE), "the new headers are sound"


def test_a_vhdx_without_children_keeps_its_ids(tmp_path: Path) -> None:
    base = make(tmp_path / "base.vhdx", "fixed")
    before = base.read_bytes()
    with FileDevice(base, writable=True) as file:
        vdisk.begin_writing(file, IDENTITY, children=False)
    assert base.read_bytes() == before


def test_a_disk_is_not_its_own_ancestor(tmp_path: Path) -> None:
    base = make(tmp_path / "a.vhd", "expandable")
    top = child(tmp_path / "b.vhd", base)
    other = child(tmp_path / "c.vhd", top)
    header = bytearray(other.read_bytes())
    footer = bytearray(top.read_bytes()[-512:])  # b takes c as its parent
    data = bytearray(top.read_bytes())
    data[512 + 40 : 512 + 56] = header[-512 + 68 : -512 + 84]
    data[4096 : 4096 + 20] = "Y:\\vhd\\c.vhd".encode("utf-16-le")[:20]
    data[512 + 36 : 512 + 40] = bytes(4)
    start = data.index(".\\a.vhd".encode("utf-16-le"))
    data[start : start + 14] = ".\\c.vhd".encode("utf-16-le")
    data[512 + 36 : 512 + 40] = (~sum(data[512:1536]) & 0xFFFFFFFF).to_bytes(4, "big")
    top.write_bytes(data)
    assert footer == data[-512:]
    with pytest.raises(vdisk.WrongParent, match="own ancestor"):
        Opened(other)


@pytest.mark.parametrize(("form", "kind"), [(form, kind) for form in FORMATS for kind in ("fixed", "expandable")])
def test_merging_a_child(tmp_path: Path, form: str, kind: Any) -> None:
    base = make(tmp_path / f"base.{form}", kind, SIZE)
    model = bytearray(SIZE)
    with Opened(base, writable=True) as opened:
        apply(opened.disk, model, [("write", 0, 5 * MIB)])
    top = child(tmp_path / f"top.{form}", base)
    with Opened(top, writable=True) as opened:
        apply(opened.disk, model, [("write", 300, 2 * MIB), ("discard", 4 * MIB, 2 * MIB)], 1)
    with FileDevice(base, writable=True) as lower, FileDevice(top) as upper:
        below = vdisk.disk_inside(lower)
        above = vdisk.disk_inside(upper, below)
        assert isinstance(above, BlockDisk)
        merge(above, below)
    assert by_qemu(base) == model


def test_formats_by_their_endings() -> None:
    assert [vdisk.format_of(name) for name in ("a.vhd", "b.VHDX", "c.img", "vhd")] == ["vhd", "vhdx", None, None]
    assert vdisk.limits("vhd") == (3 * MIB, 2040 << 30)
    assert vdisk.limits("vhdx")[1] == 64 << 40


def test_relative_paths() -> None:
    assert vdisk.relative_path("Y:\\role.vhd", "y:\\base.vhd") == ".\\base.vhd"
    assert vdisk.relative_path("Y:\\a\\role.vhd", "Y:\\b\\base.vhd") == "..\\b\\base.vhd"
    assert vdisk.relative_path("Y:\\role.vhd", "C:\\base.vhd") == ""
    paths = ("..\\b\\base.vhd", "\\\\?\\Volume{1}\\b\\base.vhd", "\\\\?\\C:\\w\\base.vhd")
    ref = vdisk.ParentRef((UUID(int=1),), paths)
    assert ref.candidates("Y:\\a\\role.vhd") == ["Y:\\b\\base.vhd", "C:\\w\\base.vhd", "Y:\\a\\base.vhd"]


def test_a_fixed_disk_of_either_format_is_a_slice_of_its_file(tmp_path: Path) -> None:
    """So its partitions can be lent to other programs in place."""
    for form, start in (("vhd", 0), ("vhdx", 4 * MIB)):
        with Opened(make(tmp_path / f"x.{form}", "fixed")) as opened:
            assert isinstance(opened.disk, Slice)
            assert opened.disk.start == start
