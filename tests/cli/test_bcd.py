"""`hvsbuild bcd`: real stores and the stores of a stick, as text and as JSON; what is no store, or damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli import run

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures"
real_stores = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared fixtures are not on this machine")
WIN10 = FIXTURES / "bcd" / "BCD-win10-efi"


@real_stores
@pytest.mark.parametrize("path", sorted((FIXTURES / "bcd").glob("*")), ids=lambda path: path.name)
def test_every_real_store_is_printed_and_left_alone(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "BCD"
    shutil.copyfile(path, copy)
    plain, verbose, data = run("bcd", copy), run("bcd", copy, "-v"), run("bcd", copy, "--json")
    assert (plain.code, verbose.code, data.code) == (0, 0, 0)
    assert (plain.err, verbose.err, data.err) == ("", "", "")
    (store,) = data.document["stores"]
    assert verbose.out.count("\nidentifier ") == len(store["objects"])
    assert plain.out.count("\n---") >= plain.out.count("\nidentifier ") > 0
    for one in store["objects"]:
        assert f"identifier              {one['guid']}" in verbose.out
        for element in one["elements"]:
            assert f"\n{element['name']:<23} " in verbose.out
            assert bytes.fromhex(element["data"])
    assert copy.read_bytes() == path.read_bytes()


@real_stores
def test_one_kind_of_entries() -> None:
    done = run("bcd", WIN10, "--enum", "OsLoader")
    assert done.out.count("Windows Boot Loader\n") == 2
    assert "Resume" not in done.out
    assert "identifier              {default}\n" in done.out
    (store,) = run("bcd", WIN10, "--enum", "osloader", "--json").document["stores"]
    first, _ = store["objects"]
    assert (first["heading"], first["type"], first["default"]) == ("Windows Boot Loader", "10200003", True)
    (nx,) = [one for one in first["elements"] if one["name"] == "nx"]
    assert nx == {"code": "25000020", "name": "nx", "format": "integer", "text": ["OptIn"], "data": "00" * 8}


def test_the_stores_of_a_stick(finished: Path) -> None:
    done = run("bcd", finished / "stick.img")
    assert done.code == 0
    first, *lines = done.out.splitlines()
    assert first == rf"{finished / 'stick.img'}, partition 1: \Boot\BCD"
    assert "device                  partition=1" in lines
    assert r"device                  vhd=[1]\os.vhd,locate=custom:12000002" in lines
    assert "hypervisorlaunchtype    Auto" in lines
    (store,) = run("bcd", finished / "stick.img", "--json").document["stores"]
    assert (store["partition"], store["path"]) == (1, r"\Boot\BCD")


@real_stores
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda data: data[:9000], "error: The registry hive is cut short"),
        (lambda data: data[:0x1100] + b"\xff" * 64 + data[0x1140:], "error: "),
        (lambda data: data[:4] + bytes([data[4] ^ 1]) + data[5:], "error: The header of the registry hive is damaged"),
        (lambda _: b"", "error: Neither a BCD store nor a disk"),
        (lambda _: b"regf", "error: "),
        (lambda _: b"just a text\n" * 100, "error: Neither a BCD store nor a disk"),
        (lambda _: (FIXTURES / "hives" / "yarp-EmptyHive").read_bytes(), "error: The hive is not a BCD store"),
    ],
)
def test_what_is_no_store_or_damaged_is_refused(tmp_path: Path, make: object, says: str) -> None:
    assert callable(make)
    (tmp_path / "BCD").write_bytes(make(WIN10.read_bytes()))
    done = run("bcd", tmp_path / "BCD")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(says), done.err
    assert run("bcd", tmp_path / "BCD", "--json").document["exit_code"] == 1


def test_what_is_not_there(tmp_path: Path) -> None:
    assert run("bcd", tmp_path / "none").code == 1
    assert "A folder is not a BCD store" in run("bcd", tmp_path).err
    (tmp_path / "BCD").write_bytes(b"")
    done = run("bcd", tmp_path / "BCD", "--enum", "everything")
    assert done.code == 64
    assert "osloader" in done.err
