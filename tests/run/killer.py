"""The command line with a kill -9 in it: `python -m tests.run.killer journal|undo|program N ARG…`.

journal N   the executor kills itself right after its N-th journal write
undo N      the bench's worker kills itself at the N-th record of its undo log (inside a script)
program N   the worker kills itself when its N-th external program has just started
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
from typing import Any

from hvsbuild.hosts.bench import host
from hvsbuild.run import journal


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(number: int, function: Any) -> Any:
    """`function`, after whose N-th call the process dies."""
    count = 0

    def wrapped(*arguments: Any, **named: Any) -> Any:
        nonlocal count
        result = function(*arguments, **named)
        count += 1
        if count == number:
            die()
        return result

    return wrapped


def in_worker(where: str, number: int) -> None:
    """What runs in the worker: arm it, then serve."""
    from hvsbuild.hosts.bench import undo

    if where == "undo":
        undo.UndoLog._record = after(number, undo.UndoLog._record)  # type: ignore[method-assign]
    else:
        count, popen = 0, subprocess.Popen

        def start(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            made = popen(*arguments, **named)
            count += 1
            if count == number:
                die()  # the program has just started: it must not go on behind our back
            return made

        subprocess.Popen = start  # type: ignore[misc, assignment]
    sys.argv = ["worker", *sys.argv[4:]]
    runpy.run_module("hvsbuild.hosts.bench.worker", run_name="__main__")


def main() -> None:
    where, number = sys.argv[1], int(sys.argv[2])
    if sys.argv[3] == "--worker":
        in_worker(where, number)
        return
    if where == "journal":
        journal.Journal.write = after(number, journal.Journal.write)  # type: ignore[method-assign]
    else:
        host.WORKER = ["-m", "tests.run.killer", where, str(number), "--worker"]
    from hvsbuild.cli.main import main as cli

    sys.argv = ["hvsbuild", *sys.argv[3:]]
    cli()


if __name__ == "__main__":
    main()
