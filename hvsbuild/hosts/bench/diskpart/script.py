"""Running a script: one command after the other, to the first that fails without `noerr`."""

from __future__ import annotations

from hvsbuild.hosts.bench.diskpart import codes
from hvsbuild.hosts.bench.diskpart.codes import DiskpartError
from hvsbuild.hosts.bench.diskpart.commands import COMMANDS
from hvsbuild.hosts.bench.diskpart.parser import Command, parse
from hvsbuild.hosts.bench.diskpart.session import Session
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console


def run_script(text: bytes, name: str, machine: Machine, console: Console) -> int:
    """Do what a diskpart script says and return diskpart's exit code (`codes.py`).

    `name` stands for the script in messages. Raises `BenchRefusal`, ahead of any effect, for what the bench does not
    know; what came before a failing command stays done, as with the real diskpart.
    """
    script = parse(text, name)
    for note in script.notes:
        console.print(f"note: {name}: {note}")
    session = Session(machine, console)
    for command in script.commands:
        if command.form.words == ("exit",) and not command.syntax:
            break
        code = _run(session, command, name)
        if code:
            return code
    return 0


def _run(session: Session, command: Command, name: str) -> int:
    place = f"{name}:{command.line}: {command.form.name}"
    if command.syntax:  # `noerr` is for what goes wrong in doing, never for this
        session.say(f"{place}: {command.syntax}")
        return codes.SYNTAX
    try:
        COMMANDS[command.form.name](session, command)
    except DiskpartError as error:
        session.say(f"{place}: {error.message}" + (" (noerr: going on)" if command.noerr else ""))
        return 0 if command.noerr else error.code
    except BenchRefusal as refusal:
        raise refusal.at(name, command.line, command.column) from None
    return 0
