"""`validate --format`: what GitHub and code scanning read."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli import SPEC, WRONG, Done, run, write

COMMAND = re.compile(
    r"::(?P<kind>error|warning|notice) file=(?P<file>[^,:]+),line=(?P<line>\d+),col=(?P<col>\d+),"
    r"endColumn=(?P<end>\d+),title=(?P<title>HVS\d{3})::(?P<text>[^\r\n]+)"
)


def both(folder: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> Done:
    """A wrong and a doubtful spec, by relative names as CI has them."""
    monkeypatch.chdir(folder)
    write(folder, WRONG, "wrong.yaml")
    write(folder, SPEC, "good one.yaml")
    return run("validate", "wrong.yaml", "good one.yaml", "--format", form)


def test_github_annotations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One command a line, and nothing else; GitHub wants %, line breaks, colons and commas escaped."""
    done = both(tmp_path, monkeypatch, "github")
    assert (done.code, done.err) == (3, "")
    found = [COMMAND.fullmatch(line) for line in done.out.splitlines()]
    assert all(found), done.out
    rows = {(one["kind"], one["file"], one["line"], one["col"], one["title"]) for one in found if one}
    assert ("error", "wrong.yaml", "6", "21", "HVS101") in rows
    assert ("warning", "good one.yaml", "6", "27", "HVS203") in rows
    assert 'did you mean "size"' in done.out


def test_github_escapes(tmp_path: Path) -> None:
    name = "50%, a:b.yaml"
    done = run("validate", write(tmp_path, SPEC.replace("name: small", 'name: "a%b"'), name), "--format", "github")
    assert f"file={tmp_path}/50%25%2C a%3Ab.yaml," in done.out
    assert "a%25b" in done.out


def test_a_good_spec_has_no_annotations(tmp_path: Path) -> None:
    argv = ("--os", "hyperv-server-2019", "--firmware", "both", "--serial", "4C53")
    assert run("init", tmp_path / "a.yaml", *argv).code == 0
    done = run("validate", tmp_path / "a.yaml", "--format", "github")
    assert (done.code, done.out, done.err) == (0, "", "")


def sarif(done: Done) -> dict[str, Any]:
    document = json.loads(done.out)
    assert isinstance(document, dict)
    return document


def test_sarif(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What OASIS, SARIF 2.1.0 asks for (sections 3.13, 3.14, 3.19, 3.27, 3.30, 3.49), and GitHub on top of it."""
    done = both(tmp_path, monkeypatch, "sarif")
    assert (done.code, done.err) == (3, "")
    document = sarif(done)
    assert document.keys() == {"$schema", "version", "runs"}
    assert document["version"] == "2.1.0"
    (one,) = document["runs"]
    rules = one["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["shortDescription"]["text"] and rule["fullDescription"]["text"] for rule in rules)
    for result in one["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert 1 <= region["startColumn"] <= region["endColumn"]
    places = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in one["results"]}
    assert places == {"wrong.yaml", "good%20one.yaml"}, "relative references, with no character that is none of a URI"


def test_sarif_of_a_path_from_the_root_is_an_address(tmp_path: Path) -> None:
    document = sarif(run("validate", write(tmp_path, WRONG), "--format", "sarif"))
    (first, *_) = document["runs"][0]["results"]
    uri = first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == (tmp_path / "small.yaml").as_uri()


@pytest.mark.skipif("HVSBUILD_SARIF_SCHEMA" not in os.environ, reason="HVSBUILD_SARIF_SCHEMA names no schema")
def test_sarif_fits_the_schema_of_oasis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """sarif-schema-2.1.0.json of docs.oasis-open.org; it is not in the repository."""
    import jsonschema

    schema = json.loads(Path(os.environ["HVSBUILD_SARIF_SCHEMA"]).read_bytes())
    kind = jsonschema.validators.validator_for(schema)
    errors = kind(schema).iter_errors(sarif(both(tmp_path, monkeypatch, "sarif")))
    assert [error.message for error in errors] == []


def test_no_diagnostics_are_a_run_without_results(tmp_path: Path) -> None:
    argv = ("--os", "hyperv-server-2019", "--firmware", "both", "--serial", "4C53")
    run("init", tmp_path / "a.yaml", *argv)
    (one,) = sarif(run("validate", tmp_path / "a.yaml", "--format", "sarif"))["runs"]
    assert one["results"] == []
