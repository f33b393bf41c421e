"""Sizes and ranges of sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvsbuild.spec.units import GB, GIB, LARGEST, MIB, TB, SizeError, format_size, parse_range, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("24 GiB", 25_769_803_776),
        ("24GiB", 25_769_803_776),
        ("24576 MiB", 25_769_803_776),
        ("32 GB", 32 * GB),
        ("1.5 TB", 1_500 * GB),
        ("0.5 GiB", 512 * MIB),
        ("512 B", 512),
        (" 1 KiB ", 1024),
        ("64 TiB", LARGEST),
    ],
)
def test_a_size_is_a_number_and_a_unit(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (24, '"24 GiB"'),
        (24576, '"24576 MiB"'),
        ("24576", '"24576 MiB"'),
        (1.5, '"1.5 GiB"'),
        ("24 gb", 'write "24 GB"'),
        ("24 G", '"24 GiB" (powers of 1024) or "24 GB"'),
        ("-1 GiB", "for example"),
        ("1e3 MiB", "for example"),
        ("٢٤ GiB", "for example"),
        ("0 MiB", "more than 0"),
        ("65 TiB", "at most 64 TiB"),
        ("0.3 B", "whole number of bytes"),
        (True, "for example"),
        (None, "for example"),
        ("9" * 5000 + " B", "for example"),
    ],
)
def test_what_is_no_size_says_what_to_write(value: object, hint: str) -> None:
    with pytest.raises(SizeError) as caught:
        parse_size(value)
    assert hint in caught.value.hint


def test_only_a_number_without_unit_counts_as_bare() -> None:
    for value, bare in ((24, True), ("24", True), ("24 G", False), ("x", False)):
        with pytest.raises(SizeError) as caught:
            parse_size(value)
        assert caught.value.bare is bare


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (">= 16 GB", [16 * GB, 2 * TB], [16 * GB - 1]),
        (">=16 GB", [16 * GB], [1]),
        ("<= 64 GB", [1, 64 * GB], [64 * GB + 1]),
        ("14 GB..64 GB", [14 * GB, 64 * GB], [14 * GB - 1, 64 * GB + 1]),
        ("14 GB .. 64 GB", [15 * GB], [65 * GB]),
        # 28.8 to 33.6 GB: what is sold as 32 GB.
        ("32 GB", [28_800_000_000, 30_752_636_928, 32 * GB, 32 * GIB - 10**9], [28_799_999_999, 33_600_000_001]),
    ],
)
def test_a_range_holds_the_sizes_it_says(text: str, inside: list[int], outside: list[int]) -> None:
    found = parse_range(text)
    assert all(found.holds(size) for size in inside)
    assert not any(found.holds(size) for size in outside)


@pytest.mark.parametrize("text", ["> 16 GB", "= 16 GB", "64 GB..16 GB", "16..64 GB", ">= 16", "..", "", ">="])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(SizeError):
        parse_range(text)


@given(st.integers(1, LARGEST))
def test_format_is_exact(size: int) -> None:
    assert parse_size(format_size(size)) == size


def test_format_takes_the_shortest_unit() -> None:
    assert [format_size(n) for n in (24 * GIB, 32 * GB, 1536 * MIB, 513, 0)] == [
        "24 GiB",
        "32 GB",
        "1536 MiB",
        "513 B",
        "0 B",
    ]
