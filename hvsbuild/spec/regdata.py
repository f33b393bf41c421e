"""One registry value as a spec writes it: in full with its type, or in a short form that leaves no doubt."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema

from hvsbuild.spec.kinds import Section, refuse

Data = str | int | tuple[str, ...] | tuple[int, ...]
ABSENT = "absent"
# What somebody could have written for `absent`; as a text it would be set.
_LIKE_ABSENT = ("absent", "delete", "deleted", "remove", "removed", "missing", "none", "null", "-")


def _data(value: object) -> object:
    if isinstance(value, tuple):
        kinds = {type(item) for item in value}
        if kinds not in (set(), {str}, {int}):
            hint = 'texts like ["1", "2"] for REG_MULTI_SZ, bytes like [1, 0xff] for REG_BINARY'
            raise refuse("HVS306", detail="the items of the list are not of one kind", hint=hint)
    elif isinstance(value, bool):
        raise refuse("HVS103", detail="YAML reads it as true or false", hint="write it in quotes; a number is 0 or 1")
    elif not isinstance(value, str | int):
        raise refuse("HVS109", hint="text, a whole number, or a list")
    return value


_TEXTS = {"type": "array", "items": {"type": "string", "minLength": 1}}
_BYTES = {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 255}}
_HEX = "^([0-9A-Fa-f]{2}[ ,]?)*$"
_DATA_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "integer"}, _TEXTS, _BYTES]}
_DWORD = {"type": "integer", "minimum": 0, "maximum": 2**32 - 1}
_NATURAL: dict[str, dict[str, Any]] = {
    "REG_SZ": {"type": "string"},
    "REG_EXPAND_SZ": {"type": "string"},
    "REG_MULTI_SZ": _TEXTS,
    "REG_DWORD": _DWORD,
    "REG_QWORD": {"type": "integer", "minimum": 0, "maximum": 2**64 - 1},
    "REG_BINARY": {"anyOf": [{"type": "string", "pattern": _HEX}, _BYTES]},
    "REG_NONE": {"type": "string"},
    "REG_DWORD_BIG_ENDIAN": _DWORD,
}


def _by_type(schema: dict[str, Any]) -> None:
    """Tell an editor which data belong to which type."""
    schema["allOf"] = [
        {"if": {"properties": {"type": {"const": name}}}, "then": {"properties": {"data": natural}}}
        for name, natural in _NATURAL.items()
    ]


class RegistryData(Section):
    """A value to set: its type, and data written naturally for it."""

    model_config = ConfigDict(json_schema_extra=_by_type)

    type: Literal[
        "REG_SZ",
        "REG_EXPAND_SZ",
        "REG_MULTI_SZ",
        "REG_DWORD",
        "REG_QWORD",
        "REG_BINARY",
        "REG_NONE",
        "REG_DWORD_BIG_ENDIAN",
    ] = Field(description="The registry type.", examples=["REG_DWORD"])
    data: Annotated[Data, BeforeValidator(_data), WithJsonSchema(_DATA_SCHEMA)] = Field(
        description="Text for REG_SZ, REG_EXPAND_SZ and REG_NONE (stored as UTF-16 with its NUL); a list of texts for "
        "REG_MULTI_SZ ([] is empty); a whole number for REG_DWORD and REG_DWORD_BIG_ENDIAN (32 bits) and REG_QWORD "
        "(64 bits), decimal or 0x…; for REG_BINARY hexadecimal digits as text, or a list of bytes.",
        examples=[[], 4, "text", "0a 1b 2c"],
    )


def _short(value: object) -> object:
    """The short forms: a whole number is a REG_DWORD, a text a REG_SZ, a list of texts a REG_MULTI_SZ. What a reader
    could take for something else must be written with its type."""
    if isinstance(value, bool):
        raise refuse("HVS315", detail="true or false", hint='write 1 or 0, or the text in quotes: "yes"')
    if isinstance(value, int):
        return {"type": "REG_DWORD", "data": value}
    if isinstance(value, tuple):
        if not all(isinstance(item, str) for item in value):
            hint = "{type: REG_BINARY, data: [1, 0xff]} for bytes, quotes for texts"
            raise refuse("HVS315", detail="a list that is not all texts", hint=hint)
        return {"type": "REG_MULTI_SZ", "data": value}
    if isinstance(value, str) and value != ABSENT:
        _plain(value)
        return {"type": "REG_SZ", "data": value}
    return value


def _plain(text: str) -> None:
    """A text that can be nothing but a REG_SZ."""
    from difflib import get_close_matches  # every run starts faster without it

    quoted = text.replace("'", "''")
    written = f"{{type: REG_SZ, data: '{quoted}'}}"
    if text.lower() in _LIKE_ABSENT or get_close_matches(text.lower(), [ABSENT], cutoff=0.7):
        raise refuse("HVS315", detail=text, hint=f"to remove the value write absent; to set this text {written}")
    if text.removeprefix("0x").isalnum() and text[:1].isdigit() and not text.strip("0123456789abcdefxABCDEFX"):
        raise refuse("HVS315", detail=f'"{text}"', hint=f"a number without quotes is a REG_DWORD; for a text {written}")
    if text.count("%") > 1:
        raise refuse("HVS315", detail=text, hint=f"{{type: REG_EXPAND_SZ, data: …}} expands it, {written} does not")


def _shape(value: object) -> str | None:
    if isinstance(value, str):
        return "a word"
    return "a value" if isinstance(value, dict | RegistryData) else None


_Value = Annotated[
    Annotated[Literal["absent"], Tag("a word")] | Annotated[RegistryData, Tag("a value")],
    Discriminator(
        _shape,
        custom_error_type="HVS109",
        custom_error_message="absent, a number, a text, a list of texts, or {type: REG_…, data: …}",
    ),
]
_Short = Annotated[int, Field(ge=0, le=2**32 - 1)] | str | tuple[str, ...]
Value = Annotated[_Value, BeforeValidator(_short, json_schema_input_type=_Value | _Short)]
