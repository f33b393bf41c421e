"""`hvsbuild doctor` finds what is missing by trying it, and says what installs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hvsbuild.cli import doctor
from hvsbuild.cli.doctor import Examined, install_line
from hvsbuild.hosts import tools


def run(*words: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": os.environ["PATH"] if path is None else path}
    command = [sys.executable, "-m", "hvsbuild", "doctor", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_it_tries_all_that_a_build_needs() -> None:
    found = doctor.examine()
    assert {one.for_ for one in found} == {"build"}
    assert [f"{one.name}: {one.what}" for one in found if not one.works] == []


def test_what_the_tests_need_comes_on_request_and_apart() -> None:
    done = run("--all")
    build, tests = done.stdout.split("For the tests:")
    assert build.startswith("For a build:")
    assert "qemu-system" in tests
    assert "qemu-system" not in build


def test_a_missing_program_is_named_with_its_package(tmp_path: Path) -> None:
    done = run("--json", path=str(tmp_path))
    report = json.loads(done.stdout)
    broken = {one["name"]: one["package"] for one in report["tools"] if not one["works"]}
    assert done.returncode == 1
    assert broken["wimlib-imagex"] == "wimtools"
    assert broken["faketime"] == "faketime"
    assert report["install"].startswith("sudo apt-get install ")
    assert "wimtools" in report["install"].split()


def test_a_program_that_is_there_but_does_not_work_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "wimlib-imagex"
    fake.write_text("#!/bin/sh\nexit 3\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    (wimlib,) = (one for one in doctor.examine() if one.name == "wimlib-imagex")
    assert not wimlib.works
    assert "ended with code 3" in wimlib.what


def test_a_failure_of_one_check_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_argv: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tools, "before_run", fail)
    found = {one.name: one for one in doctor.examine()}
    assert "No space left" in found["mkntfs"].what
    assert found["libhivex"].works


def test_the_install_line_names_each_package_once_and_pip_apart() -> None:
    def missing(package: str) -> Examined:
        return Examined("x", False, "", package, "build")

    line = install_line([missing("b a"), missing("a"), missing("pip:google-crc32c")])
    assert line == "sudo apt-get install a b && python3 -m pip install google-crc32c"
    assert install_line([]) == ""
