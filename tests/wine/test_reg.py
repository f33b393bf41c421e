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
from hvsbuild.spec.regfile import parse as parse_file
from tests.bench import test_reg as tables
from tests.golden import ROOT, bundle_of, golden, spec_of
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
    script = bundle.script(task)
    hive = re.findall(rb'"HKLM\\([^\\"]+)', script)[0].decode()
    without_made = re.sub(rb"(?s)rem The key [^\n]* must be there;.*?:present_", b"", script)
    unwanted = b"".join(re.findall(rb"(?m)^reg delete .*\r\n", without_made))
    unwanted = unwanted.replace(b"reg delete", b"reg add").replace(b"%controlset%", b"ControlSet002")
    machine = loaded(tmp_path / "bench", hive)
    trees = list[Tree]()
    # without the first there would be nothing to export
    for line in (rf"HKLM\{hive}", rf"HKLM\{hive}\Select /v Current /t REG_DWORD /d 2", rf"HKLM\{hive}\ControlSet002"):
        wine.run(f"reg add {line} /f")
        reg([Word(word) for word in f"reg add {line} /f".split(" ")], machine, Console())
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
        assert state.kind in ("RegistryValue", "RegistryKey")
        key = re.sub("^CurrentControlSet", "ControlSet002", state.key)
        if state.kind == "RegistryKey":
            assert (key in trees[-1]) == state.present, state
        else:
            assert (state.name in trees[-1].get(key, {})) == (state.type is not None), state


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


# --- a spec's import, and `reg import` of the same file ---

LINES = r"""
[HKEY_LOCAL_MACHINE\{hive}\Vendor]
@="the default"
"Path"="\"C:\\Program Files\\Vendor\\x.exe\" \"%1\" & more"
"Empty"=""
"D"=dword:2a ; a comment
"Twice"=dword:1
"Q"=hex(b):88,77,66,55,44,33,22,11
"Binary"=hex:de,ad,be,ef,\
  ; a comment between

  00,\;and behind
  ff
"No bytes"=hex:
"Big"=hex(5):00,00,00,01
"Replaced"="old"
"Gone"=dword:1
{texts}
[HKEY_LOCAL_MACHINE\{hive}\Vendor\Empty]
[HKEY_LOCAL_MACHINE\{hive}\Removed\With\Below]
"A"=dword:1

# another comment
[HKEY_LOCAL_MACHINE\{hive}\vendor]
"replaced"="new"
"Gone"=-
"Never was"=-
"TWICE"=dword:2
[-HKEY_LOCAL_MACHINE\{hive}\Removed]
[-HKEY_LOCAL_MACHINE\{hive}\Not there]
"""
WIDE = r"""
"Expand"=hex(2):25,00,41,00,25,00,00,00
"Multi"=hex(7):61,00,00,00,\
  62,00,63,00,00,00,00,00
"Empty list"=hex(7):00,00
"Two NULs"=hex(7):00,00,00,00
"None"=hex(0):74,00,00,00
"Without NUL"=hex(1):41,00
"""
NARROW = r"""
"Expand"=hex(2):25,41,25,00
"Multi"=hex(7):61,00,62,63,00,00
"Without NUL"=hex(1):41
"One byte"=hex(2):41,
"""
OLD, NEW = "REGEDIT4\r\n", "Windows Registry Editor Version 5.00\r\n"


def folded(tree: Tree) -> list[tuple[str, str, RegValue | None]]:
    """Keys and values without regard to case: a value that is set twice keeps the spelling of the first time."""
    keys = [(key.lower(), "", None) for key in tree]
    values = [(key.lower(), name.lower(), value) for key, one in tree.items() for name, value in one.items()]
    return sorted([*keys, *values], key=str)


