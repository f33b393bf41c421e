from __future__ import annotations

import json
from collections.abc import Callable

from tests.bench.diskparting import output
from tests.bench.tasks.stages import Bench


def test_a_fixed_vhd_of_exactly_that_size(before: Callable[[str], Bench]) -> None:
    bench = before("vhd-create")
    bench.run("vhd-create")
    assert bench.vhd.stat().st_size == (64 << 20) + 512
    seen = json.loads(output("qemu-img", "info", "-f", "vpc", "--output=json", bench.vhd))
    assert seen["virtual-size"] == 64 << 20


def test_the_seed_s_own_size(before: Callable[[str], Bench]) -> None:
    bench = before("vhd-create")
    bench.run("vhd-create", "seed")
    with bench.vhd.open("rb") as file:
        file.seek(-512, 2)
        footer = file.read()
    assert footer[:8] == b"conectix"
    assert int.from_bytes(footer[48:56], "big") == 24576 << 20
    assert footer[60:64] == b"\0\0\0\2", "2 is fixed"


def test_blanks_and_percent_signs_in_the_name(before: Callable[[str], Bench]) -> None:
    bench = before("vhd-create")
    bench.run("vhd-create", "percent-and-blanks")
    assert bench.vhd.with_name("100% of (my) disk & co.vhd").exists()
