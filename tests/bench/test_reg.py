"""reg on the bench. The tables are what Wine's tests of reg.exe assert, which its authors run on real Windows."""

from __future__ import annotations

import lzma
import shlex
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest

from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.hive import Hive, HiveReader, new_hive
from hvsbuild.formats.regvalue import RegValue, encode
from hvsbuild.hosts.bench.machine import Disk, Machine
from hvsbuild.hosts.bench.reg import reg
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word
from tests.boot import sticks

FIXTURES = Path(__file__).parents[2] / ".." / "shared" / "fixtures"
MEMORY = r"ControlSet001\Control\Session Manager\Memory Management"


def words(line: str) -> list[Word]:
    """The words of a command line; ' and " quote, a backslash is a backslash."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.escape, lexer.commenters = True, "", ""
    return [Word(text, line.find(text) + 1) for text in lexer]


def run(machine: Machine, line: str) -> tuple[int, str]:
    console = Console()
    with machine.transaction():
        code = reg(words(line), machine, console)
    return code, console.text()


def ok(machine: Machine, line: str) -> str:
    code, text = run(machine, line)
    assert code == 0, text
    return text


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with an empty hive `C:\\config\\SYSTEM`, loaded as HKLM\\T."""
    machine = Machine.create(tmp_path / "bench", uuid.UUID(int=7), 1_600_000_000)
    (machine.folder / "C" / "config").mkdir()
    new_hive(machine.folder / "C" / "config" / "SYSTEM", "Root")
    ok(machine, r"reg load HKLM\T C:\config\SYSTEM")
    return machine


def original(machine: Machine) -> Path:
    return machine.folder / "C" / "config" / "SYSTEM"


def value(machine: Machine, name: str, key: str = "K") -> RegValue | None:
    copy = machine.folder / machine.state.hives["HKLM\\T"].copy
    with FileDevice(copy) as device:
        return HiveReader(device).get(key, name)


# --- load, unload ---


def test_a_hive_is_changed_in_its_copy_and_written_back_at_the_end(machine: Machine) -> None:
    before = original(machine).read_bytes()
    ok(machine, r"reg add HKLM\T\K /v Name /t REG_DWORD /d 5 /f")
    assert original(machine).read_bytes() == before
    assert list(Machine(machine.folder).state.hives) == ["HKLM\\T"]
    ok(machine, r"REG.exe UnLoad hkey_local_machine\t")
    with FileDevice(original(machine)) as device:
        assert HiveReader(device).get("K", "Name") == encode("REG_DWORD", 5)
    assert machine.state.hives == {}
    assert list((machine.folder / "hives").iterdir()) == []


def test_a_hive_that_was_not_changed_is_not_written(machine: Machine) -> None:
    ok(machine, r"reg add HKLM\T\K /f")
    ok(machine, r"reg unload HKLM\T")
    before = (original(machine).stat().st_ino, original(machine).stat().st_mtime_ns)
    ok(machine, r"reg load HKU\x C:/config/system")
    ok(machine, r"reg add HKU\x\K /f")
    ok(machine, r"reg query HKU\x\K")
    ok(machine, r"reg unload HKU\X")
    assert (original(machine).stat().st_ino, original(machine).stat().st_mtime_ns) == before


