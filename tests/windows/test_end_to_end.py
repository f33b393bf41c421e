"""The Windows host on Linux, against programs named like those of Windows: the same final image as the bench's own."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from hvsbuild.bundle.render import Bundle
from hvsbuild.errors import HvsError, Refused
from hvsbuild.hosts.host import DiskInfo
from hvsbuild.hosts.windows import WindowsHost
from hvsbuild.run import windows_session
from hvsbuild.run.report import NoOne, Report
from tests.run.conftest import shared, undisturbed, wim
from tests.run.small import digest, write_spec
from tests.windows.bundles import bundle_of
from tests.windows.machine import ROOT, BenchNative, make_machine

__all__ = ["shared", "undisturbed", "wim"]  # fixtures


class Notes(NoOne):
    def __init__(self) -> None:
        self.notes = list[str]()

    def note(self, text: str) -> None:
        self.notes.append(text)


class Trial:
    """A machine with an empty stick, and runs on it."""

    def __init__(self, folder: Path, wim: Path) -> None:
        self.folder, self.stick = folder, folder / "stick.img"
        self.bundle = bundle_of(write_spec(folder))
        manifest = self.bundle.manifest
        assert manifest.disk.size
        self.native = make_machine(folder / "pc", self.stick, manifest.identity, manifest.epoch, manifest.disk.size)
        self.image = folder / "pc" / "C" / "images" / "small.wim"
        self.image.parent.mkdir()
        shutil.copyfile(wim, self.image)
        self.wiped = list[DiskInfo]()
        self.watcher = Notes()

    def apply(self, bundle: Bundle | None = None, inputs: Mapping[str, Path] | None = None) -> Report:
        host = WindowsHost(self.folder / "out" / "windows", self.native)
        given = {"image": self.image} if inputs is None else inputs
        used = bundle or self.bundle
        return windows_session.apply(used, self.folder / "out", given, self.watcher, self.wiped.append, host)

    def log(self) -> list[list[str]]:
        """What was called: the program and its words."""
        return [json.loads(line) for line in (self.native.programs / "log").read_text().splitlines()]

    def scripts(self) -> list[str]:
        return [words[-1].removeprefix(".\\") for words in self.log() if words[0] in ("diskpart", "cmd")]

    def events(self) -> list[dict[str, object]]:
        files = sorted((self.folder / "out" / "journal").glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]

    def state(self) -> dict[str, object]:
        return self.native.state


@pytest.fixture
def trial(tmp_path: Path, wim: Path) -> Trial:
    return Trial(tmp_path, wim)


def fail(native: BenchNative, program: str, condition: str, times: int) -> None:
    """Let a program fail `times` times, with `Access is denied.`, when its last word matches a shell pattern."""
    real = native.programs / program
    real.rename(real.with_name(f"real-{program}"))
    count = real.with_name(f"count-{program}")
    real.write_text(
        f"""#!/bin/sh
for last; do :; done
case "$last" in {condition})
  echo x >>{count}
  if [ "$(wc -l <{count})" -le {times} ]; then echo "Zugriff verweigert"; exit 5; fi
