"""MkDocs hook: the pages that are generated from the product itself, so that they cannot be out of date."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from docs_reference import pages  # noqa: E402 (the path is set up above)


def on_files(files: Any, config: Any) -> Any:
    """Add the generated pages to those in docs/."""
    from mkdocs.structure.files import File

    for path, text in pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_config(config: Any) -> Any:
    """List the pages of the task kinds and of the decisions, in the order of their names."""
    _add(config, "Tasks", [path for path in pages() if path.startswith("tasks/")])
    docs = ROOT / "docs"
    _add(config, "Decisions", [str(path.relative_to(docs)) for path in (docs / "decisions").glob("0*.md")])
    return config


def _add(config: Any, title: str, found: list[str]) -> None:
    part = next(one[title] for one in config["nav"] if title in one)
    part += sorted(set(found) - set(part))
