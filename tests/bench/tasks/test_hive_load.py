from __future__ import annotations

from collections.abc import Callable

from tests.bench.tasks.stages import Bench


def test_the_hive_can_be_edited_under_its_key(before: Callable[[str], Bench]) -> None:
    bench = before("hive-load-SYSTEM")
    bench.run("hive-load-SYSTEM")
    (loaded,) = bench.remembered()["hives"].items()
    assert loaded[0].upper() == r"HKLM\HVSBUILD-SYSTEM"
    assert loaded[1]["file"].upper() == r"R:\WINDOWS\SYSTEM32\CONFIG\SYSTEM"
    assert bench.try_script(b'reg query "HKLM\\hvsbuild-SYSTEM\\Select" /v Current\r\n', "cmd")[0] == 0
    assert bench.try_script(b'reg query "HKLM\\hvsbuild-SYSTEM\\Nowhere" /v Current\r\n', "cmd")[0] == 1
