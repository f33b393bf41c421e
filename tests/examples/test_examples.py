"""Every example in specs/ builds on the bench, passes `check`, and gives the same bytes a second time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hvsbuild.formats import imagemap
from tests.conftest import once
from tests.examples import material
from tests.examples.material import Example

EXAMPLES = material.examples()
Done = subprocess.CompletedProcess[str]


def hvsbuild(*words: str | Path) -> Done:
    argv = [sys.executable, "-m", "hvsbuild", *(str(word) for word in words)]
    env = os.environ | material.ENVIRONMENT
    return subprocess.run(argv, capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL, check=False)


@pytest.fixture(scope="session")
def images(common: Path, phony_wim: Path) -> Path:
    """The folder of the images."""
    folder = common / "examples"
    with once(folder) as wanted:
        if wanted:
            material.make(folder.with_name("examples.part"), phony_wim)
            folder.with_name("examples.part").rename(folder)
    return folder


def build(example: Example, images: Path, out: Path) -> Path:
    """The folder of the build: of a matrix one below `out`, with the item's name."""
    done = hvsbuild("build", *example.argv(images), "-o", out)
    assert done.returncode == 0, done.stderr
    return out / example.item if example.item else out


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_it_builds_and_holds_and_is_repeatable(example: Example, images: Path, tmp_path: Path) -> None:
    first = build(example, images, tmp_path / "first")
    seen = hvsbuild("check", *example.argv(images), "--disk", first / "stick.img", "--json")
    drift: list[Any] = [one for one in json.loads(seen.stdout)["states"] if not one["holds"]]
    assert (seen.returncode, drift) == (0, [])
    again = hvsbuild("apply", first / "bundle")
    assert "nothing to do" in again.stdout, again.stdout + again.stderr
    assert _map(first) == _map(build(example, images, tmp_path / "second"))


def _map(out: Path) -> list[tuple[int, int, str]]:
    """What the image holds: the hash of each range that is in use."""
    return [(one.offset, one.length, str(one.sha256)) for one in imagemap.survey(out / "stick.img").ranges]


@pytest.mark.parametrize("spec", material.WINDOWS_ONLY, ids=lambda path: path.stem)
def test_what_only_windows_can_do_is_refused_ahead_of_everything(spec: Path, images: Path, tmp_path: Path) -> None:
    done = hvsbuild("build", *Example(spec).argv(images), "-o", tmp_path / "out")
    assert done.returncode == 4
    assert "This step needs a Windows host" in done.stderr
    assert not (tmp_path / "out" / "stick.img").exists()
    assert hvsbuild("render", *Example(spec).argv(images), "-o", tmp_path / "bundle").returncode == 0
