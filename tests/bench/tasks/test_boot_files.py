from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dissect.regf import RegistryHive

from tests.bench import twoparts
from tests.bench.diskparting import output
from tests.bench.tasks.stages import Bench
from tests.golden import golden


def test_bootmgr_and_a_store_that_starts_the_vhd(before: Callable[[str], Bench]) -> None:
    bench = before("boot-files")
    assert bench.read(bench.stick, "bootmgr") == b""
    bench.run("boot-files")
    assert bench.read(bench.stick, "bootmgr") == bench.read(bench.vhd, "Windows/Boot/PCAT/bootmgr") != b""
    names = output("ntfsls", "-f", "-p", "Boot", bench.volume(bench.stick)).split()
    assert {"BCD", "memtest.exe", "Fonts", "en-US"} <= set(names)
    store = RegistryHive(io.BytesIO(bench.read(bench.stick, "Boot/BCD")))
    default = default_entry(store)
    for element in ("11000001", "21000001"):
        assert "\\hvsOS.vhd\0".encode("utf-16-le") in default[element]
    assert default["12000002"].lower() == r"\windows\system32\winload.exe"
    assert default["22000002"].lower() == r"\windows"


def default_entry(store: RegistryHive) -> dict[str, Any]:
    """The elements of the entry that bootmgr names as its default."""
    bootmgr = "{9dea862c-5cdd-4e70-acc1-f32b344d4795}"
    guid = store.open(rf"Objects\{bootmgr}\Elements\23000003").value("Element").value
    return {one.name: one.value("Element").value for one in store.open(rf"Objects\{guid}\Elements").subkeys()}


def test_the_newer_spelling_makes_the_same(before: Callable[[str], Bench]) -> None:
    bench, newer = before("boot-files"), before("boot-files")
    bench.run("boot-files")
    one = bench.read(bench.stick, "Boot/BCD")
    newer.run("boot-files", "newer")
    assert newer.read(newer.stick, "Boot/BCD") == one != b""


def test_both_kinds_of_firmware_in_german(tmp_path: Path) -> None:
    """On a FAT32 system partition, S:; then the settings of both stores."""
    bench = Bench(twoparts.bench(tmp_path / "bench", "mbr"))
    for kind in ("boot-files", "boot-settings"):
        code, text = bench.try_script(golden(kind, kind, "both"), "cmd")
        assert code == 0, text
    with bench.machine.reader("S") as tree:
        for path in (r"\bootmgr", r"\EFI\Boot\bootx64.efi", r"\EFI\Microsoft\Boot\bootmgfw.efi"):
            assert tree.read(path)
        for path, suffix in ((r"\Boot\BCD", "exe"), (r"\EFI\Microsoft\Boot\BCD", "efi")):
            default = default_entry(RegistryHive(io.BytesIO(tree.read(path))))
            assert (default["12000002"], default["12000005"]) == (rf"\windows\system32\winload.{suffix}", "de-DE")
            assert default["260000b0"] == b"\1"
