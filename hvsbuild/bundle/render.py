"""Plan -> Bundle: every script's bytes, and the manifest that seals them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hvsbuild import __version__
from hvsbuild.bundle.manifest import (
    FORMAT,
    Allowance,
    Binding,
    DiskRule,
    Manifest,
    Member,
    Retry,
    SecretRule,
    SpecRef,
    TaskEntry,
    VhdRule,
    canonical,
    compute_seal,
)
from hvsbuild.bundle.script import fill, render_task, script_bytes
from hvsbuild.errors import HvsError
from hvsbuild.plan.names import Names, StickNames, identity
from hvsbuild.plan.secrets import secrets_of

if TYPE_CHECKING:
    from hvsbuild.plan.compile import Plan
    from hvsbuild.plan.task import Task

# 2026-01-01T00:00:00Z: the time on everything a bench makes, unless SOURCE_DATE_EPOCH says another
EPOCH = 1767225600
DISK = Binding(name="disk.number", what="the number that the machine gives to the disk that the spec describes")
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
        wipes=list(task.wipes),
        vhd=task.vhd,
        restart=task.restart,
        retry=Retry(**vars(task.retry)) if task.retry else None,
        states=list(task.states),
    )


def _vhd(names: Names) -> VhdRule:
    workspace = None if names.is_child else names.workspace_vhd
    return VhdRule(file=names.vhd.file, workspace=workspace, parent=names.vhd.parent)


def _bindings(plan: Plan) -> list[Binding]:
    """All values that only the machine knows, in the order in which they are told to a reviewer."""
    found = [DISK]
    for one in plan.inputs:
        found.append(Binding(name=f"input.{one.name}", what=f"the full path of {one.what} on the machine"))
        if one.kind == "image":
            mark = f"sha256 over {one.what}'s header, XML and blob table"
            found.append(Binding(name=f"input.{one.name}.fingerprint", what=mark))
        if one.is_split:
            found.append(Binding(name=f"input.{one.name}.parts", what=f"the pattern for all parts of {one.what}"))
        if one.kind != "image":
            mark = f"sha256 over {'all that is in ' if one.kind == 'folder' else ''}{one.what}"
            found.append(Binding(name=f"input.{one.name}.fingerprint", what=mark))
    for secret in secrets_of(plan.spec):
        where = f"the environment variable {secret.env}" if secret.env else "a file"
        found.append(Binding(name=f"secret.{secret.name}", what=f"{secret.what}, from {where}; it is recorded nowhere"))
    return found


def _linear(entries: list[TaskEntry], stick: StickNames) -> list[TaskEntry]:
    """The tasks as run.cmd runs them, one after the other: without the letters that are given when the partitions are
    made, and without brackets that nothing happens in."""
    kept: list[TaskEntry] = []
    for task in entries:
        if task.kind == "disk-letter" and stick.letters_at_once:
            continue
        if task.closes and not task.opens and kept and kept[-1].opens == task.closes and not kept[-1].closes:
            kept.pop()
            continue
        kept.append(task)
    return kept


def render(
    plan: Plan,
    spec_sha256: str,
    epoch: int | None = None,
    shadow: Path | None = None,
    allowed: Sequence[Mapping[str, str]] = (),
) -> Bundle:
    """The bundle of a plan: a pure function of the spec, its pinned inputs and `epoch` (seconds)."""
    spec, total, bindings = plan.spec, len(plan.tasks), _bindings(plan)
    stick, declared = StickNames(spec), [binding.name for binding in bindings]
    entries, scripts = [], {}
    for number, task in enumerate(plan.tasks, 1):
        path, data = render_task(task, number, total, declared, shadow)
        scripts[path] = data
        entries.append(_entry(task, path, data))
    linear, secrets = _linear(entries, stick), secrets_of(spec)
    text = fill(f"{RUN_CMD}.j2", shadow, spec=spec, tasks=linear, inputs=plan.inputs, secrets=secrets)
    scripts[RUN_CMD] = script_bytes(text, RUN_CMD, "cmd", declared)
    fields: dict[str, Any] = {
        "bundle": FORMAT,
        "spec": SpecRef(name=spec.name, sha256=spec_sha256),
        "renderer": __version__,
        "identity": str(identity(spec.name)),
        "epoch": source_date_epoch() if epoch is None else epoch,
        "os": spec.os,
        "inputs": {one.name: one.sha256 for one in plan.inputs},
        "input_kinds": {one.name: one.kind for one in plan.inputs},
        "members": {one.name: Member(path=one.member, sha256=one.member_sha256) for one in plan.inputs if one.member},
        "secrets": [SecretRule(name=one.name, form=one.form, env=one.env) for one in secrets],
        "bindings": bindings,
        "disk": DiskRule(
            match={key: str(want) if key == "size" else want for key, want in spec.disk.match if want is not None},
            wipe=spec.disk.wipe,
            size=spec.disk.size,
            letter=spec.disk.letter,
            partition=stick.layout.vhds.number,
            system=stick.layout.system.number,
        ),
        "vhds": [_vhd(Names(spec, vhd)) for vhd in stick.vhds],
        "allowed": [Allowance(**one) for one in allowed],
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
