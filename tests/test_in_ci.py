"""What other repositories use: the hooks of pre-commit, the GitHub action. What they run is run here, in a repository
with two commits."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli import SPEC

ROOT = Path(__file__).resolve().parent.parent
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two specs, of which the second commit changes one; two files that are none."""
    folder = tmp_path / "repository"
    (folder / "specs").mkdir(parents=True)
    git(folder, "init", "-q")
    for size in ("64 MiB", "72 MiB"):
        (folder / "specs" / "site.yaml").write_text(SPEC.replace("64 MiB", size))
        (folder / "specs" / "other.yaml").write_text(SPEC.replace("name: small", "name: other"))
        git(folder, "add", ".")
        git(folder, "commit", "-qm", size)
    return folder


def git(folder: Path, *argv: str) -> None:
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *argv], cwd=folder, check=True, capture_output=True)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """`hvsbuild` and `python3` are those of these tests."""
    path = folder / "bin"
    path.mkdir(exist_ok=True)
    program = path / "hvsbuild"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m hvsbuild "$@"\n')
    program.chmod(0o755)
    python = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": python, **more}


def hook(name: str, folder: Path, *files: str) -> Done:
    """The words of its entry, with the files behind them, as pre-commit calls it."""
    argv = [*shlex.split(HOOKS[name]["entry"]), *files]
    env = environment(folder.parent)
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_hooks_look_at_specs_only() -> None:
    for one in HOOKS.values():
        wanted = re.compile(one["files"])
        assert wanted.search("specs/site.yaml")
        assert not wanted.search("specs/drivers/readme.yaml"), "material beside the specs"
        assert not wanted.search(".github/workflows/ci.yaml")


def test_the_hook_that_validates(repository: Path) -> None:
    assert hook("hvsbuild-validate", repository, "specs/site.yaml", "specs/other.yaml").returncode == 0
    (repository / "specs" / "site.yaml").write_text(SPEC.replace("size: 64", "siez: 64"))
    done = hook("hvsbuild-validate", repository, "specs/site.yaml", "specs/other.yaml")
    assert done.returncode == 3
    assert "specs/site.yaml:6:21: error[HVS101]" in done.stderr


def test_the_hook_that_compares(repository: Path) -> None:
    done = hook("hvsbuild-diff", repository, "specs/site.yaml", "specs/other.yaml")
    assert (done.returncode, done.stdout.count("No difference.")) == (0, 2)
    (repository / "specs" / "site.yaml").write_text(SPEC)
    done = hook("hvsbuild-diff", repository, "specs/site.yaml")
    assert done.returncode == 0, "it tells, and never fails for a difference"
    assert "72 MiB" in done.stdout
    assert "64 MiB" in done.stdout


def test_a_spec_that_git_has_not_yet_is_told_and_does_not_fail(repository: Path) -> None:
    (repository / "specs" / "new.yaml").write_text(SPEC.replace("name: small", "name: new"))
    done = hook("hvsbuild-diff", repository, "specs/new.yaml", "specs/site.yaml")
    assert done.returncode == 0, done.stderr
    assert "specs/new.yaml\nNothing to compare with: a new spec.\n" in done.stdout
    assert "No difference." in done.stdout


# --- the action ---


def filled(script: str, values: dict[str, str]) -> str:
    """`${{ inputs.specs }}` -> its value, as the runner does before it starts bash."""
    return re.sub(r"\$\{\{ ([a-z_.]+) \}\}", lambda found: values[found[1]], script)


def run_action(repository: Path, base: str, steps: slice = slice(1, None)) -> tuple[Done, dict[str, str]]:
    """The steps behind the installation; the last one that ran, and the outputs."""
    inputs = {name: one.get("default", "") for name, one in ACTION["inputs"].items()} | {"base": base}
    values = {f"inputs.{name}": value for name, value in inputs.items()} | {"github.action_path": str(ROOT)}
    folder = repository.parent
    env = environment(folder, RUNNER_TEMP=str(folder), GITHUB_OUTPUT=f"{folder}/output")
    env |= {"GITHUB_STEP_SUMMARY": f"{folder}/summary"}
    for step in ACTION["runs"]["steps"][steps]:
        assert step["shell"] == "bash"
        argv = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", filled(step["run"], values)]
        done = subprocess.run(argv, cwd=repository, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            return done, {}
    pairs = [line.partition("=") for line in (folder / "output").read_text().splitlines()]
    return done, {name: value for name, _, value in pairs}


def test_the_action_compares_with_the_base(repository: Path) -> None:
    done, outputs = run_action(repository, "HEAD~1")
    assert done.returncode == 0, done.stderr
    text = Path(outputs["summary"]).read_text("utf-8")
    assert (repository.parent / "summary").read_text("utf-8") == text
    assert "64 MiB" in text
    assert "72 MiB" in text
    assert text.count("### ") == 2, "both specs have a heading"


def test_the_action_fails_with_annotations(repository: Path) -> None:
    (repository / "specs" / "site.yaml").write_text(SPEC.replace("size: 64", "siez: 64"))
    done, _ = run_action(repository, "HEAD~1")
    assert done.returncode == 3
    assert "::error file=specs/site.yaml,line=6,col=21," in done.stdout


def test_the_action_names_what_it_has(repository: Path) -> None:
    assert ACTION["runs"]["using"] == "composite"
    text = "\n".join(step["run"] for step in ACTION["runs"]["steps"])
    used = set(re.findall(r"inputs\.(\w+)", text))
    assert used == set(ACTION["inputs"]), "each input is used, and none that is not there"
    ids = {step.get("id") for step in ACTION["runs"]["steps"]}
    assert all(re.match(r"\$\{\{ steps\.(\w+)\.", one["value"])[1] in ids for one in _outputs())  # type: ignore[index]
    assert (repository / "specs").is_dir()


def _outputs() -> list[dict[str, Any]]:
    return list(ACTION["outputs"].values())
