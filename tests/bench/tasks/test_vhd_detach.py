from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.tasks.stages import Bench


@pytest.mark.parametrize("task", ["vhd-detach", "stick-detach"])
def test_disk_and_letter_go(before: Callable[[str], Bench], task: str) -> None:
    bench = before(task)
    assert "R" in bench.remembered()["letters"]
    bench.run(task)
    seen = bench.remembered()
    assert "R" not in seen["letters"]
    assert [disk["number"] for disk in seen["disks"]] == [1]
