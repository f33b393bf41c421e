"""`for_each:` one file that is several specs, one for each item.

    for_each: [site-a, site-b]                       ${each} is site-a in the first spec, site-b in the second
    for_each: {site-a: {serial: "4C53"}, site-b: …}  and ${serial} is what the item says

A spec's name is NAME-ITEM, unless its `name:` refers to ${each} or to a variable that the items set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from hvsbuild.spec.diagnostics import Diagnostic, choose, diagnose, listing
from hvsbuild.spec.kinds import DEVICE_NAME, NAME_PATTERN
from hvsbuild.spec.pile import not_text
from hvsbuild.spec.references import first_reference
from hvsbuild.spec.source import Mapping, Node, Scalar, Sequence, Substituted, entries_of, variables_of

EACH = "each"
KEY = "for_each"
MOST_SHOWN = 12  # items in a hint


@dataclass(frozen=True)
class Item:
    """One item: its name, where it stands, and the variables that it sets."""

    name: str
    at: Scalar
    values: tuple[tuple[Scalar, Scalar], ...] = ()

    @property
    def names(self) -> set[str]:
        return {key.text for key, _ in self.values}


@dataclass(frozen=True)
class Matrix:
    """All items; none when the spec has no `for_each`, whose key is `key`."""

    key: Scalar | None
    items: tuple[Item, ...]
    diagnostics: list[Diagnostic]

    @property
    def names(self) -> set[str]:
        """The variables that any item sets."""
        return {name for item in self.items for name in item.names}

    def item(self, name: str) -> Item | None:
        """The item of that name."""
        return next((item for item in self.items if item.name == name), None)

    def named(self, root: Mapping, item: Item) -> Mapping:
        """The tree of an item with the item's name behind the spec's, unless something of the item is in it."""
        own = {EACH, *self.names}
        entries = [
            (key, _with(value, item) if key.text == "name" and not own & {*variables_of(value)} else value)
            for key, value in root.entries
        ]
        return replace(root, entries=entries)

    def same_names(self, names: Iterable[str]) -> Iterator[Diagnostic]:
        """Specs of different items have different names."""
        seen: dict[str, Item] = {}
        for item, name in zip(self.items, names, strict=True):
            first = seen.setdefault(name.lower(), item) if name else item
            if first is not item and first.name.lower() != item.name.lower():
                hint = f"put ${{{EACH}}} into name:, or leave all variables out of it: then the item follows it"
                detail = f"{item.name} and {first.name} are both named {name}"
                yield diagnose("HVS044", item.at.position, detail=detail, hint=hint, length=item.at.length)

    def missing(self, name: str | None, root: Mapping) -> Diagnostic:
        """What is said when no item is asked for, or one that is not there."""
        names = [item.name for item in self.items]
        at = self.key or (root.entries[0][0] if root.entries else root)
        if name is None:
            code, detail, hint = (
                "HVS040",
                "",
                f"say which one: --each {names[0]}; there are {listing(names, MOST_SHOWN)}",
            )
        else:
            hint = choose(name, names, "items", most=MOST_SHOWN) or "it has no for_each: leave --each out"
            code, detail = "HVS041", name
        return diagnose(code, at.position, detail=detail, hint=hint, length=at.length)


def of_items(said: list[tuple[str, list[Diagnostic]]]) -> list[Diagnostic]:
    """What was said of each item, each once; what is not said of all says of which."""
    found: dict[Diagnostic, list[str]] = {}
    for name, diagnostics in said:
        for one in diagnostics:
            found.setdefault(one, []).append(name)
    return [one if len(names) == len(said) else _in(one, names) for one, names in found.items()]


def _in(found: Diagnostic, names: list[str]) -> Diagnostic:
    where = f"in {listing(names, MOST_SHOWN)}"
    return replace(found, hint=f"{found.hint}; {where}" if found.hint else where)


def matrix_of(root: Mapping, given: Iterable[str]) -> Matrix:
    """The items of a composed spec; `given` are the variables that --var sets."""
    found = next(((key, value) for key, value in root.entries if key.text == KEY), None)
    if found is None:
        return Matrix(None, (), [])
    key, value = found
    wrong: list[Diagnostic] = []
    items = tuple(_items(key, value, wrong))
    matrix = Matrix(key, items, wrong)
    wrong += _twice(items)
    wrong += _lacking(matrix, {*given, *_with_value(root)})
    return matrix


def _with(name: Node, item: Item) -> Node:
    if not isinstance(name, Scalar) or (isinstance(name, Substituted) and name.broken):
        return name
    text, names = f"{name.text}-{item.name}", (*variables_of(name), EACH)
    return Substituted(text, "str", name.plain, name.position, name.length, names, name.position.file)


def _items(key: Scalar, value: Node, wrong: list[Diagnostic]) -> Iterator[Item]:
    if isinstance(value, Scalar) or not (value.items if isinstance(value, Sequence) else value.entries):
        at, code = (value, "HVS106") if isinstance(value, Scalar) else (key, "HVS117")
        hint = "write [site-a, site-b], or a mapping of names"
        wrong.append(diagnose(code, at.position, hint=hint, length=at.length))
        return
    pairs = [(item, None) for item in value.items] if isinstance(value, Sequence) else value.entries
    for name, values in pairs:
        if not isinstance(name, Scalar) or name.kind != "str":
            wrong.append(not_text(name, key))
        elif _is_name(name, wrong):
            yield Item(name.text, name, tuple(_values(name, values, wrong)))


def _is_name(name: Scalar, wrong: list[Diagnostic]) -> bool:
    text, code, hint = name.text, "", ""
    if "${" in text:
        code, hint = "HVS034", "items are known before variables: write the name out"
    elif not re.fullmatch(NAME_PATTERN, text):
        code, hint = "HVS045", "up to 64 letters, digits, . _ and -, beginning with a letter or digit"
    elif text.endswith(".") or DEVICE_NAME.fullmatch(text):
        code, hint = "HVS045", "Windows cannot have a folder of this name"
    if code:
        wrong.append(diagnose(code, name.position, detail=text, hint=hint, length=name.length))
    return not code


def _values(item: Scalar, values: Node | None, wrong: list[Diagnostic]) -> Iterator[tuple[Scalar, Scalar]]:
    """The variables of one item."""
    if values is None:
        return
    if not isinstance(values, Mapping):
        hint = f"write {item.text}: {{name: value}}, or a list of names alone"
        wrong.append(diagnose("HVS107", item.position, hint=hint, length=item.length))
        return
    for key, value in values.entries:
        if not isinstance(value, Scalar):
            wrong.append(diagnose("HVS028", key.position, detail=key.text, length=key.length))
        elif value.kind == "null":
            wrong.append(diagnose("HVS011", key.position, hint="write a value, or delete the line", length=key.length))
        elif inside := first_reference(value.text):
            hint = "write the text out"
            wrong.append(diagnose("HVS022", value.position, detail=inside, hint=hint, length=value.length))
        else:
            yield key, value


def _twice(items: tuple[Item, ...]) -> Iterator[Diagnostic]:
    """Items are folders: their names differ, also without upper and lower case."""
    seen: dict[str, Item] = {}
    for item in items:
        first = seen.setdefault(item.name.lower(), item)
        if first is not item:
            hint = f"it was given before, in {first.at.position.file}:{first.at.position.line}"
            yield diagnose("HVS044", item.at.position, detail=item.name, hint=hint, length=item.at.length)


def _lacking(matrix: Matrix, valued: set[str]) -> Iterator[Diagnostic]:
    """What one item sets, every item sets, or vars has a value for it."""
    for item in matrix.items:
        for name in sorted(matrix.names - item.names - valued):
            hint = f"add {name}: … to {item.name}, or give it a value in vars"
            detail = f"{item.name} has no {name}"
            yield diagnose("HVS042", item.at.position, detail=detail, hint=hint, length=item.at.length)


def _with_value(root: Mapping) -> set[str]:
    """The variables that have a value in `vars`."""
    return {
        key.text
        for key, value in entries_of(root, "vars")
        if isinstance(value, Scalar) or any(inner.text == "default" for inner, _ in entries_of(value))
    }
