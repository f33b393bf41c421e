"""bcdedit on the store in a file: `bcdedit /store Y:\\Boot\\BCD COMMAND …`.

Commands: `/set {id} name value`, `/deletevalue {id} name`, `/enum [active|all|osloader|…|{id}]`, `/timeout seconds`,
`/default {id}`, each with `/v`. Without `/store` the real tool changes the running machine; the bench refuses that.
Source: learn.microsoft.com, "BCDEdit Command-Line Options" and "BCDEdit /set".
"""

from __future__ import annotations

from dataclasses import dataclass

from hvsbuild.errors import FormatError
from hvsbuild.formats import bcd
from hvsbuild.formats.bcd import BcdObject, Store
from hvsbuild.formats.bcd_names import element_code, guid_of
from hvsbuild.hosts.bench import bcdfile, bcdlist
from hvsbuild.hosts.bench.bcdvalues import BadValue, element_value
from hvsbuild.hosts.bench.machine import Machine, PathError
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word

# command -> least and most words after it
COMMANDS = {"/set": (2, 99), "/deletevalue": (2, 2), "/enum": (0, 1), "/timeout": (1, 1), "/default": (1, 1)}
NO_ENTRY = "An error occurred while attempting to reference the specified entry."
NOT_FOUND = "The system cannot find the file specified."
NO_STORE = "The boot configuration data store could not be opened."
DONE = "The operation completed successfully."


@dataclass(frozen=True)
class Request:
    """What a command line asks for: the store's file, the command with its words."""

    store: str
    command: str
    words: list[Word]
    verbose: bool


def parse(argv: list[Word]) -> Request:
    """Read the words; what the bench does not know is refused with its column."""
    words, store, command, verbose = list(argv[1:]), None, None, False
    rest: list[Word] = []
    while words:
        word = words.pop(0)
        option = word.lower()
        if option == "/store" and store is None and words:
            store = words.pop(0)
        elif option == "/v":
            verbose = True
        elif command is None and option in COMMANDS:
            command = word
        elif command is None or (option.startswith("/") and command.lower() != "/set"):
            raise BenchRefusal(f"bcdedit {word}", column=word.column, hint="known: /store, /v, " + ", ".join(COMMANDS))
        else:
            rest.append(word)
    if store is None:
        raise BenchRefusal(
            "bcdedit without /store: it would change the store of the machine itself",
            column=argv[0].column,
            hint="name the file, like /store Y:\\Boot\\BCD",
        )
    command = command or Word("/enum", argv[0].column)
    least, most = COMMANDS[command.lower()]
    if not least <= len(rest) <= most:
        raise BenchRefusal(f"bcdedit {command} with {len(rest)} words after it", column=command.column)
    return Request(str(store), command.lower(), rest, verbose)


def _entry(store: Store, word: Word) -> BcdObject:
    """The object that a word names; `BadValue` when the store has none such."""
    if word.lower() == "{current}":
        raise BenchRefusal("bcdedit {current}: the bench runs no Windows", column=word.column, hint="use {default}")
    if not word.startswith("{"):
        raise BenchRefusal(
            f"bcdedit: {word!r} is not an identifier",
            column=word.column,
            hint="without one the real tool means {current}; name it, like {default}",
        )
    found = store.find(word)
    if found is None:
        known = guid_of(word) or word.lower() == "{default}"
        raise BadValue(f"{NO_ENTRY}\n{NOT_FOUND}" if known else "The specified identifier is not valid.")
    return found


def _code(name: Word, one: BcdObject) -> int:
    code = element_code(name, one.type)
    if code is None:
        raise BenchRefusal(f"bcdedit: the bench does not know the element {name!r} of this object", column=name.column)
    return code


def _set(machine: Machine, store: Store, words: list[Word]) -> Store:
    one, name = _entry(store, words[0]), words[1]
    code = _code(name, one)
    if len(words) == 2:
        raise BadValue("The set command specified is not valid.")
    value = element_value(machine, store, code, name.lower(), words[2:])
    return store.with_object(one.with_values({code: value}))


def _delete_value(store: Store, words: list[Word]) -> Store:
    one = _entry(store, words[0])
    code = _code(words[1], one)
    if code not in one.elements:
        raise BadValue("An error occurred while attempting to delete the specified data element.\nElement not found.")
    return store.with_object(one.without(code))


def _boot_manager(store: Store) -> BcdObject:
    return _entry(store, Word("{bootmgr}"))


def changed(machine: Machine, store: Store, request: Request) -> Store:
    """The store after a command that changes it. Raises `BadValue` or `BenchRefusal`."""
    words = request.words
    if request.command == "/set":
        return _set(machine, store, words)
    if request.command == "/deletevalue":
        return _delete_value(store, words)
    if request.command == "/timeout":
        if not words[0].isdecimal():
            raise BadValue("The timeout data is not valid as specified.")
        return store.with_object(_boot_manager(store).with_values({bcd.TIMEOUT: int(words[0])}))
    entry = _entry(store, words[0])
    return store.with_object(_boot_manager(store).with_values({bcd.DEFAULT: entry.guid}))


def _list(machine: Machine, store: Store, request: Request, console: Console) -> None:
    kind = request.words[0] if request.words else Word("active")
    if kind.startswith("{"):
        objects = [_entry(store, kind)]
    elif kind.lower() in ("active", "all", *bcdlist.KINDS):
        objects = bcdlist.chosen(store, kind.lower())
    else:
        raise BenchRefusal(f"bcdedit /enum {kind}", column=kind.column)
    lister = bcdlist.Lister(machine, store, request.verbose)
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
        if request.command == "/enum":
            _list(machine, store, request, console)
            return 0
        new = bcdfile.saved(old, changed(machine, store, request))
    except BadValue as error:
        console.print(str(error))
        return 1
    if new != old:
        with machine.volume(letter) as volume:
            volume.write(path, new)
    console.print(DONE)
    return 0
