"""--json: one JSON document on stdout and nothing else, whatever happens; notes and progress go to stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hvsbuild.cli import commands
from tests.cli import WRONG, Done, run, spawn, write

ERRORS: dict[str, tuple[tuple[str, ...], int]] = {
    "wrong spec": (("render", "{wrong}", "-o", "{out}"), 3),
    "spec that is not there": (("build", "{out}/gone.yaml", "-o", "{out}"), 3),
    "no image": (("build", "{spec}", "-o", "{out}"), 1),
    "no input": (("apply", "{bundle}", "-o", "{out}"), 1),
    "broken seal": (("apply", "{broken}", "-o", "{out}"), 4),
    "no bundle": (("graph", "{out}/.."), 1),
    "no image file": (("check", "{spec}", "--disk", "{out}/gone"), 1),
    "a folder that cannot be made": (("render", "{spec}", "-o", "{spec}/x"), 1),
    "no such task": (("why", "nonesuch", "{spec}"), 64),
    "missing option": (("render", "{spec}"), 64),
    "unknown option": (("plan", "{spec}", "--nonesuch"), 64),
    "unknown command": (("nonesuch",), 64),
    "unknown input": (("plan", "{bundle}", "--input", "other=x"), 64),
    "no folder": (("apply", "{bundle}"), 64),
    "not on windows": (("apply", "{bundle}", "--host", "windows"), 1),
}


def document(done: Done) -> dict[str, object]:
    found = done.document
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("argv", "code"), ERRORS.values(), ids=ERRORS)
def test_an_error_is_one_document(tmp_path: Path, argv: tuple[str, ...], code: int) -> None:
    spec, bundle = write(tmp_path), tmp_path / "bundle"
    assert run("render", spec, "-o", bundle).code == 0
    assert run("render", spec, "-o", tmp_path / "broken").code == 0
    (tmp_path / "broken" / "run.cmd").write_bytes(b"")
    (tmp_path / "out").mkdir()
    names = {"spec": spec, "wrong": write(tmp_path, WRONG, "wrong.yaml"), "bundle": bundle}
    names |= {"out": tmp_path / "out", "broken": tmp_path / "broken"}
    done = run(*(word.format(**names) for word in argv), "--json")
    found = document(done)
    assert done.code == code
    assert found["exit_code"] == code
    assert found["error"]
    assert "Traceback" not in done.err


def test_a_wrong_spec_lists_its_diagnostics(tmp_path: Path) -> None:
    done = run("render", write(tmp_path, WRONG), "-o", tmp_path / "out", "--json")
    codes = {one["code"] for one in done.document["diagnostics"] if one["severity"] == "error"}
    assert codes == {"HVS101", "HVS210"}
    assert not (tmp_path / "out").exists()


def test_every_command(tmp_path: Path, finished: Path, phony_wim: Path) -> None:
    """Each in a process of its own, so that what a library or a child prints would be seen."""
    spec, image = finished / "small.yaml", finished / "stick.img"
    var = ("--var", f"wim={phony_wim}")
    calls: dict[str, tuple[tuple[str | Path, ...], int | None]] = {
        "validate": ((spec,), 0),
        "init": ((tmp_path / "new.yaml",), 0),
        "diff": ((spec, finished / "bundle"), None),
        "explain": (("HVS204",), 0),
        "render": ((spec, "-o", tmp_path / "bundle"), 0),
        "plan": ((spec, *var), 2),
        "build": ((spec, *var, "-o", tmp_path / "out"), 0),
        "apply": ((tmp_path / "out" / "bundle",), 0),
        "check": ((spec, "--disk", image), 0),
        "why": (("vhd-copy", spec), 0),
        "graph": ((spec,), 0),
        "show": ((spec, "--resolved"), 0),
        "log": ((finished,), 0),
        "seal": ((tmp_path / "bundle", "--before", tmp_path / "out" / "bundle"), None),
        "disks": ((spec,), 0),
        "bcd": ((image,), 0),
        "bmap": ((image,), 0),
        "flash": ((image, "--to", tmp_path / "stick.img", "--yes", "stick.img"), 0),
        "lock": ((spec, *var, "--check"), 2),
        "images": ((phony_wim,), 0),
        "profiles": ((), 0),
        "tweaks": ((), 0),
        "doctor": ((), 0),
        "schema": ((), 0),
    }
    with (tmp_path / "stick.img").open("wb") as file:
        file.truncate(300_000_000)
    assert set(calls) == {command.__name__ for command in commands.ALL}, "a new command: what does its --json print?"
    for command, (argv, code) in calls.items():
        done = spawn(command, *argv, "--json")
        assert code in (None, done.code), (command, done)
        assert isinstance(done.document, dict), command
        if spec in argv and command not in ("validate", "diff"):
            assert "HVS203" in done.err, f"{command}: the warnings of a spec go to stderr"
        else:
            assert done.err == "", command


def test_what_the_documents_say(tmp_path: Path, finished: Path) -> None:
    spec = finished / "small.yaml"
    (seen,) = run("validate", spec, "--json").document["specs"]
    assert {one["code"] for one in seen["diagnostics"]} >= {"HVS203", "HVS207"}
    rendered = run("render", spec, "-o", tmp_path, "--json").document
    assert rendered["seal"] == json.loads((tmp_path / "manifest.json").read_bytes())["seal"]
    assert all((tmp_path / name).exists() for name in rendered["files"])
    checked = run("check", spec, "--disk", finished / "stick.img", "--json").document
    assert checked["drift"] == 0
    assert all(state["holds"] for state in checked["states"])


def test_progress_goes_to_stderr(tmp_path: Path, phony_wim: Path) -> None:
    done = spawn("build", write(tmp_path), "--var", f"wim={phony_wim}", "-o", tmp_path / "out")
    assert done.code == 0
    assert "image-apply: " in done.err
    assert "\x1b" not in done.out + done.err, "no colours and no cursor games where there is no terminal"
    assert done.out.splitlines()[-1] == f"{tmp_path / 'out' / 'stick.img'}: done"
