"""The schema in a real YAML language server: what an editor completes, explains and marks while a spec is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import without
from tests.editor import server

ROOT = server.ROOT
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
SEED = ROOT / "specs" / "hyperv-server-2008-r2-usb.yaml"


@pytest.fixture(scope="module")
def editor() -> Iterator[server.Server]:
    if server.program() is None:
        without("EDITOR", "node or yaml-language-server is not installed: make editor")
    with server.started() as started:
        yield started


def beside(name: str) -> Path:
    """A document that is only in the editor, in the folder of the specs: the schema's path is relative."""
    return ROOT / "specs" / f"unsaved-{name}.yaml"


HEAD = "# yaml-language-server: $schema=../hvsbuild.schema.json\n"


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_no_example_is_marked(editor: server.Server, spec: Path) -> None:
    assert editor.wait_for_diagnostics(editor.open(spec)) == []


def test_keys_are_completed(editor: server.Server) -> None:
    uri = editor.open(beside("keys"), HEAD + "spec: hvsbuild/v1\nname: x\ndisk:\n  \n")
    found = editor.at("textDocument/completion", uri, 4, 2)
    labels = {item["label"] for item in found["items"]}
    assert {"match", "wipe", "scheme", "letter", "label", "size", "partitions"} <= labels


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("disk:\n  wipe: \n", 2, 8, {"refuse", "if-empty", "if-ours", "always"}),
        ("os: \n", 1, 4, {"hyperv-server-2019", "windows-server-2022", "winpe"}),
        ("boot:\n  firmware: \n", 2, 12, {"bios", "uefi", "both"}),
    ],
)
def test_words_are_completed(editor: server.Server, text: str, line: int, column: int, words: set[str]) -> None:
    uri = editor.open(beside(f"words-{line}-{column}"), HEAD + text)
    found = editor.at("textDocument/completion", uri, line, column)
    assert words <= {item["label"].strip('"') for item in found["items"]}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("size: 24", "GiB are 1024³ bytes"),
        ("wipe:", "carries hvsbuild's stamp"),
        ("match:", "Never its number"),
        ("file: hvsOS", "The name of the VHD on the stick"),
        ("PagingFiles", ""),
    ],
)
def test_keys_are_explained(editor: server.Server, key: str, words: str) -> None:
    lines = SEED.read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(lines) if key in text)
    uri = editor.open(SEED)
    found = editor.at("textDocument/hover", uri, line, lines[line].index(key) + 1)
    # the server escapes Markdown, and keeps blanks as it likes
    plain = (found or {"contents": {"value": ""}})["contents"]["value"].replace("\\", "").replace("&nbsp;", " ")
    assert words in " ".join(plain.split())


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("unknown", "letter: R", "leter: R", "leter"),
        ("word", "wipe: always", "wipe: perhaps", "Value is not accepted"),
        ("unit", "size: 24 GiB", "size: 24", ""),
        ("missing", "name: hvs-2008-r2-usb\n", "", "name"),
    ],
)
def test_mistakes_are_marked(editor: server.Server, name: str, old: str, new: str, words: str) -> None:
    text = SEED.read_text("utf-8")
    assert old in text
    found = editor.wait_for_diagnostics(editor.open(beside(f"mistake-{name}"), text.replace(old, new)))
    assert found
    assert any(words in one["message"] for one in found), found