def test_a_script_that_fails_leaves_the_hives_as_they_were(machine: Machine) -> None:
    ok(machine, r"reg add HKLM\T\K /v old /f")
    copy = machine.folder / machine.state.hives["HKLM\\T"].copy
    before = (copy.read_bytes(), original(machine).read_bytes())

    def script() -> None:
        with machine.transaction():
            for line in (
                r"reg add HKLM\T\K /v new /f",
                r"reg delete HKLM\T\K /v old /f",
                r"reg unload HKLM\T",
                r"reg load HKLM\U C:\config\SYSTEM",
                r"reg add HKLM\U\K /v newer /f",
            ):
                assert reg(words(line), machine, Console()) == 0
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        script()
    assert (copy.read_bytes(), original(machine).read_bytes()) == before
    assert [one.name for one in (machine.folder / "hives").iterdir()] == [copy.name]
    assert list(machine.state.hives) == ["HKLM\\T"]
    assert value(machine, "old") is not None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (r"reg load HKLM\T C:\config\other", "there is a hive"),
        (r"reg load hkey_local_machine\t C:\config\other", "there is a hive"),
        (r"reg load HKLM\SYSTEM C:\config\other", "Access is denied"),
        (r"reg load HKLM\U C:\config\SYSTEM", "being used by another process"),
        (r"reg load HKLM\U c:/CONFIG/system", "being used by another process"),
        (r"reg load HKLM\U\V C:\config\other", "Invalid key name"),
        (r"reg load HKLM C:\config\other", "Invalid key name"),
        (r"reg load HKXX\U C:\config\other", "Invalid key name"),
        (r"reg load HKLM\U", "Invalid syntax"),
        (r"reg load HKLM\U C:\config\other /f", "Invalid syntax"),
        (r"reg load HKLM\U Q:\config\other", "cannot find the path"),
        (r"reg load HKLM\U C:\config", "Access is denied"),
        (r"reg load HKLM\U C:\config\text", "This is not a registry hive"),
        (r"reg load HKLM\U C:\config\short", "cut short"),
        (r"reg unload HKLM\U", "parameter is incorrect"),
        (r"reg unload HKLM\T\K", "parameter is incorrect"),
        (r"reg unload HKLM\SYSTEM", "parameter is incorrect"),
        (r"reg unload", "Invalid syntax"),
        (r"reg", "Invalid syntax"),
    ],
)
def test_what_the_real_tool_fails_at_when_it_loads_and_unloads(machine: Machine, line: str, said: str) -> None:
    folder = machine.folder / "C" / "config"
    new_hive(folder / "other", "Root")
    (folder / "text").write_text("no hive")
    (folder / "short").write_bytes((folder / "other").read_bytes()[:5000])
    hives = [one.name for one in (machine.folder / "hives").iterdir()]
    code, text = run(machine, line)
    assert code == 1
    assert said in text
    assert [one.name for one in (machine.folder / "hives").iterdir()] == hives
    assert list(machine.state.hives) == ["HKLM\\T"]


def test_a_dirty_hive_is_not_loaded(machine: Machine) -> None:
    packed = FIXTURES / "hives" / "SYSTEM-win10-1709-dirty.xz"
    if not packed.exists():
        pytest.skip(f"no fixtures: {packed} is absent")
    (machine.folder / "C" / "dirty").write_bytes(lzma.decompress(packed.read_bytes()))
    code, text = run(machine, r"reg load HKLM\U C:\dirty")
    assert code == 1
    assert "is dirty" in text
    assert "log files" in text


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (r"reg load HKLM\U C:\config\absent", 17),
        (r"reg load HKLM\U config\SYSTEM", 17),
        (r"reg import C:\x.reg", 5),
        (r"reg frobnicate HKLM\T", 5),
        (r"reg add HKCU\Software\X /f", 9),
        (r"reg add HKLM\SOFTWARE\X /f", 9),
        (r"reg add HKLM /v x /f", 9),
        (r"reg add HKLM\T\\K /f", 9),
        (r"reg add HKLM\T\K /f /reg:32", 21),
        (r"reg add HKLM\T\K -v x", 18),
        (r"reg add HKLM\T\K /v q /t REG_QWORD /d -2 /f", 39),
        (r"reg add HKLM\T\K /v q /s # /d x /f", 26),
        (r"reg add HKLM\T\K /v there", 9),
        (r"reg add HKLM\T\K /v THERE /d x", 9),
        (r"reg delete HKLM\T\K /v there", 12),
        (r"reg delete HKLM\T\K", 12),
        (r"reg delete HKLM\T /f", 12),
        (r"reg query HKLM\T\K /z", 20),
        (r"reg export HKLM\T C:\config\SYSTEM", 19),
    ],
)
def test_what_the_bench_refuses_with_its_column(machine: Machine, line: str, column: int) -> None:
    ok(machine, r"reg add HKLM\T\K /v there /f")
    with pytest.raises(BenchRefusal) as refusal:
        run(machine, line)
    assert refusal.value.column == column
    assert value(machine, "there") == encode("REG_SZ", "")


