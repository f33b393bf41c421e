"""`registry:` what is set in, or removed from, the hives of the Windows in the VHD.

An entry is of one kind: values of a key, a key as a whole, an imported .reg file, or named tweaks.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, PrivateAttr, WithJsonSchema, model_validator

from hvsbuild.spec.diagnostics import choose
from hvsbuild.spec.hives import HIVES, SECRET_HIVES, USER_HIVE
from hvsbuild.spec.kinds import Section, Text, refuse
from hvsbuild.spec.regdata import Value
from hvsbuild.spec.regfile import RegFile

WORDS = (*HIVES, USER_HIVE)


def _hive(value: object) -> object:
    if not isinstance(value, str) or value in WORDS:
        return value
    last = value.replace("/", "\\").rpartition("\\")[2].upper()
    if last in SECRET_HIVES:
        raise refuse("HVS305", detail=value, hint="set accounts and policies in the running Windows")
    if last in ("BCD", "BCD-TEMPLATE", "BCD00000000"):
        raise refuse("HVS311", detail=value, hint="write the settings of the boot menu in boot.settings")
    if last == value.upper():
        raise refuse("HVS108", detail=value, hint=choose(value, WORDS, "known hives"))
    hint = f"write hive: {last}" if last in HIVES else f"known hives: {', '.join(WORDS)}"
    if last == USER_HIVE:
        hint = f"for new users write hive: {USER_HIVE}, for a user that the image has user: NAME"
    raise refuse("HVS310", detail=value, hint=hint)


def _user(value: object) -> object:
    if not isinstance(value, str):
        return value
    if set(value) & set('\\/:*?"<>|') or value.strip(" .") != value or not value:
        raise refuse("HVS313", detail=value, hint="only the name of the folder in \\Users, like Administrator")
    if value.lower() in ("public", "all users", "default user"):
        raise refuse("HVS313", detail=value, hint=f"it has no hive; that of new users is hive: {USER_HIVE}")
    return value


def _true(value: object) -> object:
    if value is False:
        raise refuse("HVS108", detail="false", hint="write true, or leave the line out")
    return value


def _names(value: object) -> object:
    return (value,) if isinstance(value, str) else value


True_ = Annotated[Literal[True], BeforeValidator(_true)]
_KINDS = [
    {"required": ["key", "values"]},
    {"required": ["key", "absent"]},
    {"required": ["key", "present"]},
    {"required": ["import"]},
    {"required": ["tweaks"]},
]


def _one_kind(schema: dict[str, Any]) -> None:
    """Tell an editor which keys go together."""
    schema["oneOf"] = _KINDS
    schema["dependentSchemas"] = {
        "key": {"oneOf": [{"required": ["hive"]}, {"required": ["user"]}]},
        "import": {"not": {"required": ["key"]}},
        "tweaks": {"not": {"anyOf": [{"required": [one]} for one in ("key", "hive", "user")]}},
    }


class RegistryEntry(Section):
    """One entry of the list."""

    model_config = ConfigDict(json_schema_extra=_one_kind)

    hive: Annotated[str, BeforeValidator(_hive), WithJsonSchema({"enum": list(WORDS)})] | None = Field(
        default=None,
        description="The hive: a file in Windows\\System32\\config, or NTUSER.DAT, which new users start with. Of an "
        "import: the only hive that the file may change.",
        examples=["SYSTEM"],
    )
    user: Annotated[str, BeforeValidator(_user)] | None = Field(
        default=None,
        description="Instead of a hive: the user whose NTUSER.DAT it is, as the folder in \\Users is called in the "
        "image. Of an import: who HKEY_CURRENT_USER is.",
        examples=["Administrator"],
    )
    key: Text | None = Field(
        default=None,
        description="The key below the hive, with \\ between its parts. In SYSTEM CurrentControlSet\\… is the control "
        "set that the image starts with.",
        examples=["CurrentControlSet\\Control\\Session Manager\\Memory Management"],
    )
    values: dict[str, Value] = Field(
        default_factory=dict,
        min_length=1,
        description='Name of each value (the empty name "" is the key\'s default value): absent; a number (REG_DWORD), '
        "a text (REG_SZ) or a list of texts (REG_MULTI_SZ); or {type, data}.",
        examples=[{"PagingFiles": [], "ExistingPageFiles": "absent", "ClearPageFileAtShutdown": 0}],
    )
    absent: True_ | None = Field(
        default=None, description="The key must not be there, with all that is below it.", examples=[True]
    )
    present: True_ | None = Field(default=None, description="The key must be there, if empty.", examples=[True])
    import_: Text | None = Field(
        default=None,
        alias="import",
        description="A .reg file (REGEDIT4 or version 5.00), relative to this file: its lines become values and keys "
        "like those that are written here.",
        examples=["tweaks.reg"],
    )
    tweaks: Annotated[tuple[Text, ...], BeforeValidator(_names, json_schema_input_type=Text | tuple[Text, ...])] = (
        Field(
            default=(),
            min_length=1,
            description="Sets of values that come with hvsbuild, by name (hvsbuild tweaks lists them).",
            examples=["flash-lifetime", ["no-pagefile", "usb-boot"]],
        )
    )
    _file: RegFile | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """What its kind needs; rules/registry.py looks at what is too much."""
        if not (self.key or self.import_ or self.tweaks):
            raise refuse("HVS102", detail="key in registry", hint="add key:, or import:, or tweaks:")
        if self.key and not (self.hive or self.user):
            raise refuse("HVS102", detail="hive in registry", hint="add hive:, for example hive: SYSTEM")
        if self.key and not (self.values or self.absent or self.present):
            hint = "add values:, for example values: {Start: 4}; or absent: true, to remove the key"
            raise refuse("HVS102", detail="values in registry", hint=hint)
        return self

    @property
    def file(self) -> RegFile | None:
        """What the loader read for `import`."""
        return self._file

    def read(self, file: RegFile) -> None:
        self._file = file
