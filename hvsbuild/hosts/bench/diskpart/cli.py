"""diskpart's own command line: `diskpart /s SCRIPT [/t SECONDS]`."""

from __future__ import annotations

from hvsbuild.hosts.bench.diskpart import codes
from hvsbuild.hosts.bench.diskpart.script import run_script
from hvsbuild.hosts.bench.machine import Machine, PathError
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word


def diskpart(argv: list[Word], machine: Machine, console: Console) -> int:
    """Run the script that `/s` names; `/t` (seconds to wait between commands) is read and needs no waiting here.

    Exit codes: 2 for bad parameters, 3 for a script that cannot be opened, else the script's own.
    """
    script: Word | None = None
    words = iter(argv[1:])
    for word in words:
        option = word.lower()
        if option not in ("/s", "/t"):
            hint = "diskpart takes /s SCRIPT and /t SECONDS"
            raise BenchRefusal(f"the parameter {word!r} of diskpart", column=word.column, hint=hint)
        value = next(words, None)
        if value is None or (option == "/t" and not value.isdecimal()):
            console.print(f"diskpart: {word} needs {'a script' if option == '/s' else 'a number of seconds'}")
            return codes.BAD_PARAMETERS
        if option == "/s":
            script = value
    if script is None:
        raise BenchRefusal("diskpart without a script", column=argv[0].column, hint="diskpart /s C:\\path\\script.txt")
    text = _read(script, machine)
    if text is None:
        console.print(f"diskpart: cannot open the script {script}")
        return codes.NO_SCRIPT
    return run_script(text, str(script), machine, console)


def _read(script: Word, machine: Machine) -> bytes | None:
    if script[1:2] != ":":
        hint = "the bench has no current folder; write the path with its letter"
        raise BenchRefusal(f"the script {script!r}", column=script.column, hint=hint)
    try:
        letter, rest = machine.split_path(script)
        with machine.reader(letter) as tree:
            return tree.read(rest)
    except (PathError, FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None
