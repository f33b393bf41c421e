"""From the tree to plain data for the models, with a map from every path in the data back to its place in its file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hvsbuild.spec.diagnostics import Diagnostic, Position, diagnose
from hvsbuild.spec.source import Mapping, Node, Scalar, Substituted, integer, variables_of

Loc = tuple[str | int, ...]


class Broken:
    """Stands for a value that already has a diagnostic; models refuse it, and that refusal is not reported again."""

    def __repr__(self) -> str:
        return "<broken>"


BROKEN = Broken()


@dataclass(frozen=True)
class Place:
    """Where a value is: the span of its key (of a list item: of its beginning) and its own, and the node."""

    key: tuple[Position, int]
    value: tuple[Position, int]
    node: Node


@dataclass
class Places:
    """The places of all values of one spec, by path: `("vhd", "size")`, `("registry", 0, "key")`, `()` is the whole."""

    by_loc: dict[Loc, Place] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def data(self, root: Mapping, file: Mapping | None = None) -> Any:
        """Plain data for the models: dict, tuple, str, int, bool, float. What is missing at the top is said at the
        beginning of `file`."""
        top = file or root
        start = top.entries[0][0] if top.entries else top
        return self.plain(root, (), (start.position, start.length))

    def plain(self, node: Node, loc: Loc, key: tuple[Position, int]) -> Any:
        self.by_loc[loc] = Place(key, (node.position, node.length), node)
        if isinstance(node, Scalar):
            return self.natural(node, key)
        if isinstance(node, Mapping):
            return {k.text: self.plain(v, (*loc, k.text), (k.position, k.length)) for k, v in node.entries}
        return tuple(self.plain(item, (*loc, number), _start(item)) for number, item in enumerate(node.items))

    def natural(self, scalar: Scalar, key: tuple[Position, int]) -> Any:
        """The value that YAML means, or BROKEN with a diagnostic."""
        if isinstance(scalar, Substituted) and scalar.broken:
            return BROKEN
        if scalar.kind == "null":
            self.diagnostics.append(diagnose("HVS011", key[0], length=key[1], hint="write a value, or delete the line"))
            return BROKEN
        if scalar.kind == "bool":
            return scalar.text.lower() in ("yes", "true", "on")
        if scalar.kind == "float":
            return _number(scalar.text)
        if scalar.kind == "int":
            number = integer(scalar.text)
            if number is None:
                hint = f'for text write "{scalar.text}", for a number plain decimal digits or 0x…'
                position, length = scalar.position, scalar.length
                self.diagnostics.append(diagnose("HVS008", position, detail=scalar.text, hint=hint, length=length))
                return BROKEN
            return number
        return scalar.text

    def nearest(self, loc: Loc) -> Place:
        """The place of a path, or of the nearest part around it that is in the file."""
        while loc not in self.by_loc and loc:
            loc = loc[:-1]
        return self.by_loc[loc]

    def key_span(self, loc: Loc) -> tuple[Position, int]:
        return self.nearest(loc).key

    def value_span(self, loc: Loc) -> tuple[Position, int]:
        """The value's span when it is a single value; of a block, its key's."""
        place = self.nearest(loc)
        return place.value if isinstance(place.node, Scalar) else place.key

    def raw(self, loc: Loc) -> str:
        """The text of a single value as it stands in the file, without quotes; else an empty text."""
        node = self.by_loc[loc].node if loc in self.by_loc else None
        return node.text if isinstance(node, Scalar) else ""

    def variables(self, loc: Loc) -> tuple[str, ...]:
        """The variables that were put into a value."""
        return variables_of(self.by_loc[loc].node) if loc in self.by_loc else ()


def _start(item: Node) -> tuple[Position, int]:
    """The beginning of a list item: its first key, or itself."""
    if isinstance(item, Mapping) and item.entries:
        key = item.entries[0][0]
        return key.position, key.length
    return item.position, item.length


def _number(text: str) -> float | str:
    """A YAML 1.1 float; the odd spellings (1:30.5, .inf, 1_0.5) stay text."""
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return text
