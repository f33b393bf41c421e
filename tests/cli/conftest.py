"""One finished build for the tests that only look at one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import spawn, write
from tests.conftest import once


@pytest.fixture(scope="session")
def finished(common: Path, phony_wim: Path) -> Path:
    """The folder of a finished build, with its spec. Read it, never change it."""
    folder = common / "finished"
    with once(folder) as wanted:
        if wanted:
            part = folder.with_name("finished.part")
            part.mkdir()
            done = spawn("build", write(part), "--var", f"wim={phony_wim}", "-o", part)
            assert done.code == 0, done.err
            part.rename(folder)
    return folder
