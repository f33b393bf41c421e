"""Wine, or a skip that says what is missing; HVSBUILD_REQUIRE_WINE=1 makes a failure of it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import once, without
from tests.wine.crutches import Crutches, needed
from tests.wine.wine import TOOLS, Installed, NoWine, Wine, find, prepare


@pytest.fixture(scope="session")
def installed(common: Path) -> Installed:
    """Wine, and what all prefixes share, made once for all test processes."""
    try:
        found = find(common / "wine")
        with once(found.made) as wanted:
            if wanted:
                prepare(found)
    except NoWine as missing:
        without("WINE", str(missing))
    return found


@pytest.fixture(scope="session")
def ending() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Servers of prefixes that are about to end; nothing of Wine is left when the tests are over."""
    servers: list[subprocess.Popen[bytes]] = []
    yield servers
    for server in servers:
        server.wait(timeout=60)


@pytest.fixture
def wine(installed: Installed, tmp_path: Path, ending: list[subprocess.Popen[bytes]]) -> Iterator[Wine]:
    """A Wine of its own with stand-ins for all tools."""
    made = Wine(tmp_path / "wine", installed, TOOLS)
    yield made
    ending.append(made.stop())


@pytest.fixture(scope="session")
def crutches(
    installed: Installed,
    tmp_path_factory: pytest.TempPathFactory,
    ending: list[subprocess.Popen[bytes]],
) -> Crutches:
    """What the cmd.exe at hand needs to run the scripts at all."""
    made = Wine(tmp_path_factory.mktemp("probe") / "wine", installed, ())
    try:
        return needed(made)
    finally:
        ending.append(made.stop())
