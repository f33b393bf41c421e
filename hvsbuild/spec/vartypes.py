"""`vars:` with types: what a variable takes, and whether a value is of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from hvsbuild.spec.kinds import Section, Text, refuse
from hvsbuild.spec.source import Mapping, Scalar, Sequence, integer
from hvsbuild.spec.units import SizeError, parse_size

VarType = Literal["string", "integer", "boolean", "size"]
# How a value of the type stands in YAML, and what people call it.
KINDS: dict[VarType, str] = {"string": "str", "size": "str", "integer": "int", "boolean": "bool"}
WORDS: dict[VarType, str] = {
    "string": "text",
    "size": "a size with its unit",
    "integer": "a whole number",
    "boolean": "true or false",
}
LIMITED: tuple[VarType, ...] = ("integer", "size")  # have min and max


class Misfit(Exception):
    """A value that a variable does not take; the text is a hint, or empty."""


def _single(value: object) -> object:
    if not isinstance(value, str | int | float):
        raise refuse("HVS028", hint="write text, a number, true or false; or a mapping with type:")
    return value


Single = Annotated[Any, BeforeValidator(_single), WithJsonSchema({"type": ["string", "number", "boolean"]})]


class Variable(Section):
    """A variable with a type."""

    type: VarType = Field(description="The kind of its values.", examples=["string"])
    default: Single = Field(
        default=None,
        description="Its value when nothing else is said; without it --var or for_each must give one.",
        examples=["berlin"],
    )
    description: Text | None = Field(default=None, description="What it is for.", examples=["Where the stick is used."])
    choices: tuple[Single, ...] | None = Field(
        default=None, min_length=1, description="All values that it takes.", examples=[["berlin", "wien"]]
    )
    pattern: Text | None = Field(
        default=None,
        description="Of a string: a regular expression for the whole text.",
        examples=["[a-z]{3}[0-9]+"],
    )
    min: Single = Field(default=None, description="Of an integer or size: the smallest.", examples=[1, "8 GiB"])
    max: Single = Field(default=None, description="Of an integer or size: the largest.", examples=[9, "2 TB"])

    def given(self, text: str) -> str | int:
        """The value that a text of the command line means. Raises Misfit when the variable does not take it."""
        value = self.read(text)
        choices = [self.read(_text(one)) for one in self.choices or ()]
        low, high = (None if one is None else self.read(_text(one)) for one in (self.min, self.max))
        if choices and value not in choices:
            raise Misfit
        if isinstance(value, str):
            if self.pattern is not None and not re.fullmatch(self.pattern, value):
                raise Misfit
        elif (isinstance(low, int) and value < low) or (isinstance(high, int) and value > high):
            raise Misfit
        return value

    def read(self, text: str) -> str | int:
        """The value of a text; equal sizes are equal values. Raises Misfit when it is not of the type."""
        if self.type == "size":
            try:
                return parse_size(text)
            except SizeError as error:
                raise Misfit(error.hint) from None
        if self.type == "integer":
            found = integer(text)
            if found is None:
                raise Misfit
            return found
        if self.type == "boolean" and text not in ("true", "false"):
            raise Misfit
        return text

    def written(self, scalar: Scalar) -> str:
        """The text of a scalar in a file that is of the type. Raises Misfit."""
        if scalar.kind == "bool" and self.type == "boolean":
            return "true" if scalar.text.lower() in ("yes", "true", "on") else "false"
        if scalar.kind != KINDS[self.type] and self.type != "size":
            if self.type == "string":
                raise Misfit(f'write it in quotes: "{scalar.text}"')
            raise Misfit("write it without quotes" if scalar.kind == "str" and self.fits(scalar.text) else "")
        self.read(scalar.text)
        return scalar.text

    def fits(self, text: str) -> bool:
        """Whether the text is of the type."""
        try:
            self.read(text)
        except Misfit:
            return False
        return True

    def takes(self) -> str:
        """`a whole number from 1 to 9`, `one of: berlin, wien`"""
        if self.choices:
            return f"one of: {', '.join(_text(one) for one in self.choices)}"
        word = WORDS[self.type] + (f" that matches {self.pattern}" if self.pattern is not None else "")
        if self.min is not None and self.max is not None:
            return f"{word} from {self.min} to {self.max}"
        least = f", at least {self.min}" if self.min is not None else ""
        return word + least + (f", at most {self.max}" if self.max is not None else "")


Declaration = Annotated[
    Annotated[Single, Tag("plain")] | Annotated[Variable, Tag("typed")],
    Discriminator(lambda value: "typed" if isinstance(value, dict | Variable) else "plain"),
]


def contradictions(rule: Variable, node: Mapping) -> Iterator[tuple[str, Scalar, str, str]]:
    """What does not go together in a declaration: code, where, detail, hint."""
    entries = {key.text: (key, value) for key, value in node.entries}
    for name, types in (("pattern", ("string",)), ("min", LIMITED), ("max", LIMITED)):
        if name in entries and rule.type not in types:
            hint = f"{name} is for {' and '.join(types)}"
            yield "HVS038", entries[name][0], f"{name} of {_a(rule.type)}", hint
    fitting = ("min", "max", "choices") if rule.type in LIMITED else ("choices",)
    for name in fitting:
        value = entries[name][1] if name in entries else None
        for one in value.items if isinstance(value, Sequence) else [value]:
            if isinstance(one, Scalar):
                yield from _of_type(rule, one)
    if rule.type in LIMITED and {"min", "max"} <= entries.keys() and _turned(rule):
        yield "HVS038", entries["max"][0], "max is less than min", "the smaller value is min"
    if rule.pattern is not None:
        try:
            re.compile(rule.pattern)
        except (re.error, OverflowError, RecursionError) as error:
            yield "HVS038", _scalar(entries["pattern"]), str(error), "a regular expression, as Python reads it"


def _of_type(rule: Variable, scalar: Scalar) -> Iterator[tuple[str, Scalar, str, str]]:
    try:
        rule.written(scalar)
    except Misfit as error:
        yield "HVS036", scalar, scalar.text, str(error) or f"{_a(rule.type)} is {WORDS[rule.type]}"


def _turned(rule: Variable) -> bool:
    try:
        low, high = rule.read(_text(rule.min)), rule.read(_text(rule.max))
    except Misfit:
        return False
    return isinstance(low, int) and isinstance(high, int) and low > high


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _scalar(entry: tuple[Scalar, object]) -> Scalar:
    key, value = entry
    return value if isinstance(value, Scalar) else key
