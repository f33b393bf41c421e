"""What README.md and the tutorial show works as it is shown, and no page links to nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest

from hvsbuild.cli import commands

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
NEEDED = ("mkntfs", "wimlib-imagex", "faketime", "grub-mkimage", "qemu-img", "sfdisk")


EXAMPLES = {"README.md": "## Worked example", "docs/tutorial.md": "## 1. An image"}
DIFFERS = ("hvsbuild plan", "hvsbuild diff")  # these end with 2 when there are changes


def example(page: str, begin: str) -> list[tuple[str, list[str]]]:
    """The commands of a page's example, in order, and the lines that are shown below each. Of README it is one section,
    elsewhere all that follows."""
    text = (ROOT / page).read_text("utf-8").split(begin)[1]
    if page == "README.md":
        text = text.split("\n## ")[0]
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("    $ "):
            found.append((line[6:], []))
        elif line.startswith("    ") and found:
            found[-1][1].append(line[4:])
        elif not line.startswith("    ") and line:
            found.append(("", []))  # what follows a paragraph is no output
    return [(command, lines) for command, lines in found if command]


def shown(lines: list[str]) -> re.Pattern[str]:
    """The lines as a pattern over a whole output; a line `…` stands for any lines."""
    parts = [r"(.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in lines]
    return re.compile("".join(parts))


@pytest.mark.skipif(not all(shutil.which(name) for name in NEEDED), reason=f"one of {NEEDED} is not installed")
@pytest.mark.parametrize("page", EXAMPLES)
def test_an_example_works_as_it_is_shown(tmp_path: Path, page: str) -> None:
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin", "/sbin"])
    env = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    commands = example(page, EXAMPLES[page])
    assert len(commands) >= 10
    begun = time.monotonic()
    for command, lines in commands:
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        assert done.returncode == (2 if command.startswith(DIFFERS) else 0), f"{command}\n{done.stderr}"
        if lines:
            assert shown(lines).fullmatch(done.stdout), f"{command}\n{done.stdout}"
    assert time.monotonic() - begun < 600, "it says ten minutes"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """To a file, or from a page in docs/ to one that the site generates there; test_site.py looks at anchors, too."""
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    targets = [(page.parent / link).resolve() for link in links if "://" not in link]
    generated = {ROOT / "docs" / name for name in _generated()}
    assert [str(one) for one in targets if not one.exists() and one not in generated] == []


@cache
def _generated() -> list[str]:
    """The names of the generated pages."""
    code = "import sys; sys.path.insert(0, 'scripts'); from docs_reference import pages; print(*pages())"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stdout.split()


def test_every_command_is_on_the_page_of_commands() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    table = page.split("## Exit codes")[0]
    told = set(re.findall(r"^\| `(\w+)", table, re.MULTILINE))
    assert told == {command.__name__ for command in commands.ALL}
