"""`validate`: every diagnostic once, at its position; all specs, whatever is wrong with the first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli import WRONG, run, write
from tests.golden import ROOT, SEED


def test_a_good_spec() -> None:
    done = run("validate", SEED)
    assert (done.code, done.out) == (0, f"{SEED}: ok\n")


@pytest.mark.parametrize("spec", sorted((ROOT / "specs").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_are_good(spec: Path) -> None:
    assert run("validate", spec).code == 0


def test_each_diagnostic_once_with_its_position(tmp_path: Path) -> None:
    spec = write(tmp_path, WRONG)
    done = run("validate", spec)
    assert (done.code, done.out) == (3, "")
    heads = re.findall(rf"^{re.escape(str(spec))}:(\d+):(\d+): (\w+)\[(HVS\d+)\]", done.err, re.MULTILINE)
    assert len(heads) == len(set(heads))
    assert {head for head in heads if head[2] == "error"} == {
        ("6", "21", "error", "HVS101"),
        ("7", "49", "error", "HVS210"),
    }
    assert done.err.count("The spec is not valid") == 1
    lines = done.err.splitlines()
    at = next(number for number, line in enumerate(lines) if "HVS101" in line)
    assert lines[at + 1].startswith("vhd: {file: os.vhd, siez: 64 MiB")
    assert lines[at + 2].index("^") == 20


def test_all_specs_are_looked_at(tmp_path: Path) -> None:
    wrong, good = write(tmp_path, WRONG, "wrong.yaml"), write(tmp_path)
    done = run("validate", tmp_path / "gone.yaml", wrong, good)
    assert (done.code, done.out) == (3, f"{good}: ok\n")
    assert f"{tmp_path / 'gone.yaml'}:1:1: error[HVS001]" in done.err
    assert f"{wrong}:6:21: error[HVS101]" in done.err


def test_warnings_are_no_errors(tmp_path: Path) -> None:
    done = run("validate", write(tmp_path))
    assert done.code == 0
    assert "warning[HVS203]" in done.err