# --- add ---


@pytest.mark.parametrize(
    ("arguments", "name", "kind", "stored"),
    [
        ("", "", 1, "0000"),
        ("/ve", "", 1, "0000"),
        ("/t REG_DWORD /d 0x5", "", 4, "05000000"),
        ("/t REG_NONE", "", 0, "0000"),
        ("/v none0 /d dead /t REG_NONE", "none0", 0, "64006500610064000000"),
        ("/d WineTest", "", 1, "570069006e006500540065007300740000 00"),
        ('/v test3 /t REG_SZ /d ""', "test3", 1, "0000"),
        (r"/v string\04 /t REG_SZ /d V", r"string\04", 1, "56000000"),
        (r'/v string5 /d "f\0b"', "string5", 1, "66005c00300062000000"),
        ("/v count/up /d one/two", "count/up", 1, "6f006e0065002f00740077006f000000"),
        (r"/v \foo\bar", r"\foo\bar", 1, "0000"),
        ("/v expand1 /t REG_EXpand_sz /d ^%A^%", "expand1", 2, "5e00250041005e0025000000"),
        ("/ve /t REG_BINARY /d deadbeef", "", 3, "deadbeef"),
        ("/t REG_BINARY /v bin0", "bin0", 3, ""),
        ("/t REG_BINARY /v bin4 /d DeAdBeEf0DD", "bin4", 3, "0deadbeef0dd"),
        ('/t REG_BINARY /v bin5 /d ""', "bin5", 3, ""),
        ("/v dword5 /t reg_dword /d 12345678", "dword5", 4, "4e61bc00"),
        ("/v dword6 /t REG_DWORD /D 0123", "dword6", 4, "7b000000"),
        ("/v dword8 /t REG_dword /d 0xdeadbeef", "dword8", 4, "efbeadde"),
        ("/v dword12 /t REG_DWORD /d 0xffffffff", "dword12", 4, "ffffffff"),
        ("/v dword14 /t REG_DWORD /d 0X123", "dword14", 4, "23010000"),
        ("/v le /t REG_DWORD_LITTLE_ENDIAN /d 456", "le", 4, "c8010000"),
        ("/v be /t REG_DWORD_BIG_ENDIAN /d 456", "be", 5, "c8010000"),
        ("/t REG_QWORD /d 0x123456789abcdef", "", 11, "efcdab8967452301"),
        ("/v q /t REG_QWORD", "q", 11, "0000000000000000"),
        ("/v q /t REG_QWORD /d -1", "q", 11, "ffffffffffffffff"),
        ("/t REG_MULTI_SZ", "", 7, "0000"),
        (r'/v multi0 /t REG_MULTI_SZ /d "a\0b\0c"', "multi0", 7, "6100000062000000630000000000"),
        ("/v multi1 /t REG_MULTI_SZ /s # /d a#b", "multi1", 7, "61000000620000000000"),
        ('/v multi2 /t REG_MULTI_SZ /d ""', "multi2", 7, "0000"),
        ("/v multi4 /t REG_MULTI_SZ /s # /d ab", "multi4", 7, "6100620000000000"),
        ("/v multi11 /t REG_MULTI_SZ /s # /d a#", "multi11", 7, "6100000000 00"),
        (r"/v multi15 /t REG_MULTI_SZ /d a\0", "multi15", 7, "610000000000"),
        ("/v multi17 /t REG_MULTI_SZ /s # /d #", "multi17", 7, "00000000"),
        (r"/v multi18 /t REG_MULTI_SZ /d \0", "multi18", 7, "00000000"),
        (r"/v multi19 /t REG_MULTI_SZ /s # /d t\0#s", "multi19", 7, "74005c0030000000730000000000"),
        ("/v view /reg:64 /d x", "view", 1, "78000000"),
        ("/v slash /d /f", "slash", 1, "2f0066000000"),
    ],
)
def test_what_add_stores(machine: Machine, arguments: str, name: str, kind: int, stored: str) -> None:
    ok(machine, rf"reg add HKLM\T\K {arguments} /f")
    assert value(machine, name) == RegValue(kind, bytes.fromhex(stored))