@pytest.mark.parametrize("encoding", ["utf-16", "ascii"])
def test_an_import_sets_what_reg_import_sets(wine: Wine, crutches: Crutches, encoding: str, tmp_path: Path) -> None:
    wide = encoding == "utf-16"

    def file(hive: str) -> bytes:
        text = LINES.replace("{texts}", WIDE if wide else NARROW).replace("{hive}", hive).replace("\n", "\r\n")
        return (b"\xff\xfe" if wide else b"") + ((NEW if wide else OLD) + text).encode("utf-16-le" if wide else "ascii")

    (tmp_path / "vendor.reg").write_bytes(file("SOFTWARE"))
    bundle = bundle_of(spec_of({"registry": [{"import": "vendor.reg"}]}, tmp_path))
    script, hive = bundle.script(bundle.manifest.task("registry-SOFTWARE")), "hvsbuild-SOFTWARE"
    wine.write(r"C:\vendor.reg", file("Imported"))
    wine.write(r"C:\it.cmd", crutches.apply(script))
    wine.run(r"reg add HKLM\Imported /f", rf"reg add HKLM\{hive} /f")  # below no key nothing can be made
    done = wine.run(r"reg import C:\vendor.reg", r"cmd /d /c C:\it.cmd")
    assert [one.code for one in done] == [0, 0], done
    imported = folded(in_wine(wine, "Imported"))
    assert len(imported) > 16
    assert folded(in_wine(wine, hive)) == imported
    machine = loaded(tmp_path / "bench", hive)
    reg([Word("reg"), Word("add"), Word(rf"HKLM\{hive}"), Word("/f")], machine, Console())
    assert batch(machine, script, "it.cmd") == 0
    assert folded(on_bench(machine, hive)) == imported


# Of these Wine makes something: half a character, what there is at the end of the file, a letter for its escape
STRICTER = {"Half", "Last", "Path", "Break"}


def test_what_an_import_refuses_windows_would_pass_over(wine: Wine) -> None:
    raw = (ROOT / "tests" / "spec" / "wrong" / "registry-import-lines.reg").read_bytes()
    file = parse_file(raw, "lines.reg", "lines.reg")
    refused = {one.position.line for one in file.diagnostics}
    assert len(refused) > 20
    taken = {one.name for one in file.settings if one.name}
    wine.write(r"C:\lines.reg", raw.replace(b"HKEY_LOCAL_MACHINE\\SOFTWARE", b"HKEY_LOCAL_MACHINE\\T"))
    wine.run(r"reg add HKLM\T /f")
    (done,) = wine.run(r"reg import C:\lines.reg")
    assert done.code == 0
    assert {name for values in in_wine(wine, "T").values() for name in values if name} - STRICTER == taken


@pytest.mark.parametrize(
    ("current", "said"),
    [
        (None, 'Select\\Current names no control set: ""'),
        ("REG_SZ /d 0x1", 'Select\\Current names no control set: ""'),
        ("REG_DWORD /d 0", 'Select\\Current names no control set: "0x0"'),
        ("REG_DWORD /d 17", 'Select\\Current names no control set: "0x11"'),
        ("REG_DWORD /d 3", "There is no ControlSet003, which Select\\Current names"),
    ],
)
def test_without_its_control_set_nothing_is_changed(
    wine: Wine, crutches: Crutches, current: str | None, said: str, tmp_path: Path
) -> None:
    script = golden("registry", "registry-SYSTEM", "current-control-set")
    machine = loaded(tmp_path / "bench", "hvsbuild-SYSTEM")
    keys = [r"HKLM\hvsbuild-SYSTEM\ControlSet001"]
    keys += [rf"HKLM\hvsbuild-SYSTEM\Select /v Current /t {current}"] if current else []
    for key in keys:
        wine.run(f"reg add {key} /f")
        reg([Word(word) for word in f"reg add {key} /f".split(" ")], machine, Console())
    before = on_bench(machine, "hvsbuild-SYSTEM")
    wine.write(r"C:\it.cmd", crutches.apply(script))
    (done,) = wine.run(r"cmd /d /c C:\it.cmd")
    console = Console()
    with machine.transaction():
        code = run_batch(script, "it.cmd", machine, console)
    assert (done.code, code) == (1, 1)
    assert said in done.lines
    assert said in console.text()
    assert in_wine(wine, "hvsbuild-SYSTEM") == on_bench(machine, "hvsbuild-SYSTEM") == before
