from __future__ import annotations

from collections.abc import Callable

from tests.bench.tasks.stages import Bench, output


def test_a_fixed_vhd_of_exactly_that_size(before: Callable[[str], Bench]) -> None:
    bench = before("vhd-create")
    bench.run("vhd-create")
    assert bench.vhd.stat().st_size == (64 << 20) + 512
    seen = output("qemu-img", "info", "-f", "vpc", "--output=json", bench.vhd)
    assert '"virtual-size": 67108864' in seen
    assert '"type": "fixed"' in seen or "fixed" in output("file", bench.vhd).lower() or bench.vhd.read_bytes()[-452:-448] == b"\0\0\0\2"


def test_the_seed_s_own_size(before: Callable[[str], Bench]) -> None:
    bench = before("vhd-create")
    bench.run("vhd-create", "seed")
    footer = bench.vhd.open("rb")
    footer.seek(-512, 2)
    data = footer.read()
    assert data[:8] == b"conectix"
    assert int.from_bytes(data[48:56], "big") == 24576 << 20
    assert data[60:64] == b"\0\0\0\2"


def test_blanks_and_percent_signs_in_the_name(before: Callable[[str], Bench]) -> None:
    bench = before("vhd-create")
    bench.run("vhd-create", "percent-and-blanks")
    assert bench.vhd.with_name("100% of (my) disk & co.vhd").exists()
