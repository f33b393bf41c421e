"""A cold command imports only what it needs: that is what keeps `validate` and `render` quick."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli import spawn
from tests.golden import SEED

HEAVY = ("networkx", "jinja2", "rich", "hvsbuild.plan", "hvsbuild.bundle", "hvsbuild.run", "hvsbuild.hosts", "asyncio")


def imported(*argv: str | Path) -> set[str]:
    done = spawn(*argv, python=("-X", "importtime"))
    assert done.code == 0, done.err
    return set(re.findall(r"^import time:.*\|\s+([\w.]+)$", done.err, re.MULTILINE))


def among(modules: set[str], *names: str) -> set[str]:
    return {name for name in names if any(one == name or one.startswith(f"{name}.") for one in modules)}


def test_validate() -> None:
    assert among(imported("validate", SEED), *HEAVY) == set()


def test_render(tmp_path: Path) -> None:
    seen = imported("render", SEED, "-o", tmp_path / "bundle")
    assert among(seen, "rich", "hvsbuild.run", "hvsbuild.hosts", "numpy") == set()
    # the types of registry values and the names of boot settings; nothing that reads a disk
    formats = {f"hvsbuild.formats{one}" for one in ("", ".regvalue", ".bcd_elements")}
    assert {one for one in seen if one.startswith("hvsbuild.formats")} <= formats


def test_apply_of_a_bundle(finished: Path) -> None:
    """A bundle is rendered already."""
    assert among(imported("apply", finished / "bundle"), "networkx", "jinja2", "hvsbuild.plan.compile") == set()


def test_help_needs_next_to_nothing() -> None:
    assert among(imported("--help"), *HEAVY, "pydantic", "yaml") == set()
