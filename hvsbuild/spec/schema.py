"""The JSON Schema of a spec, for editors (yaml-language-server) and other programs; written to hvsbuild.schema.json.

`python -m hvsbuild.spec.schema > hvsbuild.schema.json` after a change of the models; a test compares.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from hvsbuild.spec.bootsettings import SETTINGS
from hvsbuild.spec.composition import Composition
from hvsbuild.spec.model import Spec
from hvsbuild.spec.profile import profile_names
from hvsbuild.spec.tweaks import tweak_names

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = {"type": "string", "pattern": "\\$\\{[A-Za-z_][A-Za-z0-9_-]*\\}"}
_SCALARS = {"pattern", "enum", "const", "minimum", "maximum"}


def json_schema(*, partial: bool = False) -> dict[str, Any]:
    """The schema: pydantic's, with ${name} allowed for every value, and known words for os and boot settings. `partial`
    is that of an included file, which may lack any key; so may a spec that includes files."""
    schema = Spec.model_json_schema()
    properties = schema["properties"]
    properties["os"] = {**properties["os"], "enum": profile_names()}
    own = schema["$defs"]["VhdSection"]["properties"]["os"]
    own["anyOf"] = [{"type": "string", "enum": profile_names()}, {"type": "null"}]
    tweak = {"type": "string", "enum": list(tweak_names())}
    schema["$defs"]["RegistryEntry"]["properties"]["tweaks"]["anyOf"] = [tweak, {"type": "array", "items": tweak}]
    for section in ("Boot", "VhdBoot"):
        settings = schema["$defs"][section]["properties"]["settings"]
        settings["properties"] = {name: setting.schema() for name, setting in SETTINGS.items()}
        settings["additionalProperties"] = False
    _drop_titles(schema)
    for part in (schema, *schema["$defs"].values()):
        for name, value in part["properties"].items():
            if name != "spec" and name not in Composition.model_fields:
                part["properties"][name] = _or_reference(value)
    schema["$defs"]["Reference"] = {**_REFERENCE, "description": "${name}: a value from vars or --var."}
    schema["oneOf"] = [{"required": ["vhd"]}, {"required": ["vhds"]}]
    image = schema["$defs"]["Image"]
    image["oneOf"] = [{"required": [key]} for key in ("index", "name", "edition")]
    complete = _loosened(schema, schema["$defs"])
    if partial:
        del schema["$defs"]["Variable"]["required"]
    else:
        schema |= {"if": {"required": ["include"]}, "else": complete}
    head = {"$schema": DIALECT, "title": "hvsbuild spec", "description": "One bootable Windows stick (hvsbuild/v1)."}
    return {**head, **{key: value for key, value in schema.items() if key not in head}}


def _loosened(schema: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    """What a complete spec needs, taken out of the schema of its sections. Entries of lists keep what they need, as
    they are written as a whole; but for those of vhds."""
    kept, taken = _in_lists(schema), dict[str, dict[str, Any]]()

    def take(section: dict[str, Any]) -> dict[str, Any]:
        needs = {key: section.pop(key) for key in ("required", "oneOf") if key in section}
        inner = {}
        for name, value in section["properties"].items():
            for ref in _refs(value["items"] if name == "vhds" else value):
                if ref not in kept and "properties" in defs[ref]:
                    taken[ref] = part = taken[ref] if ref in taken else take(defs[ref])
                    if part:
                        inner[name] = {"items": part} if name == "vhds" else part
        return needs | ({"properties": inner} if inner else {})

    return take(schema)


def _refs(value: dict[str, Any]) -> list[str]:
    """The definitions that a value refers to, not those of its items."""
    return [one["$ref"].rpartition("/")[2] for one in (value, *value.get("anyOf", ())) if "$ref" in one]


def _in_lists(node: Any) -> set[str]:
    """The definitions that lists refer to, but for VHDs."""
    if isinstance(node, list):
        return {ref for value in node for ref in _in_lists(value)}
    if not isinstance(node, dict):
        return set()
    found = {ref for value in node.values() for ref in _in_lists(value)}
    items = node.get("items")
    return found | ({*_refs(items)} - {"VhdSection"} if isinstance(items, dict) else set())
def _drop_titles(node: Any) -> None:
    """pydantic's titles repeat the names of the keys."""
    if isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        for value in node.values():
            _drop_titles(value)
    elif isinstance(node, list):
        for value in node:
            _drop_titles(value)


def _or_reference(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of one value, or ${name} in its place; what describes the value stays outside for the editor."""
    told = {key: schema[key] for key in ("description", "default", "examples") if key in schema}
    inner = {key: value for key, value in schema.items() if key not in told}
    options = [one for one in inner.pop("anyOf", [inner]) if one and one != {"type": "null"}]
    if told.get("default", "") is None:
        del told["default"]
    if any(_SCALARS & one.keys() or one.get("type") in ("integer", "boolean") for one in options):
        options.append({"$ref": "#/$defs/Reference"})
    return {**told, **(options[0] if len(options) == 1 else {"anyOf": options})}


def schema_text() -> str:
    """The schema as it is committed: sorted nowhere, two blanks, LF."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
