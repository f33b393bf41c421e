"""`hvsbuild`: the command line. Every command parses, calls one function, prints; what is heavy is imported late.

Exit codes: 0 done (or nothing to do), 1 failed, 2 changes or drift, 3 the spec is wrong, 4 refused, 64 wrong usage,
130 interrupted.
"""

from __future__ import annotations

import json
import signal
import sys
from typing import Any

import typer

from hvsbuild import __version__
from hvsbuild.cli import commands
from hvsbuild.errors import HvsError

USAGE, INTERRUPTED = 64, 130
# click's, or the copy of click that newer versions of Typer bring along
UsageError: Any = typer.BadParameter.__base__

app = typer.Typer(
    name="hvsbuild",
    help="One YAML file in, a bootable Windows stick out: reviewed scripts, run on Windows or rehearsed on Linux.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hvsbuild {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    pass


for command in commands.ALL:
    app.command()(command)


def _terminate(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line and exit with its code. With --json an error is one JSON document too."""
    signal.signal(signal.SIGTERM, _terminate)  # a cancelled CI job closes what it opened, as Ctrl-C does
    try:
        code = app(standalone_mode=False)
    except UsageError as error:
        error.show()
        code = USAGE
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("Interrupted.", err=True)
        code = INTERRUPTED
    except HvsError as error:
        _show(error)
        code = error.exit_code
    except BrokenPipeError:
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _show(error: HvsError) -> None:
    if "--json" in sys.argv:
        fields: dict[str, Any] = {"error": error.phrase, "seen": error.seen, "why": error.why, "do": error.do}
        if diagnostics := getattr(error, "diagnostics", None):
            fields["diagnostics"] = [one.to_dict() for one in diagnostics]
        typer.echo(json.dumps({**fields, "exit_code": error.exit_code}, indent=2))
        return
    text = error.text()
    for note in getattr(error, "__notes__", []):
        text += f"\n{note}"
    prefix = "" if hasattr(error, "diagnostics") else "error: "
    typer.echo(prefix + text, err=True)
