"""Several files become one spec: each is laid upon those beneath it.

    a mapping           key by key
    a single value      replaces what is beneath; so does anything of another kind
    a list              is added at the end of the list beneath, except
        vhds            an entry with the same file is the same VHD: key by key
        registry        an entry with the same hive or user and the same key is the same key, in upper or lower case:
                        value by value, a value as a whole
        disk.partitions, boot.menu.order, choices of a variable
                        replace the list beneath
    image               index, name and edition replace each other; source takes the sha256 beneath away
    a secret            env and file replace each other
    a registry entry    values, absent and present replace each other
    vars                a plain value beside a type beneath is that variable's default
    without             takes away from what is beneath, before the rest of its file is laid upon it

Names are compared as they are written, before variables are put in. So the outcome depends on the order of the files
alone, and not on which of them includes which.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hvsbuild.spec.diagnostics import Diagnostic, diagnose
from hvsbuild.spec.entries import CASELESS, ENTRIES, Path, fold, identity
from hvsbuild.spec.pile import Pile, SourceFile, texts_of
from hvsbuild.spec.source import Mapping, Node, Scalar, Sequence, entries_of
from hvsbuild.spec.without import take_away

OWN_KEYS = ("include", "without")  # of each file; the composed spec has neither
VERSION = "hvsbuild/v1"


MERGED = ("vhds", "registry")  # lists whose entries are merged with those of the same identity
WHOLE = ("partitions", "order", "choices")  # lists that replace
# What one key replaces beside itself: any of the first, when it is given, all that is not given.
RIVALS: dict[str, tuple[tuple[set[str], set[str]], ...]] = {
    "image": (({"index", "name", "edition"}, {"installation"}), ({"source"}, {"sha256"})),
    "administrator_password": (({"env", "file"}, set()),),
    "product_key": (({"env", "file"}, set()),),
    "registry": (({"values", "absent", "present"}, set()),),
}


@dataclass(frozen=True)
class Composed:
    """A spec of one or more files as one tree, variables not yet put in."""

    pile: Pile
    root: Mapping
    diagnostics: list[Diagnostic]


def compose(pile: Pile) -> Composed:
    """All files of the pile as one tree; what is wrong with `without` and versions is in its diagnostics."""
    found = list(pile.diagnostics)
    top = pile.top.root
    root = Mapping([], top.position, top.length)
    for file in pile.files:
        if file is not pile.top:
            found += _version(file)
        for path in texts_of(file.root, "without", found):
            root = take_away(root, path, found)
        own = [(key, value) for key, value in file.root.entries if key.text not in OWN_KEYS]
        root = _mapping(root, replace(file.root, entries=own), ())
    return Composed(pile, root, found)


def _version(file: SourceFile) -> list[Diagnostic]:
    """An included file may leave its version out; another one may mean other things."""
    found = [value for key, value in file.root.entries if key.text == "spec" and isinstance(value, Scalar)]
    hint = f"this program reads {VERSION}"
    return [
        diagnose("HVS118", one.position, detail=one.text, hint=hint, length=one.length)
        for one in found
        if one.text != VERSION
    ]


# --- laying one upon the other ---


def _over(base: Node, top: Node, path: Path) -> Node:
    """`top` upon `base`, at `path`."""
    if isinstance(base, Mapping) and isinstance(top, Mapping):
        return _mapping(base, top, path)
    if isinstance(base, Sequence) and isinstance(top, Sequence) and path[-1] not in WHOLE:
        return _list(base, top, path)
    if isinstance(base, Mapping) and isinstance(top, Scalar) and path[:-1] == ("vars",):
        default = Scalar("default", "str", True, top.position, top.length)
        return replace(_mapping(base, Mapping([(default, top)], top.position, top.length), path), position=top.position)
    return top


def _mapping(base: Mapping, top: Mapping, path: Path) -> Mapping:
    given = {key.text for key, _ in top.entries}
    rivals = [keys | more for keys, more in RIVALS.get(path[-1] if path else "", ()) if keys & given]
    gone = {key for keys in rivals for key in keys} - given
    entries = {key.text: (key, value) for key, value in base.entries if key.text not in gone}
    for key, value in top.entries:
        beneath = entries.get(key.text)
        entries[key.text] = (key, _over(beneath[1], value, (*path, key.text)) if beneath else value)
    return Mapping(list(entries.values()), top.position, top.length)


def _list(base: Sequence, top: Sequence, path: Path) -> Sequence:
    """What is new at the end, what is already there in its place."""
    names = [_identity(item, path) for item in base.items]
    places = {name: at for at, name in enumerate(names) if name}
    items: list[Node | None] = [_less(item, name, top, path) for item, name in zip(base.items, names, strict=True)]
    for item in top.items:
        at = places.pop(_identity(item, path), None)  # a second one of the same file is its own mistake
        if at is None:
            items.append(item)
        else:
            items[at] = _over(items[at] or item, item, path)
    return Sequence([item for item in items if item is not None], top.position, top.length)


def _identity(item: Node, path: Path) -> str:
    return fold(identity(item, ENTRIES[path[-1]]) or "") if path[-1] in MERGED else ""


def _less(item: Node, name: str, top: Sequence, path: Path) -> Node | None:
    """An entry of the registry without the values that entries of the same key above give; None when that is all."""
    same = [one for one in top.items if name and _identity(one, path) == name]
    given = {fold(key.text) for one in same for key, _ in entries_of(one, CASELESS)}
    values = entries_of(item, CASELESS)
    left = [(key, value) for key, value in values if fold(key.text) not in given]
    if not isinstance(item, Mapping) or len(left) == len(values):
        return item
    entries = [
        (key, replace(value, entries=left) if key.text == CASELESS and isinstance(value, Mapping) else value)
        for key, value in item.entries
    ]
    return replace(item, entries=entries) if left else None
