"""The keys that make one spec of several files, and several specs of one file; resolved before anything else is."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from hvsbuild.spec.kinds import NAME_PATTERN, Section
from hvsbuild.spec.vartypes import Declaration

_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_ITEM = {"type": "string", "pattern": f"^{NAME_PATTERN}$"}
_VALUES = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
_ITEMS = {
    "anyOf": [
        {"type": "array", "items": _ITEM, "minItems": 1},
        {"type": "object", "propertyNames": _ITEM, "additionalProperties": _VALUES, "minProperties": 1},
    ]
}


class Composition(Section):
    """What `include`, `without` and `for_each` say is checked by pile.py, without.py and matrix.py, and is no longer
    there when the model is filled."""

    include: Annotated[Any, WithJsonSchema(_TEXTS)] = Field(
        default=None,
        description="Files that this one is laid upon, the lowest first, relative to this file: mappings are merged "
        "key by key, values replace, lists are added at the end.",
        examples=["base.yaml", ["base.yaml", "../common/flash.yaml"]],
    )
    without: Annotated[Any, WithJsonSchema(_TEXTS)] = Field(
        default=None,
        description="Parts of the included files that are taken away: keys with dots between them, entries of vhds "
        "and registry in brackets.",
        examples=[["registry", "vhd.label", "vhds[role-a.vhdx].registry"]],
    )
    vars: dict[str, Declaration] = Field(
        default_factory=dict,
        description="Values for ${name}; --var name=value replaces one. A mapping with type: says what it takes.",
        examples=[{"wim": "install.wim", "site": {"type": "string", "choices": ["berlin", "wien"]}}],
    )
    for_each: Annotated[Any, WithJsonSchema(_ITEMS)] = Field(
        default=None,
        description="One spec for each of these names, which is ${each} in it; or names with variables of their own.",
        examples=[["site-a", "site-b"], {"site-a": {"serial": "4C53"}, "site-b": {"serial": "4C54"}}],
    )
