"""A page for each kind of task: what its module says, a script made from it, its template."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
LANGUAGES = {".cmd": "bat", ".diskpart": "text"}


def task_pages() -> dict[str, str]:
    """Path below docs/ -> Markdown."""
    made, rows = {}, []
    for kind, about in sorted(kinds().items()):
        first, _, rest = about.partition("\n")
        first = first[0].upper() + first[1:]
        lines = [f"# {kind}", "", first, *rest.splitlines(), ""]
        if script := _script(kind):
            fence = f"```{LANGUAGES[script.suffix]}"
            lines += ["## A script of this kind", "", fence, script.read_text("ascii").rstrip(), "```", ""]
        (template,) = (ROOT / "templates").glob(f"{kind}.*.j2")
        text = template.read_text("utf-8").rstrip()
        lines += ["## Its template", "", f"`templates/{template.name}`", "", "```jinja", text, "```"]
        made[f"tasks/{kind}.md"] = "\n".join(lines) + "\n"
        rows.append(f"| [{kind}]({kind}.md) | {first.replace('|', chr(92) + '|')} |")
    head = [
        "# Kinds of tasks",
        "",
        "A bundle is a row of scripts, and each script is a task of one of these kinds. A kind is a module in",
        "`hvsbuild/plan/tasks/` and a template; [architecture](../architecture.md) says how they hang together.",
        "",
        "| kind | what it does |",
        "|---|---|",
    ]
    return {"tasks/index.md": "\n".join([*head, *rows]) + "\n", **made}


def kinds() -> dict[str, str]:
    """Kind -> what the docstring of its module says."""
    found = {}
    templates = {path.name.partition(".")[0] for path in (ROOT / "templates").glob("*.j2")}
    for path in sorted((ROOT / "hvsbuild" / "plan" / "tasks").glob("*.py")):
        names, _, about = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition(":")
        found |= {kind: about.strip() for kind in map(str.strip, names.split(",")) if kind in templates}
    return found


def _script(kind: str) -> Path | None:
    """One golden script: of the seed spec where there is one."""
    found = sorted(path for path in (GOLDEN / kind).glob("*") if path.suffix in LANGUAGES)
    return next((path for path in found if path.name.startswith("seed.")), found[0] if found else None)
