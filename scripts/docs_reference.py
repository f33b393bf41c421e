"""The pages that are generated from the product itself: spec, diagnostics, releases, tweaks, tasks, command line."""

from __future__ import annotations

import inspect
from functools import cache

from docs_facts import codes_page, profiles_page, tweaks_page
from docs_spec import spec_page
from docs_tasks import task_pages


@cache
def pages() -> dict[str, str]:
    """Path below docs/ -> Markdown."""
    return {
        "reference/spec.md": spec_page(),
        "reference/codes.md": codes_page(),
        "reference/profiles.md": profiles_page(),
        "reference/tweaks.md": tweaks_page(),
        "reference/cli.md": _cli(),
        **task_pages(),
    }


def _cli() -> str:
    import typer

    from hvsbuild.cli.main import app

    group = typer.main.get_command(app)
    lines = [
        "# The command line",
        "",
        "What `hvsbuild COMMAND --help` prints. There are no man pages: they would say the same.",
        "The [commands in one table](../commands.md), with their exit codes.",
        "",
    ]
    for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined]
        context = command.make_context(name, [], parent=None, resilient_parsing=True, terminal_width=80)
        context.info_name = f"hvsbuild {name}"
        lines += [f"## {name}", "", "```text", inspect.cleandoc(command.get_help(context)), "```", ""]
    return "\n".join(lines)
