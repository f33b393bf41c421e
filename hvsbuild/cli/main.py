"""`hvsbuild`: the command line. Every command parses, calls one function, prints; what is heavy is imported late.

Exit codes: 0 done (or nothing to do), 1 failed, 2 changes or drift, 3 the spec is wrong, 4 refused, 64 wrong usage,
130 interrupted.
"""

from __future__ import annotations

import signal
import sys
from typing import Any

import typer

from hvsbuild import __version__
from hvsbuild.cli import commands
from hvsbuild.cli.output import document, say
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
        code = app(standalone_mode=False, prog_name="hvsbuild")
    except UsageError as error:
        code = USAGE
        if "--json" in sys.argv:
            document({"error": "Wrong usage", "seen": error.format_message(), "exit_code": code})
        else:
            error.show()
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
        if "--json" in sys.argv:
            document({"error": "Interrupted", "exit_code": code})
        say("Interrupted.")
    except HvsError as error:
        code = _show(error)
    except BrokenPipeError:
        code = 0
    except OSError as error:  # a folder that is not ours to write to, a full disk, a path that is no file
        seen = ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
        code = _show(HvsError("A file or folder cannot be used", seen=seen))
    sys.exit(code if isinstance(code, int) else 0)


def _show(error: HvsError) -> int:
    """Print an error; its exit code."""
    notes: list[str] = getattr(error, "__notes__", [])
    diagnostics = getattr(error, "diagnostics", None)
    if "--json" in sys.argv:
        fields: dict[str, Any] = {"error": error.phrase, "seen": error.seen, "why": error.why, "do": error.do}
        if diagnostics is not None:
            fields["diagnostics"] = [one.to_dict() for one in diagnostics]
        document({**fields, "notes": notes, "exit_code": error.exit_code})
    else:
        prefix = "error: " if diagnostics is None else ""
        say("\n".join([prefix + error.text(), *notes]))
    return error.exit_code
