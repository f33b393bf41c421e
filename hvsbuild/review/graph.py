"""The task graph as text, in three forms; a pure function of the manifest."""

from __future__ import annotations

import json
from collections.abc import Callable

from hvsbuild.bundle.manifest import Manifest
from hvsbuild.review.lanes import standalone


def dot(manifest: Manifest) -> str:
    """For Graphviz: destructive tasks are red, brackets are dashed."""
    lines = ["digraph plan {", "  rankdir=LR; node [shape=box, fontname=sans-serif];"]
    for task in manifest.tasks:
        look = "color=red, penwidth=2" if task.destructive else "style=dashed" if task.is_bracket else ""
        lines.append(f'  "{task.id}" [{look}];')
        lines += [f'  "{need}" -> "{task.id}";' for need in task.needs]
    return "\n".join([*lines, "}", ""])


def mermaid(manifest: Manifest) -> str:
    """For Mermaid, which GitHub and GitLab draw in place."""
    lines = ["flowchart LR"]
    for task in manifest.tasks:
        lines.append(f'  {task.id}["{task.id}"]{":::destructive" if task.destructive else ""}')
        lines += [f"  {need} --> {task.id}" for need in task.needs]
    return "\n".join([*lines, "  classDef destructive stroke:#c00,stroke-width:3px", ""])


def as_json(manifest: Manifest) -> str:
    """Nodes in execution order; an edge runs from a task to one that needs it."""
    fields = {"id", "kind", "destructive", "goal", "opens", "closes", "inside", "script"}
    nodes = [
        task.model_dump(mode="json", include=fields) | {"brings_about": [state.title() for state in task.states]}
        for task in manifest.tasks
    ]
    edges = [{"from": need, "to": task.id} for task in manifest.tasks for need in task.needs]
    return json.dumps({"nodes": nodes, "edges": edges}, indent=2, sort_keys=True) + "\n"


FORMATS: dict[str, Callable[[Manifest], str]] = {"dot": dot, "mermaid": mermaid, "json": as_json, "svg": standalone}
