"""One small phony image and one undisturbed build of it, made once for all test processes."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from phony import image
from tests.run.small import hvsbuild, write_spec


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder for what is made once per run, whoever comes first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "shared-run"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def wim(shared: Path) -> Path:
    """A small phony image."""
    path = shared / "small.wim"
    with (shared / "wim.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            image.make(path.with_suffix(".part"), image.Order(files=60, size=4 << 20))
            path.with_suffix(".part").rename(path)
    return path


@pytest.fixture(scope="session")
def undisturbed(shared: Path, wim: Path) -> Path:
    """The folder of a build that nothing disturbed. Read it, never change it."""
    out = shared / "undisturbed"
    with (shared / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (out / "stick.img").exists():
            done = hvsbuild("build", write_spec(shared), "--var", f"wim={wim}", "-o", out)
            assert done.returncode == 0, done.stderr
    return out
