from __future__ import annotations

from collections.abc import Callable

from tests.bench.tasks.stages import Bench


def test_the_workspace_s_vhd_becomes_r(before: Callable[[str], Bench]) -> None:
    bench = before("vhd-attach")
    bench.run("vhd-attach")
    seen = bench.remembered()
    assert [disk["vdisk"] for disk in seen["disks"]] == ["", r"C:\hvsbuild\hvs-2008-r2-usb\hvsOS.vhd"]
    assert seen["letters"] == {"R": [2, 1]}


def test_the_stick_s_vhd_becomes_r(before: Callable[[str], Bench]) -> None:
    bench = before("stick-attach")
    bench.run("stick-attach")
    seen = bench.remembered()
    assert [disk["vdisk"] for disk in seen["disks"]] == ["", r"Y:\hvsOS.vhd"]
    assert seen["letters"] == {"R": [2, 1], "Y": [1, 1]}


def test_the_volume_can_be_written_through_its_letter(before: Callable[[str], Bench]) -> None:
    bench = before("stick-attach")
    bench.run("stick-attach")
    code, text = bench.try_script(b'>"R:\\probe" echo hello\r\n', "cmd")
    assert code == 0, text
    vhd = bench.folder / "copied.vhd"
    vhd.write_bytes(bench.read(bench.stick, "hvsOS.vhd"))
    assert bench.read(vhd, "probe") == b"hello\r\n"
