"""Every script is exactly the reviewed one; a change of a template shows as a diff of the script itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.review.write import review_files
from hvsbuild.spec.load import load_spec
from tests.examples.material import WINDOWS_ONLY, Example, examples
from tests.golden import HERE, cases, expected_files, kind_of, reviewed_of


def compare(folder: Path, pattern: str, made: dict[str, bytes], *, update: bool) -> None:
    """The files below `folder` that match `pattern` are exactly `made`."""
    there = {str(path.relative_to(folder)): path for path in folder.glob(pattern) if path.is_file()}
    if update:
        for name in set(there) - set(made):
            there[name].unlink()
        for name, data in made.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return
    assert sorted(there) == sorted(made), "other files than the golden ones; pytest --update-golden, then read the diff"
    for name, data in made.items():  # as text: pytest shows the line that differs, and \r is visible in it
        assert data.decode().split("\n") == there[name].read_bytes().decode().split("\n"), name


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{kind_of(case)}-{case.stem}")
def test_scripts_of_a_case(case: Path, update_golden: bool) -> None:
    made = expected_files(case)
    assert made, f"the case renders no task of the kind {kind_of(case)}"
    compare(case.parent, f"{case.stem}.*.[dc]*", made, update=update_golden)


def test_no_golden_script_without_its_case() -> None:
    for path in (path for kind in HERE.iterdir() if not kind.name.startswith("bundle-") for path in kind.glob("*.*")):
        if path.suffix in (".cmd", ".diskpart"):
            assert (path.parent / f"{path.name.split('.')[0]}.yaml").exists(), f"{path} belongs to no case"


@pytest.mark.parametrize("example", [*examples(), *map(Example, WINDOWS_ONLY)], ids=lambda one: one.name)
def test_bundle_of_an_example(example: Example, update_golden: bool) -> None:
    reviewed = reviewed_of(load_spec(example.path, each=example.item))
    review = {name: text.encode() for name, text in review_files(reviewed).items()}
    folder = HERE / f"bundle-{reviewed.loaded.spec.name}"
    compare(folder, "**/*", {**reviewed.bundle.files(), **review}, update=update_golden)


def test_no_golden_bundle_without_its_example() -> None:
    names = {load_spec(one.path, each=one.item).spec.name for one in [*examples(), *map(Example, WINDOWS_ONLY)]}
    assert {path.name.removeprefix("bundle-") for path in HERE.glob("bundle-*")} == names


def test_git_keeps_the_line_ends_of_golden_files() -> None:
    lines = (HERE.parents[1] / ".gitattributes").read_text().splitlines()
    assert any(line.split()[:2] == ["tests/golden/**", "-text"] for line in lines)
