"""What tests of several folders share."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "Rewrite the golden files of the tests that run; then read the diff."
    parser.addoption("--update-golden", action="store_true", help=told)


def without(what: str, why: str) -> NoReturn:
    """Skip what needs something that is not installed; where HVSBUILD_REQUIRE_WHAT=1 demands it (.ci/run), fail."""
    if os.environ.get(f"HVSBUILD_REQUIRE_{what}") == "1":
        pytest.fail(why)
    pytest.skip(why, allow_module_level=True)


def library(name: str, what: str) -> Any:
    """A module of the tests' own needs, imported."""
    try:
        return importlib.import_module(name)
    except ImportError:
        without(what, f"{name} is not installed: pip install -e '.[dev]'")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A cache folder of this run's: also for the programs that a test starts."""
    os.environ["HVSBUILD_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@contextmanager
def once(made: Path) -> Iterator[bool]:
    """Whether `made` is still to be made: by the first of all test processes, while the others wait."""
    import fcntl  # Windows, where only tests/windows runs, has none

    made.parent.mkdir(parents=True, exist_ok=True)
    with made.with_name(made.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not made.exists()


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all test processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    return (base if worker_id == "master" else base.parent) / "common"


@pytest.fixture(scope="session")
def phony_wim(common: Path) -> Path:
    """A phony Windows image of two images and few files."""
    from phony import image

    path = common / "phony.wim"
    with once(path) as wanted:
        if wanted:
            image.make(path.with_suffix(".part"), image.Order(files=60, size=1 << 20, images=2))
            path.with_suffix(".part").rename(path)
    return path
