"""The bench's process: runs scripts one after another under a frozen clock, told through stdin and stdout.

    parent -> worker   {"name": "006-image-apply.cmd", "tool": "cmd", "script": "…"}            one JSON line
    worker -> parent   {"progress": ["label", done, total]}* then {"exit": 0, "output": "…"}    or {"refused": "…"}

It is a process of its own because its clock stands still (faketime), because the C libraries in it may not take the
executor with them, and because a script must be able to be killed.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hvsbuild.errors import HvsError
from hvsbuild.hosts import tools
from hvsbuild.hosts.bench.machine import Machine, locked
from hvsbuild.hosts.bench.tool import Console


class NotCommitted(Exception):
    """A script failed: what it did is taken back before its exit code is reported."""

    def __init__(self, code: int) -> None:
        self.code = code


def run_script(machine: Machine, console: Console, name: str, tool: str, script: bytes) -> int:
    """Run one script as a transaction and return its exit code; a failing script leaves the machine as it was."""
    from hvsbuild.hosts.bench.batch import run_batch
    from hvsbuild.hosts.bench.diskpart import run_script as run_diskpart

    try:
        with machine.transaction():
            if tool == "diskpart":
                code = run_diskpart(script, name, machine, console)
            else:
                code = run_batch(script, name, machine, console)
            if code:
                raise NotCommitted(code)
    except NotCommitted as failed:
        return failed.code
    return 0


def answer(machine: Machine, order: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Carry out one order; the answer that closes it."""
    console = Console(progress=lambda label, done, total: send({"progress": [label, done, total]}))
    try:
        code = run_script(machine, console, order["name"], order["tool"], order["script"].encode("ascii"))
    except HvsError as error:
        return {"refused": error.text(), "output": console.text()}
    except OSError as error:
        seen = f"{error.strerror or error}" + (f" ({error.filename})" if error.filename else "")
        if error.errno == errno.ENOSPC:
            seen += f"\n  what to do: free some space for {machine.folder} and run it again"
        return {"refused": f"The bench could not go on: {seen}", "output": console.text()}
    return {"exit": code, "output": console.text()}


def main() -> None:
    """Serve orders until stdin ends. stdout belongs to the protocol: whatever else prints goes to stderr."""
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def send(message: dict[str, Any]) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    tools.die_with_parent()
    folder = Path(sys.argv[1])
    with locked(folder) as lock:
        tools.inherited.append(lock)
        machine = Machine(folder)
        machine.recover()
        send({"ready": True})
        for line in sys.stdin:
            send(answer(machine, json.loads(line), send))


if __name__ == "__main__":
    main()
