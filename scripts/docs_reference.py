"""Pages from the models, the tables of diagnostics, the profiles, the templates and the command line."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@cache
def pages() -> dict[str, str]:
    """Path below docs/ -> Markdown."""
    from hvsbuild.spec.codes import CODES

    made = {
        "reference/spec.md": _spec(),
        "reference/codes.md": _codes(CODES),
        "reference/profiles.md": _profiles(),
        "reference/cli.md": _cli(),
    }
    return {**made, **_tasks()}


def cell(text: object) -> str:
    """Text inside a table."""
    return str(text).replace("|", "\\|").replace("\n", " ")


# --- the spec ---


def _spec() -> str:
    from hvsbuild.spec.schema import json_schema

    schema = json_schema()
    lines = [
        "# The spec, key by key",
        "",
        "Generated from the models that read it. Sizes have a unit: `24 GiB` is 24 · 1024³ bytes, `32 GB` is 32 · 1000³.",
        "",
        *_section("The top level", schema),
    ]
    for name, part in sorted(schema["$defs"].items()):
        if part.get("properties"):
            lines += _section(name, part)
    return "\n".join(lines) + "\n"


def _section(title: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    if told := schema.get("description"):
        yield told
        yield ""
    required = schema.get("required", [])
    yield "| key | kind | default | what |"
    yield "|---|---|---|---|"
    for key, value in schema.get("properties", {}).items():
        default = "**required**" if key in required else f"`{value['default']}`" if "default" in value else ""
        examples = ", ".join(f"`{one}`" for one in value.get("examples", [])[:2] if one != [])
        told = value.get("description", "") + (f" Example: {examples}" if examples else "")
        yield f"| `{key}` | {cell(_kind(value))} | {cell(default)} | {cell(told)} |"
    yield ""


def _kind(value: dict[str, Any]) -> str:
    """What kind of value a key takes, with links to the sections."""
    if reference := value.get("$ref"):
        name = reference.rsplit("/", 1)[-1]
        return "`${name}`" if name == "Reference" else f"[{name}](#{name.lower()})"
    if enum := value.get("enum"):
        return ", ".join(f"`{one}`" for one in enum)
    if "const" in value:
        return f"`{value['const']}`"
    options = value.get("anyOf") or value.get("oneOf")
    if options:
        kinds = dict.fromkeys(_kind(one) for one in options)
        return " or ".join(one for one in kinds if one and one != "`${name}`")
    if value.get("type") == "array":
        return f"list of {_kind(value.get('items', {})) or 'values'}"
    if value.get("type") == "object":
        more = value.get("additionalProperties")
        return f"mapping of {_kind(more)}" if isinstance(more, dict) and _kind(more) else "mapping"
    return {"string": "text", "integer": "number", "boolean": "true or false", "number": "number"}.get(
        str(value.get("type", "")), ""
    )


# --- diagnostics, profiles ---


def _codes(codes: dict[str, Any]) -> str:
    lines = ["# Diagnostics", "", "`hvsbuild explain CODE` shows the same. A code keeps its meaning for ever.", ""]
    for code in sorted(codes):
        one = codes[code]
        lines += [f"## {code}: {one.title}", "", f"*{one.severity}* · {one.why}", "", f"{one.fix}", ""]
        if one.source:
            lines += [f"Source: {one.source}", ""]
    return "\n".join(lines)


def _profiles() -> str:
    from hvsbuild.spec.profile import load_profile, profile_names

    lines = ["# Profiles of Windows releases", "", "The names that `os:` takes. Each fact has its source.", ""]
    for name in profile_names():
        profile = load_profile(name)
        lines += [f"## {name}", "", f"{profile.title}", "", "| fact | value |", "|---|---|"]
        for key, value in profile.model_dump(mode="json").items():
            if key not in ("name", "title", "sources") and value not in (None, [], {}, ""):
                lines.append(f"| {key} | {cell(_told(value))} |")
        lines += ["", *(f"- {source}" for source in profile.sources), ""]
    return "\n".join(lines)


def _told(value: Any) -> str:
    from hvsbuild.spec.units import format_size

    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and value > 1 << 20:
        return format_size(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_told(one)}" for key, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


# --- tasks ---


def _tasks() -> dict[str, str]:
    """A page for each kind: what its module says, its template, and a script made from it."""
    made, rows = {}, []
    for kind, about in sorted(_kinds().items()):
        template = next((ROOT / "templates").glob(f"{kind}.*.j2"))
        golden = sorted((ROOT / "tests" / "golden" / kind).glob("seed.*")) or sorted(
            path for path in (ROOT / "tests" / "golden" / kind).glob("*.*") if path.suffix in (".cmd", ".diskpart")
        )
        first, *rest = about.split("\n", 1)
        lines = [f"# {kind}", "", first[0].upper() + first[1:], "", *rest, ""]
        for path in [one for one in golden if one.suffix != ".yaml"][:1]:
            language = "bat" if path.suffix == ".cmd" else "text"
            lines += ["## A script of this kind", "", f"```{language}", path.read_text("ascii").rstrip(), "```", ""]
        lines += ["## Its template", "", f"`templates/{template.name}`", "", "```jinja", template.read_text().rstrip(), "```"]
        made[f"tasks/{kind}.md"] = "\n".join(lines) + "\n"
        rows.append(f"| [{kind}]({kind}.md) | {cell(first)} |")
    head = ["# Kinds of tasks", "", "Each is a file in `hvsbuild/plan/tasks/` and a template.", "", "| kind | what |", "|---|---|"]
    return {"tasks/index.md": "\n".join([*head, *rows]) + "\n", **made}


def _kinds() -> dict[str, str]:
    """Kind -> what the docstring of its module says."""
    found = {}
    templates = {path.name.split(".")[0] for path in (ROOT / "templates").glob("*.j2")}
    for path in sorted((ROOT / "hvsbuild" / "plan" / "tasks").glob("*.py")):
        text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        names, _, about = text.partition(":")
        for kind in (name.strip() for name in names.split(",")):
            if kind in templates:
                found[kind] = about.strip()
    return found


# --- the command line ---


def _cli() -> str:
    import typer

    from hvsbuild.cli.main import app

    group = typer.main.get_command(app)
    lines = ["# The command line", "", "What `hvsbuild COMMAND --help` prints.", ""]
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        context = command.make_context(name, [], parent=None, resilient_parsing=True)
        context.info_name = f"hvsbuild {name}"
        lines += [f"## {name}", "", "```text", inspect.cleandoc(command.get_help(context)), "```", ""]
    return "\n".join(lines)
