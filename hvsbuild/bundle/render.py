"""Plan -> Bundle: every script's bytes, and the manifest that seals them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hvsbuild import __version__
from hvsbuild.bundle import quote
from hvsbuild.bundle.manifest import FORMAT, Binding, DiskRule, Manifest, SpecRef, TaskEntry, canonical, compute_seal
from hvsbuild.errors import HvsError
from hvsbuild.plan.compile import Plan
from hvsbuild.plan.names import IMAGE_INPUT, identity
from hvsbuild.plan.task import Task

if TYPE_CHECKING:
    from jinja2 import Environment

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


def templates_folder() -> Path:
    """Where the templates lie: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    return next(path for path in (package / "templates", package.parent / "templates") if path.is_dir())


@cache
def environment(shadow: Path | None = None) -> Environment:
    """Jinja2 with strict undefined names; a template in `shadow` wins over the shipped one of its name."""
    import jinja2

    folders = [path for path in (shadow, templates_folder()) if path]
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    made.globals.update(
        token=quote.token, word=quote.cmd_word, text=quote.cmd_text, dpword=quote.diskpart_word, reg_data=quote.reg_data,
        stamp_text=quote.stamp_text,
    )  # fmt: skip
    return made


def script_bytes(text: str, name: str, tool: str) -> bytes:
    """Rendered text as a Windows script: CRLF, ASCII; a .diskpart file has no blank lines."""
    lines = [line.rstrip() for line in text.splitlines()]
    if tool == "diskpart":
        lines = [line for line in lines if line]
    try:
        return "".join(line + "\r\n" for line in lines).encode("ascii")
    except UnicodeEncodeError as error:
        seen = f"{error.object[error.start : error.end]!r} in {name}"
        raise HvsError("A script must be ASCII", seen=seen, why="cmd and diskpart read the machine's code page") from None


def render_task(task: Task, number: int, total: int, shadow: Path | None = None) -> tuple[str, bytes]:
    """The path and bytes of one task's script."""
    suffix = "diskpart" if task.tool == "diskpart" else "cmd"
    name = f"{task.kind}.{suffix}.j2"
    text = environment(shadow).get_template(name).render(task=task, number=number, total=total, **task.values)
    path = f"scripts/{number:03}-{task.id}.{suffix}"
    return path, script_bytes(text, path, task.tool)


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
        states=list(task.states),
    )


def render(plan: Plan, spec_sha256: str, epoch: int | None = None, shadow: Path | None = None) -> Bundle:
    """The bundle of a plan: a pure function of the spec, its pinned inputs and `epoch` (seconds)."""
    spec, total = plan.spec, len(plan.tasks)
    (vhd,) = spec.vhd_list()
    entries, scripts = [], {}
    for number, task in enumerate(plan.tasks, 1):
        path, data = render_task(task, number, total, shadow)
        scripts[path] = data
        entries.append(_entry(task, path, data))
    text = environment(shadow).get_template(f"{RUN_CMD}.j2").render(spec=spec, tasks=entries)
    scripts[RUN_CMD] = script_bytes(text, RUN_CMD, "cmd")
    fields: dict[str, Any] = {
        "bundle": FORMAT,
        "spec": SpecRef(name=spec.name, sha256=spec_sha256),
        "renderer": __version__,
        "identity": str(identity(spec.name)),
        "epoch": epoch if epoch is not None else int(os.environ.get("SOURCE_DATE_EPOCH", EPOCH)),
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
