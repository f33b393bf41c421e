"""A task kind is four small companions: its task file, its template, its golden scripts, its bench test."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

from tests.golden import HERE as GOLDEN
from tests.golden import cases, kind_of

ROOT = Path(__file__).parents[2]
TASKS = ROOT / "hvsbuild" / "plan" / "tasks"
TEMPLATES = ROOT / "templates"
BENCH = ROOT / "tests" / "bench" / "tasks"
OTHER_TEMPLATES = {"run.cmd.j2", "review.html.j2", "diff.html.j2", "find-boot-entry.cmd.j2"}


def kinds_of(module: Path) -> set[str]:
    """The kinds of the tasks that a module makes: what stands behind `kind=` in its calls of Task."""
    names = import_module(f"hvsbuild.plan.tasks.{module.stem}").__dict__
    calls = [node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Call)]
    made = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Task"]
    values = [word.value for call in made for word in call.keywords if word.arg == "kind"]
    return {str(value.value) if isinstance(value, ast.Constant) else names[ast.unparse(value)] for value in values}


MODULES = {path: kinds_of(path) for path in sorted(TASKS.glob("*.py")) if path.stem != "__init__"}
KINDS = sorted({kind for kinds in MODULES.values() for kind in kinds})


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_task_file_makes_tasks(module: Path) -> None:
    assert MODULES[module], f"{module.name} makes no Task"
    named = [kind for kind in MODULES[module] if kind.replace("-", "_") == module.stem]
    assert named, f"{module.name} is not named after a kind of its tasks"


def test_each_kind_is_made_in_one_file() -> None:
    assert sum(len(kinds) for kinds in MODULES.values()) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_its_template(kind: str) -> None:
    found = [path.name for path in TEMPLATES.glob(f"{kind}.*.j2")]
    assert len(found) == 1, f"templates/{kind}.cmd.j2 or templates/{kind}.diskpart.j2 is missing (there is {found})"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_golden_scripts(kind: str) -> None:
    found = [case for case in cases() if kind_of(case) == kind]
    assert found, f"tests/golden/{kind}/ has no case: write one, then pytest tests/golden --update-golden"
    for case in found:
        assert list(case.parent.glob(f"{case.stem}.*.[dc]*")), f"no golden script for {case.relative_to(ROOT)}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_its_bench_test(kind: str) -> None:
    path = BENCH / f"test_{kind.replace('-', '_')}.py"
    assert path.exists(), f"{path.relative_to(ROOT)} is missing: run the golden script on the bench, look at the effect"
    tests = [node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    assert any(name.startswith("test_") for name in tests), f"{path.relative_to(ROOT)} tests nothing"


def test_nothing_is_left_over() -> None:
    """No template, golden folder or bench test of a kind that is gone."""
    templates = {path.name.split(".")[0] for path in TEMPLATES.iterdir() if path.name not in OTHER_TEMPLATES}
    golden = {path.name for path in GOLDEN.iterdir() if path.is_dir() and not path.name.startswith(("bundle-", "__"))}
    assert templates == set(KINDS)
    assert golden == set(KINDS)
    assert {path.stem for path in BENCH.glob("test_*.py")} == {f"test_{kind.replace('-', '_')}" for kind in KINDS}
