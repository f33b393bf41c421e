"""`diff`: its exit codes, forms and files; tests/review looks at what it says."""

from __future__ import annotations

import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli import SPEC, run, write

OTHER = SPEC.replace("64 MiB", "72 MiB")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One commit with two specs; then one of them is changed. It is the working folder."""
    write(tmp_path, SPEC, "one.yaml")
    write(tmp_path, SPEC, "two.yaml")
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    for argv in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run(["git", *who, *argv], cwd=tmp_path, check=True, capture_output=True)
    write(tmp_path, OTHER, "two.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_exit_codes(repository: Path) -> None:
    assert run("diff", "one.yaml", "one.yaml").code == 0
    assert run("diff", "one.yaml", "two.yaml").code == 2
    assert run("diff", "one.yaml", "two.yaml", "--exit-zero").code == 0
    assert run("diff", "one.yaml").code == 64
    assert run("diff", "one.yaml", "gone.yaml").code == 1
    (repository / "wrong.yaml").write_text("name: x\n")
    assert run("diff", "one.yaml", "wrong.yaml", "--exit-zero").code == 3, "what is wrong now is an error"


def test_since_a_revision(repository: Path) -> None:
    done = run("diff", "--since", "HEAD", "one.yaml", "two.yaml")
    assert done.code == 2
    first, second = done.out.split("\nsmall: HEAD:two.yaml → two.yaml\n")
    assert first == "small: HEAD:one.yaml → one.yaml\nNo difference.\n"
    assert "72 MiB" in second
    assert run("diff", "--since", "HEAD", "one.yaml").code == 0
    assert run("diff", "--since", "HEAD", "two.yaml", "--exit-zero").code == 0
    assert run("diff", "--since", "nonesuch", "one.yaml").code == 1
    assert (repository / ".git").is_dir()


def test_what_is_new_or_was_not_valid_has_nothing_to_be_compared_with(repository: Path) -> None:
    write(repository, SPEC, "new.yaml")
    done = run("diff", "--since", "HEAD", "new.yaml", "one.yaml")
    assert (done.code, "a new spec" in done.out, "No difference." in done.out) == (2, True, True)
    assert run("diff", "--since", "HEAD", "new.yaml", "--json").document["comparisons"][0]["new"] == "a new spec"
    write(repository, "name: x\n", "bad.yaml")
    subprocess.run(["git", "add", "bad.yaml"], check=True)
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "commit", "-qm", "bad"], check=True)
    write(repository, SPEC, "bad.yaml")
    assert "was not valid" in run("diff", "--since", "HEAD", "bad.yaml").out
    for form in ("markdown", "html"):
        assert "a new spec" in run("diff", "--since", "HEAD", "new.yaml", "--format", form).out


def test_markdown_and_a_file(repository: Path) -> None:
    done = run("diff", "one.yaml", "two.yaml", "--format", "markdown", "--output", repository / "comment.md")
    assert (done.code, done.out) == (2, "")
    assert (repository / "comment.md").read_text("utf-8").startswith("### small: one.yaml → two.yaml\n")


class Page(HTMLParser):
    """The elements that are open, what was asked of the network, the text."""

    VOID = frozenset({"meta", "br", "hr", "img", "link", "input", "col"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.asked += [value or "" for name, value in attrs if name in ("src", "href") and "//" in (value or "")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_is_one_page_of_its_own(repository: Path) -> None:
    done = run("diff", "one.yaml", "two.yaml", "--format", "html")
    assert done.code == 2
    page = Page()
    page.feed(done.out)
    assert (page.open, page.asked) == ([], [])
    assert "72 MiB" in page.text
    assert "maximum=72" in page.text
    assert repository.exists()
