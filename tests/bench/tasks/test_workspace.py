from __future__ import annotations

from collections.abc import Callable

from tests.bench.tasks.stages import Bench


def test_an_empty_place_is_made(before: Callable[[str], Bench]) -> None:
    bench = before("workspace")
    assert not bench.vhd.parent.exists()
    bench.run("workspace")
    assert list(bench.vhd.parent.iterdir()) == []


def test_a_left_over_vhd_goes_and_nothing_else(before: Callable[[str], Bench]) -> None:
    bench = before("workspace")
    bench.vhd.parent.mkdir(parents=True)
    bench.vhd.write_bytes(b"half a VHD")
    other = bench.vhd.with_name("notes.txt")
    other.write_text("mine")
    bench.run("workspace")
    assert list(bench.vhd.parent.iterdir()) == [other]


def test_percent_signs_in_the_name(before: Callable[[str], Bench]) -> None:
    bench = before("workspace")
    odd = bench.vhd.with_name("100% of (my) disk & co.vhd")
    odd.parent.mkdir(parents=True)
    odd.write_bytes(b"old")
    bench.run("workspace", "percent-and-blanks")
    assert not odd.exists()
