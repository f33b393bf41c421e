"""What only DISM can do: the bench refuses, says why and what else can be done, and has changed nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise

import pytest

from hvsbuild.bundle.manifest import TaskEntry
from hvsbuild.hosts.bench.tool import BenchRefusal
from hvsbuild.mechanisms import INSTEAD, NEEDS_WINDOWS
from hvsbuild.run.binding import bind
from hvsbuild.states import Serviced
from tests.bench.tasks.stages import Bench
from tests.golden import HERE, case_bundle

OFFLINE = case_bundle(HERE / "servicing" / "offline.yaml")
TASKS = [task for task in OFFLINE.manifest.tasks if task.kind == "servicing"]


def bound(task: TaskEntry) -> bytes:
    values = {f"input.{name}": f"C:\\inputs\\{name}" for name in OFFLINE.manifest.inputs}
    return bind(OFFLINE.script(task), values | {f"{name}.fingerprint": "f" * 64 for name in values}, task.tool)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_the_bench_refuses_it(before: Callable[[str], Bench], task: TaskEntry) -> None:
    bench = before("hive-load-SYSTEM")
    ahead = bench.read(bench.vhd, "hvsbuild-image.json")
    with pytest.raises(BenchRefusal) as refused:
        bench.try_script(bound(task), task.tool)
    text = refused.value.text()
    assert NEEDS_WINDOWS in text
    assert INSTEAD in text
    assert f"{refused.value.line}:" in text
    assert bench.read(bench.vhd, f"hvsbuild/{task.id}.json") == b"", "no stamp may say that it was done"
    assert bench.read(bench.vhd, "hvsbuild-image.json") == ahead


def test_they_come_one_after_the_other_with_updates_last() -> None:
    states = [state for task in TASKS for state in task.states]
    assert all(isinstance(state, Serviced) for state in states)
    assert [state.what for state in states if isinstance(state, Serviced)] == [
        "drivers", "drivers", "drivers", "features", "packages", "packages",
    ]  # fmt: skip
    for earlier, task in pairwise(TASKS):
        assert earlier.id in task.needs


def test_no_hive_is_loaded_meanwhile() -> None:
    """DISM loads them itself."""
    ids = [task.id for task in OFFLINE.manifest.tasks]
    last = max(ids.index(task.id) for task in TASKS)
    assert all(ids.index(id) > last for id in ids if id.startswith("hive-load"))


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_what_the_stamp_says_is_what_the_observer_wants(task: TaskEntry) -> None:
    (line,) = [line for line in bound(task).decode().splitlines() if "hvsbuild-serviced" in line]
    stamp = json.loads(line.partition(" echo ")[2].partition("||")[0])
    (state,) = task.states
    assert isinstance(state, Serviced)
    assert stamp["asked"] == state.asked
    assert line.startswith(f'>"R:{state.stamp}" ')
    assert stamp.get("fingerprint") == ("f" * 64 if state.input else None)


def test_3010_is_success() -> None:
    """Each call of dism is followed by a check that lets 0 and 3010 pass."""
    for task in TASKS:
        lines = bound(task).decode().splitlines()
        calls = [number for number, line in enumerate(lines) if line.startswith("dism ")]
        assert calls
        for number in calls:
            check = 'if not "%errorlevel%"=="0" if not "%errorlevel%"=="3010" exit /b %errorlevel%'
            assert lines[number + 1] == check
