"""`reg add` and `reg delete` on the working copy of a loaded hive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hvsbuild.formats.hive import Hive, commit_file
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.reg.data import parse
from hvsbuild.hosts.bench.reg.load import working_copy
from hvsbuild.hosts.bench.reg.words import NOT_FOUND, SUCCESS, Failed, Key, first_key, one_of, read_switches
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word


@contextmanager
def editing(key: Key, machine: Machine) -> Iterator[Hive]:
    """The hive of a key; what was changed is written when the block ends, and can be taken back with the script."""
    copy = working_copy(key, machine)
    with Hive.open(copy, writable=True) as hive:
        yield hive
        if hive.changed:
            machine.undo.replaced(copy)
            machine.undo.created(commit_file(copy))
            hive.commit()


def would_prompt(question: str, key: Key) -> BenchRefusal:
    return BenchRefusal(f"reg would prompt: {question}", column=key.column, hint="add /f")


def add(words: list[Word], machine: Machine, console: Console) -> None:
    """Set one value. Without /v and /ve the default value is set, to an empty text if nothing else is said."""
    key, rest = first_key(words)
    switches = read_switches(rest, "/ve /f", "/v /t /s /d")
    one_of(switches, "/v", "/ve")
    options = switches.options
    value = parse(options.get("/t"), options.get("/s"), options.get("/d"))
    name = str(options.get("/v", ""))
    with editing(key, machine) as hive:
        if "/f" not in switches and hive.get(key.inside, name) is not None:
            raise would_prompt(f"the value {name or '(Default)'} exists, overwrite?", key)
        hive.set(key.inside, name, value)
    console.print(SUCCESS)


def delete(words: list[Word], machine: Machine, console: Console) -> None:
    """Delete a value (/v, /ve), all values (/va) or the key with all below it."""
    key, rest = first_key(words)
    switches = read_switches(rest, "/ve /va /f", "/v")
    what = one_of(switches, "/v", "/ve", "/va")
    if "/f" not in switches:
        raise would_prompt("permanently delete?", key)
    if not what and len(key.names) == 1:
        raise BenchRefusal(f"reg delete: {key.shown} is the root of a loaded hive", column=key.column)
    with editing(key, machine) as hive:
        node = hive.find(key.inside)
        if node is None:
            raise Failed(NOT_FOUND)
        if what == "/va":
            for name in hive.values(node):
                hive.delete_value(key.inside, name)
        elif what is None:
            hive.delete_key(key.inside)
        elif not hive.delete_value(key.inside, str(switches.options.get("/v", ""))):
            raise Failed(NOT_FOUND)
    console.print(SUCCESS)
