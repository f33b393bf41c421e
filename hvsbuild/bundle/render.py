"""Plan -> Bundle: every script's bytes, and the manifest that seals them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hvsbuild import __version__
from hvsbuild.bundle.manifest import (
    FORMAT,
    Binding,
    DiskRule,
    Manifest,
    Retry,
    SpecRef,
    TaskEntry,
    canonical,
    compute_seal,
)
from hvsbuild.bundle.script import fill, render_task, script_bytes
from hvsbuild.errors import HvsError
from hvsbuild.plan.names import IMAGE_INPUT, identity

if TYPE_CHECKING:
    from hvsbuild.plan.compile import Plan
    from hvsbuild.plan.task import Task

# 2026-01-01T00:00:00Z: the time on everything a bench makes, unless SOURCE_DATE_EPOCH says another
EPOCH = 1767225600
BINDINGS = (
    Binding(name="disk.number", what="the number that the machine gives to the disk that the spec describes"),
    Binding(name=f"input.{IMAGE_INPUT}", what="the full path of the image file on the machine"),
    Binding(name=f"input.{IMAGE_INPUT}.fingerprint", what="sha256 over the image file's header, XML and blob table"),
)
RUN_CMD = "run.cmd"


@dataclass(frozen=True)
class Bundle:
    """A manifest and its scripts: path in the bundle -> bytes. `run.cmd` is one of them."""

    manifest: Manifest
    scripts: dict[str, bytes]

    def script(self, task: TaskEntry) -> bytes:
        assert task.script
        return self.scripts[task.script]

    def files(self) -> dict[str, bytes]:
        """All files that the seal covers, with the manifest."""
        return {"manifest.json": canonical(self.manifest.model_dump(mode="json")), **self.scripts}


def source_date_epoch() -> int:
    """SOURCE_DATE_EPOCH (reproducible-builds.org: seconds, a decimal number), else the fixed date."""
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if text and not (text.isascii() and text.isdecimal()):
        raise HvsError("SOURCE_DATE_EPOCH is not a number of seconds", seen=text)
    return int(text) if text else EPOCH


def _entry(task: Task, path: str, data: bytes) -> TaskEntry:
    return TaskEntry(
        id=task.id,
        kind=task.kind,
        needs=sorted(task.needs),
        inside=list(task.inside),
        place=task.place,
        script=path,
        tool=task.tool,
        sha256=sha256(data).hexdigest(),
        destructive=task.destructive,
        goal=task.goal,
        opens=task.opens,
        closes=task.closes,
        wipes=task.wipes,
        restart=task.restart,
        retry=Retry(**vars(task.retry)) if task.retry else None,
        states=list(task.states),
    )


def render(plan: Plan, spec_sha256: str, epoch: int | None = None, shadow: Path | None = None) -> Bundle:
    """The bundle of a plan: a pure function of the spec, its pinned inputs and `epoch` (seconds)."""
    spec, total = plan.spec, len(plan.tasks)
    (vhd,) = spec.vhd_list()
    declared = [binding.name for binding in BINDINGS]
    entries, scripts = [], {}
    for number, task in enumerate(plan.tasks, 1):
        path, data = render_task(task, number, total, declared, shadow)
        scripts[path] = data
        entries.append(_entry(task, path, data))
    text = fill(f"{RUN_CMD}.j2", shadow, spec=spec, tasks=entries)
    scripts[RUN_CMD] = script_bytes(text, RUN_CMD, "cmd", declared)
    fields: dict[str, Any] = {
        "bundle": FORMAT,
        "spec": SpecRef(name=spec.name, sha256=spec_sha256),
        "renderer": __version__,
        "identity": str(identity(spec.name)),
        "epoch": source_date_epoch() if epoch is None else epoch,
        "os": spec.os,
        "inputs": {IMAGE_INPUT: vhd.image.sha256},
        "bindings": list(BINDINGS),
        "disk": DiskRule(
            match={key: str(want) if key == "size" else want for key, want in spec.disk.match if want is not None},
            wipe=spec.disk.wipe,
            size=spec.disk.size,
            letter=spec.disk.letter,
            vhd=vhd.file,
        ),
        "tasks": entries,
    }
    unsealed = Manifest(**fields, seal="").model_dump(mode="json")
    return Bundle(Manifest(**fields, seal=compute_seal(unsealed, scripts)), scripts)


def write_bundle(bundle: Bundle, folder: Path) -> None:
    """Write the bundle's files; scripts of an older bundle in the folder are removed."""
    (folder / "scripts").mkdir(parents=True, exist_ok=True)
    files = bundle.files()
    for old in (folder / "scripts").iterdir():
        if f"scripts/{old.name}" not in files:
            old.unlink()
    for path, data in files.items():
        if not (folder / path).exists() or (folder / path).read_bytes() != data:
            (folder / path).write_bytes(data)
