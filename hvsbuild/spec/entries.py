"""Lists whose entries have an identity, so that another file can change an entry or take it away."""

from __future__ import annotations

from hvsbuild.spec.source import Node, Scalar, entries_of

Path = tuple[str, ...]  # keys, without the numbers of list items
# list -> the keys whose values tell its entries from each other; a|b is the one of them that is there
ENTRIES: dict[str, tuple[str, ...]] = {
    "vhds": ("file",),
    "registry": ("hive|user", "key"),
    "drivers": ("source",),
    "packages": ("source",),
    "files": ("target",),
    "partitions": ("use",),
}
CASELESS = "values"  # the part of a registry entry whose names have neither upper nor lower case


def identity(item: Node | None, keys: tuple[str, ...]) -> str | None:
    r"""What tells the entry from others of its list: `SYSTEM\ControlSet001\Control`; None when a part is missing."""
    found = {key.text: value for key, value in entries_of(item)} if item else {}
    chosen = [next((found[one] for one in key.split("|") if one in found), None) for key in keys]
    parts = [value.text for value in chosen if isinstance(value, Scalar)]
    return "\\".join(parts) if len(parts) == len(keys) else None


def fold(name: str) -> str:
    """The name without upper and lower case; names of variables have both."""
    return name if "${" in name else name.lower()
