"""A spec as it is meant: after its files, items and variables, with its defaults; each value with where it is from.

The text is a spec again, of one file and without variables. Saved beside the spec it means the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel

from hvsbuild.spec.composition import Composition
from hvsbuild.spec.load import LoadedSpec
from hvsbuild.spec.paths import beside, is_path
from hvsbuild.spec.places import Loc
from hvsbuild.spec.references import ESCAPE, ESCAPED
from hvsbuild.spec.source import Mapping, Node, Scalar, Sequence, integer, variables_of
from hvsbuild.spec.units import SizeRange

DEFAULT = "default"
FIRST = ("spec", "name", "os")  # the keys that say what it is, in whichever file they stand
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+")  # YAML 1.2, section 10.3.2
_COLUMN = 44  # where the origins stand, after all but long lines


@dataclass(frozen=True)
class Value:
    """One value: its path, itself as plain data, as it is written in YAML, and its origin: `file:line`, `--var name`,
    `default`. A mapping or list that is empty is a value, too."""

    loc: Loc
    data: Any
    text: str
    origin: str


def values(loaded: LoadedSpec) -> list[Value]:
    """All values in the order in which they are written, the defaults of a section after them."""
    root = loaded.places.by_loc[()].node
    assert isinstance(root, Mapping)
    own = [(key, value) for key, value in root.entries if key.text not in Composition.model_fields]
    own.sort(key=lambda entry: (*FIRST, entry[0].text).index(entry[0].text))
    return list(_Walk(loaded).mapping(Mapping(own, root.position, root.length), loaded.spec, ()))


@dataclass(frozen=True)
class _Walk:
    loaded: LoadedSpec

    def node(self, node: Node, model: Any, loc: Loc) -> Iterator[Value]:
        """The values of a part that is written; `model` is what became of it, which knows the defaults."""
        if isinstance(node, Mapping):
            yield from self.mapping(node, model, loc)
        elif isinstance(node, Sequence):
            models = model if isinstance(model, tuple) and len(model) == len(node.items) else (None,) * len(node.items)
            if not node.items:
                yield Value(loc, [], "[]", self.origin(node))
            for number, item in enumerate(node.items):
                yield from self.node(item, models[number], (*loc, number))
        else:
            yield Value(loc, *self.scalar(node, loc), self.origin(node))

    def mapping(self, node: Mapping, model: Any, loc: Loc) -> Iterator[Value]:
        defaults = list(self.defaults(model, {key.text for key, _ in node.entries}, loc))
        if not (node.entries or defaults):
            yield Value(loc, {}, "{}", self.origin(node))
        for key, value in node.entries:
            inner = model.get(key.text) if isinstance(model, dict) else _fields(model).get(key.text)
            yield from self.node(value, inner, (*loc, key.text))
        yield from defaults

    def defaults(self, model: Any, given: set[str], loc: Loc) -> Iterator[Value]:
        """What is not written in a section and has a value all the same."""
        for name, value in _fields(model).items():
            if name in given or (not loc and name in Composition.model_fields):
                continue
            if isinstance(value, BaseModel):
                yield from self.defaults(value, set(), (*loc, name))
            elif isinstance(value, str | int | SizeRange):
                data = value if isinstance(value, str | int) else str(value)
                yield Value((*loc, name), data, quoted(data) if isinstance(data, str) else _word(data), DEFAULT)

    def scalar(self, node: Scalar, loc: Loc) -> tuple[Any, str]:
        """A single value as data and as YAML; a path of --var is made relative to the spec's folder."""
        if is_path(node, tuple(step for step in loc if isinstance(step, str))):
            node = beside(node, self.loaded.path)
        data = self.loaded.places.natural(node, (node.position, node.length))
        if node.kind == "int":
            return integer(node.text), node.text
        return data, quoted(data) if isinstance(data, str) else _word(data)

    def origin(self, node: Node) -> str:
        """`base.yaml:12`; with a variable `--var wim -> base.yaml:12`, of one in the same file `base.yaml:3 -> :12`."""
        file, line = node.position.file, node.position.line
        froms = dict.fromkeys(origin_of(self.loaded, name) for name in variables_of(node))
        near = bool(froms) and all(one.startswith(f"{file}:") for one in froms)
        return f"{', '.join(froms)} -> {'' if near else file}:{line}" if froms else f"{file}:{line}"


def _fields(model: Any) -> dict[str, Any]:
    """The values of a section by their keys in the spec."""
    fields = type(model).model_fields.items() if isinstance(model, BaseModel) else ()
    return {field.alias or name: getattr(model, name) for name, field in fields}


def origin_of(loaded: LoadedSpec, variable: str) -> str:
    """Where a variable's value is from: `--var wim`, `base.yaml:4`."""
    at = loaded.known[variable].at
    return f"{at.file}:{at.line}" if at else f"--var {variable}"


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def quoted(text: str) -> str:
    """A text in YAML, in quotes where it needs them; nothing in it is a reference."""
    escaped, style = text.replace(ESCAPED, ESCAPE), '"' if _NUMBER.fullmatch(text) else None
    dumped = yaml.safe_dump([escaped], width=10**9, allow_unicode=True, default_flow_style=True, default_style=style)
    return str(dumped).strip()[1:-1]


# --- as text ---


def as_yaml(loaded: LoadedSpec) -> Iterator[tuple[str, str]]:
    """The lines of the resolved spec, each with a comment, or an empty one."""
    files = list(loaded.texts)
    yield "", f"# {loaded.path} as it is meant{f', for {loaded.each}' if loaded.each else ''}"
    if len(files) > 1:
        yield "", f"# its files, each laid upon those before it: {', '.join(files)}"
    for line, origin in _lines(values(loaded)):
        yield (line.ljust(_COLUMN - 2) + "  ", f"# {origin}") if origin else (line, "")


def _lines(found: Iterable[Value]) -> Iterator[tuple[str, str]]:
    """Block YAML: two blanks a level; a line that only opens a part has no origin."""
    before: Loc = ()
    for value in found:
        head = ""
        for depth in range(_shared(before, value.loc), len(value.loc)):
            step, last = value.loc[depth], depth == len(value.loc) - 1
            head = head or "  " * depth
            if isinstance(step, int):
                head += "- "
                if last:
                    yield head + value.text, value.origin
            else:
                yield f"{head}{quoted(step)}:{f' {value.text}' if last else ''}", value.origin if last else ""
                head = ""
        before = value.loc


def _shared(one: Loc, other: Loc) -> int:
    """How many steps two paths have in common."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def as_data(found: Iterable[Value]) -> dict[str, Any]:
    """The values as one tree."""
    root: dict[str, Any] = {}
    for value in found:
        here: Any = root
        for step, below in zip(value.loc, [*value.loc[1:], None], strict=True):
            inner = value.data if below is None else [] if isinstance(below, int) else {}
            if isinstance(step, str):
                here = here.setdefault(step, inner)
            else:
                if step == len(here):
                    here.append(inner)
                here = here[step]
    return root
