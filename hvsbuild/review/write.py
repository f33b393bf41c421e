"""The files of a bundle that a person reads: the bundle itself, its review page, its graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from hvsbuild.bundle.render import Bundle, render, write_bundle
from hvsbuild.inputs.settle import Settled, settle
from hvsbuild.plan.compile import compile_plan
from hvsbuild.review import graph, lanes
from hvsbuild.spec.load import LoadedSpec

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Reviewed:
    """A spec and the bundle rendered from it, with the places in the spec that ask for each task. `settled` has the
    inputs with their pins."""

    loaded: LoadedSpec
    bundle: Bundle
    settled: Settled
    causes: Mapping[str, Loc] = field(default_factory=dict)


def review(loaded: LoadedSpec, templates: Path | None = None, epoch: int | None = None) -> Reviewed:
    """Compile and render a spec, with what its lock file says of its inputs."""
    settled = settle(loaded)
    plan = replace(compile_plan(settled.spec), inputs=settled.inputs)
    allowed = [one.to_manifest() for one in loaded.allowed]
    bundle = render(plan, loaded.sha256, epoch, templates, allowed)
    return Reviewed(settled.loaded, bundle, settled, {task.id: task.spec_key for task in plan.tasks})


def write_review(reviewed: Reviewed, folder: Path, templates: Path | None = None) -> None:
    """Write the bundle with what belongs to its review. None of that is part of the seal."""
    write_bundle(reviewed.bundle, folder)
    for name, text in review_files(reviewed, templates).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def review_files(reviewed: Reviewed, templates: Path | None = None) -> dict[str, str]:
    """The review page, the graph, and the word to git that the scripts' line ends are theirs."""
    from hvsbuild.review.page import page

    manifest = reviewed.bundle.manifest
    return {
        "review.html": page(reviewed.bundle, reviewed.loaded, reviewed.causes, templates),
        "graph.svg": lanes.standalone(manifest),
        "graph.dot": graph.dot(manifest),
        "graph.mmd": graph.mermaid(manifest),
        ".gitattributes": "# a seal is over bytes: git must not change line ends\n* -text\n",
    }
