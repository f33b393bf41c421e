"""The reference of the spec, from its JSON Schema: a section for each part, named by where it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

KINDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
INTRODUCTION = """# The spec, key by key

Generated from the models that read it; the [pages about the spec](../spec/index.md) explain it with examples.

- Sizes have a unit: `24 GiB` is 24 · 1024³ bytes, `32 GB` is 32 · 1000³.
- In place of any single value `${name}` may stand: a variable from `vars` or `--var`.
- In a file that includes others any key may be missing, as long as one of them says it.
- An editor with a YAML language server completes and explains all of this: begin the spec with
  `# yaml-language-server: $schema=hvsbuild.schema.json` (`hvsbuild init` does).
"""


@dataclass
class Part:
    """A section of the page: a definition of the schema, where it is written first, and what is required there."""

    path: str
    schema: dict[str, Any]
    required: set[str] = field(default_factory=set)

    @property
    def anchor(self) -> str:
        return self.path.lower().replace("[]", "").replace(".", "-").replace("_", "-")


def cell(text: object) -> str:
    """Text inside a table."""
    return str(text).replace("|", "\\|").replace("\n", " ")


def spec_page() -> str:
    from hvsbuild.spec.contents import Contents
    from hvsbuild.spec.schema import json_schema

    schema = json_schema()
    own = [key for key in schema["properties"] if key not in Contents.model_fields]
    schema["properties"] = {key: schema["properties"][key] for key in (*own, *Contents.model_fields)}
    parts = _parts(schema)
    lines = [INTRODUCTION]
    lines += _section("The top level", "top", Part("", schema, set(schema["else"]["required"])), parts, own)
    lines += ["One VHD is written in `vhd`, several in `vhds`. What goes into the VHD is written in either place:", ""]
    lines += _table(Part("", schema), parts, list(Contents.model_fields))
    for part in parts.values():
        keys = [key for key in part.schema["properties"] if part.path != "vhd" or key not in Contents.model_fields]
        title = "vhd, vhds[]" if part.path == "vhd" else part.path
        lines += _section(f"`{title}`", part.anchor, part, parts, keys)
        if part.path == "vhd":
            keys = [f"[`{key}`](#top)" for key in Contents.model_fields]
            lines += [f"And what goes into it, as at the top level: {', '.join(keys)}.", ""]
    return "\n".join(lines) + "\n"


def _parts(schema: dict[str, Any]) -> dict[str, Part]:
    """Name of a definition -> its part, in the order in which a reader of the page comes upon them."""
    found: dict[str, Part] = {}
    needs = schema["else"]

    def walk(path: str, section: dict[str, Any], need: dict[str, Any]) -> None:
        inner = []
        for key, value in section["properties"].items():
            for name, suffix in _references(value, ""):
                definition = schema["$defs"][name]
                if name in found or not definition.get("properties"):
                    continue
                needed = need.get("properties", {}).get(key, {})
                required = {*definition.get("required", ()), *needed.get("required", ())}
                here = f"{path}.{key}{suffix}" if path else f"{key}{suffix}"
                found[name] = Part(here, definition, required)
                inner.append((here, definition, needed))
        for one in inner:
            walk(*one)

    walk("", schema, needs)
    return found


def _references(value: Any, suffix: str) -> Iterator[tuple[str, str]]:
    """The definitions that a value refers to, each with `[]` where it is an entry of a list."""
    if not isinstance(value, dict):
        return
    if "$ref" in value:
        yield value["$ref"].rpartition("/")[2], suffix
    for one in (*value.get("anyOf", ()), *value.get("oneOf", ())):
        yield from _references(one, suffix)
    yield from _references(value.get("items"), suffix + "[]")
    more = value.get("additionalProperties")
    yield from _references(more, suffix + ".NAME")


def _section(title: str, anchor: str, part: Part, parts: dict[str, Part], keys: list[str]) -> Iterator[str]:
    yield f"## {title} {{ #{anchor} }}"
    yield ""
    if told := part.schema.get("description"):
        yield told
        yield ""
    yield from _table(part, parts, keys)


def _table(part: Part, parts: dict[str, Part], keys: list[str]) -> Iterator[str]:
    yield "| key | takes | what it says |"
    yield "|---|---|---|"
    for key in sorted(keys, key=lambda one: one not in part.required):
        value = part.schema["properties"][key]
        told = [value.get("description", "")]
        if key in part.required:
            told.insert(0, "**Required.**")
        elif value.get("default") not in (None, [], {}):
            told.append(f"Default: `{_yaml(value['default'])}`.")
        examples = [f"`{_yaml(one)}`" for one in value.get("examples", []) if one not in ([], value.get("default"))]
        if examples and "const" not in value:
            told.append(f"Example: {' or '.join(examples[:2])}")
        yield f"| `{key}` | {cell(_kind(value, parts))} | {cell(' '.join(filter(None, told)))} |"
    yield ""


def _kind(value: dict[str, Any], parts: dict[str, Part]) -> str:
    """What kind of value a key takes, with links to the sections."""
    if reference := value.get("$ref"):
        name = reference.rpartition("/")[2]
        if name == "Reference":
            return ""
        return f"[`{parts[name].path}`](#{parts[name].anchor})" if name in parts else "[data](../spec/registry.md)"
    if enum := value.get("enum"):
        long = "a [tweak](tweaks.md)" if "no-pagefile" in enum else "a [release](profiles.md)"
        return ", ".join(f"`{one}`" for one in enum) if len(enum) < 9 else long
    if "const" in value:
        return f"`{_yaml(value['const'])}`"
    if options := value.get("anyOf") or value.get("oneOf"):
        return " or ".join(filter(None, dict.fromkeys(_kind(one, parts) for one in options)))
    if value.get("type") == "array":
        return f"list of {_kind(value.get('items', {}), parts) or 'values'}"
    if value.get("type") == "object":
        more = value.get("additionalProperties")
        kind = _kind(more, parts) if isinstance(more, dict) else ""
        return f"mapping: name to {kind}" if kind else "mapping"
    return "size" if "KiB" in value.get("pattern", "") else KINDS.get(str(value.get("type", "")), "")


def _yaml(value: Any) -> str:
    """A value as it is written in a spec, in one line."""
    import yaml

    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return str(text).removesuffix("...\n").strip()
