"""The files of a bundle that a person reads: the bundle itself, its review page, its graph."""

from __future__ import annotations

from pathlib import Path

from hvsbuild.bundle.render import Bundle, write_bundle
from hvsbuild.bundle.script import fill
from hvsbuild.review import graph


def write_review(bundle: Bundle, folder: Path, templates: Path | None = None) -> None:
    """Write the bundle with what belongs to its review. None of that is part of the seal."""
    write_bundle(bundle, folder)
    for name, text in review_files(bundle, templates).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def review_files(bundle: Bundle, templates: Path | None = None) -> dict[str, str]:
    """The review page, the graph, and the word to git that the scripts' line ends are theirs."""
    scripts = {path: data.decode("ascii").replace("\r\n", "\n") for path, data in bundle.scripts.items()}
    return {
        "review.html": fill("review.html.j2", templates, manifest=bundle.manifest, scripts=scripts),
        "graph.dot": graph.dot(bundle.manifest),
        "graph.mmd": graph.mermaid(bundle.manifest),
        ".gitattributes": "# a seal is over bytes: git must not change line ends\n* -text\n",
    }