esac
exec {real.with_name(f"real-{program}")} "$@"
"""
    )
    real.chmod(0o755)


def test_same_image_as_the_bench(trial: Trial, undisturbed: Path) -> None:
    report = trial.apply()
    assert digest(trial.stick) == digest(undisturbed / "stick.img")
    assert [one.task for one in report.outcomes if one.action == "ran"]
    assert [disk.number for disk in trial.wiped] == [1], "the disk to be wiped is confirmed, once"
    assert trial.state()["hives"] == {}
    assert not [disk for disk in trial.state()["disks"] if disk["vdisk"]]  # type: ignore[attr-defined]
    assert not list(trial.folder.glob("hvsbuild-*")), "the private folder is removed"
    assert trial.watcher.notes == []
    started = [event for event in trial.events() if event["event"] == "start"]
    assert [event["script"] for event in started] == trial.scripts(), "the journal tells what was run"
    wipe = next(str(event["text"]) for event in started if event["task"] == "disk-prepare")
    assert "select disk 1\r\nclean\r\n" in wipe, "the number is bound"
    # Stale sectors: R: (in the VHD on the stick) is flushed ahead of Y: (the stick), which holds the VHD's file.
    assert ("R", "Y") in itertools.pairwise(trial.native.flushed)

    again = trial.apply(inputs={})
    assert not again.ran
    assert len(trial.scripts()) == len(started), "the second time nothing runs"


def test_a_changed_value_is_changed_on_the_stick(trial: Trial) -> None:
    trial.apply()
    before = len(trial.scripts())
    changed = bundle_of(write_spec(trial.folder, ("data: 7", "data: 8")))
    report = trial.apply(changed, inputs={})
    assert "registry-SOFTWARE" in report.ran
    assert "image-apply" not in report.ran
    assert not any("disk-prepare" in name for name in trial.scripts()[before:])
    assert len(trial.wiped) == 1


def test_clean_that_is_refused_once_is_tried_again(trial: Trial, undisturbed: Path, no_waiting: list[float]) -> None:
    fail(trial.native, "diskpart", "*disk-prepare*", times=1)
    trial.apply()
    assert digest(trial.stick) == digest(undisturbed / "stick.img")
    assert no_waiting == [5]
    told = [event for event in trial.events() if event["task" if "task" in event else "event"] == "disk-prepare"]
    kinds = [(event["event"], event.get("script")) for event in told if event["event"] in ("start", "retry")]
    first = ("start", next(name for name in trial.scripts() if "disk-prepare" in name))
    assert kinds == [first, ("retry", None), ("start", "rescan.diskpart"), first]
    retry = next(event for event in told if event["event"] == "retry")
    assert retry["left"] == 1
    assert retry["before"] == "rescan"
    assert "ended with code 5" in str(retry["why"])
    assert any("tried again" in note for note in trial.watcher.notes)


def test_the_disk_is_looked_at_ahead_of_each_try(trial: Trial, no_waiting: list[float]) -> None:
    """Between the failing `clean` and the next one another stick came to have the number."""
    fail(trial.native, "diskpart", "*disk-prepare*", times=1)

    def swap(seconds: float) -> None:
        no_waiting.append(seconds)
        file = trial.native.folder / "machine.json"
        file.write_text(file.read_text().replace(trial.bundle.manifest.identity[:8].upper(), "ANOTHER"))

    no_waiting.hook = swap  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="not the one that the run began with"):
        trial.apply()
    assert sum("disk-prepare" in name for name in trial.scripts()) == 0, "the stand-in was reached once, and refused"


def test_clean_that_stays_refused(trial: Trial, no_waiting: list[float]) -> None:
    fail(trial.native, "diskpart", "*disk-prepare*", times=2)
    with pytest.raises(HvsError, match="A script failed") as caught:
        trial.apply()
    assert "ended with code 5" in caught.value.seen
    assert "Zugriff verweigert" in caught.value.seen, "what the tool said is told, not read"
    assert len(no_waiting) == 1


def test_hive_that_somebody_holds_is_unloaded_later(trial: Trial, undisturbed: Path, no_waiting: list[float]) -> None:
    fail(trial.native, "cmd", "*hive-unload-SYSTEM*", times=3)
    trial.apply()
    assert digest(trial.stick) == digest(undisturbed / "stick.img")
    assert no_waiting == [2, 2, 2]


def test_a_hive_left_loaded_is_unloaded_by_the_next_run(trial: Trial, no_waiting: list[float]) -> None:
    fail(trial.native, "cmd", "*hive-unload-SYSTEM*", times=7)
    with pytest.raises(HvsError, match="A script failed"):
        trial.apply()
    assert len(no_waiting) == 5
    assert trial.state()["hives"]
    trial.apply(inputs={})
    assert len(no_waiting) == 6, "the journal's closing script is tried again by the same policy"
    assert trial.state()["hives"] == {}


def test_elevation_comes_first(trial: Trial) -> None:
    trial.native.elevated = False
    with pytest.raises(Refused, match="not running as administrator"):
        trial.apply()
    assert not (trial.native.programs / "log").exists(), "nothing was started"


def test_a_missing_tool_is_told_before_anything_is_changed(trial: Trial) -> None:
    (trial.native.programs / "imagex").unlink()
    with pytest.raises(Refused, match="not fit for the bundle") as caught:
        trial.apply()
    assert "imagex" in caught.value.seen
    assert trial.scripts() == []


def test_a_taken_letter_is_told_before_anything_is_changed(trial: Trial) -> None:
    trial.native.used.append("Y")
    with pytest.raises(Refused, match="not fit for the bundle") as caught:
        trial.apply()
    assert "letter Y:" in caught.value.seen
    assert trial.scripts() == []


def test_two_runs_at_once(trial: Trial) -> None:
    with windows_session.locked(trial.folder / "out"), pytest.raises(Refused, match="Another run") as caught:
        trial.apply()
    assert "process " in caught.value.seen


def test_plan_changes_nothing(trial: Trial) -> None:
    host = WindowsHost(trial.folder / "out" / "windows", trial.native)
    decision, findings = windows_session.plan(trial.bundle, trial.folder / "out", {"image": trial.image}, host)
    assert "disk-prepare" in decision.to_run
    assert [one.name for one in findings if not one.ok] == []
    assert "version 6.1.7601.17514" in [one.seen for one in findings if one.name == "tool imagex"]
    assert trial.scripts() == []
    assert not list((trial.folder / "out" / "journal").iterdir())


def command(trial: Trial, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """The command line as on Windows (see `without_posix`)."""
    argv = [trial.native.folder, trial.native.programs, *words]
    program = [sys.executable, "-m", "tests.windows.without_posix", *map(str, argv)]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def test_the_command_line_without_what_python_lacks_on_windows(trial: Trial, undisturbed: Path) -> None:
    """fcntl, os.pread and their like are not there: nothing on this way may need them."""
    spec = (trial.folder / "small.yaml", "-o", trial.folder / "out", "--var", f"wim={trial.image}", "--host", "windows")
    planned = command(trial, "plan", *spec)
    assert planned.returncode == 2, planned.stderr
    assert "DESTRUCTIVE: wipes the stick" in planned.stdout
    assert "tool imagex: version 6.1.7601.17514" in planned.stdout

    refused = command(trial, "apply", *spec)
    assert refused.returncode == 4, refused.stderr
    assert "was not confirmed" in refused.stderr
    assert trial.scripts() == []

    done = command(trial, "apply", *spec, "--yes", trial.bundle.manifest.identity[:8].lower(), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["changed"]
    assert told["image"] == "disk 1"
    assert digest(trial.stick) == digest(undisturbed / "stick.img")

    shown = command(trial, "log", trial.folder / "out")
    assert "small on windows" in shown.stdout, shown.stderr
    assert command(trial, "build", spec[0], "-o", trial.folder / "x").returncode != 0, "the bench is not there"


def test_windows_is_not_here() -> None:
    """On Linux `--host windows` is refused, before the spec is even read."""
    done = subprocess.run(
        [sys.executable, "-m", "hvsbuild", "apply", "no.yaml", "--host", "windows"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "This is not a Windows machine" in done.stderr
