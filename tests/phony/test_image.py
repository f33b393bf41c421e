"""A phony WIM: the same each time, and what NTFS keeps beside bytes arrives on a volume that wimlib makes of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from dissect.ntfs import NTFS

from hvsbuild.hosts import tools
from phony import bootmgr, content, filler, security, windows
from phony.__main__ import main, size
from phony.image import Order, edition, make, tree
from phony.tree import Item
from tests.phony.conftest import ORDER


@pytest.fixture(scope="module")
def ntfs(volume: Path) -> NTFS:
    return NTFS(volume.open("rb"))


@pytest.fixture(scope="module")
def items() -> dict[str, Item]:
    return {item.path: item for item in tree(ORDER)}


def record(ntfs: NTFS, path: str):  # type: ignore[no-untyped-def]
    return ntfs.mft.get(path)


def test_the_same_arguments_give_the_same_bytes(wim: Path, tmp_path: Path) -> None:
    time.sleep(1.1)  # wimlib's clock has whole seconds
    make(tmp_path / "again.wim", ORDER)
    assert (tmp_path / "again.wim").read_bytes() == wim.read_bytes()


def test_other_arguments_give_another_identity() -> None:
    assert len({order.identity() for order in (ORDER, Order(), Order(images=2), Order(efi=False))}) == 4


def test_wimlib_finds_it_sound_and_reads_its_hives(wim: Path) -> None:
    """wimlib has its own reader of registry hives; the product comes from SOFTWARE, the rest from SYSTEM."""
    tools.run(["wimlib-imagex", "verify", wim])
    info = tools.run(["wimlib-imagex", "info", wim, "1"])
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in info.splitlines())}
    assert facts["Architecture"] == "x86_64"
    assert facts["Product Name"] == "Phony Hyper-V Server 2008 R2"
    assert (facts["Edition ID"], facts["Major Version"], facts["Build"]) == ("ServerHyper", "6", "7601")
    assert (facts["Product Type"], facts["Default Language"]) == ("ServerNT", "en-US")


def test_each_file_arrives_with_its_bytes(ntfs: NTFS, items: dict[str, Item]) -> None:
    for item in items.values():
        if item.data is not None:
            data = item.data if isinstance(item.data, bytes) else item.data()
            assert record(ntfs, item.path).open().read() == data, item.path


def test_short_names_arrive(ntfs: NTFS, items: dict[str, Item]) -> None:
    named = [item for item in items.values() if item.short]
    assert len(named) > 50
    for item in named:
        assert item.short in record(ntfs, item.path).filenames(), item.path
    assert record(ntfs, "PROGRA~1").filename == "Program Files"


def test_hard_links_arrive(ntfs: NTFS, items: dict[str, Item]) -> None:
    linked = [item for item in items.values() if item.links]
    assert len(linked) > 50
    for item in linked:
        segments = {record(ntfs, path).segment for path in (item.path, *item.links)}
        assert len(segments) == 1, item.path
    assert record(ntfs, linked[0].path).segment != record(ntfs, linked[1].path).segment


def test_streams_arrive(ntfs: NTFS) -> None:
    program = record(ntfs, "Windows\\Web\\Peculiar\\streams.exe")
    assert program.open("Zone.Identifier").read() == b"[ZoneTransfer]\r\nZoneId=3\r\n"
    assert program.open("big").read() == content.fill("big stream", 70_000)
    assert program.open("none").read() == b""
    assert record(ntfs, "Windows\\Web\\Peculiar").open("about").read() == b"a folder can have a stream"


def test_attributes_and_times_arrive(ntfs: NTFS, items: dict[str, Item]) -> None:
    for item in items.values():
        standard = record(ntfs, item.path or "\\").attributes.STANDARD_INFORMATION[0].attribute
        created, written, accessed = item.times()
        assert standard.attr.CreationTime == created, item.path
        assert standard.attr.LastModificationTime == written, item.path
        assert standard.attr.LastAccessTime == accessed, item.path
        assert standard.attr.FileAttributes & 0x27 == item.attributes & 0x27, item.path


def test_descriptors_arrive(ntfs: NTFS, items: dict[str, Item]) -> None:
    for path in ("", "Windows\\System32\\config\\SYSTEM", "Users", "Windows\\System32\\kernel32.dll"):
        standard = record(ntfs, path or "\\").attributes.STANDARD_INFORMATION[0].attribute
        found = ntfs.secure.lookup(standard.attr.SecurityId)
        wanted = items[path].descriptor
        assert found is not None
        assert found.owner == ("S-1-5-32-544" if wanted == security.HIVE_FILE else found.owner)
        assert security.sid(found.owner) in wanted
        assert len(found.dacl.ace) == wanted[24]  # the count of entries in the ACL at 20


def test_the_junction_leads_to_users(ntfs: NTFS) -> None:
    folder = record(ntfs, "Documents and Settings")
    assert folder.is_mount_point()
    assert folder.reparse_point_name == "C:\\Users"
    assert folder.reparse_point_substitute_name == "\\??\\C:\\Users"


def test_the_volume_is_clean(volume: Path) -> None:
    assert "processed successfully" in tools.run(["ntfsfix", "-n", volume])


def test_the_boot_files_lie_where_bcdboot_looks(ntfs: NTFS) -> None:
    assert record(ntfs, "Windows\\Boot\\PCAT\\bootmgr").open().read() == bootmgr.assemble()
    if ORDER.efi:
        assert record(ntfs, "Windows\\Boot\\EFI\\bootmgfw.efi").open().read()[:2] == b"MZ"
    assert not [item for item in windows.items(with_efi=False) if "Boot\\EFI" in item.path]


def test_several_images_differ_in_one_file(tmp_path: Path) -> None:
    make(tmp_path / "two.wim", Order(files=5, size=5000, images=2, efi=False))
    first, second = (
        set(tools.run(["wimlib-imagex", "dir", tmp_path / "two.wim", str(number)]).splitlines()) for number in (1, 2)
    )
    assert second - first == {"/" + edition(2).path.replace("\\", "/")}
    assert not first - second


@pytest.mark.parametrize("count", [0, 1, 2, 7, 1000])
def test_as_many_names_as_asked_for(count: int) -> None:
    found = list(filler.items(count, 10 * count))
    files = [item for item in found if item.data is not None]
    assert sum(1 + len(item.links) for item in files) == count
    assert sum(len(item.data()) for item in files if callable(item.data)) == 10 * count


def test_short_names_are_unique_in_their_folder_and_fit() -> None:
    short = filler.ShortNames()
    names = [short.make(f"folder\\a long name {number}.extension") for number in range(2000)]
    assert len(set(names)) == len(names)
    for name in names:
        stem, _, suffix = name.partition(".")
        assert len(stem) <= 8
        assert suffix == "EXT"


def test_no_two_files_are_alike() -> None:
    assert len({content.fill(f"file {number}", 100) for number in range(500)}) == 500
    assert content.fill("x", 1_000_000) == content.fill("x", 1_000_000)
    assert len(content.fill("x", 1_000_000)) == 1_000_000


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert [size(text) for text in ("1.7G", "60m", "512")] == [1_700_000_000, 60_000_000, 512]
    out = tmp_path / "out.wim"
    assert main([str(out), "--files", "3", "--bytes", "1K", "--no-efi", "--compress", "XPRESS"]) == 0
    assert out.read_bytes()[:8] == b"MSWIM\0\0\0"
    out.unlink()
    monkeypatch.setattr(tools, "SBIN", ())
    monkeypatch.setenv("PATH", "")
    assert main([str(out), "--files", "3", "--no-efi"]) == 1
    assert "ntfs-3g" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none" / "out.wim"), "--files", "3", "--no-efi"]) == 1
    assert "cannot be written" in capsys.readouterr().err
