"""The kinds of values that a spec is made of, for the models: what is checked, and what an editor is told.

A validator refuses with `refuse(code, …)`: the code of the diagnostics' table travels as pydantic's error type.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

from hvsbuild.spec.units import SIZE_PATTERN, SizeError, SizeRange, parse_range, parse_size

# Names that Windows keeps for devices, with or without an ending (Microsoft: Naming Files, Paths, and Namespaces).
DEVICE_NAME = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


class Section(BaseModel):
    """A mapping of the spec: strict, frozen, without unknown keys."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", use_attribute_docstrings=False)


def refuse(code: str, *, detail: str = "", hint: str = "") -> PydanticCustomError:
    """The error that a validator raises; `code` is one of the diagnostics' table."""
    template: Any = code  # pydantic wants a literal text; the phrase comes from the table
    return PydanticCustomError(template, template, {"detail": detail, "hint": hint})


def _size(value: object) -> object:
    try:
        return parse_size(value)
    except SizeError as error:
        raise refuse("HVS112" if error.bare else "HVS111", detail=error.text, hint=error.hint) from None


def _range(value: object) -> object:
    try:
        return parse_range(value)
    except SizeError as error:
        raise refuse("HVS112" if error.bare else "HVS113", detail=error.text, hint=error.hint) from None


def _letter(value: str) -> str:
    if not re.fullmatch("[A-Za-z]", value):
        hint = f"write {value[0].upper()}" if re.fullmatch(r"[A-Za-z]:\\?", value) else "write one letter from D to Z"
        raise refuse("HVS115", detail=value, hint=hint)
    return value.upper()


def _name(value: str) -> str:
    if not re.fullmatch(NAME_PATTERN, value):
        raise refuse(
            "HVS114", detail=value, hint="up to 64 letters, digits, . _ and -, beginning with a letter or digit"
        )
    if value.endswith(".") or DEVICE_NAME.fullmatch(value):
        raise refuse("HVS114", detail=value, hint="Windows cannot have a folder of this name")
    return value


def _sha256(value: str) -> str:
    if not re.fullmatch("[0-9A-Fa-f]{64}", value):
        raise refuse("HVS116", detail=value, hint="64 hexadecimal digits, as sha256sum prints them")
    return value.lower()


def _not_empty(value: str) -> str:
    if not value.strip():
        raise refuse("HVS117", hint="write the value, or delete the line")
    return value


def _version(value: object) -> object:
    if isinstance(value, str) and value != "hvsbuild/v1":
        raise refuse("HVS118", detail=value, hint="this program reads hvsbuild/v1")
    return value


def _text_schema(pattern: str, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", **more})


RANGE_PATTERN = rf"((>=|<=) ?{SIZE_PATTERN}|{SIZE_PATTERN}( ?\.\. ?{SIZE_PATTERN})?)"

Size = Annotated[int, BeforeValidator(_size), _text_schema(SIZE_PATTERN)]
"""Bytes; written with a unit."""
Range = Annotated[SizeRange, BeforeValidator(_range), _text_schema(RANGE_PATTERN)]
Text = Annotated[str, AfterValidator(_not_empty), WithJsonSchema({"type": "string", "minLength": 1})]
Letter = Annotated[str, AfterValidator(_letter), _text_schema("[A-Za-z]")]
Name = Annotated[str, AfterValidator(_name), _text_schema(NAME_PATTERN)]
Sha256 = Annotated[str, AfterValidator(_sha256), _text_schema("[0-9A-Fa-f]{64}")]
Version = Annotated[Literal["hvsbuild/v1"], BeforeValidator(_version)]
