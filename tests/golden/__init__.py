"""Golden scripts: for each task kind a folder of cases.

    KIND/CASE.yaml              what the case changes in the seed spec: whole top-level keys (`vhd: {...}`, `os: ...`)
    KIND/CASE.TASK.diskpart     the bytes that the task's script must have (or .cmd)
    bundle-NAME/                the whole bundle of a spec, with its review files

`pytest tests/golden --update-golden` rewrites them; then read the diff.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from hvsbuild.bundle.render import Bundle
from hvsbuild.review.write import Reviewed, review
from hvsbuild.spec.load import LoadedSpec, parse_spec

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SEED = ROOT / "specs" / "hyperv-server-2008-r2-usb.yaml"
EPOCH = 1767225600
SUFFIXES = {"diskpart": "diskpart", "cmd": "cmd"}


def cases() -> list[Path]:
    return sorted(HERE.glob("*/*.yaml"))


def kind_of(case: Path) -> str:
    return case.parent.name


def spec_of(changes: dict[str, Any], folder: Path = Path()) -> LoadedSpec:
    """The seed spec with whole top-level keys replaced; a key that is None goes away. `folder` is where it lies."""
    merged = yaml.safe_load(SEED.read_text()) | changes
    text = yaml.safe_dump({key: value for key, value in merged.items() if value is not None}, sort_keys=False)
    return parse_spec(text.encode(), folder / "case.yaml", {})


def reviewed_of(loaded: LoadedSpec) -> Reviewed:
    return review(loaded, epoch=EPOCH)


def bundle_of(loaded: LoadedSpec) -> Bundle:
    return reviewed_of(loaded).bundle


@cache
def case_bundle(case: Path) -> Bundle:
    return bundle_of(spec_of(yaml.safe_load(case.read_text()) or {}, case.parent))


def expected_files(case: Path) -> dict[str, bytes]:
    """Name of the golden file -> bytes, for every task of the case's kind."""
    bundle = case_bundle(case)
    tasks = [task for task in bundle.manifest.tasks if task.kind == kind_of(case)]
    return {f"{case.stem}.{task.id}.{SUFFIXES[task.tool]}": bundle.script(task) for task in tasks}


def golden(kind: str, task: str, case: str = "seed") -> bytes:
    """A golden script, by kind, task and case."""
    (path,) = (HERE / kind).glob(f"{case}.{task}.*")
    return path.read_bytes()
