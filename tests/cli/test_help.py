"""Help, version, and wrong usage."""

from __future__ import annotations

import re

import pytest

from hvsbuild import __version__
from hvsbuild.cli import commands
from tests.cli import run

COMMANDS = [command.__name__ for command in commands.ALL]
CONTRACT = {"validate", "render", "plan", "apply", "build", "check", "why", "graph", "schema", "doctor"}


def test_the_commands_of_the_contract() -> None:
    assert set(COMMANDS) >= CONTRACT
    done = run("--help")
    assert done.code == 0
    listed = re.findall(r"^  (\w+)  +\S", done.out[done.out.index("Commands:") :], re.MULTILINE)
    assert listed == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str) -> None:
    done = run(command, "--help")
    assert (done.code, done.err) == (0, "")
    assert re.search(rf"^\s*Example: hvsbuild {command}", done.out, re.MULTILINE), done.out
    assert "--json" in done.out
    for line in done.out.splitlines():
        assert len(line) <= 80 or "│" in line, line


def test_version() -> None:
    assert run("--version").out == f"hvsbuild {__version__}\n"


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("nonesuch",),
        ("validate",),
        ("render", "a.yaml"),
        ("render", "a.yaml", "-o"),
        ("validate", "a.yaml", "--nonesuch"),
        ("validate", "a.yaml", "--var", "no equals sign"),
        ("check", "a.yaml"),
        ("graph", "a.yaml", "--format", "png"),
        ("apply", "a.yaml", "--host", "mars"),
    ],
)
def test_wrong_usage_is_64(argv: tuple[str, ...]) -> None:
    done = run(*argv)
    assert (done.code, done.out) == (64, "")
    assert "Error: " in done.err or "Usage: hvsbuild" in done.err
