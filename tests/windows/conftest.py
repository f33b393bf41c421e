"""What the tests of the Windows host share."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from hvsbuild.hosts.windows import WindowsHost

# These put stand-ins in the place of Windows, and need the bench.
collect_ignore = ["test_end_to_end.py", "test_host.py", "test_process.py"] if sys.platform == "win32" else []


class Waits(list[float]):
    """How long the host was told to wait; `hook` may do something meanwhile."""

    hook: Callable[[float], None] | None = None

    def wait(self, seconds: float) -> None:
        if self.hook:
            self.hook(seconds)
        else:
            self.append(seconds)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> Waits:
    waits = Waits()
    monkeypatch.setattr(WindowsHost, "wait", lambda _host, seconds: waits.wait(seconds))
    return waits
