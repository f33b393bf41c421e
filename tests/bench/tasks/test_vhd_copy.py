from __future__ import annotations

from collections.abc import Callable

from tests.bench.diskparting import output
from tests.bench.tasks.stages import Bench


def test_the_stick_holds_the_same_bytes(before: Callable[[str], Bench]) -> None:
    bench = before("vhd-copy")
    bench.run("vhd-copy")
    assert bench.read(bench.stick, "hvsOS.vhd") == bench.vhd.read_bytes()


def test_the_copy_can_be_booted_from(before: Callable[[str], Bench]) -> None:
    """Windows boots no VHD that is sparse or compressed (windows-facts 7.1)."""
    bench = before("vhd-copy")
    bench.run("vhd-copy")
    seen = output("ntfsinfo", "-f", "-v", "-F", "hvsOS.vhd", bench.volume(bench.stick))
    data = seen[seen.index("$DATA (0x80)") :]
    assert "SPARSE" not in seen
    assert "COMPRESSED" not in seen
    size = str((64 << 20) + 512)
    assert f"Data size:\t\t {size}" in data
    assert f"Initialized size:\t {size}" in data
