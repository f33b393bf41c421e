"""A real disk under `apply --disk`: changed in place, refused for more; a killed script is taken back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hvsbuild.hosts.bench import blockdev
from tests.cli import SPEC, Done, run, write
from tests.fleet.images import MIB, dirty
from tests.fleet.loops import loop, loops_work

pytestmark = pytest.mark.skipif(not loops_work(), reason="needs root and loop devices (losetup -f)")
LOOP = SPEC.replace("{bus: usb}", '{size: "<= 64 GB"}')  # a loop device is on no bus that a spec knows
CHANGED = ["registry-SOFTWARE", "vhd-stamp", "disk-stamp"]
OTHER = LOOP.replace("data: 7", "data: 8")


def apply(spec: Path, stick: Path, out: Path, *words: str) -> Done:
    return run(words[0] if words else "apply", spec, "--disk", stick, "-o", out, "--json")


@pytest.fixture
def medium(finished: Path, tmp_path: Path) -> Path:
    """A finished stick that lies behind a loop device; more room than its image has."""
    path = dirty(tmp_path / "medium", (finished / "stick.img").stat().st_size // 4096 * 4096 + MIB)
    assert run("flash", finished / "stick.img", "--to", path, "--yes", "medium").code == 0
    return path


def test_a_change_in_place(medium: Path, by_id: Path, tmp_path: Path) -> None:
    spec, out = write(tmp_path, OTHER), tmp_path / "out"
    with loop(by_id, medium) as stick:
        seen = run("plan", spec, "--disk", stick, "-o", out, "--json")
        assert seen.code == 2, seen.err
        assert seen.document["run"] == CHANGED
        done = apply(spec, stick, out)
        assert done.code == 0, done.err + done.out
        ran = [one["task"] for one in done.document["tasks"] if one["action"] == "ran"]
        assert ran == CHANGED
        assert run("check", spec, "--disk", stick).code == 0
        again = apply(spec, stick, out)
        assert (again.code, again.document["changed"]) == (0, False)
    assert run("check", spec, "--disk", medium).code == 0


def test_a_whole_build_is_refused(by_id: Path, tmp_path: Path, phony_wim: Path) -> None:
    blank = tmp_path / "blank"
    with blank.open("wb") as file:
        file.truncate(300 * MIB)
    spec = write(tmp_path, LOOP)
    with loop(by_id, blank) as stick:
        done = run("apply", spec, "--disk", stick, "-o", tmp_path / "out", "--var", f"wim={phony_wim}")
    assert done.code == 4
    assert "error: A whole build does not go straight to a disk" in done.err
    assert "hvsbuild flash DIR/stick.img" in done.err
    assert not blank.read_bytes().strip(b"\0")


def test_a_disk_in_use_or_by_another_name_is_refused(medium: Path, by_id: Path, tmp_path: Path) -> None:
    spec, out = write(tmp_path, OTHER), tmp_path / "out"
    with loop(by_id, medium) as stick:
        with blockdev.claim(stick, 0):
            busy = apply(spec, stick, out)
        assert (busy.code, busy.document["error"]) == (4, "The disk is in use")
        unstable = apply(spec, stick.resolve(), out)
        assert (unstable.code, unstable.document["error"]) == (4, blockdev.UNSTABLE)
        wrong = write(tmp_path, SPEC.replace("bus: usb", "bus: nvme"), "wrong.yaml")
        unlike = apply(wrong, stick, out)
        assert (unlike.code, unlike.document["error"]) == (4, "No disk matches the spec")
        nowhere = run("apply", spec, "--disk", stick)
        assert nowhere.code == 64


def test_a_killed_script_is_taken_back_from_a_disk(medium: Path, by_id: Path, tmp_path: Path) -> None:
    """The undo log writes to the disk what it kept: also at its very end, and where there were zeros."""
    from hvsbuild.formats.block import FileDevice
    from hvsbuild.hosts.bench.undo import UndoLog

    state = tmp_path / "state"
    state.write_text("{}")
    before = medium.read_bytes()
    with loop(by_id, medium) as stick:
        log = UndoLog(tmp_path / "undo", state)
        log.begin()
        with FileDevice(stick, writable=True) as device:
            device.before_write = log.guard(stick, device.fd)
            for at in (0, 3 * MIB + 5, device.size - 1000):
                device.write_at(at, b"x" * 1000)
        log.close()
        assert UndoLog(tmp_path / "undo", state).rollback()
        subprocess.run(["blockdev", "--flushbufs", stick.resolve()], check=False)
    assert medium.read_bytes() == before