@pytest.mark.parametrize(
    "arguments",
    [
        r"HKLM\T\K /v Wine /t REG_DWORD /d 0x1 /v Test /f",
        r"HKLM\T\K /v dup1 /t REG_DWORD /d 123 /f /t REG_SZ",
        r"HKLM\T\K /v dup2 /t REG_DWORD /d 123 /f /d 456",
        r"HKLM\T\K /f /f",
        r"HKLM\T\K /v Wine /ve",
        r"HKLM\T\K /ve /f /ve",
        r"HKLM\T\K /v",
        r"HKLM\T\K /d Test /f /v",
        r"HKLM\T\K /v invalid1 /a",
        r"HKLM\T\K /v invalid2 /ae",
        r"HKLM\T\K /v invalid3 /",
        r"HKLM\T\K /v invalid4 -",
        r"HKLM\T\K word /f",
        r'HKLM\T\K /v emptyType /t "" /d WineTest /f',
        r"HKLM\T\K /v t /t REG_FOO /d x /f",
        r"HKLM\T\K /v abc /d 123 /f /reg:64 /reg:64",
        r"\HKLM\T\keytest0 /f",
        r"\\HKLM\T\keytest1 /f",
        r"HKLM\T\keytest2\\ /f",
        r"HKLM\ /v Value1 /t REG_SZ /d foo /f",
        r"HKEY_LOCAL_MACHINE\ /v Value2 /t REG_SZ /d bar /f",
        r"HKXX\T\K /f",
        r"HKLM\NotLoaded\K /f",
        r"/f HKLM\T\K",
        "",
        r"HKLM\T\K /v test1 /t REG_SZ /f /d",
        r"HKLM\T\K /t REG_BINARY /v bin1 /f /d 0xDeAdBeEf",
        r"HKLM\T\K /t REG_BINARY /v bin2 /f /d x01",
        r"HKLM\T\K /t REG_BINARY /v bin3 /f /d 01x",
        r"HKLM\T\K /ve /t REG_DWORD /f",
        r"HKLM\T\K /v dword0 /t REG_DWORD /f /d",
        r"HKLM\T\K /v dword2 /t REG_DWORD /d zzz /f",
        r"HKLM\T\K /v dword3 /t REG_DWORD /d deadbeef /f",
        r"HKLM\T\K /v dword4 /t REG_DWORD /d 123xyz /f",
        r"HKLM\T\K /v dword7 /t reg_dword /d 0xabcdefg /f",
        r"HKLM\T\K /t REG_DWORD /v dword9 /f /d -1",
        r"HKLM\T\K /t REG_DWORD /v dword10 /f /d -0x1",
        r"HKLM\T\K /v dword11 /t REG_dword /d 0x01ffffffff /f",
        r"HKLM\T\K /v dword13 /t REG_DWORD /d 00x123 /f",
        r"HKLM\T\K /v dword15 /t REG_DWORD /d 4294967296 /f",
        r"HKLM\T\K /v Test2 /t REG_DWORD_BIG_ENDIAN /f",
        r"HKLM\T\K /t REG_QWORD /v qword10 /f /d -0x1",
        r"HKLM\T\K /v qword15 /t REG_QWORD /d 18446744073709551616 /f",
        r"HKLM\T\K /t REG_MULTI_SZ /v multi5 /s #random /d a#b /f",
        r"HKLM\T\K /t REG_MULTI_SZ /v multi6 /s \0 /d a\0b /f",
        r'HKLM\T\K /t REG_MULTI_SZ /v multi7 /s "" /d a#b /f',
        r"HKLM\T\K /t REG_MULTI_SZ /v multi8 /s # /d ## /f",
        r"HKLM\T\K /t REG_MULTI_SZ /v multi9 /s # /d two##strings /f",
        r"HKLM\T\K /t REG_MULTI_SZ /v multi10 /s # /d #a /f",
        r"HKLM\T\K /v multi13 /t REG_MULTI_SZ /f /s",
        r"HKLM\T\K /v multi14 /t REG_MULTI_SZ /d \0a /f",
        r"HKLM\T\K /t REG_MULTI_SZ /v multi16 /d two\0\0strings /f",
    ],
)
def test_what_add_fails_at(machine: Machine, arguments: str) -> None:
    before = (machine.folder / machine.state.hives["HKLM\\T"].copy).read_bytes()
    code, text = run(machine, f"reg add {arguments}")
    assert code == 1
    assert text.startswith("ERROR: ")
    assert (machine.folder / machine.state.hives["HKLM\\T"].copy).read_bytes() == before


