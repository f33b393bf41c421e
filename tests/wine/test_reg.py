"""Wine's reg.exe against the bench's: the same lines, the same types and bytes in the registry."""

from __future__ import annotations

import random
import re
import string
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hvsbuild.bundle.render import Bundle
from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.hive import HiveReader, new_hive
from hvsbuild.formats.regvalue import RegValue
from hvsbuild.hosts.bench.batch import run_batch
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.reg import reg
from hvsbuild.hosts.bench.reg.show import walk
from hvsbuild.hosts.bench.tool import Console, Word
from tests.bench import test_reg as tables
from tests.golden import bundle_of, spec_of
from tests.wine import bundles
from tests.wine.crutches import Crutches
from tests.wine.wine import TOOLS, Installed, Wine

Tree = dict[str, dict[str, RegValue]]  # key below the hive -> name -> value
ASSIGNMENT = re.compile(r'(?:@|"(?P<name>(?:[^"\\]|\\.)*)")=(?P<data>.*)', re.DOTALL)


@pytest.fixture
def wine(installed: Installed, tmp_path: Path, ending: list[subprocess.Popen[bytes]]) -> Iterator[Wine]:
    """A Wine with its own reg.exe."""
    made = Wine(tmp_path / "wine", installed, [name for name in TOOLS if name != "reg"])
    yield made
    ending.append(made.stop())


# --- what is there afterwards ---


def _value(text: str) -> RegValue:
    """`"text"`, `dword:…` and `hex(n):…` of a .reg file, version 5.00."""
    if text.startswith('"'):
        return RegValue(1, (re.sub(r"\\(.)", r"\1", text[1:-1]) + "\0").encode("utf-16-le"))
    if text.startswith("dword:"):
        return RegValue(4, int(text[6:], 16).to_bytes(4, "little"))
    kind, digits = text.removeprefix("hex").split(":", 1)
    return RegValue(int(kind[1:-1], 16) if kind else 3, bytes.fromhex(digits.replace(",", "")))


def parse(exported: str, root: str) -> Tree:
    found: Tree = {}
    for line in exported.replace("\\\r\n  ", "").split("\r\n"):
        if line.startswith("["):
            found[line[1:-1].removeprefix(root).lstrip("\\")] = key = {}
        elif match := ASSIGNMENT.fullmatch(line):
            key[re.sub(r"\\(.)", r"\1", match["name"] or "")] = _value(match["data"])
    return found


def in_wine(wine: Wine, hive: str) -> Tree:
    (done,) = wine.run(rf"reg export HKLM\{hive} C:\{hive}.reg /y")
    assert done.code == 0, done
    return parse(wine.path(rf"C:\{hive}.reg").read_bytes().decode("utf-16"), rf"HKEY_LOCAL_MACHINE\{hive}")


def on_bench(machine: Machine, hive: str) -> Tree:
    with FileDevice(machine.folder / machine.state.hives[f"HKLM\\{hive.upper()}"].copy) as device:
        reader = HiveReader(device)
        return {key: dict(reader.values(key)) for key in walk(reader, "")}


def loaded(folder: Path, *hives: str) -> Machine:
    """A bench with empty hives loaded below HKLM."""
    machine = Machine.create(folder, uuid.UUID(int=7), 1_600_000_000)
    with machine.transaction():
        for hive in hives:
            new_hive(folder / "C" / hive, "Root")
            assert reg([Word("reg"), Word("load"), Word(rf"HKLM\{hive}"), Word(rf"C:\{hive}")], machine, Console()) == 0
    return machine


def batch(machine: Machine, script: bytes, name: str) -> int:
    with machine.transaction():
        return run_batch(script, name, machine, Console())


# --- the scripts of bundles ---


def texts() -> Iterator[str]:
    """Texts that a spec may have, of all printable characters but the quotation mark; always the same ones."""
    chosen = random.Random(7)
    letters = "".join(sorted(set(string.printable) - set(string.whitespace) - {'"'})) + " \\%^!" * 4
    for length in (1, 2, 3, 5, 8, 13, 21) * 5:
        text = "".join(chosen.choices(letters, k=length))
        if "{{" not in text and "\\0" not in text:
            yield text


