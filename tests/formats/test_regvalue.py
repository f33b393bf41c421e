"""Registry values: what the data of a spec become, and how a value is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvsbuild.errors import HvsError
from hvsbuild.formats import regvalue
from hvsbuild.formats.regvalue import RegValue, describe, encode, equal, fold, integer_of, natural, text_of, texts_of

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("type_name", "data", "number", "stored"),
    [
        ("REG_MULTI_SZ", [], 7, "0000"),  # what `reg add /t REG_MULTI_SZ /d ""` stores: one NUL
        ("REG_MULTI_SZ", ["a", "b"], 7, "6100000062000000 0000"),
        ("REG_SZ", "", 1, "0000"),
        ("REG_SZ", "é", 1, "e9000000"),
        ("REG_SZ", "😀", 1, "3dd800de0000"),
        ("REG_EXPAND_SZ", "%A%", 2, "2500410025000000"),
        ("REG_LINK", "\\R", 6, "5c005200"),
        ("REG_NONE", "T", 0, "54000000"),
        ("REG_DWORD", 0xDEADBEEF, 4, "efbeadde"),
        ("REG_DWORD", "0x10", 4, "10000000"),
        ("REG_DWORD", "0123", 4, "7b000000"),
        ("REG_DWORD_BIG_ENDIAN", 456, 5, "000001c8"),  # what reg.exe stores for /d 3355508736 (0xc8010000)
        ("REG_MULTI_SZ", [""], 7, "00000000"),  # a lone separator
        ("REG_QWORD", 1 << 63, 11, "0000000000000080"),
        ("REG_BINARY", "00 ff", 3, "00ff"),
        ("REG_BINARY", "", 3, ""),
        ("reg_full_resource_descriptor", "01", 9, "01"),
        ("REG_SZ", b"\1", 1, "01"),
    ],
)
def test_data_become_the_bytes_that_reg_add_stores(
    type_name: str, data: str | int | list[str] | bytes, number: int, stored: str
) -> None:
    assert encode(type_name, data) == RegValue(number, bytes.fromhex(stored))


@pytest.mark.parametrize(
    ("type_name", "data"),
    [
        ("REG_FOO", "a"),
        ("REG_DWORD", -1),
        ("REG_DWORD", 1 << 32),
        ("REG_DWORD", True),
        ("REG_DWORD", "ten"),
        ("REG_DWORD", "0x"),
        ("REG_DWORD", "1\n"),
        ("REG_DWORD", "٣"),
        ("REG_DWORD", ["1"]),
        ("REG_QWORD", 1 << 64),
        ("REG_SZ", 5),
        ("REG_SZ", "a\0b"),
        ("REG_SZ", ["a"]),
        ("REG_MULTI_SZ", "a"),
        ("REG_MULTI_SZ", ["a", ""]),
        ("REG_MULTI_SZ", ["", ""]),
        ("REG_MULTI_SZ", ["a\0b"]),
        ("REG_MULTI_SZ", [1]),
        ("REG_BINARY", "0"),
        ("REG_BINARY", "0x00"),
        ("REG_BINARY", 11),
    ],
)
def test_data_that_do_not_fit_their_type_are_refused(type_name: str, data: str | int | list[str] | bytes) -> None:
    with pytest.raises(HvsError, match="registry type") as caught:
        encode(type_name, data)
    assert caught.value.do


@given(TEXT)
def test_text_comes_back(text: str) -> None:
    assert text_of(encode("REG_SZ", text)) == text
    assert text_of(encode("REG_LINK", text)) == text


@given(st.lists(TEXT.filter(bool)))
def test_a_list_comes_back(texts: list[str]) -> None:
    assert texts_of(encode("REG_MULTI_SZ", texts)) == texts


@given(st.integers(0, (1 << 64) - 1))
def test_a_number_comes_back(number: int) -> None:
    assert integer_of(encode("REG_QWORD", number)) == number
    assert integer_of(encode("REG_QWORD", hex(number))) == number


@given(st.integers(0, 12), st.binary(max_size=40), st.binary(max_size=40))
def test_a_description_is_one_line_and_tells_two_values_apart(number: int, one: bytes, other: bytes) -> None:
    first, second = RegValue(number, one), RegValue(number, other)
    assert len(describe(first).splitlines()) == 1
    assert (describe(first) == describe(second)) == (one == other) == equal(first, second)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (encode("REG_MULTI_SZ", []), "REG_MULTI_SZ []"),
        (RegValue(7, bytes(4)), "REG_MULTI_SZ 00 00 00 00"),
        (RegValue(5, b"\0\0\0\5"), "REG_DWORD_BIG_ENDIAN 5 (0x5)"),
        (encode("REG_MULTI_SZ", ["?:\\pagefile.sys"]), 'REG_MULTI_SZ ["?:\\pagefile.sys"]'),
        (encode("REG_DWORD", 48), "REG_DWORD 48 (0x30)"),
        (encode("REG_BINARY", "00ff"), "REG_BINARY 00 ff"),
        (RegValue(3, b""), "REG_BINARY (no data)"),
        (RegValue(1, b"a"), "REG_SZ 61"),
        (encode("REG_SZ", '"C:\\x" -a'), 'REG_SZ ""C:\\x" -a"'),
        (encode("REG_SZ", "a\n"), "REG_SZ 61 00 0a 00 00 00"),
        (encode("REG_MULTI_SZ", ['"']), "REG_MULTI_SZ 22 00 00 00 00 00"),
        (RegValue(0xFFFF0012, b"\1"), "0xffff0012 01"),
        (RegValue(3, bytes(66)), "REG_BINARY " + "00 " * 64 + "… and 2 bytes"),
    ],
)
def test_what_a_person_sees(value: RegValue, shown: str) -> None:
    assert describe(value) == shown


@given(st.integers(0, 12), st.binary(max_size=12))
def test_natural_data_stand_for_exactly_their_value(number: int, data: bytes) -> None:
    value = RegValue(number, data)
    found = natural(value)
    if found is not None:
        assert encode(regvalue.type_name(number), found) == value


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (RegValue(1, b"a\0\0\0"), "a"),
        (RegValue(1, b"a\0"), None),  # without its NUL
        (RegValue(1, b"a\0\0\0b\0\0\0"), None),  # a NUL inside
        (RegValue(1, b""), None),
        (RegValue(0, b"a\0\0\0"), "a"),
        (RegValue(0, b""), None),
        (RegValue(7, bytes(2)), []),
        (RegValue(7, bytes(4)), [""]),
        (RegValue(7, b"a\0\0\0\0\0"), ["a"]),
        (RegValue(7, b"a\0\0\0"), None),  # the list does not end
        (RegValue(7, b"a\0\0\0\0\0b\0\0\0\0\0"), None),  # an empty text inside
        (RegValue(4, b"\1\0\0\0"), 1),
        (RegValue(4, b"\1"), None),
        (RegValue(5, b"\0\0\0\1"), 1),
        (RegValue(11, b"\1" + bytes(7)), 1),
        (RegValue(3, b""), ""),
        (RegValue(3, b"\x0a\xff"), "0aff"),
        (RegValue(6, b"a\0"), None),  # reg add has no REG_LINK
        (RegValue(8, b""), None),
        (RegValue(0x100, b""), None),
    ],
)
def test_natural_data(value: RegValue, data: object) -> None:
    assert natural(value) == data


def test_values_are_equal_only_with_type_and_bytes() -> None:
    assert not equal(RegValue(1, b""), RegValue(2, b""))
    assert not equal(RegValue(1, b""), None)
    assert equal(None, None)


def test_names_are_folded_as_windows_does() -> None:
    assert fold("Straße") == "STRAßE"
    assert fold("ä") == fold("Ä")
    assert set(regvalue.TYPE_NAMES.values()) == set(range(12))
