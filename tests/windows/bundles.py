"""A spec's bundle, in this process."""

from __future__ import annotations

from pathlib import Path

from hvsbuild.bundle.render import Bundle, render
from hvsbuild.plan.compile import compile_plan
from hvsbuild.spec.load import load_spec


def bundle_of(spec: Path) -> Bundle:
    loaded = load_spec(spec, {})
    return render(compile_plan(loaded.spec), loaded.sha256)
