"""YAML as a tree in which every key and value knows its file, line and column.

The tree is composed from the parser's events (libyaml's, when PyYAML has it), with a limit on depth and size: neither
deep nesting nor a bomb of aliases can hurt. YAML 1.1's surprises are kept visible: a scalar keeps its own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from hvsbuild.spec.diagnostics import Diagnostic, Position, SpecErrors, diagnose
from hvsbuild.spec.yaml_hints import yaml_hint

DEEPEST, LARGEST_TREE, LARGEST_FILE = 24, 100_000, 4 * 1024 * 1024  # levels, nodes with aliases written out, bytes
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,19}|0x[0-9a-fA-F]{1,16})")
BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # YAML 1.1 section 4.2
_ILLEGAL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Scalar:
    """A single value: its text and what YAML 1.1 takes it for; `plain` when it is written without quotes."""

    text: str
    kind: str  # str int float bool null
    plain: bool
    position: Position
    length: int


@dataclass(frozen=True)
class Substituted(Scalar):
    """A scalar after substitution: `variables` are those in it; `begins` is the file in which its beginning is
    written, "" the command line. `broken` when it could not be made."""

    variables: tuple[str, ...] = ()
    begins: str = ""
    broken: bool = False


@dataclass(frozen=True)
class Sequence:
    items: list[Node]
    position: Position
    length: int


@dataclass(frozen=True)
class Mapping:
    entries: list[tuple[Scalar, Node]]
    position: Position
    length: int


Node = Scalar | Sequence | Mapping


@dataclass
class Composer:
    """Builds the tree of one file; what is wrong but does not hide the rest is collected in `diagnostics`."""

    file: str
    text: str
    diagnostics: list[Diagnostic] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)  # nodes below an anchor, aliases written out
    depth: int = 0
    nodes: int = 0

    def __post_init__(self) -> None:
        self.lines = BREAK.split(self.text)

    def compose(self) -> Mapping:
        """The one mapping that the file is. Raises SpecErrors when there is none, or no valid YAML."""
        self.check_characters()
        self.parser = _LOADER(self.text)
        try:
            root = self.document()
        except yaml.YAMLError as error:
            raise SpecErrors([self.syntax(error)], {self.file: self.text}) from None
        finally:
            self.parser.dispose()
        if not isinstance(root, Mapping):
            where = root.position if root else Position(self.file, 1, 1)
            found = {Scalar: "this is a single text", Sequence: "this is a list"}.get(type(root), "this file is empty")
            wrong = diagnose("HVS005", where, detail=found, hint="begin with: spec: hvsbuild/v1")
            raise SpecErrors([wrong], {self.file: self.text})
        return root

    def check_characters(self) -> None:
        bad = _ILLEGAL.search(self.text)
        if bad:
            before = BREAK.split(self.text[: bad.start()])
            where = Position(self.file, len(before), len(before[-1]) + 1)
            raise SpecErrors([diagnose("HVS003", where, detail=f"U+{ord(bad[0]):04X}")], {self.file: self.text})

    def document(self) -> Node | None:
        event = self.next()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = self.next()
        root = None if isinstance(event, yaml.StreamEndEvent) else self.node(event)
        while not isinstance(event, yaml.StreamEndEvent):
            event = self.next()
            if isinstance(event, yaml.DocumentStartEvent):
                raise self.stop("HVS005", event, "a second document begins here", "keep one document in a file")
        return root

    def next(self) -> Any:
        return self.parser.get_event()

    def node(self, event: Any) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        self.count(event, 1)
        before = self.nodes
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.stop("HVS009", event, f"more than {DEEPEST} levels of nesting")
        self.check_tag(event)
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = self.scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Sequence(list(self.items(yaml.SequenceEndEvent)), *self.span(event))
        else:
            node = Mapping(list(self.entries()), *self.span(event))
        self.depth -= 1
        if event.anchor:
            self.anchors[event.anchor] = node
            self.sizes[id(node)] = self.nodes - before + 1
        return node

    def alias(self, event: Any) -> Node:
        # An anchor is known when its node is complete, so that a node cannot contain itself.
        node = self.anchors.get(event.anchor)
        if node is None:
            raise self.stop("HVS004", event, f"there is no complete anchor &{event.anchor} before this alias")
        self.count(event, self.sizes[id(node)])
        return node

    def count(self, event: Any, more: int) -> None:
        self.nodes += more
        if self.nodes > LARGEST_TREE:
            raise self.stop("HVS009", event, f"more than {LARGEST_TREE} values, with the aliases written out")

    def items(self, end: type[yaml.Event]) -> Iterator[Node]:
        while not isinstance(event := self.next(), end):
            yield self.node(event)

    def entries(self) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, Scalar] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key, value = self.node(event), self.node(self.next())
            if not isinstance(key, Scalar):
                self.add("HVS010", key, "this key is a list or a mapping")
            elif key.plain and key.text == "<<":
                self.add("HVS007", key, "<<", "write the keys out, or use an alias for a whole value")
            elif key.text in seen:
                first = seen[key.text].position
                self.add("HVS006", key, key.text, f"it was given before, in line {first.line}")
            else:
                seen[key.text] = key
                yield key, value

    def scalar(self, event: Any) -> Scalar:
        tag = event.tag or self.parser.resolve(yaml.ScalarNode, event.value, event.implicit)
        kind = tag.removeprefix(_CORE)
        if kind not in ("str", "int", "float", "bool", "null"):
            kind = "str"  # a date, or the = and << of YAML 1.1, is text here
        # libyaml says '' for plain, PyYAML's own parser None.
        return Scalar(event.value, kind, not event.style and event.implicit[0], *self.span(event))

    def check_tag(self, event: Any) -> None:
        if event.tag and event.tag != f"{_CORE}str" and event.tag != "!":
            position, length = self.span(event)
            self.diagnostics.append(
                diagnose("HVS007", position, detail=event.tag, hint="leave the tag out", length=length)
            )

    def span(self, event: Any) -> tuple[Position, int]:
        """Where the event begins, and how many characters of that line it takes."""
        start, end = event.start_mark, event.end_mark
        last = end.column if end.line == start.line else len(self.lines[start.line])
        return Position(self.file, start.line + 1, start.column + 1), last - start.column

    def add(self, code: str, node: Node, detail: str, hint: str = "") -> None:
        self.diagnostics.append(diagnose(code, node.position, detail=detail, hint=hint, length=node.length))

    def stop(self, code: str, event: Any, detail: str, hint: str = "") -> SpecErrors:
        position, length = self.span(event)
        return SpecErrors([diagnose(code, position, detail=detail, hint=hint, length=length)], {self.file: self.text})

    def syntax(self, error: yaml.YAMLError) -> Diagnostic:
        """The parser's own complaint; what is not closed is shown where it was opened."""
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed")
        mark, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
        unclosed = "end of stream" in problem or "expected ',' or" in problem
        if opened and (mark is None or (unclosed and mark.line > opened.line)):
            mark = opened
        line, column = (mark.line, mark.column) if mark else (0, 0)
        here = self.lines[line] if line < len(self.lines) else ""
        hint = yaml_hint(problem, here, column)
        return diagnose("HVS004", Position(self.file, line + 1, column + 1), detail=problem, hint=hint)


def entries_of(node: Node, key: str | None = None) -> list[tuple[Scalar, Node]]:
    """The entries of a mapping, or of the mapping at a key of it; none when there is no such mapping."""
    if key is None or not isinstance(node, Mapping):
        return node.entries if isinstance(node, Mapping) else []
    return next((entries_of(value) for name, value in node.entries if name.text == key), [])


def variables_of(node: Node) -> tuple[str, ...]:
    """The variables that were put into a value."""
    return node.variables if isinstance(node, Substituted) else ()


def integer(text: str) -> int | None:
    """The number, when every YAML reader sees the same one; None for 017, 1:30, 1_000, 0b1."""
    return int(text, 0) if _INTEGER.fullmatch(text) else None
