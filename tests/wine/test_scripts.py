"""Every .cmd script of every example and golden bundle, one by one: in Wine and on the bench, with the same effect."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.wine import bundles
from tests.wine.bundles import bound
from tests.wine.crutches import Crutches
from tests.wine.recorded import Recorder
from tests.wine.wine import TOOLS, Wine


def all_scripts() -> tuple[dict[str, bytes], str]:
    """The distinct .cmd scripts, bound, by a name for each; and the letters of drives that they speak of."""
    examples = [(path.stem, bundles.example(path)) for path in bundles.examples()]
    found, letters = dict[bytes, tuple[str, bytes]](), set[str]()
    for name, bundle in [("small", bundles.small()), *examples, *bundles.golden()]:
        letters |= set(bundles.letters(bundle.manifest))
        for task in bundle.manifest.tasks:
            if task.tool == "cmd" and not any(re.search(one, bundle.script(task)) for one in (EMPTY_HIVE, *MISREAD)):
                script = bound(bundle, task)
                without_step = re.sub(rb"Step \d+ of \d+", b"", script)
                found.setdefault(without_step, (f"{name}-{task.id}", script))
    ordered = sorted(found.values(), key=lambda one: not copied(one[1]))  # first: a workspace script takes VHDs away
    return dict(ordered), "".join(sorted(letters))


EMPTY_HIVE = b"reg load would make an empty hive"  # such a script wants the file to be there
# Wine, up to 10 at least, prints the bracket of `echo(` behind a redirection; Wine 8 looks for variables in a value.
MISREAD = (rb'" echo\(', rb'set "FILE=.*%%')


def copied(script: bytes) -> list[str]:
    """The files that a script copies."""
    return [line.replace("%%", "%").split('"')[1] for line in script.decode().splitlines() if line.startswith("copy ")]


def test_each_script_makes_the_same_calls_and_files(wine: Wine, crutches: Crutches, tmp_path: Path) -> None:
    scripts, letters = all_scripts()
    bench = Recorder(tmp_path / "bench", letters)
    for letter in letters:
        wine.letter(letter)
    for name, script in scripts.items():
        wine.write(rf"C:\scripts\{name}.cmd", crutches.apply(script))
        bench.write(rf"C:\scripts\{name}.cmd", script)
        for file in copied(script):
            wine.write(file, b"the VHD")
            bench.write(file, b"the VHD")
    entries = bundles.listing(dict.fromkeys(vhd for script in scripts.values() for vhd in wanted(script)))
    wine.write(bundles.ENTRIES, entries)
    bench.write(bundles.ENTRIES, entries)
    done = wine.run(*(rf"cmd /d /c C:\scripts\{name}.cmd" for name in scripts))
    for name, one in zip(scripts, done, strict=True):
        assert (one.code, bench.run(rf"C:\scripts\{name}.cmd").code) == (0, 0), (name, one)
    assert wine.calls() == bench.calls
    assert {call[0] for call in bench.calls} == set(TOOLS) - {"diskpart"}
    for letter in letters:
        assert wine.files(letter) == bench.files(letter), letter
    there = {str(path.relative_to(wine.path(r"C:\hvsbuild"))) for path in wine.path(r"C:\hvsbuild").rglob("*")}
    folder = bench.machine.host_path(r"C:\hvsbuild")
    assert there == {str(path.relative_to(folder)) for path in folder.rglob("*")}


def wanted(script: bytes) -> list[str]:
    """The VHDs whose boot entries a script looks for."""
    return re.findall('^set "HVS_VHD=(.*)"\r$', script.decode().replace("%%", "%"), re.MULTILINE)


WORKSPACE = bundles.small().manifest.task("workspace")
VHD = r"C:\hvsbuild\small\os.vhd"


@pytest.mark.parametrize("before", [(), (r"C:\hvsbuild\other.txt",), (VHD,), (VHD, r"C:\hvsbuild\small\kept.txt")])
def test_the_workspace_is_made_and_an_old_vhd_goes(wine: Wine, before: tuple[str, ...], tmp_path: Path) -> None:
    bench, script = Recorder(tmp_path / "bench", ""), bound(bundles.small(), WORKSPACE)
    for side in (wine, bench):
        side.write(r"C:\it.cmd", script)
        for file in before:
            side.write(file, b"old")
    (done,) = wine.run(r"cmd /d /c C:\it.cmd")
    assert (done.code, bench.run(r"C:\it.cmd").code) == (0, 0)
    for path in (wine.path(r"C:\hvsbuild"), bench.machine.host_path(r"C:\hvsbuild")):
        there = {f"C:\\hvsbuild\\{one.relative_to(path)}".replace("/", "\\") for one in path.rglob("*")}
        assert there == {r"C:\hvsbuild\small", *before} - {VHD}


@pytest.mark.parametrize("id", ["vhd-stamp", "disk-stamp"])
def test_a_stamp_is_one_line_of_json(wine: Wine, crutches: Crutches, id: str, tmp_path: Path) -> None:
    """Nothing is left of a longer one that was there, and no blank from ahead of the `||`."""
    bundle = bundles.small()
    (state,) = bundle.manifest.task(id).states
    assert state.kind == "Stamp"
    letter = "R" if id == "vhd-stamp" else "Y"
    file = f"{letter}:{state.path}"
    bench = Recorder(tmp_path / "bench", letter)
    wine.letter(letter)
    wine.write(file, b"x" * 9999)
    wine.write(r"C:\it.cmd", crutches.apply(bundle.script(bundle.manifest.task(id))))
    bench.write(r"C:\it.cmd", bundle.script(bundle.manifest.task(id)))
    (done,) = wine.run(r"cmd /d /c C:\it.cmd")
    assert (done.code, bench.run(r"C:\it.cmd").code) == (0, 0)
    written = wine.path(file).read_bytes()
    assert written == bench.read(file)
    assert written.endswith(b'"}\r\n')
    assert json.loads(written) == {"hvsbuild": 1, "spec": state.spec, "identity": state.identity, "plan": state.plan}


def test_a_stamp_that_cannot_be_written_is_a_failure(wine: Wine, crutches: Crutches, tmp_path: Path) -> None:
    script = bundles.small().script(bundles.small().manifest.task("disk-stamp"))
    bench = Recorder(tmp_path / "bench", "")
    wine.write(r"C:\it.cmd", crutches.apply(script))
    bench.write(r"C:\it.cmd", script)
    (done,) = wine.run(r"cmd /d /c C:\it.cmd")
    assert (done.code, bench.run(r"C:\it.cmd").code) == (1, 1)


def test_a_hive_that_is_not_there_is_not_loaded(wine: Wine, tmp_path: Path) -> None:
    """Nor is it made; where it is there, only then it is loaded."""
    bundle = next(bundle for name, bundle in bundles.golden() if name == "hive-load-users")
    script = next(bundle.script(task) for task in bundle.manifest.tasks if "John & Doe" in str(task.opens))
    assert EMPTY_HIVE in script
    file = r"R:\Users\John & Doe\NTUSER.DAT"
    bench = Recorder(tmp_path / "bench", "R")
    wine.letter("R")
    for side in (wine, bench):
        side.write(r"C:\it.cmd", script)
    (done,) = wine.run(r"cmd /d /c C:\it.cmd")
    seen = bench.run(r"C:\it.cmd")
    assert (done.code, seen.code) == (1, 1)
    assert done.lines == seen.lines == (f'There is no "{file}"',)
    assert wine.calls() == bench.calls == []
    wine.write(file, b"a hive")
    with bench.machine.transaction(), bench.machine.volume("R") as volume:
        volume.make_folder(r"\Users\John & Doe")
        volume.write(file[2:], b"a hive")
    (done,) = wine.run(r"cmd /d /c C:\it.cmd")
    assert (done.code, bench.run(r"C:\it.cmd").code) == (0, 0)
    (call,) = wine.calls()
    assert bench.calls == [call]
    assert call[:2] == ("reg", "load")
