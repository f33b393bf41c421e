"""`without:` takes parts away from what is included.

A part is named by its keys with dots between them, an entry of a list by what tells it from the others, in brackets:

    vhd.label                                          vhds[role-a.vhdx].registry
    registry                                           registry[SOFTWARE\\Policies\\Site].values.Proxy.Server
    drivers[../drivers/nic]                            disk.partitions

Names may contain dots: the longest key that is there is meant. What becomes empty goes, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from hvsbuild.spec.diagnostics import Diagnostic, choose, diagnose
from hvsbuild.spec.entries import CASELESS, ENTRIES, Path, fold, identity
from hvsbuild.spec.source import Mapping, Node, Scalar, Sequence

MOST_SHOWN = 12  # names in a hint


class NotThere(Exception):
    """The part does not exist; the text says what does."""


def take_away(root: Mapping, part: Scalar, diagnostics: list[Diagnostic]) -> Mapping:
    """The tree without that part."""
    if "${" in part.text:
        hint = "parts are taken away before variables are put in: write it out"
        diagnostics.append(diagnose("HVS034", part.position, detail=part.text, hint=hint, length=part.length))
        return root
    try:
        left = _cut(root, f".{part.text}", (), "")
    except NotThere as error:
        found = diagnose("HVS033", part.position, detail=part.text, hint=str(error), length=part.length)
        diagnostics.append(found)
        return root
    return left if isinstance(left, Mapping) else replace(root, entries=[])


def _cut(node: Node, rest: str, path: Path, way: str) -> Node | None:
    """The node without what `rest` names below it; None when that is all of it. `way` is how far we are."""
    if not rest:
        return None
    if isinstance(node, Mapping):
        return _from_mapping(node, rest, path, way)
    if isinstance(node, Sequence):
        return _from_list(node, rest, path, way)
    raise NotThere(f"{way} is a single value")


def _from_mapping(node: Mapping, rest: str, path: Path, way: str) -> Mapping | None:
    keys = [key.text for key, _ in node.entries]
    name = _longest(keys, rest, ".{}", fold if path[-1:] == (CASELESS,) else str)
    if name is None:
        raise NotThere(
            choose(_word(rest), keys, f"{way} has" if way else "there is", most=MOST_SHOWN) or "nothing is included"
        )
    rest, way = rest[len(name) + 1 :], f"{way}.{name}" if way else name
    left = []
    for key, value in node.entries:
        kept = _cut(value, rest, (*path, name), way) if key.text == name else value
        if kept is not None:
            left.append((key, kept))
        elif key.text == CASELESS and path[-1:] == ("registry",):
            return None  # an entry without values is nothing
    return replace(node, entries=left) if left else None


def _from_list(node: Sequence, rest: str, path: Path, way: str) -> Sequence | None:
    names = [_name(item, path) for item in node.items]
    known = list(dict.fromkeys(name for name in names if name))
    same = fold if path[-1] in ENTRIES else str
    name = _longest(known, rest, "[{}]", same)
    if name is None and not known:
        raise NotThere(f"the entries of {way} have no names: take all of {way} away")
    if name is None:
        raise NotThere(choose(_word(rest), [f"[{one}]" for one in known], f"{way} has", most=MOST_SHOWN))
    rest = rest[len(name) + 2 :]
    way = f"{way}[{name}]"
    items = [
        _cut(item, rest, path, way) if one and same(one) == same(name) else item
        for item, one in zip(node.items, names, strict=True)
    ]
    left = [item for item in items if item is not None]
    return replace(node, items=left) if left else None


def _name(item: Node, path: Path) -> str | None:
    """What an entry of a list is called in brackets."""
    if isinstance(item, Scalar):
        return item.text
    keys = ENTRIES.get(path[-1])
    return identity(item, keys) if keys else None


def _longest(names: list[str], rest: str, form: str, same: Callable[[str], str]) -> str | None:
    """The longest name that `rest` begins with, in that form."""
    formed = {form.format(name): name for name in names}
    fits = [one for one in formed if same(rest[: len(one)]) == same(one) and rest[len(one) :][:1] in ("", ".", "[")]
    return formed[max(fits, key=len)] if fits else None


def _word(rest: str) -> str:
    """The first name in `rest`, for a suggestion."""
    found = re.match(r"\[[^\]]*\]|\.?([^.\[]*)", rest)
    return (found[1] or found[0]) if found else rest
