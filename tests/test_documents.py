"""What README.md shows works as it is shown, and no page links to nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hvsbuild.cli import commands

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
NEEDED = ("mkntfs", "wimlib-imagex", "faketime", "grub-mkimage", "qemu-img", "sfdisk")


def example() -> list[tuple[str, list[str]]]:
    """The commands of README's worked example, in order, and the lines that are shown below each."""
    text = (ROOT / "README.md").read_text("utf-8").split("## Worked example")[1].split("\n## ")[0]
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("    $ "):
            found.append((line[6:], []))
        elif line.startswith("    ") and found:
            found[-1][1].append(line[4:])
    return found


def shown(lines: list[str]) -> re.Pattern[str]:
    """The lines as a pattern over a whole output; a line `…` stands for any lines."""
    parts = [r"(.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in lines]
    return re.compile("".join(parts))


@pytest.mark.skipif(not all(shutil.which(name) for name in NEEDED), reason=f"one of {NEEDED} is not installed")
def test_the_worked_example_of_the_readme(tmp_path: Path) -> None:
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin", "/sbin"])
    env = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    commands = example()
    assert len(commands) >= 10
    for command, lines in commands:
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        assert done.returncode == (2 if command.startswith("hvsbuild plan") else 0), f"{command}\n{done.stderr}"
        if lines:
            assert shown(lines).fullmatch(done.stdout), f"{command}\n{done.stdout}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_every_command_is_on_the_page_of_commands() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(\w+)", page, re.MULTILINE))
    assert told == {command.__name__ for command in commands.ALL}
