"""`before(TASK)`: a fresh copy of the bench as it is when the task's turn comes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hvsbuild.hosts.bench.machine import Machine
from tests.bench.tasks import stages
from tests.conftest import once


@pytest.fixture(scope="session")
def made_stages(common: Path, phony_wim: Path) -> Path:
    """All stages, made once for all test processes. Copy them, never change them."""
    folder = common / "stages"
    with once(folder) as wanted:
        if wanted:
            part = folder.with_name("stages.part")
            stages.make_all(part, phony_wim)
            part.rename(folder)
    return folder


@pytest.fixture
def before(made_stages: Path, tmp_path: Path) -> Callable[[str], stages.Bench]:
    def get(task: str) -> stages.Bench:
        return stages.Bench(Machine(made_stages / task)).copy(tmp_path / task)

    return get
