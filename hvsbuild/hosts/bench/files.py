"""copy, move, del and type: the file commands inside cmd.exe.

Exit codes as in Wine's cmd tests, whose expected outputs hold on real Windows. Messages are Windows' English ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from hvsbuild.formats.filesystem import HIDDEN, READ_ONLY, SYSTEM
from hvsbuild.hosts.bench.filecopy import DENIED, NO_FILE, NO_PATH, At, Failed, copy_file, locate, look
from hvsbuild.hosts.bench.machine import Machine, WriteProtected
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word

NO_SYNTAX = "The syntax of the command is incorrect."


def split_switches(argv: list[Word], switches: Iterable[str]) -> tuple[set[str], list[Word]]:
    """The switches (lower case) and the other words; a switch that is not known is refused."""
    found, paths = set[str](), list[Word]()
    for word in argv[1:]:
        if word.startswith("/"):
            if word.lower() not in switches:
                raise BenchRefusal(f"{argv[0]} {word}", column=word.column, hint="known: " + " ".join(switches))
            found.add(word.lower())
        else:
            paths.append(word)
    return found, paths


def answer(console: Console, act: Callable[[], None]) -> int:
    """0, or 1 with the message of what failed."""
    try:
        act()
    except Failed as failure:
        console.print(failure.message)
        return 1
    except WriteProtected as error:
        console.print(f"{error.phrase}.")
        return 1
    return 0


def _plus(paths: list[Word]) -> None:
    for word in paths:
        if "+" in word:
            raise BenchRefusal(f"`+` in {word}: copy would join files", column=word.column)


def copy(argv: list[Word], machine: Machine, console: Console) -> int:
    """`copy [/y] [/b] [/v] source target`; the source a file or a whole folder as `folder\\*.*`.

    An existing file is replaced, with and without /y: copy asks only when it is typed, never in a script (`copy /?`).
    """
    _, paths = split_switches(argv, ("/y", "/b", "/v"))
    _plus(paths)
    if len(paths) != 2:
        console.print(NO_SYNTAX)
        return 1
    done = 0

    def act() -> None:
        nonlocal done
        for source, target in _pairs(machine, *paths):
            copy_file(machine, source, target, partial(console.progress, f"copy {source.name}"))
            done += 1

    code = answer(console, act)
    console.print(f"{done:>9} file(s) copied.")
    return code


def _pairs(machine: Machine, source: Word, target: Word) -> list[tuple[At, At]]:
    """What is to be copied where. A target that is a folder, or ends in a backslash, receives the source's name."""
    goal = locate(machine, target)
    there = look(machine, goal)
    folder = there is not None and there.is_dir
    if source.endswith(("\\*.*", "\\*")):
        origin = locate(machine, Word(source[: source.rfind("\\")] + "\\", source.column))
        if look(machine, origin) is None:
            raise Failed(NO_PATH)
        if not folder:
            raise BenchRefusal(f"copy {source} to {target}, which is no folder", column=target.column)
        with machine.reader(origin.letter) as tree:
            names = [entry.name for entry in tree.children(origin.rest) if not entry.is_dir]
        if not names:
            raise Failed(NO_FILE)
        return [(origin / name, goal / name) for name in names]
    origin = locate(machine, source)
    there = look(machine, origin)
    if there is not None and there.is_dir:
        raise BenchRefusal(f"copy of the folder {source}", column=source.column, hint="write \\*.* behind it")
    if folder or target.endswith("\\"):
        if not folder:
            raise Failed(NO_PATH)
        goal = goal / origin.name
    return [(origin, goal)]


def move(argv: list[Word], machine: Machine, console: Console) -> int:
    """`move [/y] file target`, done as a copy and a deletion."""
    _, paths = split_switches(argv, ("/y",))
    if len(paths) != 2:
        console.print(NO_SYNTAX)
        return 1

    def act() -> None:
        for source, target in _pairs(machine, *paths):
            if str(source).casefold() != str(target).casefold():
                copy_file(machine, source, target, partial(console.progress, f"move {source.name}"))
                with machine.volume(source.letter) as volume:
                    volume.delete(source.rest)

    if any(word.endswith("*") for word in paths):
        raise BenchRefusal("move with a wildcard", column=paths[0].column)
    code = answer(console, act)
    if not code:
        console.print("        1 file(s) moved.")
    return code


def delete(argv: list[Word], machine: Machine, console: Console) -> int:
    """`del [/f] [/q] file…`. A file that is not there is no error, a folder that is not there is."""
    switches, paths = split_switches(argv, ("/f", "/q"))
    if not paths:
        console.print(NO_SYNTAX)
        return 1

    def act(word: Word) -> None:
        at = locate(machine, word)
        entry = look(machine, at)
        if entry is None:
            if look(machine, at.parent) is None:
                raise Failed(NO_PATH)
            console.print(f"Could Not Find {at}")
            return
        if entry.is_dir:
            raise BenchRefusal(f"del of the folder {word}", column=word.column, hint="use rd /s /q")
        if entry.attributes & (HIDDEN | SYSTEM) or (entry.attributes & READ_ONLY and "/f" not in switches):
            # del prints an error here; whether it also sets the error level is not verified
            hint = "use attrib -r -s -h first"
            raise BenchRefusal(f"del of the protected file {word}", column=word.column, hint=hint)
        with machine.volume(at.letter) as volume:
            volume.delete(at.rest)

    return max(answer(console, partial(act, word)) for word in paths)


def type_(argv: list[Word], machine: Machine, console: Console) -> int:
    """`type file`, for text of whole CRLF lines: the console of the bench has no others."""
    _, paths = split_switches(argv, ())
    if len(paths) != 1:
        console.print(NO_SYNTAX)
        return 1
    word = paths[0]
    if word.lower() == "nul":
        return 0

    def act() -> None:
        at = locate(machine, word)
        entry = look(machine, at)
        if entry is None:
            raise Failed(NO_FILE if look(machine, at.parent) else NO_PATH)
        if entry.is_dir:
            raise Failed(DENIED)
        with machine.reader(at.letter) as tree:
            lines = tree.read(at.rest).split(b"\r\n")
        if lines.pop() or any(bad in line for line in lines for bad in (b"\r", b"\n", b"\0", b"\x1a")):
            raise BenchRefusal(f"type of {word}: not only CRLF lines", column=word.column, hint="use copy")
        try:
            texts = [line.decode() for line in lines]
        except UnicodeDecodeError as error:
            raise BenchRefusal(f"type of {word}: neither ASCII nor UTF-8", column=word.column) from error
        for text in texts:
            console.print(text)

    return answer(console, act)
