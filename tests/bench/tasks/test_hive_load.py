from __future__ import annotations

from collections.abc import Callable

from tests.bench.tasks.stages import Bench
from tests.golden import golden


def test_the_hive_can_be_edited_under_its_key(before: Callable[[str], Bench]) -> None:
    bench = before("hive-load-SYSTEM")
    bench.run("hive-load-SYSTEM")
    (loaded,) = bench.remembered()["hives"].items()
    assert loaded[0].upper() == r"HKLM\HVSBUILD-SYSTEM"
    assert loaded[1]["file"].upper() == r"R:\WINDOWS\SYSTEM32\CONFIG\SYSTEM"
    assert bench.try_script(b'reg query "HKLM\\hvsbuild-SYSTEM\\Select" /v Current\r\n', "cmd")[0] == 0
    assert bench.try_script(b'reg query "HKLM\\hvsbuild-SYSTEM\\Nowhere" /v Current\r\n', "cmd")[0] == 1


def test_the_hive_of_a_user_must_be_there(before: Callable[[str], Bench]) -> None:
    bench = before("hive-load-SYSTEM")
    script, file = golden("hive-load", "hive-load-NTUSER-John---Doe-2", "users"), "\\Users\\John & Doe\\NTUSER.DAT"
    code, said = bench.try_script(script, "cmd")
    assert code == 1
    assert f'There is no "R:{file}"' in said
    assert bench.remembered()["hives"] == {}
    with bench.machine.transaction(), bench.machine.volume("R") as volume:
        volume.make_folder("\\Users\\John & Doe")
        volume.write(file, volume.read("\\Users\\Default\\NTUSER.DAT"))
    assert bench.try_script(script, "cmd")[0] == 0
    (loaded,) = bench.remembered()["hives"].values()
    assert loaded["file"].upper() == f"R:{file}".upper()
