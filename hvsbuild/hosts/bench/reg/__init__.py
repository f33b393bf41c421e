"""reg: the registry of the bench, which is the hives that scripts have loaded.

    reg load HKLM\\NAME FILE · reg unload HKLM\\NAME
    reg add KEY [/v NAME | /ve] [/t TYPE] [/s X] [/d DATA] [/f] [/reg:64]
    reg delete KEY [/v NAME | /ve | /va] [/f] [/reg:64]
    reg query KEY [/v NAME | /ve] [/s] [/reg:64] · reg export KEY FILE [/y] [/reg:64]

Exit codes: 0, 1 for whatever the real tool fails on. Rules: Wine's programs/reg/tests (which its
authors run on real Windows); where those are silent the bench refuses instead of guessing.
"""

from __future__ import annotations

from collections.abc import Callable

from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.reg import edit, load, show
from hvsbuild.hosts.bench.reg.words import Failed
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word

Operation = Callable[["list[Word]", Machine, Console], None]

OPERATIONS: dict[str, Operation] = {
    "load": load.load,
    "unload": load.unload,
    "add": edit.add,
    "delete": edit.delete,
    "query": show.query,
    "export": show.export,
}
HELP = ("/?", "/h", "-?", "-h")
NOT_HERE = ("compare", "copy", "flags", "import", "restore", "save")


def reg(argv: list[Word], machine: Machine, console: Console) -> int:
    """Run one `reg` command line on the machine's loaded hives and return its exit code."""
    if len(argv) < 2:
        console.print("ERROR: Invalid syntax.")
        return 1
    name = argv[1].lower()
    if name not in OPERATIONS:
        what = f"reg {argv[1]}" if name in NOT_HERE else f"reg: unknown operation {argv[1]!r}"
        raise BenchRefusal(
            what, column=argv[1].column, hint="the bench has: " + ", ".join(f"reg {one}" for one in OPERATIONS)
        )
    if len(argv) == 3 and argv[2].lower() in HELP:
        console.print(__doc__.split("\n\n")[1] if __doc__ else "")
        return 0
    try:
        OPERATIONS[name](argv[2:], machine, console)
    except Failed as failed:
        console.print(f"ERROR: {failed}")
        return 1
    return 0