def test_add_keeps_what_else_is_in_the_key(machine: Machine) -> None:
    ok(machine, r"reg add HKLM\T\K\Sub /f")
    ok(machine, r"reg add HKLM\T\K\ /v Test1 /d Value1")
    ok(machine, r"reg add HKLM\T\K /f")
    ok(machine, r"reg add HKLM\T\k /v TEST1 /d Value2 /f")
    ok(machine, r"reg add HKLM\T\K\https://winehq.org /f")
    copy = machine.folder / machine.state.hives["HKLM\\T"].copy
    with FileDevice(copy) as device:
        hive = HiveReader(device)
        assert hive.values("K") == {"Test1": encode("REG_SZ", "Value2"), "": encode("REG_SZ", "")}
        assert hive.keys("K") == ["https://winehq.org", "Sub"]


def test_add_to_the_root_of_a_loaded_hive(machine: Machine) -> None:
    ok(machine, r"reg add HKLM\T /v x /d y /f")
    assert value(machine, "x", "") == encode("REG_SZ", "y")


# --- delete ---


@pytest.mark.parametrize(
    ("arguments", "values", "keys"),
    [
        (r"HKLM\T\K /v BAR /f", ["foo", ""], ["Sub"]),
        (r"HKLM\T\K /ve /f", ["foo", "bar"], ["Sub"]),
        (r"HKLM\T\K /f /va", [], ["Sub"]),
        (r"HKLM\T\K\Sub /f", ["foo", "bar", ""], []),
        (r"HKLM\T\K /f", [], []),
    ],
)
def test_what_delete_leaves(machine: Machine, arguments: str, values: list[str], keys: list[str]) -> None:
    for name in ("/v foo", "/v bar", "/ve"):
        ok(machine, rf"reg add HKLM\T\K {name}")
    ok(machine, r"reg add HKLM\T\K\Sub\Deep /v x")
    ok(machine, f"reg delete {arguments}")
    with FileDevice(machine.folder / machine.state.hives["HKLM\\T"].copy) as device:
        hive = HiveReader(device)
        assert (list(hive.values("K")), hive.keys("K")) == (values, keys)


@pytest.mark.parametrize(
    "arguments",
    [
        r"HKLM\T\K /v absent /f",
        r"HKLM\T\K /ve /f",
        r"HKLM\T\Absent /f",
        r"HKLM\T\Absent /va /f",
        r"HKLM\NotLoaded\K /f",
        r"HKLM\T\K /v Wine /ve",
        r"HKLM\T\K /v Wine /va",
        r"HKLM\T\K /ve /ve",
        r"HKLM\T\K /ve /va",
        r"HKLM\T\K /va /va",
        r"HKLM\T\K /v Wine /v Test /f",
        r"HKLM\T\K /v",
        r"HKLM\T\K /f /v",
        r"HKLM\T\K /f /reg:64 /reg:64",
        r"HKLM\T\K /t REG_SZ /f",
        "",
    ],
)
def test_what_delete_fails_at(machine: Machine, arguments: str) -> None:
    ok(machine, r"reg add HKLM\T\K /v x")
    assert run(machine, f"reg delete {arguments}")[0] == 1
    assert value(machine, "x") is not None


