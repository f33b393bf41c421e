"""The values of a spec's variables: what `vars` declares, an item of `for_each` sets, and --var gives.

--var wins over the item, the item over `vars`. What is declared with a type is checked against it, wherever it is from.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field

from pydantic import ValidationError

from hvsbuild.spec.diagnostics import Diagnostic, Position, diagnose, suggestion
from hvsbuild.spec.matrix import EACH, Item, Matrix
from hvsbuild.spec.places import Places
from hvsbuild.spec.references import NAME, plain
from hvsbuild.spec.source import Mapping, Node, Scalar, entries_of
from hvsbuild.spec.vartypes import KINDS, Misfit, Variable, contradictions

SHOWN = {"int": "a whole number", "bool": "true or false", "float": "a number"}


@dataclass(frozen=True)
class Known:
    """A variable: its text, the kind of YAML value that it is, and where it is written (None: on the command line).
    `broken` when it has no value that can be used, which is said where it is declared."""

    text: str
    kind: str
    at: Position | None
    broken: bool = False


@dataclass
class Declared:
    """All variables by name; `keys` is where they are declared in the files."""

    overrides: Map[str, str]
    set_by_items: set[str]
    known: dict[str, Known] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def take(self, key: Scalar, node: Node, own: Scalar | None) -> None:
        """A variable of `vars`, and the value that the item sets."""
        name = key.text
        if not isinstance(node, Scalar | Mapping):
            self.add("HVS028", key, name, "write text, a number, true or false; or a mapping with type:")
            self.known[name] = Known("", "str", None, broken=True)
            return
        self.keys[name] = key
        if isinstance(node, Mapping):
            rule = _rule(node)
            default = next((value for inner, value in node.entries if inner.text == "default"), None)
            wrong = list(contradictions(rule, node)) if rule else []
            for code, at, detail, hint in wrong:
                self.add(code, at, detail, hint)
            usable = rule is not None and not wrong
            self.known[name] = Known("", "str", None, broken=True)
            if rule and usable:
                self.typed(key, rule, default if isinstance(default, Scalar) else None, own)
        else:
            self.plain(key, node, own)

    def typed(self, key: Scalar, rule: Variable, default: Scalar | None, own: Scalar | None) -> None:
        """A variable with a type."""
        name, kind = key.text, KINDS[rule.type]
        for scalar in (default, own):
            if scalar is None:
                continue
            try:
                text = plain(rule.written(scalar))
                rule.given(text)
            except Misfit as error:
                self.add("HVS036", scalar, scalar.text, _told(name, rule, scalar.text, str(error)))
                self.known[name] = Known("", kind, scalar.position, broken=True)
            else:
                self.known[name] = Known(text, kind, scalar.position)
        if name in self.overrides:
            text = self.overrides[name]
            try:
                rule.given(text)
            except Misfit as error:
                hint = _told(f"--var {name}=…", rule, text, str(error))
                self.add("HVS037", key, f"{name}={text}", hint)
                self.known[name] = Known("", kind, None, broken=True)
            else:
                self.known[name] = Known(text, kind, None)
        elif default is None and own is None and name not in self.set_by_items:
            what = f"{name} ({rule.description})" if rule.description else name
            self.add("HVS035", key, what, f"give --var {name}=…, {rule.takes()}")

    def plain(self, key: Scalar, value: Scalar, own: Scalar | None) -> None:
        """A variable without a type: its value in `vars` shows which kind it is."""
        name, chosen = key.text, own or value
        if own and "null" not in (own.kind, value.kind) and own.kind != value.kind:
            self.add("HVS036", own, own.text, f"{name} is {SHOWN.get(value.kind, 'text')} in vars")
            self.known[name] = Known("", value.kind, own.position, broken=True)
        elif name in self.overrides:
            self.known[name] = Known(self.overrides[name], value.kind, None)
        else:
            self.known[name] = Known(plain(chosen.text), value.kind, chosen.position)

    def add(self, code: str, at: Scalar, detail: str, hint: str = "") -> None:
        self.diagnostics.append(diagnose(code, at.position, detail=detail, hint=hint, length=at.length))


def declare(root: Mapping, matrix: Matrix, item: Item | None, overrides: Map[str, str]) -> Declared:
    """All variables of a composed spec, for one of its items when it has some."""
    found = Declared(overrides, matrix.names)
    set_here = {key.text: (key, value) for key, value in item.values} if item else {}
    for key, node in entries_of(root, "vars"):
        if not NAME.fullmatch(key.text):
            found.add("HVS026", key, key.text)
        else:
            found.take(key, node, set_here[key.text][1] if key.text in set_here else None)
    for name, (key, value) in set_here.items():
        if not NAME.fullmatch(name):
            found.add("HVS026", key, name)
        elif name not in found.keys:
            found.keys[name] = key
            found.known[name] = Known(plain(value.text), value.kind, value.position)
    for name, text in overrides.items():
        if name not in found.keys:
            found.known[name] = Known(text, "str", None)
        elif not found.known[name].broken and found.keys[name].text in set_here:
            found.known[name] = Known(text, found.known[name].kind, None)
    for name in matrix.names - found.known.keys():
        found.known[name] = Known("", "str", None, broken=True)  # another item sets it; this one must, too
    if item and matrix.key:
        if EACH in found.keys or EACH in overrides:
            found.add("HVS043", found.keys.get(EACH, matrix.key), EACH, "it is the name of the item; use another name")
        found.known[EACH] = Known(item.name, "str", item.at.position)
    return found


def _rule(node: Mapping) -> Variable | None:
    """The type of a variable; None when it is not written as it must be, which the model of the spec says."""
    try:
        return Variable.model_validate(Places().data(node))
    except ValidationError:
        return None


def _told(name: str, rule: Variable, text: str, more: str) -> str:
    near = suggestion(text, [str(one) for one in rule.choices or ()])
    return "; ".join(part for part in (f"{name} takes {rule.takes()}", near or more) if part)
