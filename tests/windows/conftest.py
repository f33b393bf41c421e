"""What the tests of the Windows host share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hvsbuild.hosts.windows import WindowsHost


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
