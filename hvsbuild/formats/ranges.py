"""Arithmetic on ranges of bytes: `(start, end)` pairs, the end not included; results are sorted and apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Span = tuple[int, int]


def merge(spans: Iterable[Span], gap: int = 0) -> list[Span]:
    """The union; ranges that are at most `gap` bytes apart become one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1] + gap:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def subtract(spans: Iterable[Span], less: Iterable[Span]) -> list[Span]:
    """What is in `spans` and not in `less`."""
    cuts, index, left = merge(less), 0, []
    for start, end in merge(spans):
        while index < len(cuts) and cuts[index][1] <= start:
            index += 1
        for cut, until in cuts[index:]:
            if cut >= end:
                break
            if cut > start:
                left.append((start, cut))
            start = max(start, until)
        if start < end:
            left.append((start, end))
    return left


def clip(spans: Iterable[Span], low: int, high: int) -> list[Span]:
    """The part of `spans` that lies in `low..high`."""
    return merge((max(start, low), min(end, high)) for start, end in spans)


def to_blocks(spans: Iterable[Span], block: int, size: int) -> list[Span]:
    """Rounded outwards to whole blocks, but not beyond `size`."""
    return merge((start // block * block, min(-(-end // block) * block, size)) for start, end in spans)


def total(spans: Iterable[Span]) -> int:
    """How many bytes."""
    return sum(end - start for start, end in spans)


def pieces(start: int, end: int, length: int) -> Iterator[Span]:
    """`start..end` in parts of at most `length` bytes."""
    for at in range(start, end, length):
        yield at, min(at + length, end)
