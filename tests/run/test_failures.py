"""A failure at every script, for all of them: what was opened is closed, the first error is the one that is reported,
and the next run ends with the same image as a run in which nothing failed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hvsbuild.bundle.render import Bundle, render
from hvsbuild.errors import HvsError
from hvsbuild.hosts.bench.host import Bench
from hvsbuild.hosts.host import DiskInfo, Progress, Result
from hvsbuild.plan.compile import compile_plan
from hvsbuild.run import session
from hvsbuild.run.executor import ScriptFailed
from hvsbuild.run.report import NoOne
from hvsbuild.spec.load import load_spec
from tests.run.small import digest, write_spec

SCRIPTS = 23  # of a whole build of this spec


def bundle_of(spec: Path) -> Bundle:
    loaded = load_spec(spec, {})
    return render(compile_plan(loaded.spec), loaded.sha256)


class Failing:
    """The bench's `run`, failing at a chosen call (and whenever that script is tried again) or at scripts whose name
    holds a word."""

    def __init__(self, at: int = 0, word: str = "\0") -> None:
        self.at, self.word, self.calls = at, word, list[str]()
        self.real = Bench.run

    def run(self, bench: Bench, name: str, script: bytes, tool: str, progress: Progress) -> Result:
        self.calls.append(name)
        if name in self.calls[self.at - 1 : self.at] or self.word in name:
            return Result(-2147024891, "Access is denied.")  # 0x80070005 as cmd shows it
        return self.real(bench, name, script, tool, progress)


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, **where: int | str) -> Iterator[Failing]:
    made = Failing(**where)  # type: ignore[arg-type]
    with monkeypatch.context() as patch:
        patch.setattr(Bench, "run", lambda *arguments: made.run(*arguments))
        yield made


def left_open(out: Path) -> list[object]:
    state = json.loads((out / "bench" / "machine.json").read_text())
    return [*(disk for disk in state["disks"] if disk["vdisk"]), *state["hives"]]


@pytest.mark.parametrize("number", range(1, SCRIPTS + 1))
def test_failure_at_each_script(
    number: int, wim: Path, undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, out = bundle_of(write_spec(tmp_path)), tmp_path / "out"
    with failing(monkeypatch, at=number) as watched, pytest.raises(ScriptFailed) as caught:
        session.apply(bundle, session.Folder(out), {"image": wim}, NoOne())
    failed = watched.calls[number - 1]
    assert failed in str(caught.value)
    assert "-2147024891" in str(caught.value)
    if "detach" not in failed and "unload" not in failed:
        assert not left_open(out), f"{failed} failed and something stayed open"
    assert not (out / "stick.img").exists()
    report = session.apply(bundle, session.Folder(out), {}, NoOne())
    assert report.ran
    assert not left_open(out)
    for name in ("stick.img", "os.vhd"):
        assert digest(out / name) == digest(undisturbed / name)


def test_there_are_no_more_scripts_than_that(wim: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with failing(monkeypatch) as watched:
        session.apply(bundle_of(write_spec(tmp_path)), session.Folder(tmp_path / "out"), {"image": wim}, NoOne())
    assert len(watched.calls) == SCRIPTS


def test_a_failing_close_hides_nothing_and_stops_no_other(
    wim: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registry script fails, then unloading the hive: both are told, and detaching the VHD is still tried."""
    bundle, out = bundle_of(write_spec(tmp_path)), tmp_path / "out"
    with monkeypatch.context() as patch:
        real, calls = Bench.run, list[str]()

        def run(bench: Bench, name: str, script: bytes, tool: str, progress: Progress) -> Result:
            calls.append(name)
            if "registry-SOFTWARE" in name or "hive-unload" in name:
                return Result(1, f"ERROR: {name}: Access is denied.")
            return real(bench, name, script, tool, progress)

        patch.setattr(Bench, "run", run)
        with pytest.raises(HvsError) as caught:
            session.apply(bundle, session.Folder(out), {"image": wim}, NoOne())
    assert "registry-SOFTWARE" in str(caught.value)
    assert any("hive-unload-SOFTWARE" in note for note in caught.value.__notes__)
    assert "vhd-detach" in calls[-1]
    events = [json.loads(line) for line in (out / "journal" / "0001.jsonl").read_text().splitlines()]
    assert [event["event"] for event in events].count("close-failed") >= 1
    session.apply(bundle, session.Folder(out), {}, NoOne())
    assert not left_open(out)


def test_two_runs_at_once(wim: Path, tmp_path: Path) -> None:
    out = session.Folder(tmp_path / "out")
    bundle = bundle_of(write_spec(tmp_path))
    with session.locked(out.path), pytest.raises(HvsError, match="Another run works in this folder") as caught:
        session.apply(bundle, out, {"image": wim}, NoOne())
    assert caught.value.exit_code == 4
    assert "process " in caught.value.seen


def test_disk_swapped_between_plan_and_clean(wim: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look, right before the destructive script, sees another disk under the number."""
    bundle, out = bundle_of(write_spec(tmp_path)), tmp_path / "out"
    disks = Bench.disks

    def look(bench: Bench) -> list[DiskInfo]:
        found = disks(bench)
        if any("vhd-detach" in name for name in watched.calls):
            found = [replace(disk, serial="ANOTHER") if disk.number else disk for disk in found]
        return found

    monkeypatch.setattr(Bench, "disks", look)
    with (
        failing(monkeypatch) as watched,
        pytest.raises(HvsError, match="not the one that the run began with") as caught,
    ):
        session.apply(bundle, session.Folder(out), {"image": wim}, NoOne())
    assert caught.value.exit_code == 4
    assert not any("disk-prepare" in name for name in watched.calls), "nothing was wiped"
