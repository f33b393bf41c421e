"""Runs a Windows command script (`.cmd`) on the bench. What the reader knows is in the package `cmd`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hvsbuild.hosts.bench.cmd.interpreter import Interpreter
from hvsbuild.hosts.bench.cmd.session import Session, script_frame
from hvsbuild.hosts.bench.cmd.streams import Streams
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import Console


def run_batch(
    text: bytes,
    name: str,
    machine: Machine,
    console: Console,
    args: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    *,
    script_dir: str = "C:\\",
) -> int:
    """Run the script `text`, called `name` and lying in the Windows folder `script_dir`, with %1… from `args`.

    Returns what `cmd /d /c script` does (signed 32 bit): the number given to `exit /b`, else the code of the last
    command, whatever the error level is. Raises `BenchRefusal` with script, line and column for what the bench does not
    know. The caller wraps it in `machine.transaction()`.
    """
    session = Session(env or {})
    tail = " ".join(f'"{arg}"' if set(arg) & set(" \t,;=") and '"' not in arg else arg for arg in args)
    frame = script_frame(text, name, script_dir, name, tail)
    temp = session.lookup("TEMP")
    if temp and temp[:1].upper() == "C" and not machine.exists(temp):  # on Windows it is always there
        with machine.volume("C") as drive:
            drive.make_folder(machine.split_path(temp)[1])
    return Interpreter(machine, session).run_frame(frame, Streams(console, console))
