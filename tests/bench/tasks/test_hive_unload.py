from __future__ import annotations

from collections.abc import Callable

from tests.bench.tasks.stages import Bench, value

MEMORY = r"ControlSet001\Control\Session Manager\Memory Management"


def test_only_now_the_changes_are_in_the_file(before: Callable[[str], Bench]) -> None:
    bench = before("hive-unload-SYSTEM")
    ahead = bench.hive(bench.vhd, "Windows/System32/config/SYSTEM")
    assert value(ahead, MEMORY, "PagingFiles"), "the stage is of no use if the file is changed already"
    bench.run("hive-unload-SYSTEM")
    assert bench.remembered()["hives"] == {}
    after = bench.hive(bench.vhd, "Windows/System32/config/SYSTEM")
    assert not value(after, MEMORY, "PagingFiles")
    assert value(after, MEMORY, "ExistingPageFiles") is None
