"""Arithmetic on ranges against plain sets of numbers."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hvsbuild.formats.ranges import Span, clip, merge, pieces, subtract, to_blocks, total

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda at: (at[0], at[0] + at[1])), max_size=12)


def numbers(spans: list[Span]) -> set[int]:
    return {number for start, end in spans for number in range(start, end)}


def tidy(spans: list[Span]) -> bool:
    """Sorted, not empty, apart."""
    return all(start < end for start, end in spans) and all(a[1] < b[0] for a, b in pairwise(spans))


@given(SPANS, SPANS)
def test_union_and_difference(one: list[Span], other: list[Span]) -> None:
    assert numbers(merge([*one, *other])) == numbers(one) | numbers(other)
    assert tidy(merge(one))
    assert numbers(subtract(one, other)) == numbers(one) - numbers(other)
    assert total(subtract(one, other)) == len(numbers(one) - numbers(other))


@given(SPANS, st.integers(0, 80), st.integers(0, 80), st.integers(1, 9))
def test_parts(spans: list[Span], low: int, high: int, length: int) -> None:
    assert numbers(clip(spans, low, high)) == numbers(spans) & set(range(low, high))
    whole = [part for span in merge(spans) for part in pieces(*span, length)]
    assert numbers(whole) == numbers(spans)
    assert all(end - start <= length for start, end in whole)


@given(SPANS, st.integers(0, 6))
def test_gaps_are_closed_up_to_their_limit(spans: list[Span], gap: int) -> None:
    found = merge(spans, gap)
    assert numbers(spans) <= numbers(found)
    assert all(b[0] - a[1] > gap for a, b in pairwise(found))
    extra = sorted(numbers(found) - numbers(spans))
    assert all(total(clip([(at - gap, at + gap + 1)], 0, 99)) for at in extra)


@given(SPANS, st.sampled_from([1, 4, 16]), st.integers(60, 90))
def test_blocks_are_rounded_outwards(spans: list[Span], block: int, size: int) -> None:
    spans = clip(spans, 0, size)
    want = {number for at in numbers(spans) for number in range(at // block * block, (at // block + 1) * block)}
    assert numbers(to_blocks(spans, block, size)) == {number for number in want if number < size}