# --- query, export ---


@pytest.fixture
def filled(machine: Machine) -> Machine:
    ok(machine, r'reg add HKLM\T\K /v Test1 /d "Hello, World"')
    ok(machine, r"reg add HKLM\T\K /v Test2 /t REG_DWORD /d 0x123")
    ok(machine, r"reg add HKLM\T\K /v Wine /t REG_MULTI_SZ /d a\0b")
    ok(machine, r"reg add HKLM\T\K\subkey /v Test4 /t REG_BINARY /d 0abc")
    ok(machine, r"reg add HKLM\T\K\subkey /v Wine /d Second")
    return machine


HEAD = "\nHKEY_LOCAL_MACHINE\\T\\K\n"
SUB = "\nHKEY_LOCAL_MACHINE\\T\\K\\subkey\n"
ALL = HEAD + "    Test1    REG_SZ    Hello, World\n    Test2    REG_DWORD    0x123\n    Wine    REG_MULTI_SZ    a\\0b\n"
ALL_SUB = SUB + "    Test4    REG_BINARY    0ABC\n    Wine    REG_SZ    Second\n"


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (r"HKLM\T\K", ALL + SUB.rstrip("\n")),
        ("HKLM\\T\\K\\ /s", ALL + ALL_SUB),
        (r"HKLM\T\K /v test1", HEAD + "    Test1    REG_SZ    Hello, World\n"),
        (r"HKLM\T\K /ve", HEAD + "    (Default)    REG_SZ    (value not set)\n"),
        (
            r"HKLM\T\K /v wine /s",
            HEAD + "    Wine    REG_MULTI_SZ    a\\0b\n" + SUB + "    Wine    REG_SZ    Second\n",
        ),
        (r"HKLM\T", "\nHKEY_LOCAL_MACHINE\\T\\K"),
    ],
)
def test_what_query_shows(filled: Machine, arguments: str, shown: str) -> None:
    assert ok(filled, f"reg query {arguments}") == shown


@pytest.mark.parametrize(
    "arguments",
    [
        r"HKLM\T\Absent",
        r"HKLM\T\K /v Missing",
        r"HKLM\T\K /v",
        r"HKLM\T\K /v Test1 /v Test2",
        r"HKLM\T\K /v Test1 /ve",
        r"HKLM\T\K /s /s",
        r"HKLM\NotLoaded",
        "",
    ],
)
def test_what_query_fails_at(filled: Machine, arguments: str) -> None:
    assert run(filled, f"reg query {arguments}")[0] == 1


