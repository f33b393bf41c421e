"""The files of a bundle that a person reads: the bundle itself, its review page, its graph."""

from __future__ import annotations

from pathlib import Path

from hvsbuild.bundle.manifest import Manifest
from hvsbuild.bundle.render import Bundle, write_bundle
from hvsbuild.bundle.script import fill


def write_review(bundle: Bundle, folder: Path) -> None:
    """Write the bundle with `review.html` and `graph.dot`, `graph.mmd`. Those are no part of the seal."""
    write_bundle(bundle, folder)
    scripts = {path: data.decode("ascii").replace("\r\n", "\n") for path, data in bundle.scripts.items()}
    page = fill("review.html.j2", None, manifest=bundle.manifest, scripts=scripts)
    (folder / "review.html").write_text(page, encoding="utf-8")
    (folder / "graph.dot").write_text(dot(bundle.manifest), encoding="utf-8")
    (folder / "graph.mmd").write_text(mermaid(bundle.manifest), encoding="utf-8")


def dot(manifest: Manifest) -> str:
    """The task graph for Graphviz: destructive tasks are red, brackets are dashed."""
    lines = ["digraph plan {", "  rankdir=LR; node [shape=box, fontname=sans-serif];"]
    for task in manifest.tasks:
        look = "color=red, penwidth=2" if task.destructive else "style=dashed" if task.is_bracket else ""
        lines.append(f'  "{task.id}" [{look}];')
        lines += [f'  "{need}" -> "{task.id}";' for need in task.needs]
    return "\n".join([*lines, "}", ""])


def mermaid(manifest: Manifest) -> str:
    """The task graph for Mermaid."""
    lines = ["flowchart LR"]
    for task in manifest.tasks:
        lines.append(f'  {task.id}["{task.id}"]{":::destructive" if task.destructive else ""}')
        lines += [f"  {need} --> {task.id}" for need in task.needs]
    return "\n".join([*lines, "  classDef destructive stroke:#c00,stroke-width:3px", ""])
