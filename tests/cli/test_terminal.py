"""At a terminal: colours there and nowhere else; the completion of bash, zsh and fish."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hvsbuild.cli import commands
from tests.cli import WRONG, spawn, write

ESCAPE = "\x1b["


def at_terminal(*argv: str | Path, **env: str) -> str:
    """What a terminal shows of both streams."""
    leader, follower = pty.openpty()
    words = [sys.executable, "-m", "hvsbuild", *map(str, argv)]
    clean = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    process = subprocess.Popen(words, stdin=follower, stdout=follower, stderr=follower, env={**clean, **env})
    os.close(follower)
    shown = b""
    while True:
        try:
            data = os.read(leader, 4096)
        except OSError:  # the other side is closed
            break
        if not data:
            break
        shown += data
    process.wait(30)
    os.close(leader)
    return shown.decode()


def test_errors_are_coloured_at_a_terminal(tmp_path: Path) -> None:
    shown = at_terminal("validate", write(tmp_path, WRONG))
    assert f"{ESCAPE}31m" in shown
    assert "error[HVS101]" in shown
    assert f"{ESCAPE}1m^^^^" in shown, "and the carets are bold"


def test_no_color_wins(tmp_path: Path) -> None:
    shown = at_terminal("validate", write(tmp_path, WRONG), NO_COLOR="1")
    assert "HVS101" in shown
    assert ESCAPE not in shown


def test_nothing_is_coloured_elsewhere(tmp_path: Path) -> None:
    done = spawn("validate", write(tmp_path, WRONG))
    assert ESCAPE not in done.out + done.err


def completion(shell: str, **env: str) -> str:
    """What the completion of a shell is told."""
    argv = [sys.executable, "-c", "from hvsbuild.cli.main import main; main()"]
    env = {**os.environ, "_HVSBUILD_COMPLETE": f"complete_{shell}", **env}
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("shell", "env"),
    [
        ("bash", {"COMP_WORDS": "hvsbuild va", "COMP_CWORD": "1"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "hvsbuild va"}),
        ("fish", {"_TYPER_COMPLETE_ARGS": "hvsbuild va", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
    ],
)
def test_commands_are_completed(shell: str, env: dict[str, str]) -> None:
    said = completion(shell, **env)
    assert "validate" in said
    assert "render" not in said


def test_options_are_completed() -> None:
    said = completion("bash", COMP_WORDS="hvsbuild init --fi", COMP_CWORD="2")
    assert said.split() == ["--firmware"]


@pytest.fixture
def named_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell is the one that is named, not the one among the parents of this process: there may be none."""
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")


@pytest.mark.usefixtures("named_shell")
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_shown(shell: str, tmp_path: Path) -> None:
    done = spawn("--show-completion", shell)
    assert done.code == 0
    assert "_HVSBUILD_COMPLETE" in done.out
    if program := shutil.which(shell):
        (tmp_path / "script").write_text(done.out)
        check = subprocess.run([program, "-n", tmp_path / "script"], capture_output=True, text=True, check=False)
        assert (check.returncode, check.stderr) == (0, "")


@pytest.mark.usefixtures("named_shell")
def test_bash_itself_completes(tmp_path: Path) -> None:
    """The script sourced in bash, and its function called as bash does when somebody presses Tab."""
    folder = Path(sys.executable).parent
    if not (folder / "hvsbuild").exists():
        pytest.skip("hvsbuild is not installed as a program")
    (tmp_path / "script").write_text(spawn("--show-completion", "bash").out)
    press = 'source "$1"; COMP_WORDS=(hvsbuild ""); COMP_CWORD=1; '
    press += '$(complete -p hvsbuild | grep -o "_[a-z_]*completion") hvsbuild "" hvsbuild; echo "${COMPREPLY[@]}"'
    env = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", press, "bash", tmp_path / "script"], env=env, capture_output=True, text=True)
    assert set(done.stdout.split()) == {command.__name__ for command in commands.ALL}, done.stderr
