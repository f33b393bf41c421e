"""Paths in a spec are relative to the file in which they are written.

In a spec of several files those of the others are written anew, relative to the spec's own folder: the same text is
then the same file, wherever it was written.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping as Map
from dataclasses import replace
from pathlib import Path

from hvsbuild.spec.entries import Path as Keys
from hvsbuild.spec.source import Mapping, Node, Scalar, Sequence, Substituted, variables_of

# The keys that hold paths: the end of the way there, without the numbers of list items.
PATHS: tuple[Keys, ...] = (
    ("image", "source"),
    ("image", "source", "iso"),
    ("registry", "import"),
    ("drivers", "source"),
    ("packages", "source"),
    ("features", "source"),
    ("files", "file"),
    ("files", "folder"),
    ("unattend",),
    ("administrator_password", "file"),
    ("product_key", "file"),
)
_FIXED = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://|[A-Za-z]:[\\/]|[\\/]")  # an address, or a path that is not relative


def folder_of(node: Scalar) -> Path:
    """The folder that the path in a value begins at: of the file in which its beginning is written, or, of a --var,
    the working folder."""
    file = node.begins if isinstance(node, Substituted) else node.position.file
    return Path(file).parent if file else Path()


def plain_way(base: Path, way: str) -> str:
    """A path from `base` without `x/..` in it, where that is the same file: the parent of a link is elsewhere."""
    plain = posixpath.normpath(way)
    try:
        same = os.path.realpath(base / plain) == os.path.realpath(base / way)
    except ValueError:  # a character that no path can have
        same = False
    return plain if same else way


def from_spec(root: Mapping, spec: Path, folders: Map[str, str]) -> Mapping:
    """The tree of a spec with the paths of other files relative to the spec's folder; `folders` are those of the files,
    from there. Paths of --var stay."""

    def moved(node: Node, keys: Keys) -> Node:
        if isinstance(node, Mapping):
            return replace(node, entries=[(key, moved(value, (*keys, key.text))) for key, value in node.entries])
        if isinstance(node, Sequence):
            return replace(node, items=[moved(item, keys) for item in node.items])
        file = node.begins if isinstance(node, Substituted) else node.position.file
        folder = folders.get(file, "")
        if not folder or not is_path(node, keys):
            return node
        return _at(node, plain_way(spec.parent, posixpath.join(folder, node.text)), spec)

    tree = moved(root, ())
    assert isinstance(tree, Mapping)
    return tree


def is_path(node: Scalar, keys: Keys) -> bool:
    """Whether the value at `keys` is a path that is relative to something."""
    here = any(keys[-len(end) :] == end for end in PATHS)
    return here and node.kind == "str" and not _FIXED.match(node.text)


def beside(node: Scalar, spec: Path) -> Scalar:
    """A path of --var, relative to the spec's folder instead of the working folder."""
    if not isinstance(node, Substituted) or node.begins or spec.parent == Path():
        return node
    return _at(node, Path(os.path.relpath(node.text, spec.parent)).as_posix(), spec)


def _at(node: Scalar, text: str, spec: Path) -> Scalar:
    """The value with another text, which is a path from the spec's folder."""
    return Substituted(text, "str", node.plain, node.position, node.length, variables_of(node), str(spec))
