"""`registry:` values that are set in, or removed from, a hive of the Windows in the VHD."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema

from hvsbuild.spec.diagnostics import choose
from hvsbuild.spec.kinds import Section, Text, refuse

HIVES = ("SYSTEM", "SOFTWARE", "DEFAULT", "COMPONENTS")
SECRET_HIVES = ("SAM", "SECURITY")
LATER_HIVES = ("NTUSER.DAT", "BCD", "BCD-TEMPLATE", "DRIVERS", "ELAM", "BBI", "USRCLASS.DAT")
TYPES = ("REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ", "REG_DWORD", "REG_QWORD", "REG_BINARY")
Data = str | int | tuple[str, ...]


def _hive(value: object) -> object:
    if not isinstance(value, str) or value in HIVES:
        return value
    if value.upper() in SECRET_HIVES:
        raise refuse("HVS305", detail=value, hint="set accounts and policies in the running Windows")
    if value.upper() in LATER_HIVES:
        raise refuse("HVS908", detail=value, hint=f"known hives: {', '.join(HIVES)}")
    raise refuse("HVS108", detail=value, hint=choose(value, HIVES, "known hives"))


def _data(value: object) -> object:
    if isinstance(value, tuple):
        for item in value:
            if not isinstance(item, str):
                raise refuse("HVS306", detail="an item of the list is not text", hint='put it in quotes: ["1", "2"]')
    elif isinstance(value, bool):
        raise refuse("HVS103", detail="YAML reads it as true or false", hint="write it in quotes; a number is 0 or 1")
    elif not isinstance(value, str | int):
        raise refuse("HVS109", hint="text, a whole number, or a list of texts")
    return value


_DATA_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"type": "string"}}]}
_NATURAL = {
    "REG_SZ": {"type": "string"},
    "REG_EXPAND_SZ": {"type": "string"},
    "REG_MULTI_SZ": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "REG_DWORD": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
    "REG_QWORD": {"type": "integer", "minimum": 0, "maximum": 2**64 - 1},
    "REG_BINARY": {"type": "string", "pattern": "^([0-9A-Fa-f]{2})*$"},
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

    type: Literal["REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ", "REG_DWORD", "REG_QWORD", "REG_BINARY"] = Field(
        description="The registry type.", examples=["REG_DWORD"]
    )
    data: Annotated[Data, BeforeValidator(_data), WithJsonSchema(_DATA_SCHEMA)] = Field(
        description="Text for REG_SZ and REG_EXPAND_SZ; a list of texts for REG_MULTI_SZ ([] is empty); a whole number "
        "for REG_DWORD (32 bits) and REG_QWORD (64 bits), decimal or 0x…; hexadecimal digits as text for REG_BINARY.",
        examples=[[], 4, "text", "0a1b2c"],
    )


def _shape(value: object) -> str | None:
    if isinstance(value, str):
        return "word"
    return "value" if isinstance(value, dict | RegistryData) else None


Value = Annotated[
    Annotated[Literal["absent"], Tag("word")] | Annotated[RegistryData, Tag("value")],
    Discriminator(_shape, custom_error_type="HVS109", custom_error_message="absent, or {type: REG_…, data: …}"),
]


class RegistryKey(Section):
    """Values of one key of one hive."""

    hive: Annotated[str, BeforeValidator(_hive), WithJsonSchema({"enum": list(HIVES)})] = Field(
        description="The hive's file in Windows\\System32\\config.", examples=["SYSTEM"]
    )
    key: Text = Field(
        description="The key below the hive, with \\ between its parts. In SYSTEM it begins with ControlSet001: "
        "CurrentControlSet exists in a running Windows only.",
        examples=["ControlSet001\\Control\\Session Manager\\Memory Management"],
    )
    values: dict[str, Value] = Field(
        min_length=1,
        description='Name of each value (the empty name "" is the key\'s default value): absent, or {type, data}.',
        examples=[{"PagingFiles": {"type": "REG_MULTI_SZ", "data": []}, "ExistingPageFiles": "absent"}],
    )
