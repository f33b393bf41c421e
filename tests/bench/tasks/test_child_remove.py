from __future__ import annotations

from collections.abc import Callable

from tests.bench.tasks.stages import Bench
from tests.golden import golden

SCRIPT = golden("child-remove", "child-remove-100--role", "roles")


def test_an_older_child_goes_and_its_parent_stays(before: Callable[[str], Bench]) -> None:
    bench = before("stick-attach")
    made, text = bench.try_script(golden("child-create", "child-create-100--role", "roles"), "diskpart")
    assert made == 0, text
    before_it = bench.read(bench.stick, "hvsOS.vhd")
    code, text = bench.try_script(SCRIPT, "cmd")
    assert code == 0, text
    assert bench.read(bench.stick, "100% role.vhd") == b""
    assert bench.read(bench.stick, "hvsOS.vhd") == before_it


def test_where_there_is_none_nothing_happens(before: Callable[[str], Bench]) -> None:
    code, text = before("stick-attach").try_script(SCRIPT, "cmd")
    assert code == 0, text
