"""Device elements against the bytes that Windows wrote, and against every form that can be made."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from dissect.regf import RegistryHive
from hypothesis import given
from hypothesis import strategies as st

from hvsbuild.errors import FormatError
from hvsbuild.formats.bcd_devices import (
    Boot,
    Device,
    File,
    GptPartition,
    Locate,
    LocatePath,
    LocateVhd,
    MbrPartition,
    Ramdisk,
    Unknown,
    VhdPartition,
    decode,
    describe,
    encode,
)

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "bcd"
real_stores = pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared BCD fixtures are not on this machine")
HOST = MbrPartition(0x36234DA4, 1 << 20)


def elements(store: str) -> Iterator[tuple[str, int, bytes]]:
    """(object, code, bytes) of every device element of a real store, as dissect reads it."""
    with (FIXTURES / store).open("rb") as file:
        for one in RegistryHive(file).root().subkey("Objects").subkeys():
            for key in one.subkey("Elements").subkeys():
                if key.name[1] == "1":
                    yield one.name, int(key.name, 16), key.value("Element").value


def element(store: str, start: str, code: int) -> bytes:
    return next(data for name, found, data in elements(store) if name.startswith(start) and found == code)


@real_stores
def test_every_device_element_of_the_real_stores_is_understood_and_made_again() -> None:
    count = 0
    for store in sorted(path.name for path in FIXTURES.iterdir()):
        for name, code, data in elements(store):
            device = decode(data)
            assert "Unknown" not in repr(device), f"{store} {name} {code:08x}"
            assert encode(device) == data, f"{store} {name} {code:08x}"
            count += 1
    assert count == 40


@real_stores
@pytest.mark.parametrize(
    ("store", "start", "code", "device"),
    [
        ("BCD-pybcd-BCDTest", "{fffd", 0x21000001, LocateVhd(HOST, r"\test.vhd", 0x12345678)),
        ("BCD-pybcd-BCDTest", "{fffd", 0x11000001, LocateVhd(LocatePath(r"\test.vhd"), r"\test.vhd", 0x12000002)),
        ("BCD-pybcd-BCDTest", "{150e", 0x11000001, Boot()),
        ("BCD-pybcd-BCDTest", "{150e", 0x21000001, HOST),
        ("BCD-pybcd-BCDTest", "{d99d", 0x11000001, File(Boot(), r"\Workspace\metadeploy\boot.wim")),
        (
            "BCD-pybcd-BCDTest",
            "{effd",
            0x21000001,
            Ramdisk(HOST, r"\boot\boot.wimaoeu", uuid.UUID("ae5534e0-a924-466c-b836-758539a3ee3a")),
        ),
        (
            "BCD-pybcd-BCDTest",
            "{c66d",
            0x11000001,
            GptPartition(
                uuid.UUID("984c884b-4218-4f07-aa93-5ede4c7c5384"), uuid.UUID("76cc3abd-2782-4839-af5c-5fc8e6659147")
            ),
        ),
        (
            "BCD-lyshie-bios-vhd",
            "{bc6d",
            0x21000001,
            LocateVhd(LocatePath(r"\class.vhd"), r"\class.vhd", 0x22000002),
        ),
        (
            "BCD-lyshie-bios-vhd",
            "{fb36",
            0x21000001,
            VhdPartition(MbrPartition(0x2923DC78, 1 << 20), r"\disk.vhd", MbrPartition(0x74FBB3B1, 0x1F500000)),
        ),
    ],
)
def test_our_bytes_are_those_that_windows_wrote(store: str, start: str, code: int, device: Device) -> None:
    assert encode(device) == element(store, start, code)


def test_the_worked_example_byte_for_byte() -> None:
    expected = (
        "00000000 00000000 00000000 00000000"  # no device options
        "08000000 00000000 c4000000 00000000"  # locate
        "00000000 02000012 1e000000 0000"  # by element 12000002, the parent follows
        "00000000 00000000 a6000000 00000000"  # block I/O
        "06000000 00000000 00000000 00000000 00000000 00000000"  # virtual disk
        "00000000 00000000 7e000000 00000000"  # block I/O
        "05000000 01000000 6a000000 05000000"  # file, path descriptor
        "06000000 00000000 48000000 00000000"  # partition
        "00001000 00000000 00000000 00000000"  # 1 MiB
        "00000000 01000000"  # hard disk, MBR
        "d4c3b2a1 00000000 00000000 00000000"
        "00000000 00000000 00000000 00000000" + r"\hvsOS.vhd".encode("utf-16-le").hex() + "0000"
    )
    found = encode(LocateVhd(MbrPartition(0xA1B2C3D4, 1 << 20), r"\hvsOS.vhd", 0x12000002))
    assert len(found) == 0xD4
    assert found.hex() == expected.replace(" ", "")


def test_a_plain_locate_is_46_bytes() -> None:
    found = encode(Locate(0x22000002))
    assert (
        found.hex() == bytes(16).hex() + "08000000000000001e00000000000000" + "00000000" + "02000022" + "000000000000"
    )
    assert decode(found) == Locate(0x22000002)


PATHS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=40)
PARTITIONS = st.one_of(
    st.builds(MbrPartition, st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)),
    st.builds(GptPartition, st.uuids(), st.uuids()),
)
HOSTS = st.one_of(
    st.just(Boot()), PARTITIONS, st.builds(Locate, st.integers(0, 2**32 - 1)), st.builds(LocatePath, PATHS)
)
DEVICES = st.one_of(
    HOSTS,
    st.builds(File, HOSTS, PATHS),
    st.builds(Ramdisk, HOSTS, PATHS, st.uuids()),
    st.builds(LocateVhd, HOSTS, PATHS, st.integers(0, 2**32 - 1)),
    st.builds(VhdPartition, HOSTS, PATHS, PARTITIONS),
)


@given(DEVICES)
def test_what_is_encoded_is_decoded(device: Device) -> None:
    assert decode(encode(device)) == device


@given(DEVICES, st.data())
def test_other_bytes_are_kept_as_they_are(device: Device, data: st.DataObject) -> None:
    changed = bytearray(encode(device))
    for at in data.draw(st.lists(st.integers(0, len(changed) - 1), max_size=3)):
        changed[at] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(32, len(changed)))
    assert encode(decode(bytes(changed[:cut]))) == bytes(changed[:cut])


def test_a_form_that_is_not_known_stays_raw() -> None:
    serial = bytes(16) + bytes.fromhex("03000000 00000000 48000000 00000000") + bytes(56)
    assert decode(serial) == Unknown(serial[16:])
    assert "unknown" in describe(decode(serial))


def test_an_element_that_is_cut_short_is_an_error() -> None:
    with pytest.raises(FormatError, match="cut short"):
        decode(bytes(31))


@pytest.mark.parametrize(
    ("device", "text"),
    [
        (Boot(), "boot"),
        (HOST, "partition=Y:"),
        (Locate(0x12000002), "locate=custom:12000002"),
        (File(Boot(), r"\boot.wim"), r"file=[boot]\boot.wim"),
        (LocateVhd(HOST, r"\x.vhd", 0x22000002), r"vhd=[Y:]\x.vhd,locate=custom:22000002"),
        (LocateVhd(LocatePath(r"\x.vhd"), r"\x.vhd", 0x12000002), r"vhd=[locate]\x.vhd,locate=custom:12000002"),
        (Ramdisk(HOST, r"\b.wim"), r"ramdisk=[Y:]\b.wim,{00000000-0000-0000-0000-000000000000}"),
    ],
)
def test_the_words_of_bcdedit(device: Device, text: str) -> None:
    assert describe(device, lambda _: "Y:") == text
