from __future__ import annotations

from collections.abc import Callable

from tests.bench.tasks.stages import Bench


def test_the_stick_s_volume_is_y(before: Callable[[str], Bench]) -> None:
    bench = before("disk-letter")
    assert bench.remembered()["letters"] == {}
    bench.run("disk-letter")
    assert bench.remembered()["letters"] == {"Y": [1, 1]}


def test_another_letter(before: Callable[[str], Bench]) -> None:
    bench = before("disk-letter")
    bench.run("disk-letter", "other-letter")
    assert bench.remembered()["letters"] == {"S": [1, 1]}
