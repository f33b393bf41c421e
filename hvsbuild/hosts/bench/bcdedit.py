"""bcdedit on the store in a file: `bcdedit /store Y:\\Boot\\BCD COMMAND …`; the commands are in `COMMANDS`.

Without `/store` the real tool changes the running machine; the bench refuses that.
Source: learn.microsoft.com, "BCDEdit Command-Line Options" and "BCDEdit /set".
"""

from __future__ import annotations

from dataclasses import dataclass

from hvsbuild.errors import FormatError
from hvsbuild.formats import bcd
from hvsbuild.formats.bcd import Store
from hvsbuild.formats.bcd_text import KINDS, chosen
from hvsbuild.hosts.bench import bcdchanges as changes
from hvsbuild.hosts.bench import bcdfile, bcdlist
from hvsbuild.hosts.bench.bcdchanges import NOT_FOUND, Call, Change
from hvsbuild.hosts.bench.bcdvalues import BadValue
from hvsbuild.hosts.bench.machine import Machine, PathError
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word

NO_STORE = "The boot configuration data store could not be opened."
_PLACES = ("/addfirst", "/addlast", "/remove")


@dataclass(frozen=True)
class Command:
    """What may follow a command: least and most words, options without and with a value. `change` None: the list."""

    change: Change | None
    least: int
    most: int
    flags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    free: bool = False  # its words may begin with /


COMMANDS = {
    "/set": Command(changes.set_value, 2, 99, free=True),
    "/deletevalue": Command(changes.delete_value, 2, 2),
    "/enum": Command(None, 0, 1),
    "/timeout": Command(changes.timeout, 1, 1),
    "/default": Command(changes.default, 1, 1),
    "/displayorder": Command(changes.ordered(bcd.DISPLAY_ORDER), 1, 99, _PLACES),
    "/toolsdisplayorder": Command(changes.ordered(bcd.TOOLS_ORDER), 1, 99, _PLACES),
    "/bootsequence": Command(changes.ordered(changes.BOOTSEQUENCE), 1, 99, _PLACES),
    "/create": Command(changes.create, 0, 1, options=("/d", "/application")),
    "/copy": Command(changes.copy, 1, 1, options=("/d",)),
    "/delete": Command(changes.delete, 1, 1, ("/f", "/cleanup", "/nocleanup")),
    "/ems": Command(changes.switch(0x260000B0), 2, 2),
    "/bootems": Command(changes.switch(0x16000020), 2, 2),
    "/debug": Command(changes.switch(0x260000A0), 2, 2),
    "/bootdebug": Command(changes.switch(0x16000010), 2, 2),
    "/emssettings": Command(
        changes.serial("{emssettings}", ("EMSPORT", 0x15000022), ("EMSBAUDRATE", 0x15000023), None), 1, 2
    ),
    "/dbgsettings": Command(
        changes.serial("{dbgsettings}", ("DEBUGPORT", 0x15000013), ("BAUDRATE", 0x15000014), 0x15000011), 1, 3
    ),
    "/hypervisorsettings": Command(
        changes.serial("{hypervisorsettings}", ("DEBUGPORT", 0x250000F4), ("BAUDRATE", 0x250000F5), 0x250000F3), 1, 3
    ),
}


@dataclass(frozen=True)
class Request:
    """What a command line asks for: the store's file, the command with its words."""

    store: str
    call: Call
    verbose: bool

    @property
    def command(self) -> Command:
        return COMMANDS[self.call.command.lower()]


def parse(argv: list[Word]) -> Request:
    """Read the words; what the bench does not know is refused with its column."""
    words, store, command, verbose = list(argv[1:]), None, None, False
    rest, options = list[Word](), dict[str, Word]()
    while words:
        word = words.pop(0)
        option = word.lower()
        known: Command | None = COMMANDS[command.lower()] if command else None
        if option == "/store" and store is None and words:
            store = words.pop(0)
        elif option == "/v":
            verbose = True
        elif command is None and option in COMMANDS:
            command = word
        elif known and option in known.flags and option not in options:
            options[option] = word
        elif known and option in known.options and option not in options and words:
            options[option] = words.pop(0)
        elif known is None or (option.startswith("/") and not known.free):
            hint = ", ".join(["/store", "/v", *(COMMANDS if known is None else (*known.flags, *known.options))])
            raise BenchRefusal(f"bcdedit {word}", column=word.column, hint=f"known: {hint}")
        else:
            rest.append(word)
    if store is None:
        raise BenchRefusal(
            "bcdedit without /store: it would change the store of the machine itself",
            column=argv[0].column,
            hint="name the file, like /store Y:\\Boot\\BCD",
        )
    command = command or Word("/enum", argv[0].column)
    request = Request(str(store), Call(command, rest, options), verbose)
    several = len(options.keys() & set(_PLACES)) > 1 or {"/cleanup", "/nocleanup"} <= options.keys()
    if several or not request.command.least <= len(rest) <= request.command.most:
        what = "options that exclude each other" if several else f"{len(rest)} words after it"
        raise BenchRefusal(f"bcdedit {command} with {what}", column=command.column)
    return request


def _list(machine: Machine, store: Store, request: Request, console: Console) -> None:
    kind = request.call.words[0] if request.call.words else Word("active")
    if kind.startswith("{"):
        objects = [changes.entry(store, kind)]
    elif kind.lower() in ("active", "all", *KINDS):
        objects = chosen(store, kind.lower())
    else:
        raise BenchRefusal(f"bcdedit /enum {kind}", column=kind.column)
    lister = bcdlist.lister(machine, store, verbose=request.verbose)
    for one in objects:
        for line in lister.lines(one):
            console.print(line)


def bcdedit(argv: list[Word], machine: Machine, console: Console) -> int:
    """Read or change a store; 1 when the real tool would not do it either."""
    request = parse(argv)
    try:
        letter, path = machine.split_path(request.store)
        with machine.reader(letter) as tree:
            found = bcdfile.load(tree, path)
    except (PathError, FormatError) as error:
        console.print(f"{NO_STORE}\n{error.phrase}: {error.seen}")
        return 1
    if found is None:
        console.print(f"{NO_STORE}\n{NOT_FOUND}")
        return 1
    old, store = found
    try:
        if request.command.change is None:
            _list(machine, store, request, console)
            return 0
        changed = request.command.change(machine, store, request.call)
    except BadValue as error:
        console.print(str(error))
        return 1
    new = bcdfile.saved(old, changed.store)
    if new != old:
        with machine.volume(letter) as volume:
            volume.write(path, new)
    console.print(changed.said)
    return 0