def odd() -> Bundle:
    """A bundle with one hive full of odd names and data."""
    values: dict[str, Any] = {}
    for number, text in enumerate(texts()):
        kind = ("REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ")[number % 3]
        values[f"{number} {text}"] = {"type": kind, "data": [text, "x", text] if number % 3 == 2 else text}
    return bundle_of(spec_of({"registry": [{"hive": "SOFTWARE", "key": r"Odd\50% & ^more", "values": values}]}))


def registry_scripts() -> list[Any]:
    found: dict[bytes, Any] = {}
    for name, bundle in [*bundles.golden(), ("odd", odd())]:
        for task in bundle.manifest.tasks:
            if task.kind == "registry" and bundle.script(task) not in found:
                found[bundle.script(task)] = pytest.param(bundle, task.id, id=f"{name}-{task.id}")
    return list(found.values())


@pytest.mark.parametrize(("bundle", "id"), registry_scripts())
def test_a_registry_script_leaves_the_same_values(
    wine: Wine, crutches: Crutches, bundle: Bundle, id: str, tmp_path: Path
) -> None:
    """It runs on an empty hive; then with all that must be absent there, and then with the keys of that left."""
    task = bundle.manifest.task(id)
    script, hive = bundle.script(task), f"hvsbuild-{id.removeprefix('registry-')}"
    unwanted = b"".join(re.findall(rb"(?m)^reg delete .*\r\n", script)).replace(b"reg delete", b"reg add")
    machine = loaded(tmp_path / "bench", hive)
    trees = list[Tree]()
    wine.run(rf"reg add HKLM\{hive} /f")  # or there would be nothing to export
    reg([Word("reg"), Word("add"), Word(rf"HKLM\{hive}"), Word("/f")], machine, Console())
    more = (b"@echo off\r\n" + unwanted, script, script) if unwanted else ()
    for number, text in enumerate((script, *more)):
        wine.write(rf"C:\{number}.cmd", crutches.apply(text))
        (done,) = wine.run(rf"cmd /d /c C:\{number}.cmd")
        assert (done.code, batch(machine, text, f"{number}.cmd")) == (0, 0), done
        trees.append(on_bench(machine, hive))
        assert in_wine(wine, hive) == trees[-1]
    if unwanted:
        assert trees[1] != trees[2] == trees[3]
    for state in task.states:
        assert state.kind == "RegistryValue"
        assert (state.name in trees[-1][state.key]) == (state.type is not None), state


# --- the tables of the bench's own tests ---


def rows(test: Callable[..., None]) -> list[Any]:
    """The rows that a test of the bench is parametrized with."""
    (mark,) = [one for one in getattr(test, "pytestmark", []) if one.name == "parametrize"]
    return list(mark.args[1])


def line(command: str) -> str:
    """A command line of those tables as a Windows program wants it."""
    return subprocess.list2cmdline([str(word) for word in tables.words(command)])


def test_add_stores_what_the_bench_stores(wine: Wine) -> None:
    stored = rows(tables.test_what_add_stores)
    done = wine.run(*(line(rf"reg add HKLM\T\{number} {row[0]} /f") for number, row in enumerate(stored)))
    found = in_wine(wine, "T")
    for number, ((arguments, name, kind, data), one) in enumerate(zip(stored, done, strict=True)):
        assert (one.code, found.get(str(number))) == (0, {name: RegValue(kind, bytes.fromhex(data))}), arguments


# What Wine does and Windows does not: a key right below HKLM is a hive, and only `reg load` makes one.
NOT_WINDOWS = {r"HKLM\NotLoaded\K /f"}


@pytest.mark.parametrize("operation", ["add", "delete", "query"])
def test_what_fails_on_the_bench_fails_in_wine(wine: Wine, operation: str) -> None:
    failing = rows(getattr(tables, f"test_what_{operation}_fails_at"))
    if operation != "add":
        wine.run(r"reg add HKLM\T\K /v x /f")
    done = wine.run(*(line(f"reg {operation} {arguments}") for arguments in failing))
    ended_well = {arguments for arguments, one in zip(failing, done, strict=True) if one.code != 1}
    assert ended_well <= NOT_WINDOWS
