"""`${name}` in the values of a spec: plain substitution from `vars` and `--var name=value`, once, without templating.

A value that is nothing but `${name}`, without quotes, becomes what the variable is (text, number, true/false); inside
quotes or a longer text it is text. `$${` stands for the characters `${`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace

from hvsbuild.spec.declared import SHOWN, Declared, Known
from hvsbuild.spec.diagnostics import Diagnostic, choose, diagnose
from hvsbuild.spec.references import ESCAPE, ESCAPED, NAME, REFERENCE, first_reference, plain
from hvsbuild.spec.source import BREAK, Mapping, Node, Scalar, Sequence, Substituted, integer


@dataclass
class Variables:
    """Puts the variables of a spec into its values, and knows which of them were used."""

    texts: Map[str, str]  # of the files, to place a caret inside a text
    declared: Declared
    diagnostics: list[Diagnostic] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

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
            inside = first_reference(node.text)
            if inside is None:
                return replace(node, text=plain(node.text))
            self.add("HVS022", node, inside, "write the text out", at=inside)
            return Substituted(**vars(node), broken=True)
        if isinstance(node, Sequence):
            return replace(node, items=[self.literal(item) for item in node.items])
        return replace(node, entries=[(key, self.literal(value)) for key, value in node.entries])

    def key(self, key: Scalar) -> Scalar:
        inside = first_reference(key.text)
        if inside:
            self.add("HVS023", key, inside, "write $${ for the characters ${ themselves", at=inside)
        return replace(key, text=plain(key.text))

    def scalar(self, node: Scalar) -> Scalar:
        found = list(REFERENCE.finditer(node.text))
        if not found:
            return node
        values = [self.value(node, one) for one in found]
        if None in values:
            return Substituted(**vars(node), broken=True)
        names = tuple(one[1] for one in found if one[0] != ESCAPE)
        first = values[0] if found[0].start() == 0 and found[0][0] != ESCAPE else None
        begins = node.position.file if first is None else first.at.file if first.at else ""
        if node.plain and len(found) == 1 and found[0][0] == node.text and first:
            return self.typed(node, names[0], first, begins)
        pieces = iter(values)
        text = REFERENCE.sub(lambda _: getattr(next(pieces), "text", ""), node.text)
        return Substituted(text, "str", node.plain, node.position, node.length, names, begins)

    def typed(self, node: Scalar, name: str, known: Known, begins: str) -> Scalar:
        """A value that is one unquoted reference takes the kind of the variable."""
        kind = known.kind
        made = Substituted(known.text, kind, kind != "str", node.position, node.length, (name,), begins)
        if known.at is None and not _fits(made):
            hint = f"--var {name}=… must be {SHOWN.get(kind, 'text')}, as in vars"
            self.add("HVS025", node, f"{name}={known.text}", hint)
            return replace(made, broken=True)
        return made

    def value(self, node: Scalar, found: re.Match[str]) -> Known | None:
        """What one reference stands for; None when it is wrong (and says so)."""
        if found[0] == ESCAPE:
            return Known(ESCAPED, "str", node.position)
        name, known = found[1], self.declared.known
        if not found[2] or not NAME.fullmatch(name):
            self.add("HVS021", node, found[0], "write ${name}; $${ stands for the characters ${", at=found[0])
            return None
        if name not in known:
            hint = choose(name, sorted(known), "known variables")
            self.add("HVS020", node, name, hint or f"add it to vars, or give --var {name}=…", at=found[0])
            return None
        self.used.add(name)
        return None if known[name].broken else known[name]

    def effective(self) -> dict[str, str]:
        """Every variable with its value, --var included."""
        return {name: known.text for name, known in sorted(self.declared.known.items())}

    def check_use(self, root: Mapping) -> None:
        """Variables that nothing refers to: a warning in the spec, an error on the command line. What an included
        file declares may be of use to others."""
        keys, overrides = self.declared.keys, self.declared.overrides
        # Where a reference is wrong, one of these may have been meant: nothing is said then.
        unused = keys.keys() - self.used - overrides.keys() if not self.diagnostics else ()
        for name in unused:
            if keys[name].position.file == root.position.file:
                self.add("HVS027", keys[name], name)
        for name in overrides:
            if name not in keys and name not in self.used:
                section = next((key for key, _ in root.entries if key.text == "vars"), None)
                place = section or (root.entries[0][0] if root.entries else Scalar("", "str", True, root.position, 1))
                self.add("HVS024", place, name, choose(name, sorted(keys), "variables of this spec"))

    def add(self, code: str, node: Scalar, detail: str, hint: str = "", *, at: str = "") -> None:
        """A diagnostic on a scalar, or on the text `at` inside it where it can be found in its first line."""
        position, length = node.position, node.length
        if at:
            lines = BREAK.split(self.texts[position.file])
            line = lines[position.line - 1] if position.line <= len(lines) else ""
            column = line.find(at, position.column - 1, position.column - 1 + length)
            if column >= 0:
                position, length = replace(position, column=column + 1), len(at)
        self.diagnostics.append(diagnose(code, position, detail=detail, hint=hint, length=length))


def _fits(scalar: Scalar) -> bool:
    """Whether an override's text is of the kind that `vars` declares."""
    if scalar.kind == "int":
        return integer(scalar.text) is not None
    return scalar.kind != "bool" or scalar.text in ("true", "false")
