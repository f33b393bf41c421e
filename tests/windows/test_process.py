"""Starting programs: bytes, output, exit codes, and how a script is ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hvsbuild.errors import HvsError
from hvsbuild.hosts.host import Result
from hvsbuild.hosts.windows import process
from hvsbuild.hosts.windows.native import Native
from tests.windows.machine import BenchNative


@pytest.fixture
def native(tmp_path: Path) -> BenchNative:
    (tmp_path / "pc").mkdir()
    (tmp_path / "programs").mkdir()
    return BenchNative(tmp_path / "pc", tmp_path / "programs")


def program(native: BenchNative, name: str, text: str) -> None:
    """A program of the machine: a shell script."""
    file = native.programs / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


@pytest.mark.parametrize(
    ("raw", "code", "shown"),
    [
        (0, 0, "0"),
        (5, 5, "5"),
        (0x80070005, -2147024891, "-2147024891 (0x80070005)"),
        (-2147024891, -2147024891, "-2147024891 (0x80070005)"),
        (3010, 3010, "3010"),
        (0xC000013A, -1073741510, "-1073741510 (0xC000013A)"),
        (0x7FFFFFFF, 0x7FFFFFFF, "2147483647 (0x7FFFFFFF)"),
    ],
)
def test_exit_codes(raw: int, code: int, shown: str) -> None:
    assert process.signed32(raw) == code
    assert Result(code, "").code == shown


def test_exact_bytes_in_the_private_folder(native: BenchNative) -> None:
    program(native, "cmd", 'printf "%s\\n" "$*"; pwd; od -An -c "001-x.cmd"')
    folder = process.PrivateFolder(native)
    result = folder.run("001-x.cmd", b"@echo off\r\nrem \x1b\r\n", "cmd")
    words, place, *rest = result.output.splitlines()
    assert words == "/d /e:on /v:off /c .\\001-x.cmd"
    assert place == str(folder.path)
    assert "".join(rest).split() == list("@echo") + list("off") + ["\\r", "\\n"] + list("rem") + ["033", "\\r", "\\n"]
    assert folder.path.stat().st_mode & 0o077 == 0
    folder.remove()
    assert not folder.path.exists()


def test_diskpart(native: BenchNative) -> None:
    program(native, "diskpart", 'echo "$@"; exit 4')
    result = process.PrivateFolder(native).run("002-y.diskpart", b"rescan\r\n", "diskpart")
    assert result == Result(4, "/s 002-y.diskpart\n")


def test_output_is_in_the_console_s_code_page(native: BenchNative) -> None:
    """As a German diskpart writes it, with the lone carriage returns of its progress."""
    program(native, "diskpart", r"printf '  0 Prozent\r100 Prozent\r\nDatentr\204ger \374berpr\201ft \377\r\n'; exit 0")
    result = process.PrivateFolder(native).run("x.diskpart", b"", "diskpart")
    assert result.output == "  0 Prozent\n100 Prozent\nDatenträger ³berprüft \xa0\n"


def test_nobody_answers_questions(native: BenchNative) -> None:
    program(native, "cmd", 'if read answer; then echo "got $answer"; else echo nothing; fi')
    assert process.PrivateFolder(native).run("x.cmd", b"", "cmd").output == "nothing\n"


def test_variables_that_change_what_scripts_do(native: BenchNative, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ERRORLEVEL", "CopyCmd", "KEPT"):
        monkeypatch.setenv(name, "here")
    program(native, "cmd", 'env | grep "=here"')
    assert process.PrivateFolder(native).run("x.cmd", b"", "cmd").output == "KEPT=here\n"


def test_a_program_left_behind_keeps_nobody_waiting(native: BenchNative) -> None:
    program(native, "cmd", "sleep 30 & echo done")
    begun = time.monotonic()
    assert process.PrivateFolder(native).run("x.cmd", b"", "cmd").output == "done\n"
    assert time.monotonic() - begun < 10


def test_interrupted_ends_the_script_and_what_it_started(native: BenchNative, tmp_path: Path) -> None:
    started, late = tmp_path / "started", tmp_path / "late"
    program(native, "cmd", f"(touch {started}; sleep 2; touch {late}) & wait")

    def interrupt() -> None:
        while not started.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        process.PrivateFolder(native).run("x.cmd", b"", "cmd")
    thread.join()
    time.sleep(2.2)
    assert not late.exists()


def test_a_folder_that_cannot_be_protected_is_not_used(native: BenchNative, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_native: BenchNative, folder: Path) -> None:
        raise subprocess.CalledProcessError(5, ["icacls", str(folder)])

    monkeypatch.setattr(BenchNative, "protect", refuse)
    with pytest.raises(HvsError, match="could not be protected"):
        process.PrivateFolder(native)
    assert not list(native.scratch().glob("hvsbuild-*"))


def test_a_missing_program(native: BenchNative) -> None:
    with pytest.raises(HvsError, match="is missing: diskpart"):
        process.PrivateFolder(native).run("x.diskpart", b"", "diskpart")


def test_a_failing_question(native: BenchNative) -> None:
    program(native, "powershell", r"printf 'Get-Disk : Zugriff verweigert\204' >&2; exit 1")
    with pytest.raises(HvsError, match="could not be observed") as caught:
        process.ask(native, "Get-Disk")
    assert "ended with code 1" in caught.value.seen
    assert "Zugriff verweigertä" in caught.value.seen
    assert "Get-Disk" in caught.value.do


def test_programs_are_never_looked_for_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path / "Windows"))
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", "tools", str(tmp_path / "kit")]))
    system = tmp_path / "Windows" / "System32"
    assert Native().program_folders() == [system, system / "WindowsPowerShell" / "v1.0", tmp_path / "kit"]
    for folder in (system, tmp_path / "kit"):
        folder.mkdir(parents=True)
        (folder / "reg.exe").touch()
    assert process.find(Native(), "reg") == system / "reg.exe"
    assert process.find(Native(), "imagex") is None


def test_a_32_bit_python_gets_the_real_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a 64-bit Windows such a process sees System32 as SysWOW64, and the real one as Sysnative."""
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    (tmp_path / "Sysnative").mkdir()
    assert Native().program_folders()[0] == tmp_path / "Sysnative"


def test_the_stand_in_has_what_windows_has() -> None:
    """The same methods with the same signatures: what the tests replace is what there is."""
    import inspect

    real = {name: value for name, value in vars(Native).items() if callable(value)}
    stand_in = {name: value for name, value in vars(BenchNative).items() if callable(value) and name != "__init__"}
    assert set(real) == set(stand_in)
    for name, value in real.items():
        assert inspect.signature(value) == inspect.signature(stand_in[name]), name


@pytest.mark.skipif(sys.platform == "win32", reason="this is Windows")
def test_native_needs_windows() -> None:
    """No method of `Native` quietly does something else on another system."""
    for call in (Native().is_admin, Native().code_page, Native().letters_in_use, lambda: Native().registry("SYSTEM")):
        with pytest.raises((AttributeError, ImportError)):
            call()
