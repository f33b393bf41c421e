""".reg files: forms, encodings, what Windows makes of a text without its NUL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvsbuild.formats.regvalue import RegValue, encode
from hvsbuild.hosts.bench.reg.show import assignment
from hvsbuild.spec.regfile import NEW, OLD, RegFile, parse

KEY = r"[HKEY_LOCAL_MACHINE\SOFTWARE\Vendor]"


def read(text: str, head: str = NEW, encoding: str = "utf-8") -> RegFile:
    raw = f"{head}\n{KEY}\n{text}\n".replace("\n", "\r\n").encode(encoding)
    return parse((b"\xff\xfe" if encoding == "utf-16-le" else b"") + raw, "x.reg", "x.reg")


def value(text: str, head: str = NEW, encoding: str = "utf-8") -> RegValue | None:
    file = read(f'"n"={text}', head, encoding)
    assert file.diagnostics == []
    return file.settings[-1].value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a\\\\b \\"c\\""', encode("REG_SZ", 'a\\b "c"')),
        ('""', encode("REG_SZ", "")),
        ("dword:1", encode("REG_DWORD", 1)),
        ("dword:DEADBEEF ; comment", encode("REG_DWORD", 0xDEADBEEF)),
        ("hex:", RegValue(3, b"")),
        ("hex:0A,b", RegValue(3, b"\x0a\x0b")),
        ("hex:0a,  \\\n  0b,\\ ; comment\n\n; comment\n\t0c,", RegValue(3, b"\x0a\x0b\x0c")),
        ("hex:\\\n  0a", RegValue(3, b"\x0a")),
        ("hex(0):", RegValue(0, b"")),
        ("hex(b):01,00,00,00,00,00,00,00", encode("REG_QWORD", 1)),
        ("hex(2):41,00", encode("REG_EXPAND_SZ", "A")),
        ("hex(7):41,00,00,00,00,00", encode("REG_MULTI_SZ", ["A"])),
        ("hex(7):", RegValue(7, b"")),
        ("hex(ffffffff):00", RegValue(0xFFFFFFFF, b"\0")),
        ("-", None),
        ("  -  ; comment", None),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le"])
def test_data_of_the_new_form(text: str, expected: RegValue | None, encoding: str) -> None:
    assert value(text, NEW, encoding) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"plain"', encode("REG_SZ", "plain")),
        ("hex(2):25,41,25", encode("REG_EXPAND_SZ", "%A%")),
        ("hex(2):25,41,25,00", encode("REG_EXPAND_SZ", "%A%")),
        ("hex(7):61,00,62,00,00", encode("REG_MULTI_SZ", ["a", "b"])),
        ("hex(0):61,00", RegValue(0, b"a\0")),
        ("hex:61", RegValue(3, b"a")),
    ],
)
def test_texts_of_the_old_form_have_a_byte_a_character(text: str, expected: RegValue) -> None:
    assert value(text, OLD, "latin-1") == expected


def test_what_is_not_ascii_in_the_old_form() -> None:
    assert read('; grün\n"n"=dword:1', OLD, "latin-1").diagnostics == [], "a comment may hold anything"
    (wrong,) = read('"n"=hex(2):fc,00', OLD, "latin-1").diagnostics
    assert "not ASCII" in wrong.detail


def test_names_keys_and_removals() -> None:
    file = read('@="x"\n""="y"\n  "a=b"=-\n[-hkey_users\\.DEFAULT\\a]b]\n# comment\n;[HKEY_CLASSES_ROOT]')
    assert file.diagnostics == []
    seen = [(one.key.rpartition("\\")[2], one.name, one.value is None, one.removed) for one in file.settings]
    assert seen == [
        ("Vendor", None, True, False),
        ("Vendor", "", False, False),
        ("Vendor", "", False, False),
        ("Vendor", "a=b", True, True),
        ("a]b", None, True, True),
    ]


def test_a_diagnostic_stands_where_the_mistake_is() -> None:
    (wrong,) = read('"fine"=dword:1\n   "wrong"=  dword:x').diagnostics
    assert (wrong.position.file, wrong.position.line, wrong.position.column) == ("x.reg", 4, 14)
    assert wrong.line == '   "wrong"=  dword:x'
    assert wrong.length == len("dword:x")


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"\xff\xfeR", b"REGEDIT\r\n", b"REGEDIT4 \r\n", b"\xfe\xff\0R", b"\0"]
)
def test_what_is_no_reg_file(raw: bytes) -> None:
    (wrong,) = parse(raw, "x.reg", "x.reg").diagnostics
    assert wrong.code == "HVS321"


@given(st.binary(max_size=300))
def test_no_bytes_are_too_much(raw: bytes) -> None:
    parse(raw, "x.reg", "x.reg")
    parse(f"{NEW}\r\n{KEY}\r\n".encode() + raw, "x.reg", "x.reg")


@given(st.sampled_from([0, 2, 3, 4, 5, 7, 11, 0x100]), st.binary(max_size=200), st.sampled_from(["utf-8", "utf-16-le"]))
def test_what_reg_export_writes_is_read_back(kind: int, data: bytes, encoding: str) -> None:
    """The bench's export, which is checked against Windows' rules elsewhere."""
    if kind in (2, 7) and data and (len(data) % 2 or not data.endswith(b"\0\0")):
        data += b"\0" * (2 + len(data) % 2)  # Windows ends a text that does not end
    assert value("\n".join(assignment("", RegValue(kind, data))), NEW, encoding) == RegValue(kind, data)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)), st.sampled_from([NEW, OLD]))
def test_texts_with_quotes_and_backslashes_are_read_back(text: str, head: str) -> None:
    assert value("\n".join(assignment("", encode("REG_SZ", text))), head) == encode("REG_SZ", text)
