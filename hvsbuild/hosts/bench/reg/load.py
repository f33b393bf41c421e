"""`reg load` and `reg unload`: a hive file is copied out of its volume, changed there, and written back."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from hvsbuild.formats.hive import Hive, HiveError, commit_file
from hvsbuild.hosts.bench.machine import Hive as Loaded
from hvsbuild.hosts.bench.machine import Machine, PathError
from hvsbuild.hosts.bench.reg.words import NOT_FOUND, OWN_HIVES, SUCCESS, Failed, Key, first_key, syntax
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word


def load(words: list[Word], machine: Machine, console: Console) -> None:
    """`load HKLM\\NAME FILE`: the file becomes a working copy in the machine's `hives` folder."""
    key, rest = first_key(words)
    if len(rest) != 1:
        raise syntax()
    if len(key.names) != 1:
        raise Failed("Invalid key name.")
    own = key.names[0].upper() in OWN_HIVES[key.root]
    if own or key.hive in machine.state.hives:
        raise Failed(f"Access is denied: there is a hive {key.hive} already.")
    file = windows_path(rest[0], machine)
    if any(hive.file.upper() == file.upper() for hive in machine.state.hives.values()):
        raise Failed("The process cannot access the file because it is being used by another process.")
    copy = Path("hives") / quote(key.hive.replace("\\", "-"), safe="")
    take(read_file(rest[0], file, machine), machine.folder / copy, machine)
    machine.state.hives[key.hive] = Loaded(file, str(copy))
    console.print(SUCCESS)


def windows_path(word: Word, machine: Machine) -> str:
    """`r:/Windows\\x` -> `R:\\Windows\\x`; a path without a letter is refused, for the bench has no current folder."""
    if word[1:2] != ":":
        raise BenchRefusal(
            f"reg: {str(word)!r} is not a full path", column=word.column, hint="write it like R:\\folder\\file"
        )
    try:
        letter, path = machine.split_path(word)
    except PathError:
        raise Failed("The system cannot find the path specified.") from None
    return f"{letter}:{path}"


def read_file(word: Word, file: str, machine: Machine) -> bytes:
    letter, path = machine.split_path(file)
    with machine.reader(letter) as tree:
        entry = tree.find(path)
        if entry is None:
            # RegLoadKey is documented to create a hive where there is none: what the script wants is something else.
            raise BenchRefusal(f"reg load: there is no file {file}", column=word.column)
        if entry.is_dir:
            raise Failed("Access is denied.")
        return tree.read(path)


def take(data: bytes, copy: Path, machine: Machine) -> None:
    """Make the working copy; a file that cannot be edited as a hive is a failure that says why."""
    machine.undo.replaced(copy)
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes(data)
    try:
        Hive.open(copy).close()
    except HiveError as error:
        copy.unlink()
        raise Failed(f"The file cannot be loaded. {error.text()}") from None


def unload(words: list[Word], machine: Machine, console: Console) -> None:
    """`unload HKLM\\NAME`: the file in the volume is replaced when the copy differs from it."""
    key, rest = first_key(words)
    if rest:
        raise syntax()
    loaded = machine.state.hives.get(key.hive)
    if loaded is None or len(key.names) != 1:
        raise Failed("The parameter is incorrect.")
    copy = machine.folder / loaded.copy
    data = copy.read_bytes()
    letter, path = machine.split_path(loaded.file)
    with machine.reader(letter) as tree:
        same = tree.read(path) == data
    if not same:
        with machine.volume(letter) as volume:
            volume.write(path, data)
    machine.undo.replaced(copy)
    copy.unlink()
    with suppress(FileNotFoundError):  # left by a process that was killed while it wrote
        commit_file(copy).unlink()
    del machine.state.hives[key.hive]
    console.print(SUCCESS)


def working_copy(key: Key, machine: Machine) -> Path:
    """The file of the loaded hive that holds a key. What is not loaded is not there, or is the machine's own."""
    if not key.names or key.names[0].upper() in OWN_HIVES[key.root]:
        raise BenchRefusal(
            f"reg: {key.shown} is the bench's own registry", column=key.column, hint="load a hive first (reg load)"
        )
    loaded = machine.state.hives.get(key.hive)
    if loaded is None:
        raise Failed(NOT_FOUND)
    return machine.folder / loaded.copy
