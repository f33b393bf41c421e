from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hvsbuild.hosts.bench.tool import Console
from hvsbuild.hosts.bench.worker import run_script
from hvsbuild.run.binding import bind
from tests.bench.diskparting import output
from tests.bench.tasks.stages import BINDINGS, FINGERPRINT, Bench
from tests.golden import golden


@pytest.mark.parametrize("case", ["seed", "dism-by-index"])
def test_the_image_is_in_the_volume_and_its_stamp_says_so(
    before: Callable[[str], Bench], phony_wim: Path, tmp_path: Path, case: str
) -> None:
    bench = before("image-apply")
    bench.run("image-apply", case)
    stamp = json.loads(bench.read(bench.vhd, "hvsbuild-image.json"))
    assert stamp == {"hvsbuild-image": 1, "image": "1", "fingerprint": FINGERPRINT}
    out = tmp_path / "extracted"
    extract = ["wimlib-imagex", "extract", str(phony_wim), "1", "/Windows/System32/ntoskrnl.exe", f"--dest-dir={out}"]
    subprocess.run(extract, check=True, capture_output=True)
    assert bench.read(bench.vhd, "Windows/System32/ntoskrnl.exe") == (out / "ntoskrnl.exe").read_bytes()
    assert "processed successfully" in output("ntfsfix", "-n", bench.volume(bench.vhd))


@pytest.mark.parametrize("case", ["by-name", "dism-by-name"])
def test_an_image_by_its_name(before: Callable[[str], Bench], case: str) -> None:
    bench = before("image-apply")
    bench.run("image-apply", case)
    assert json.loads(bench.read(bench.vhd, "hvsbuild-image.json"))["image"] == "Phony Hyper-V Server 2008 R2 (2)"
    assert bench.read(bench.vhd, "Windows/edition 2.txt")


def test_a_name_that_is_not_there_leaves_no_stamp(before: Callable[[str], Bench]) -> None:
    bench = before("image-apply")
    with pytest.raises(AssertionError, match="The image is not in the WIM"):
        bench.run("image-apply", "odd-name")
    assert bench.read(bench.vhd, "hvsbuild-image.json") == b""
    assert bench.read(bench.vhd, "Windows/win.ini") == b""


@pytest.mark.parametrize("case", ["split", "dism-split"])
def test_a_split_image_by_its_parts(before: Callable[[str], Bench], phony_wim: Path, tmp_path: Path, case: str) -> None:
    bench = before("image-apply")
    folder = bench.folder / "C" / "parts"
    folder.mkdir()
    subprocess.run(["wimlib-imagex", "split", phony_wim, folder / "install.swm", "1"], check=True, capture_output=True)
    assert len(list(folder.iterdir())) > 1
    parts = {"input.image": "C:\\parts\\install.swm", "input.image.parts": "C:\\parts\\install*.swm"}
    script = bind(golden("image-apply", "image-apply", case), BINDINGS | parts, "cmd")
    console = Console()
    assert run_script(bench.machine, console, "test.cmd", "cmd", script) == 0, console.text()
    out = tmp_path / "extracted"
    extract = ["wimlib-imagex", "extract", str(phony_wim), "1", "/Windows/System32/ntoskrnl.exe", f"--dest-dir={out}"]
    subprocess.run(extract, check=True, capture_output=True)
    assert bench.read(bench.vhd, "Windows/System32/ntoskrnl.exe") == (out / "ntoskrnl.exe").read_bytes()
