"""`reg query` and `reg export`: what a loaded hive holds, as text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.hive import HiveError, HiveReader
from hvsbuild.formats.regvalue import REG_BINARY, REG_DWORD, REG_SZ, RegValue, fold, integer_of, text_of, type_name
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.reg.data import printed
from hvsbuild.hosts.bench.reg.load import windows_path, working_copy
from hvsbuild.hosts.bench.reg.words import NOT_FOUND, SUCCESS, Failed, Key, first_key, one_of, read_switches, syntax
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word

_DEEPEST = 512  # levels of keys that Windows allows ("Registry element size limits")
_WRAP = 76  # a line of hexadecimal data is broken after the byte that passes this column


@contextmanager
def reading(key: Key, machine: Machine) -> Iterator[HiveReader]:
    """The hive of a key that is there."""
    with FileDevice(working_copy(key, machine)) as device:
        hive = HiveReader(device, key.hive)
        if not hive.has_key(key.inside):
            raise Failed(NOT_FOUND)
        yield hive


def walk(hive: HiveReader, path: str) -> Iterator[str]:
    """A key and all below it."""
    if path.count("\\") > _DEEPEST:
        raise HiveError("The registry hive is damaged", seen=f"{hive.name}: a key lies in itself: {path[:80]}…")
    yield path
    for name in hive.keys(path):
        yield from walk(hive, join(path, name))


def join(*names: str) -> str:
    return "\\".join(name for name in names if name)


def query(words: list[Word], machine: Machine, console: Console) -> None:
    """Print a key's values and subkeys, or one value (/v, /ve); /s: also of all keys below."""
    key, rest = first_key(words)
    switches = read_switches(rest, "/ve /s", "/v", unsupported="/se /f /k /d /c /e /t /z")
    one = one_of(switches, "/v", "/ve")
    wanted = fold(switches.options.get("/v", "")) if one else None
    top = join(key.root_name, key.names[0]) if key.names else key.root_name
    with reading(key, machine) as hive:
        found = 0
        for path in walk(hive, key.inside) if "/s" in switches else [key.inside]:
            values = hive.values(path)
            lines = [line(name, value) for name, value in values.items() if wanted is None or fold(name) == wanted]
            if one == "/ve" and not lines and "/s" not in switches:
                lines = ["    (Default)    REG_SZ    (value not set)"]
            found += len(lines)
            if lines:
                console.lines += ["", join(top, path), *lines]
        subkeys = [] if one or "/s" in switches else hive.keys(key.inside)
    if one and not found:
        raise Failed(NOT_FOUND)
    console.lines += ["", *(join(top, key.inside, name) for name in subkeys)]


def line(name: str, value: RegValue) -> str:
    return f"    {name or '(Default)'}    {type_name(value.type)}    {printed(value)}"


def export(words: list[Word], machine: Machine, console: Console) -> None:
    """Write a key and all below it to a .reg file (UTF-16 with a byte order mark, as Windows does)."""
    key, rest = first_key(words)
    if not rest or rest[0].startswith("/"):
        raise syntax()
    switches, file = read_switches(rest[1:], "/y"), windows_path(rest[0], machine)
    if "/y" not in switches and machine.exists(file):
        raise BenchRefusal(f"reg would prompt: overwrite {file}?", column=rest[0].column, hint="add /y")
    with reading(key, machine) as hive:
        text = "".join(f"{one}\r\n" for one in exported(hive, key))
    letter, path = machine.split_path(file)
    with machine.volume(letter) as volume:
        volume.write(path, b"\xff\xfe" + text.encode("utf-16-le", "surrogatepass"))
    console.print(SUCCESS)


def exported(hive: HiveReader, key: Key) -> Iterator[str]:
    """The lines of the .reg file."""
    yield from ("Windows Registry Editor Version 5.00", "")
    for path in walk(hive, key.inside):
        yield f"[{join(key.root_name, key.names[0], path)}]"
        for name, value in hive.values(path).items():
            yield from assignment(f'"{escaped(name)}"=' if name else "@=", value)
        yield ""


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def assignment(name: str, value: RegValue) -> list[str]:
    """`"name"=…`: text, dword:, hex: or hex(TYPE): in lines of bounded length."""
    text, number = text_of(value), integer_of(value)
    if value.type == REG_SZ and text is not None:
        return [f'{name}"{escaped(text)}"']
    if value.type == REG_DWORD and number is not None:
        return [f"{name}dword:{number:08x}"]
    lines = [name + ("hex:" if value.type == REG_BINARY else f"hex({value.type:x}):")]
    for index, byte in enumerate(value.data):
        last = index == len(value.data) - 1
        lines[-1] += f"{byte:02x}" + ("" if last else ",")
        if not last and len(lines[-1]) > _WRAP:
            lines[-1] += "\\"
            lines.append("  ")
    return lines
