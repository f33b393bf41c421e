from __future__ import annotations

from collections.abc import Callable

from tests.bench.tasks.stages import Bench


def test_boot_code_is_there_and_the_table_and_volume_are_untouched(before: Callable[[str], Bench]) -> None:
    bench = before("boot-code")
    table, volume = bench.table(bench.stick), bench.volume(bench.stick).read_bytes()
    assert not any(bench.stick.read_bytes()[:440])
    bench.run("boot-code")
    assert bench.table(bench.stick) == table
    assert bench.volume(bench.stick).read_bytes() == volume
    sector = bench.stick.read_bytes()[:512]
    assert b"GRUB" in sector[:440]
    assert sector[-2:] == b"\x55\xaa"
