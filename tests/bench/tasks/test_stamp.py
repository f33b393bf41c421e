from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from hvsbuild.states import Stamp
from tests.bench.tasks.stages import Bench, entry
from tests.golden import HERE, case_bundle


@pytest.mark.parametrize("task", ["vhd-stamp", "disk-stamp"])
def test_the_stamp_is_json_that_names_the_plan(before: Callable[[str], Bench], task: str) -> None:
    bench = before(task)
    bench.run(task)
    disk = bench.vhd if task == "vhd-stamp" else bench.stick
    found = json.loads(bench.read(disk, "hvsbuild.json"))
    (state,) = next(one for one in case_bundle(HERE / "stamp" / "seed.yaml").manifest.tasks if one.id == task).states
    assert isinstance(state, Stamp)
    assert found == {"hvsbuild": 1, "spec": state.spec, "identity": state.identity, "plan": state.plan}
    assert entry(task).states != [state], "another size of VHD is another plan"


def test_a_stamp_that_cannot_be_written_is_a_failure(before: Callable[[str], Bench]) -> None:
    bench = before("disk-letter")  # there is no Y: yet
    with pytest.raises(AssertionError, match="cannot find the drive"):
        bench.run("disk-stamp")
