"""Task -> script: a Jinja2 template rendered to the very bytes that a Windows tool reads."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path
from re import findall
from typing import TYPE_CHECKING, Any

from hvsbuild.bundle import quote
from hvsbuild.bundle.quote import RenderError

if TYPE_CHECKING:
    from jinja2 import Environment

    from hvsbuild.plan.task import Task

LINE_LONGEST = 8191  # characters that cmd reads of one line (Microsoft: Command prompt line string limitation)


def templates_folder() -> Path:
    """Where the templates lie: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    return next(path for path in (package / "templates", package.parent / "templates") if path.is_dir())


@cache
def environment(shadow: Path | None = None) -> Environment:
    """Jinja2 with strict undefined names; a template in `shadow` wins over the shipped one of its name."""
    import jinja2

    if shadow and not shadow.is_dir():
        raise RenderError("There is no such folder of templates", seen=str(shadow))
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([path for path in (shadow, templates_folder()) if path]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    made.globals.update(
        token=quote.token, word=quote.cmd_word, text=quote.cmd_text, dpword=quote.diskpart_word, json=quote.json_text,
        reg_words=quote.reg_words, stamp_text=quote.stamp_text, echo_line=quote.echo_line,
    )  # fmt: skip
    return made


def fill(template: str, shadow: Path | None, *, html: bool = False, **values: Any) -> str:
    """A template's text; of a page in `html` values are escaped. What is wrong with a template (a user's own, most
    likely) is said with its name and line."""
    import jinja2

    try:
        return environment(shadow).overlay(autoescape=html).get_template(template).render(**values)
    except jinja2.TemplateNotFound:
        raise RenderError("There is no such template", seen=template) from None
    except jinja2.TemplateSyntaxError as error:
        raise RenderError("A template is wrong", seen=f"{template}:{error.lineno}: {error.message}") from None
    except jinja2.TemplateError as error:
        raise RenderError("A template is wrong", seen=f"{template}: {error.message}") from None


def script_bytes(text: str, name: str, tool: str, bindings: Collection[str]) -> bytes:
    """Rendered text as a Windows script: ASCII, CRLF, only declared bindings; no blank lines in a .diskpart file."""
    lines = [line.rstrip() for line in text.splitlines()]
    if tool == "diskpart":
        lines = [line for line in lines if line]
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_LONGEST:
            raise RenderError("A line of a script is too long", seen=f"{name}:{number}: {len(line)} characters")
        if wrong := [one for one in findall(r"\{\{(.*?)(?:\}\}|$)", line) if one not in bindings]:
            seen, known = f"{name}:{number}: {wrong[0]}", ", ".join(map(quote.token, bindings))
            raise RenderError("A script uses a binding that is not declared", seen=seen, do=f"declared are: {known}")
    try:
        return "".join(line + "\r\n" for line in lines).encode("ascii")
    except UnicodeEncodeError as error:
        seen = f"{error.object[error.start : error.end]!r} in {name}"
        raise RenderError(
            "A script must be ASCII", seen=seen, why="cmd and diskpart read the machine's code page"
        ) from None


def render_task(
    task: Task, number: int, total: int, bindings: Collection[str], shadow: Path | None = None
) -> tuple[str, bytes]:
    """The path and bytes of one task's script."""
    suffix = "diskpart" if task.tool == "diskpart" else "cmd"
    path = f"scripts/{number:03}-{task.id}.{suffix}"
    values: dict[str, Any] = dict(task.values)
    text = fill(f"{task.kind}.{suffix}.j2", shadow, task=task, number=number, total=total, **values)
    return path, script_bytes(text, path, task.tool, bindings)
