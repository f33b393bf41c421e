"""Files and folders of the machine in the VHD, as ntfscat and ntfsls find them there."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hvsbuild.cache import Cache
from hvsbuild.digest import content_of
from hvsbuild.run.binding import bind
from tests.bench.tasks.stages import Bench
from tests.golden import HERE, case_bundle, golden

STAGE = "hive-load-SYSTEM"
FILES = {"report.exe": 70_000, "sub/deep/data.bin": 3_000_000, "sub/empty.txt": 0, "read me (1) & more.txt": 12}


def give(bench: Bench, name: str, files: dict[str, int] | int) -> Path:
    """An input on the bench's drive C:: a file of a size, or a folder of them."""
    at = bench.folder / "C" / "inputs" / name
    for path, size in (files.items() if isinstance(files, dict) else [("", files)]):
        file = at / path if path else at
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(random.Random(f"{name}/{path}").randbytes(size))
    return at


def run(bench: Bench, case: str, task: str) -> tuple[int, str]:
    names = case_bundle(HERE / "files-copy" / f"{case}.yaml").manifest.inputs
    values = {f"input.{name}": f"C:\\inputs\\{name}" for name in names}
    marks = {f"input.{name}.fingerprint": f"mark of {name}" for name in names}
    return bench.try_script(bind(golden("files-copy", task, case), values | marks, "cmd"), "cmd")


def names(bench: Bench, folder: str) -> list[str]:
    done = subprocess.run(
        ["ntfsls", "-f", "-p", folder, bench.volume(bench.vhd)], capture_output=True, text=True, check=True
    )
    return sorted(name for name in done.stdout.splitlines() if name.strip(". "))


def test_a_folder_with_all_that_is_in_it(before: Callable[[str], Bench]) -> None:
    bench = before(STAGE)
    at = give(bench, "files-tools", FILES)
    (at / "nothing in it").mkdir()
    assert run(bench, "files", "copy-files-tools")[0] == 0
    for path in FILES:
        assert bench.read(bench.vhd, f"Tools/{path}") == (at / path).read_bytes(), path
    assert names(bench, "/Tools") == ["nothing in it", "read me (1) & more.txt", "report.exe", "sub"]
    assert names(bench, "/Tools/sub") == ["deep", "empty.txt"]


def test_what_else_a_folder_holds_stays_and_what_is_the_same_is_written_again(before: Callable[[str], Bench]) -> None:
    bench = before(STAGE)
    ahead = names(bench, "/")
    at = give(bench, "files-100--sure", {"notes.txt": 10, "Windows/new.txt": 10})
    assert run(bench, "files", "copy-files-100--sure")[0] == 0
    (at / "notes.txt").write_bytes(b"0123456789")
    assert run(bench, "files", "copy-files-100--sure")[0] == 0
    assert set(names(bench, "/")) == {*ahead, "notes.txt", "hvsbuild"}
    assert bench.read(bench.vhd, "notes.txt") == b"0123456789"
    assert "System32" in names(bench, "/Windows")
    assert "new.txt" in names(bench, "/Windows")


@pytest.mark.parametrize(
    ("task", "name", "target"),
    [
        ("copy-files-hosts", "files-hosts", "Windows/System32/drivers/etc/hosts"),
        ("copy-files-a---b--c.txt", "files-a---b--c.txt", "Program Files/100%/a & b (c).txt"),
        ("copy-files-notes.txt", "files-notes.txt", "notes.txt"),
    ],
)
def test_a_file(before: Callable[[str], Bench], task: str, name: str, target: str) -> None:
    bench = before(STAGE)
    at = give(bench, name, 1234)
    assert run(bench, "files", task)[0] == 0
    assert bench.read(bench.vhd, target) == at.read_bytes()


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("stage-drivers-nic", "drivers-nic"),
        ("stage-drivers-raid", "drivers-raid"),
        ("stage-features-sxs", "features-sxs"),
        ("stage-packages-cabinets", "packages-cabinets"),
        ("stage-packages-kb1.msu", "packages-kb1.msu"),
    ],
)
def test_what_waits_for_the_first_boot(before: Callable[[str], Bench], task: str, name: str) -> None:
    bench = before(STAGE)
    at = give(bench, name, 5000 if name.endswith(".msu") else {"one.inf": 100, "x/one.sys": 20_000})
    assert run(bench, "first-boot", task)[0] == 0
    if at.is_file():
        assert bench.read(bench.vhd, f"hvsbuild/{name}") == at.read_bytes()
    else:
        assert bench.read(bench.vhd, f"hvsbuild/{name}/x/one.sys") == (at / "x" / "one.sys").read_bytes()


def test_each_source_waits_there_once() -> None:
    tasks = [task.id for task in case_bundle(HERE / "files-copy" / "first-boot.yaml").manifest.tasks]
    assert len([id for id in tasks if id.startswith("stage-")]) == 5


def test_an_answer_file_goes_where_windows_looks_for_it(before: Callable[[str], Bench]) -> None:
    bench = before(STAGE)
    at = give(bench, "unattend-server-core.xml", 600)
    assert run(bench, "first-boot", "unattend")[0] == 0
    assert bench.read(bench.vhd, "Windows/Panther/unattend.xml") == at.read_bytes()


def test_the_stamp_comes_last_and_says_what_was_copied(before: Callable[[str], Bench]) -> None:
    bench = before(STAGE)
    assert run(bench, "files", "copy-files-notes.txt")[0] != 0
    assert run(bench, "files", "copy-files-tools")[0] == 16, "robocopy: a fatal error"
    assert "hvsbuild" not in names(bench, "/")
    give(bench, "files-tools", FILES)
    assert run(bench, "files", "copy-files-tools")[0] == 0
    stamp = json.loads(bench.read(bench.vhd, "hvsbuild/copy-files-tools.json"))
    assert stamp == {"hvsbuild-copied": 1, "to": "\\Tools", "fingerprint": "mark of files-tools"}


def test_a_folder_in_the_vhd_has_the_fingerprint_of_the_input(before: Callable[[str], Bench]) -> None:
    """So that it can be checked when the input is far away."""
    from hvsbuild.run.observe_contents import _tree_digest

    bench = before(STAGE)
    at = give(bench, "drivers-nic", FILES)
    (at / "nothing in it").mkdir()
    assert run(bench, "first-boot", "stage-drivers-nic")[0] == 0
    with bench.machine.reader("R") as tree:
        assert _tree_digest(tree, "\\hvsbuild\\drivers-nic") == content_of(at, Cache(bench.folder / "cache")).sha256
