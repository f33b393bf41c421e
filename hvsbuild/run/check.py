"""`check`: every goal of a manifest against a finished image, read through stacked readers; nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hvsbuild.bundle.manifest import Manifest
from hvsbuild.errors import HvsError
from hvsbuild.run import preflight
from hvsbuild.run.observe import observe
from hvsbuild.run.world import World
from hvsbuild.states import MACHINE, WORKSPACE


@dataclass(frozen=True)
class Finding:
    """One state: what was wanted, what was seen."""

    task: str
    kind: str
    wanted: str
    holds: bool
    seen: str


def check_image(manifest: Manifest, disk: Path, inputs: Mapping[str, Path]) -> list[Finding]:
    """All states that a finished stick has; those of the workspace and the machine do not count."""
    if not disk.exists():
        raise HvsError("There is no such disk or image", seen=str(disk))
    with World(None, None, image=disk) as world:
        world.know(manifest)
        known = {name: path for name, path in inputs.items() if name in manifest.inputs}
        found = {name: preflight.fingerprint(manifest, name, path) for name, path in known.items()}
        world.fingerprints = {name: mark for name, mark in found.items() if mark}
        world.inputs = known
        findings = []
        for task in manifest.tasks:
            for state in task.states:
                if state.place not in (WORKSPACE, MACHINE) and not state.passing:
                    seen = observe(state, world)
                    findings.append(Finding(task.id, state.kind, state.title(), seen.holds, seen.seen))
    return findings