def test_an_exported_key_is_what_windows_writes(machine: Machine) -> None:
    """The text of Wine's `complex_data_test`, which it compares with real Windows' files."""
    with Hive.open(machine.folder / machine.state.hives["HKLM\\T"].copy, writable=True) as hive:
        hive.set("K", "DWORD", encode("REG_DWORD", 0x100))
        hive.set("K", "String", encode("REG_SZ", "Your text here..."))
        hive.set("K\\Subkey1", "Binary", encode("REG_BINARY", "11223344"))
        hive.set("K\\Subkey2", 'double"quote', encode("REG_SZ", '"Hello, World!"'))
        hive.set("K\\Subkey2", "", encode("REG_SZ", "Use \\\\ to escape a backslash"))
        hive.set("K\\Subkey2", "Multiple strings", encode("REG_MULTI_SZ", ["Line1", "Line2", "Line3"]))
        hive.set("K\\Subkey2", "String expansion", encode("REG_EXPAND_SZ", "%HOME%\\%PATH%"))
        hive.set("K\\Subkey2", "43981", RegValue(0xABCD, b"Value\0"))
        hive.set("K\\Subkey2", "empty", RegValue(4, b""))
        hive.commit()
    ok(machine, r"reg export HKLM\T\K C:\out.reg")
    text = (machine.folder / "C" / "out.reg").read_bytes()
    assert text.decode("utf-16") == (
        "Windows Registry Editor Version 5.00\r\n\r\n"
        "[HKEY_LOCAL_MACHINE\\T\\K]\r\n"
        '"DWORD"=dword:00000100\r\n'
        '"String"="Your text here..."\r\n\r\n'
        "[HKEY_LOCAL_MACHINE\\T\\K\\Subkey1]\r\n"
        '"Binary"=hex:11,22,33,44\r\n\r\n'
        "[HKEY_LOCAL_MACHINE\\T\\K\\Subkey2]\r\n"
        '"double\\"quote"="\\"Hello, World!\\""\r\n'
        '@="Use \\\\\\\\ to escape a backslash"\r\n'
        '"Multiple strings"=hex(7):4c,00,69,00,6e,00,65,00,31,00,00,00,4c,00,69,00,6e,\\\r\n'
        "  00,65,00,32,00,00,00,4c,00,69,00,6e,00,65,00,33,00,00,00,00,00\r\n"
        '"String expansion"=hex(2):25,00,48,00,4f,00,4d,00,45,00,25,00,5c,00,25,00,50,\\\r\n'
        "  00,41,00,54,00,48,00,25,00,00,00\r\n"
        '"43981"=hex(abcd):56,61,6c,75,65,00\r\n'
        '"empty"=hex(4):\r\n\r\n'
    )
    ok(machine, r"reg export HKLM\T\K C:\out.reg /y")
    assert run(machine, r"reg export HKLM\T\K")[0] == 1
    assert run(machine, r"reg export HKLM\T\K /y C:\out.reg")[0] == 1
    assert run(machine, r"reg export HKLM\T\Absent C:\new.reg")[0] == 1
    assert not (machine.folder / "C" / "new.reg").exists()


def test_help_is_no_failure(machine: Machine) -> None:
    assert "reg load" in ok(machine, "reg add /?")


# --- the whole, on a real hive in an NTFS volume ---


def test_the_seed_procedure_on_a_real_hive_in_a_volume(tmp_path: Path) -> None:
    packed = FIXTURES / "hives" / "SYSTEM-win7-x86.xz"
    if not packed.exists() or not shutil.which("hivexget"):
        pytest.skip(f"{packed} or hivexget (package libhivex-bin) is absent")
    machine = Machine.create(tmp_path / "bench", uuid.UUID(int=7), 1_600_000_000)
    system = lzma.decompress(packed.read_bytes())
    volume = sticks.ntfs_volume(tmp_path / "volume", 24 << 20, {"SYSTEM": system})
    sticks.disk(machine.folder / "stick.img", volume)
    machine.add_disk(Disk(0, file="stick.img"))
    machine.state.letters["R"] = (1, 1)
    machine.save()
    ok(machine, r"reg load HKLM\HVS R:\SYSTEM")
    ok(machine, rf'reg add "HKLM\HVS\{MEMORY}" /v PagingFiles /t REG_MULTI_SZ /d "" /f')
    ok(machine, rf'reg delete "HKLM\HVS\{MEMORY}" /v ExistingPageFiles /f')
    ok(machine, r"reg unload HKLM\HVS")
    with machine.reader("R") as tree:
        (tmp_path / "SYSTEM").write_bytes(tree.read("\\SYSTEM"))
    shown = subprocess.run(["hivexget", tmp_path / "SYSTEM", MEMORY], check=True, capture_output=True, text=True).stdout
    assert '"PagingFiles"=hex(7):00,00\n' in shown
    assert "ExistingPageFiles" not in shown
