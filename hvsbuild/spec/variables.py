"""`${name}` in the values of a spec: plain substitution from `vars` and `--var name=value`, once, without templating.

A value that is nothing but `${name}`, without quotes, becomes what the variable is (text, number, true/false); inside
quotes or a longer text it is text. `$${` stands for the characters `${`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace

from hvsbuild.spec.diagnostics import Diagnostic, choose, diagnose
from hvsbuild.spec.source import Mapping, Node, Scalar, Sequence, integer

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_REFERENCE = re.compile(r"\$\$\{|\$\{([^}\n]*)(\}?)")
_SHOWN = {"int": "a whole number", "bool": "true or false", "float": "a number"}


@dataclass(frozen=True)
class Substituted(Scalar):
    """A scalar after substitution. `override` when it begins with a --var value; `broken` when it could not be made."""

    override: bool = False
    broken: bool = False


@dataclass
class Variables:
    """The variables of a spec, `vars` under `overrides`, and which of them were used."""

    lines: list[str]  # of the spec, to place a caret inside a text
    declared: dict[str, tuple[Scalar, Scalar]] = field(default_factory=dict)  # name -> key, value
    overrides: Map[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def declare(self, root: Mapping) -> None:
        """Take `vars` from the spec."""
        section = next((value for key, value in root.entries if key.text == "vars"), None)
        for key, value in section.entries if isinstance(section, Mapping) else ():
            if not NAME.fullmatch(key.text):
                self.add("HVS026", key, key.text)
            elif isinstance(value, Scalar):
                self.declared[key.text] = (key, value)
            else:
                self.add("HVS028", replace(key), key.text)

    def resolve(self, root: Mapping) -> Mapping:
        """The tree with every reference replaced; in `vars` none is allowed."""
        entries = [
            (self.key(key), self.literal(value) if key.text == "vars" else self.node(value))
            for key, value in root.entries
        ]
        self.check_use(root)
        return Mapping(entries, root.position, root.length)

    def node(self, node: Node) -> Node:
        if isinstance(node, Scalar):
            return self.scalar(node)
        if isinstance(node, Sequence):
            return replace(node, items=[self.node(item) for item in node.items])
        return replace(node, entries=[(self.key(key), self.node(value)) for key, value in node.entries])

    def literal(self, node: Node) -> Node:
        """A value of `vars`: only the escape means something."""
        if isinstance(node, Scalar):
            inside = next((found for found in _REFERENCE.finditer(node.text) if found[0] != "$${"), None)
            if inside is None:
                return replace(node, text=node.text.replace("$${", "${"))
            self.add("HVS022", node, inside[0], "write the text out", at=inside[0])
            return Substituted(**vars(node), broken=True)
        if isinstance(node, Sequence):
            return replace(node, items=[self.literal(item) for item in node.items])
        return replace(node, entries=[(key, self.literal(value)) for key, value in node.entries])

    def key(self, key: Scalar) -> Scalar:
        inside = next((found for found in _REFERENCE.finditer(key.text) if found[0] != "$${"), None)
        if inside:
            self.add("HVS023", key, inside[0], "write $${ for the characters ${ themselves", at=inside[0])
        return replace(key, text=key.text.replace("$${", "${"))

    def scalar(self, node: Scalar) -> Scalar:
        found = list(_REFERENCE.finditer(node.text))
        if not found:
            return node
        values = [self.value(node, one) for one in found]
        if None in values:
            return Substituted(**vars(node), broken=True)
        if node.plain and len(found) == 1 and found[0][0] == node.text and found[0][0] != "$${":
            return self.typed(node, found[0][1])
        pieces = iter(values)
        text = _REFERENCE.sub(lambda _: str(next(pieces)), node.text)
        override = found[0].start() == 0 and found[0][1] in self.overrides
        return Substituted(text, "str", node.plain, node.position, node.length, override)

    def typed(self, node: Scalar, name: str) -> Scalar:
        """A value that is one unquoted reference takes the kind of the variable in `vars`."""
        declared = self.declared.get(name)
        kind = declared[1].kind if declared else "str"
        text = self.text_of(name)
        made = Substituted(text, kind, kind != "str", node.position, node.length, name in self.overrides)
        if name in self.overrides and not _fits(made):
            hint = f"--var {name}=… must be {_SHOWN.get(kind, 'text')}, as in vars"
            self.add("HVS025", node, f"{name}={text}", hint)
            return replace(made, broken=True)
        return made

    def value(self, node: Scalar, found: re.Match[str]) -> str | None:
        """What one reference stands for; None when it is wrong (and says so)."""
        if found[0] == "$${":
            return "${"
        name = found[1]
        if not found[2] or not NAME.fullmatch(name):
            self.add("HVS021", node, found[0], "write ${name}; $${ stands for the characters ${", at=found[0])
            return None
        if name not in self.declared and name not in self.overrides:
            hint = choose(name, sorted({*self.declared, *self.overrides}), "known variables")
            self.add("HVS020", node, name, hint or f"add it to vars, or give --var {name}=…", at=found[0])
            return None
        self.used.add(name)
        return self.text_of(name)

    def text_of(self, name: str) -> str:
        if name in self.overrides:
            return self.overrides[name]
        return self.declared[name][1].text.replace("$${", "${")

    def effective(self) -> dict[str, str]:
        """Every variable with its value, --var included."""
        return {name: self.text_of(name) for name in sorted({*self.declared, *self.overrides})}

    def check_use(self, root: Mapping) -> None:
        """Variables that nothing refers to: a warning in the spec, an error on the command line."""
        # Where a reference is wrong, one of these may have been meant: nothing is said then.
        unused = self.declared.keys() - self.used - self.overrides.keys() if not self.diagnostics else ()
        for name in unused:
            self.add("HVS027", self.declared[name][0], name)
        for name in self.overrides:
            if name not in self.declared and name not in self.used:
                section = next((key for key, _ in root.entries if key.text == "vars"), None)
                place = section or (root.entries[0][0] if root.entries else Scalar("", "str", True, root.position, 1))
                self.add("HVS024", place, name, choose(name, sorted(self.declared), "variables of this spec"))

    def add(self, code: str, node: Scalar, detail: str, hint: str = "", *, at: str = "") -> None:
        """A diagnostic on a scalar, or on the text `at` inside it where it can be found in its first line."""
        position, length = node.position, node.length
        line = self.lines[position.line - 1] if position.line <= len(self.lines) else ""
        column = line.find(at, position.column - 1, position.column - 1 + length) if at else -1
        if column >= 0:
            position, length = replace(position, column=column + 1), len(at)
        self.diagnostics.append(diagnose(code, position, detail=detail, hint=hint, length=length))


def _fits(scalar: Scalar) -> bool:
    """Whether an override's text is of the kind that `vars` declares."""
    if scalar.kind == "int":
        return integer(scalar) is not None
    return scalar.kind != "bool" or scalar.text in ("true", "false")
