"""A BCD store in a file of the bench: read from its volume, changed as data, written back when its bytes differ."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hvsbuild.formats.bcd import Store, store_of, write_store
from hvsbuild.formats.filesystem import Tree


def load(tree: Tree, path: str) -> tuple[bytes, Store] | None:
    """The bytes of a store's file and the store in them, or None when there is no file. Raises `FormatError`."""
    found = tree.find(path)
    if found is None or found.is_dir:
        return None
    data = tree.read(path)
    return data, store_of(data, path)


def saved(old: bytes | None, store: Store) -> bytes:
    """The bytes of the file `old` (None: a new one) after `store` was written into it."""
    with tempfile.TemporaryDirectory(prefix="bcd-") as folder:
        file = Path(folder) / "BCD"
        if old is not None:
            file.write_bytes(old)
        write_store(file, store)
        return file.read_bytes()
