"""attrib: the DOS attributes of one file. C: of the bench keeps none, so there it is refused."""

from __future__ import annotations

from hvsbuild.formats.filesystem import ARCHIVE, DIRECTORY, HIDDEN, READ_ONLY, SYSTEM
from hvsbuild.hosts.bench.filecopy import Failed, locate, look
from hvsbuild.hosts.bench.files import answer
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word

BITS = {"r": READ_ONLY, "a": ARCHIVE, "s": SYSTEM, "h": HIDDEN}


def attrib(argv: list[Word], machine: Machine, console: Console) -> int:
    """`attrib [+r|-r|+a|-a|+s|-s|+h|-h]… file`. Without signs it shows them. C: of the bench keeps none: refused."""
    on = off = 0
    paths: list[Word] = []
    for word in argv[1:]:
        if len(word) == 2 and word[0] in "+-" and word[1].lower() in BITS:
            on, off = (on | BITS[word[1].lower()], off) if word[0] == "+" else (on, off | BITS[word[1].lower()])
        elif word.startswith(("/", "+", "-")):
            raise BenchRefusal(f"attrib {word}", column=word.column, hint="known: +r -r +a -a +s -s +h -h")
        else:
            paths.append(word)
    if len(paths) != 1:
        raise BenchRefusal("attrib needs one file", column=argv[0].column)

    def act() -> None:
        at = locate(machine, paths[0])
        entry = look(machine, at)
        if entry is None:  # the exit code is not verified on Windows
            raise Failed(f"File not found - {at}")
        if at.letter == "C":
            raise BenchRefusal(f"attributes of {at}", column=paths[0].column, hint="C: of the bench has none")
        old = entry.attributes
        if not on and not off:
            console.print(f"{_sign(old, 'a')}  {_sign(old, 's')}{_sign(old, 'h')}{_sign(old, 'r')}       {at}")
            return
        if held := old & (HIDDEN | SYSTEM) & ~(on | off):
            name = "hidden" if held & HIDDEN else "system"
            hint = f"attrib leaves a {name} file alone unless +{name[0]} or -{name[0]} is among the signs"
            raise BenchRefusal(f"attrib on the {name} file {at}", column=paths[0].column, hint=hint)
        with machine.volume(at.letter) as volume:
            volume.set_attributes(at.rest, ((old | on) & ~off) & ~DIRECTORY)

    return answer(console, act)


def _sign(attributes: int, letter: str) -> str:
    return letter.upper() if attributes & BITS[letter] else " "
