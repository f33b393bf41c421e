"""The JSON Schema of a spec, for editors (yaml-language-server) and other programs; written to hvsbuild.schema.json.

`python -m hvsbuild.spec.schema > hvsbuild.schema.json` after a change of the models; a test compares.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from hvsbuild.spec.boot import SETTINGS
from hvsbuild.spec.model import Spec
from hvsbuild.spec.profile import profile_names

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = {"type": "string", "pattern": "\\$\\{[A-Za-z_][A-Za-z0-9_-]*\\}"}
_SCALARS = {"pattern", "enum", "const", "minimum", "maximum"}


def json_schema() -> dict[str, Any]:
    """The schema: pydantic's, with ${name} allowed for every value, and known words for os and boot settings."""
    schema = Spec.model_json_schema()
    properties = schema["properties"]
    properties["os"] = {**properties["os"], "enum": profile_names()}
    settings = schema["$defs"]["Boot"]["properties"]["settings"]
    settings["properties"] = {name: _setting(name) for name in SETTINGS}
    settings["additionalProperties"] = False
    _drop_titles(schema)
    for part in (schema, *schema["$defs"].values()):
        for name, value in part["properties"].items():
            if name not in ("spec", "vars"):
                part["properties"][name] = _or_reference(value)
    schema["$defs"]["Reference"] = {**_REFERENCE, "description": "${name}: a value from vars or --var."}
    schema["oneOf"] = [{"required": ["vhd"]}, {"required": ["vhds"]}]
    image = schema["$defs"]["Image"]
    image["oneOf"] = [{"required": ["index"]}, {"required": ["name"]}]
    head = {"$schema": DIALECT, "title": "hvsbuild spec", "description": "One bootable Windows stick (hvsbuild/v1)."}
    return {**head, **{key: value for key, value in schema.items() if key not in head}}


def _setting(name: str) -> dict[str, Any]:
    setting = SETTINGS[name]
    if setting.words:
        return {"enum": list(setting.words)}
    return {"type": "integer", "minimum": 0, "maximum": setting.top} if setting.top else {"type": "boolean"}


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
