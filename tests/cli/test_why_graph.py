"""`why` and `graph`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli import SPEC, run, write


def test_why_a_task_would_run(tmp_path: Path) -> None:
    done = run("why", "vhd-copy", write(tmp_path))
    assert done.code == 0
    first, *rest = done.out.splitlines()
    assert first == "vhd-copy would run: disk-prepare starts from nothing"
    assert rest == [
        "  lacking   \\os.vhd: fixed VHD of 67108864 bytes",
        "  needs     disk-letter, disk-prepare, vhd-detach",
        "  needed by stick-attach, boot-files",
        "  inside    letter:stick",
        "  script    scripts/015-vhd-copy.cmd",
    ]


def test_why_a_task_would_not_run(finished: Path) -> None:
    done = run("why", "registry-SOFTWARE", finished / "bundle")
    assert done.code == 0
    assert done.out.startswith("registry-SOFTWARE would not run: REG_DWORD 7")
    assert "  wanted    SOFTWARE\\hvsbuild\\Number = REG_DWORD 7\n" in done.out
    assert "lacking" not in done.out


def test_why_only_one_value_is_lacking(finished: Path, tmp_path: Path) -> None:
    """The spec was changed in git: the value is changed in place."""
    spec = write(tmp_path, SPEC.replace("data: 7", "data: 8"))
    found = run("why", "registry-SOFTWARE", spec, "--disk", finished / "stick.img", "--json").document
    assert found["action"] == "run"
    assert [(one["state"].split("\\")[-1], one["lacking"]) for one in found["brings_about"]] == [
        ("Number = REG_DWORD 8", True),
        ("Gone = absent", False),
    ]
    assert found["inside"] == ["vhd:os.vhd", "hive:os.vhd/SOFTWARE"]
    assert run("why", "vhd-copy", spec, "--disk", finished / "stick.img", "--json").document["action"] == "unchanged"


def test_why_warns_of_what_wipes(tmp_path: Path) -> None:
    assert "  it WIPES the stick\n" in run("why", "disk-prepare", write(tmp_path)).out


def test_a_task_that_is_not_there(tmp_path: Path) -> None:
    done = run("why", "vhdcopy", write(tmp_path))
    assert done.code == 64
    assert 'did you mean "vhd-copy"?' in done.err


def test_graph_forms(tmp_path: Path) -> None:
    spec = write(tmp_path)
    assert run("render", spec, "-o", tmp_path / "bundle").code == 0
    dot = run("graph", spec)
    assert (dot.code, dot.out) == (0, (tmp_path / "bundle" / "graph.dot").read_text())
    assert (
        run("graph", tmp_path / "bundle", "--format", "mermaid").out == (tmp_path / "bundle" / "graph.mmd").read_text()
    )
    found = run("graph", tmp_path / "bundle", "--format", "json")
    assert run("graph", spec, "--json").out == found.out
    edges = {(edge["from"], edge["to"]) for edge in json.loads(found.out)["edges"]}
    assert ("vhd-detach", "vhd-copy") in edges
