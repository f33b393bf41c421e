from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from dissect.regf import RegistryHive

from tests.bench.tasks.stages import Bench
from tests.bench.tasks.test_boot_files import default_entry


def settings(bench: Bench) -> dict[str, Any]:
    return default_entry(RegistryHive(io.BytesIO(bench.read(bench.stick, "Boot/BCD"))))


def test_the_hypervisor_is_launched(before: Callable[[str], Bench]) -> None:
    bench = before("boot-settings")
    ahead = settings(bench)
    assert "250000f0" not in ahead
    bench.run("boot-settings")
    assert settings(bench) == ahead | {"250000f0": (1).to_bytes(8, "little")}


def test_several_settings(before: Callable[[str], Bench]) -> None:
    """hypervisorlaunchtype off, nx OptOut, numproc 4, sos and detecthal yes (windows-facts 6.3)."""
    bench = before("boot-settings")
    bench.run("boot-settings", "several")
    after = settings(bench)
    numbers = {"250000f0": 0, "25000020": 1, "25000061": 4}
    assert {name: int.from_bytes(after[name], "little") for name in numbers} == numbers
    assert (after["26000091"], after["26000010"]) == (b"\1", b"\1")
