"""What the script reader prints and returns, snippet by snippet, against what cmd.exe does.

Where a comment says "Wine", the expectation is that of Wine's cmd tests, which its authors run on real Windows.
"""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hvsbuild.hosts.bench import registry
from hvsbuild.hosts.bench.batch import run_batch
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine.create(tmp_path / "bench", uuid.UUID(int=7), 0)


@pytest.fixture(autouse=True)
def probe(monkeypatch: pytest.MonkeyPatch) -> None:
    """`probe code word…` stands for a program of Windows: it prints its words and returns the code."""

    def program(argv: list[Word], _: Machine, console: Console) -> int:
        console.print("|".join(argv[2:]))
        return int(argv[1], 0)

    programs = {**registry.PROGRAMS, "probe": program}
    monkeypatch.setattr(registry, "PROGRAMS", programs)
    monkeypatch.setattr(registry, "TOOLS", {**programs, **registry.INTERNAL})


def run(machine: Machine, script: str, *args: str, name: str = "test.cmd", **env: str) -> tuple[int, list[str]]:
    console = Console()
    text = ("@echo off\n" + script).replace("\n", "\r\n").encode()
    with machine.transaction():
        code = run_batch(text, name, machine, console, args, env, script_dir="C:\\bundle")
    return code, console.lines


SNIPPETS = {
    # echo and its spellings (Wine, "Testing 'echo' [OFF]")
    "echo word": ["word"],
    'echo "quoted"': ['"quoted"'],
    "echo.": [""],
    "echo(": [""],
    "echo(3": ["3"],
    "echo.word": ["word"],
    "echo .word": [".word"],
    "echo word ": ["word "],
    "echo\tword": ["word"],
    "echo  word": [" word"],
    "echo off now": ["off now"],
    "@@echo a": ["a"],
    "  @ echo a": ["a"],
    "ECHO a": ["a"],
    "echo": ["ECHO is off."],
    # carets and quotes (Wine, "circumflex escape character")
    "echo ^hell^o, world": ["hello, world"],
    "echo hell^^o, world": ["hell^o, world"],
    "echo hell^^^o, world": ["hell^o, world"],
    "echo hello^\nworld": ["helloworld"],
    "echo foo ^| echo bar": ["foo | echo bar"],
    "echo foo ^& echo bar": ["foo & echo bar"],
    'echo "a&b|c>d^e"': ['"a&b|c>d^e"'],
    "echo (a)": ["(a)"],
    # percent expansion (Wine, "Testing variable expansion"; call :setError 0)
    "echo %%": ["%"],
    "echo P%": ["P"],
    "echo %P": ["P"],
    "echo %UNKNOWN%S": ["S"],
    "echo P%UNKNOWN%S": ["PS"],
    "echo %ERRORLEVEL": ["ERRORLEVEL"],
    "echo %ERRORLEVEL%%ERRORLEVEL%": ["00"],
    "echo %ERRORLEVEL%ERRORLEVEL%": ["0ERRORLEVEL"],
    "echo %ERRORLEVEL%%%": ["0%"],
    "echo %SystemRoot%;%systemdrive%": ["C:\\Windows;C:"],
    # variables (Wine, "Testing 'set'" and "partial replacement")
    'set "F=bar"\necho %F%': ["bar"],
    "set F=foo \necho '%F%'": ["'foo '"],
    "set \"F=value\" \necho '%F%'": ["'value'"],
    "set F=\"jim\" fred\necho '%F%'": ["'\"jim\" fred'"],
    "set \"F=jim\" fred\necho '%F%'": ["'jim'"],
    'set "F=apple"banana"grape"orange\necho \'%F%\'': ["'apple\"banana\"grape'"],
    'set "F=x"\nset "F="\necho [%F%]': ["[]"],
    'set "A=1"\nset "a=2"\necho %A%': ["2"],
    "set V=qwertyQWERTY\necho %V:qw=az%": ["azertyazERTY"],
    "set V=qwertyQWERTY\necho %V:qw=%": ["ertyERTY"],
    "set V=qwertyQWERTY\necho %V:*TY==_%": ["=_QWERTY"],
    "set V=qwertyQWERTY\necho %V:*TY=%": ["QWERTY"],
    "set V=qwerty\necho %V:~0,3%,%V:~2,-1%,%V:~-2,1%,%V:~4,4%": ["qwe,ert,t,ty"],
    "set V=qwerty\necho '%V:~6%'": ["''"],
    # redirection is taken out of the text, the blank ahead of it stays (Wine)
    "echo foo 2>nul": ["foo "],
    "echo foo1>nul": [],
    "echo foo 1>nul": [],
    ">nul echo foo": [],
    "2>nul echo foo": ["foo"],
    ">nul 2>&1 probe 0 x": [],
    "echo foo>&2": ["foo"],
    ">nul 1>&2 echo foo": ["foo"],
    # chains (Wine, "chain success" and "chain failure")
    "echo a&echo b": ["a", "b"],
    "echo a && echo b": ["a ", "b"],
    "echo c1||echo c2": ["c1"],
    "echo f1&echo f2||echo f3": ["f1", "f2"],
    "echo g1&&echo g2&echo g3": ["g1", "g2", "g3"],
    "echo k1||echo k2&&echo k3": ["k1"],
    "probe 1 b1&&probe 1 b2": ["b1"],
    "probe 1 c1||probe 1 c2": ["c1", "c2"],
    "probe 1 i1&&probe 1 i2||probe 1 i3": ["i1", "i3"],
    "probe 1 g1&&probe 1 g2&probe 1 g3": ["g1", "g3"],
    "probe 1 k1||probe 1 k2&&probe 1 k3": ["k1", "k2"],
    "probe 1 j1&(probe 1 j2&probe 1 j3)": ["j1", "j2", "j3"],
    # if and else (Wine, "chain else", "if/else")
    "if 1==1 echo a1 else echo a2": ["a1 else echo a2"],
    "if 1==1 (echo a1) else (echo a2)": ["a1"],
    "if 1==0 (echo a1) else (echo a2)": ["a2"],
    "if 1==0 echo e1&echo e2": [],
    "if 1==0 (echo q1) else echo q2&echo q3": ["q2", "q3"],
    "if 1==1 (echo q1) else echo q2&echo q3": ["q1"],
    "if 1==0 echo m1&(echo m2) else echo m3": ["m3"],
    "if 1==1 if 2==2 if 3==0 (echo b1) else (echo b2) else echo b3": ["b2"],
    "if 1==1 if 2==0 if 3==3 (echo c1) else (echo c2) else echo c3": ["c3"],
    "if 0 == 0 (\n  echo yes\n) else (\n  echo no\n)": ["yes"],
    "if 1==0 (\n  echo a\n) else if 1==1 (\n  echo b\n) else (\n  echo c\n)": ["b"],
    'if "a b"=="a b" echo same': ["same"],
    'if not "x"=="" echo not': ["not"],
    'if abc =="abc" (echo equal) else echo non equal': ["non equal"],
    "if bar==BAR echo no": [],
    "if /i foo==FOO echo yes": ["yes"],
    "if /i not foo==FOO echo yes": [],
    "if defined windir echo d": ["d"],
    "if not defined nothing echo n": ["n"],
    "if ()==() echo brackets": ["brackets"],
    "if -1 LSS 1 echo lss": ["lss"],
    "if 9 geq 10 echo no": [],
    'if "1" EQU 1 (echo no) else echo texts': ["texts"],
    "if 1==1 (\n\n   \n  echo a\n)": ["a"],
    # error levels: `if errorlevel` is signed and >=
    "probe 3 x\nif errorlevel 3 echo three": ["x", "three"],
    "probe 3 x\nif errorlevel 4 echo four": ["x"],
    "probe -5 x\nif errorlevel 1 echo failed\nif not %errorlevel%==0 echo negative": ["x", "negative"],
    "probe 0x80070005 x\necho %errorlevel%": ["x", "-2147024891"],
    "probe 2 x\necho a\necho %errorlevel%": ["x", "a", "2"],
    'probe 2 x\nset "A=1"\necho %errorlevel%': ["x", "0"],  # Wine: set clears it in a .cmd
    "probe 2 x\nsetlocal\necho %errorlevel%": ["x", "0"],
    "probe 2 x\nendlocal\necho %errorlevel%": ["x", "2"],
    "set NOSUCH\necho %errorlevel%": ["Environment variable NOSUCH not defined", "1"],
    "probe 2 x\n(\n  probe 3 y\n  echo %errorlevel%\n)": ["x", "y", "2"],  # expanded when the block was read
    # Wine, "success/failure for basics": a failed redirection leaves the level alone, `||` copies the code
    "probe 6 x\necho a>>Q:\\no\\x.txt\necho %errorlevel%": ["x", "The system cannot find the drive specified.", "6"],
    "probe 6 x\necho a>C:\\no\\x.txt||echo or\necho %errorlevel%": [
        "x",
        "The system cannot find the path specified.",
        "or",
        "1",
    ],
    # Wine, "success/failure for IF/FOR blocks"
    "probe 6 x&((if 1==0 echo a)&&echo ok)": ["x", "ok"],
    "probe 6 x&((if 1==1 (probe 3 y))||echo failed)": ["x", "y", "failed"],
    "probe 6 x&((for %%i in (a) do probe 3 %%i)||echo failed)": ["x", "a", "failed"],
    # labels
    "goto there\necho skipped\n:there\necho here": ["here"],
    "goto:there\necho skipped\n:there text\necho here": ["here"],
    "goto :eof\necho skipped": [],
    "set N=\n:again\nset N=%N%x\nif not %N%==xxx goto again\necho %N%": ["xxx"],
    "if 1==1 (\n  goto out\n  echo no\n)\n:out\necho out": ["out"],
    "echo a\n:: a comment & echo b\nrem another & echo c\nrem\necho d": ["a", "d"],
    "(\n  rem inside & echo no\n  echo a\n)": ["a"],
    "goto nowhere\necho no": ["The system cannot find the batch label specified - nowhere"],
    # call (Wine, "Testing parameterization" and "Testing CALL")
    "call :p a b c\ngoto :eof\n:p\necho '%1', '%2', '%3'": ["'a', 'b', 'c'"],
    "call :p \"a b\"\\c\ngoto :eof\n:p\necho '%1', '%2', '%3'": ["'\"a b\"\\c', '', ''"],
    "call :p a==b;;c\ngoto :eof\n:p\necho '%1', '%2', '%3'": ["'a', 'b', 'c'"],
    "call :p a   b,,,c\ngoto :eof\n:p\necho '%1' [%*]": ["'a' [a   b,,,c]"],
    'call :p "x y.txt"\ngoto :eof\n:p\necho %~1 %~nx1 %0': ["x y.txt x y.txt :p"],
    "call :p 3\necho %errorlevel%\ngoto :eof\n:p\nexit /b %1": ["3"],
    "call :p||echo failed\ngoto :eof\n:p\nexit /b 3": ["failed"],
    "set F=B\nset B=abc\ncall echo %%%F%%%": ["abc"],
    'set "A=1"\ncall :p\necho %A%\ngoto :eof\n:p\nsetlocal\nset "A=2"\necho %A%': ["2", "1"],
    "call :nowhere\necho %errorlevel%": ["The system cannot find the batch label specified - nowhere", "1"],
    "probe 6 x\ncall :p||echo failed\ngoto :eof\n:p\necho in": ["x", "in", "failed"],  # Wine: FAILURE 666
    # setlocal and delayed expansion
    'set "F=a!b"\necho %F%!x!': ["a!b!x!"],
    'setlocal enabledelayedexpansion\nset "F=x"\nif 1==1 (\n  set "F=y"\n  echo %F% !F!\n)': ["x y"],
    'setlocal EnableDelayedExpansion\nset "F=a{{n}}b"\necho !F:{{n}}=7!': ["a7b"],
    "setlocal enabledelayedexpansion\necho a^^b !UNKNOWN!c": ["ab c"],
    "setlocal enabledelayedexpansion\necho a^^b": ["a^b"],
    "setlocal enabledelayedexpansion\necho after^^!": ["after!"],
    'setlocal enabledelayedexpansion\nset "A=1"\nset "B=2"\necho !A!!B!': ["12"],
    'setlocal enabledelayedexpansion\nset "A=x&y>z"\necho(!A!': ["x&y>z"],
    "setlocal enabledelayedexpansion\nprobe 4 a & echo !errorlevel!": ["a", "4"],
    'set "A=1"\nsetlocal\nset "A=2"\nendlocal\necho %A%': ["1"],
    # for over words (Wine, "plain FOR", "in FOR variables")
    "for %%i in (A B C) do echo %%i": ["A", "B", "C"],
    'for %%i in ("A B" C) do echo %%i': ['"A B"', "C"],
    "for %%i in (\"A B\" C) do echo '%%~i'": ["'A B'", "'C'"],
    "for %%i in (a,b;c) do @echo %%i": ["a", "b", "c"],
    "for %%i in (X) do for %%j in (Y) do echo %%i %%j": ["X Y"],
    "for %%i in (A) do (\n  echo %%i\n  echo 100%%\n)": ["A", "100%"],
    "for %%i in (C:\\x\\y.txt) do echo %%~dpi %%~nxi": ["C:\\x\\ y.txt"],
    "for %%i in () do echo no": [],
    "for %%i in (a b) do if %%i==b (echo B) else echo %%i": ["a", "B"],
    "for %%i in (1 2 3) do (\n  if %%i==2 exit /b 0\n  echo %%i\n)": ["1"],
    # for /f over one text: how run.cmd finds what is no digit
    'for /f "delims=0123456789" %%D in ("12x4") do echo [%%D]': ["[x]"],
    'for /f "delims=0123456789" %%D in ("124") do echo no': [],
    'for /f %%D in ("a b") do echo [%%D]': ["[a]"],
    'for /f "delims=%%!" %%P in ("x1%%2x") do echo %%P': ["x1"],
    # more tokens than one, each for the next letter (Wine, "for /f tokens=")
    'for /f "tokens=1,2" %%a in ("x y z") do echo [%%a][%%b][%%c]': ["[x][y][%c]"],
    'for /f "tokens=1-3 delims=," %%a in ("x,,y z") do echo [%%a][%%b][%%c]': ["[x][y z][]"],
    'for /f "tokens=2" %%a in ("x y z") do echo [%%a]': ["[y]"],
    'for /f "tokens=2" %%a in ("x") do echo [%%a]': [],
    'for /f "tokens=1,2 delims={},]" %%A in ("id   {9dea-1}") do echo [%%A][%%B]': ["[id   ][9dea-1]"],
    'for /f "tokens=1,2 delims={},]" %%A in ("device  vhd=[Y:]\\a b.vhd,locate=c:1") do echo [%%A][%%B]': [
        "[device  vhd=[Y:][\\a b.vhd]"
    ],
    # over what a program prints: how scripts find an entry of a boot store
    "for /f %%A in ('probe 0 x y') do echo [%%A]": ["[x|y]"],
    'for /f "delims=|" %%A in (\'probe 0 "a b" y\') do echo [%%A]': ["[a b]"],
    'for /f "usebackq tokens=2 delims=|" %%A in (`probe 0 x "it\'s"`) do echo [%%A]': ["[it's]"],
    'set "N=q r"\nfor /f "delims=" %%A in (\'probe 7 "%N%" z\') do echo [%%A]': ["[q r|z]"],
    'set "ERRORLEVEL="\nprobe 5 x\necho %errorlevel%': ["x", "5"],
    # programs get their words by the rules of the C runtime
    'probe 0 a "b c" d"e f"g ""': ["a|b c|de fg|"],
    'probe 0 "C:\\dir\\\\" x': ["C:\\dir\\|x"],
    'probe 0 "C:\\dir\\" x': ['C:\\dir" x'],
    'probe 0 /ImageFile:"C:\\a b.wim" a\\"b': ['/ImageFile:C:\\a b.wim|a"b'],
    "probe 0 a,b=c": ["a,b=c"],
    "probe.exe 0 a": ["a"],
    "C:\\Windows\\System32\\probe.exe 0 a": ["a"],
    '"%SystemRoot%\\System32\\probe.exe" 0 a': ["a"],
}


@pytest.mark.parametrize("script", SNIPPETS, ids=range(len(SNIPPETS)))
def test_console(machine: Machine, script: str) -> None:
    assert run(machine, script)[1] == SNIPPETS[script]


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("echo a", 0),
        ("probe 5 a", 5),
        ("probe 5 a\nexit /b", 5),
        ("probe 5 a\n\n:label\n:: comment\n", 5),
        ("exit /b 7\nprobe 1 a", 7),
        ("exit 7\nprobe 1 a", 7),
        ("exit/b 7", 7),
        ("exit /b -2147024891", -2147024891),
        ("exit /b 2147942405", -2147024891),
        ("call :s\nexit /b 1\n:s\nexit 9", 9),
        ("goto nowhere", 1),
        ("probe 5 a\nif errorlevel 1 exit /b %errorlevel%", 5),
        # Wine, "success/failure when invoking cmd /c": the last command's code counts, not the error level
        ("probe 5 a\necho done", 0),
        ("call :s\ngoto :eof\n:s\nexit /b 458", 0),
        ("call :s\nexit /b\n:s\nexit /b 460", 460),
        ("call :s\n:s\nprobe 461 a", 461),
        ("rd C:\\no", 2),
        ('probe -1 a\nif not "%errorlevel%"=="0" exit /b 1', 1),
    ],
)
def test_exit_code(machine: Machine, script: str, code: int) -> None:
    assert run(machine, script)[0] == code


@pytest.mark.parametrize(
    ("script", "line", "column", "word"),
    [
        ("echo a\n  format C: /q", 3, 3, "format"),
        ("if 1==1 (\n  echo a\n  nonsense x\n)", 4, 3, "nonsense"),
        ("echo a|probe 0 x", 2, 7, "pipe"),
        ("probe 0 <C:\\x", 2, 10, "redirection"),
        ("set /p A=x", 2, 5, "set /p"),
        ("set /a A=1", 2, 5, "set /a"),
        ("setlocal disableextensions", 2, 10, "setlocal"),
        ("if 1=1 echo a", 2, 5, "comparison"),
        ("if exist C:\\*.txt echo a", 2, 10, "exist"),
        ("for /r %%i in (a) do echo", 2, 5, "/r"),
        ("for %%i in (*.txt) do echo %%i", 2, 13, "wildcards"),
        ("for /f %%i in ('dir') do echo %%i", 2, 17, "over"),
        ("for /f %%i in ('probe 0 x^&echo y') do echo %%i", 2, 17, "over"),
        ('for /f "tokens=1*" %%i in (C:\\x) do echo %%i', 2, 9, "tokens"),
        ('for /f "tokens=1-3" %%y in ("a b c") do echo %%y', 2, 29, "letter"),
        ("if 1==1 (\necho a", 3, 7, "not closed"),
        ("echo a)\n)", 3, 1, "unexpected"),
        ("(\n  :: comment\n  echo a\n)", 3, 3, "label"),
        ("cd /d C:\\Windows", 2, 1, "unknown command cd"),
        ("other.cmd", 2, 1, "without `call`"),
        ("echo %PATH%", 2, 1, "PATH"),
        ("echo %UNDEFINED:a=b%", 2, 6, "not defined"),
        ("echo %~z1", 2, 6, "modifier"),
        ("echo a > relative.txt", 2, 1, "full Windows path"),
        ("echo a > con", 2, 8, "con"),
        ("exit /b lots", 2, 6, "exit"),
        ("call probe 0 a^^b", 2, 6, "call"),
        (":again\ngoto again", 3, 1, "endless"),
        ("C:\\elsewhere\\probe.exe 0", 2, 1, "unknown command"),
        ('probe 0 "a""b"', 2, 11, "quotes"),
        ("if x LSS y echo a", 2, 4, "lss"),
    ],
)
def test_refusal_names_its_place(
    machine: Machine, script: str, line: int, column: int, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hvsbuild.hosts.bench.cmd.interpreter.MOST_STEPS", 500)
    with pytest.raises(BenchRefusal) as caught:
        run(machine, script)
    assert (caught.value.script, caught.value.line, caught.value.column) == ("test.cmd", line, column)
    assert word in str(caught.value)


def test_tool_refusal_gets_script_and_line(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def stubborn(argv: list[Word], _: Machine, __: Console) -> int:
        raise BenchRefusal("the option", column=argv[2].column)

    monkeypatch.setitem(registry.TOOLS, "probe", stubborn)
    with pytest.raises(BenchRefusal, match=r"test\.cmd:3:13: the option"):
        run(machine, "set A=xyz\n  probe %A% /nonsense")


def test_a_refusal_takes_everything_back(machine: Machine) -> None:
    with pytest.raises(BenchRefusal):
        run(machine, ">C:\\left.txt echo a\nnonsense")
    assert not machine.exists("C:\\left.txt")


def test_redirection_to_files(machine: Machine) -> None:
    run(
        machine,
        '>"%TEMP%\\a.txt" echo one\n'
        '>>"%TEMP%\\a.txt" echo two & echo not here\n'
        ">>C:\\Temp\\a.txt (\n  echo three\n  for %%i in (4 5) do echo %%i\n)\n"
        "echo over>C:\\b.txt\necho new >C:\\b.txt\n"
        "probe 0 x>C:\\c.txt 2>&1\n"
        "if 1==1 (echo foo3) else echo baz3>C:\\d.txt",
    )
    files = {name: machine.host_path(name).read_bytes() for name in ("C:\\Temp\\a.txt", "C:\\b.txt", "C:\\c.txt")}
    assert files["C:\\Temp\\a.txt"] == b"one\r\ntwo \r\nthree\r\n4\r\n5\r\n"
    assert files["C:\\b.txt"] == b"new \r\n"
    assert files["C:\\c.txt"] == b"x\r\n"
    assert not machine.exists("C:\\d.txt")


def test_filling_a_binding_into_a_script(machine: Machine) -> None:
    """The idiom by which a bundle's run.cmd puts the disk's number into a diskpart script."""
    machine.host_path("C:\\bundle").mkdir()
    machine.host_path("C:\\bundle\\040.diskpart").write_bytes(b"select disk {{disk}}\r\n\r\nclean\r\n;odd\r\nrem !\r\n")
    code, lines = run(
        machine,
        "setlocal disabledelayedexpansion\n"
        'set "HVS_DISK=%~1"\n'
        '>"%TEMP%\\bound.diskpart" (\n'
        '  for /f "usebackq delims= eol=|" %%L in ("%~dp0040.diskpart") do (\n'
        '    set "line=%%L"\n'
        "    setlocal enabledelayedexpansion\n"
        "    echo(!line:{{disk}}=%HVS_DISK%!\n"
        "    endlocal\n"
        "  )\n"
        ")\n"
        "exit /b 0",
        "2",
    )
    assert (code, lines) == (0, [])
    assert machine.host_path("C:\\Temp\\bound.diskpart").read_bytes() == b"select disk 2\r\nclean\r\n;odd\r\nrem !\r\n"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ('"usebackq delims="', ["a b", " c", "d;e"]),
        ('"usebackq delims= eol=a"', ["; x", " c", "d;e"]),
        ('"usebackq"', ["a", "c", "d;e"]),
        ('"usebackq delims=; eol=#"', ["a b", " x", " c", "d"]),
    ],
)
def test_for_f_over_lines(machine: Machine, options: str, expected: list[str]) -> None:
    machine.host_path("C:\\f.txt").write_bytes(b"a b\r\n; x\r\n\r\n c\nd;e")
    assert run(machine, f'for /f {options} %%L in ("C:\\f.txt") do echo(%%L')[1] == expected


def test_for_f_without_its_file(machine: Machine) -> None:
    with pytest.raises(BenchRefusal, match="does not exist"):
        run(machine, 'for /f "usebackq delims=" %%L in ("C:\\absent.txt") do echo %%L')


def test_exist(machine: Machine) -> None:
    machine.host_path("C:\\Sub").mkdir()
    machine.host_path("C:\\Sub\\File.txt").write_text("x")
    tests = ["C:\\sub", "C:\\sub\\", '"C:\\sub\\"', "C:/sub/file.TXT", "C:\\", "C:", "C:\\nothing", "R:\\", '""']
    script = "\n".join(f"if exist {test} (echo 1) else echo 0" for test in tests)
    assert run(machine, script)[1] == ["1"] * 6 + ["0"] * 3


def test_calling_a_script(machine: Machine) -> None:
    machine.host_path("C:\\bundle").mkdir()
    machine.host_path("C:\\bundle\\x.cmd").write_bytes(b'@echo in %~nx0 %~dp0 %2\r\n@set "A=inner"\r\n@exit /b %1\r\n')
    script = 'call "%~dp0x.cmd" 5 "b c"\necho %errorlevel% %A%\ncall "%~dp0absent.cmd"\necho %errorlevel%'
    assert run(machine, script)[1] == [
        'in x.cmd C:\\bundle\\ "b c"',
        "5 inner",
        "The system cannot find the path specified.",
        "1",
    ]
    machine.host_path("C:\\bundle\\x.cmd").write_bytes(b"@rem\r\n@  nonsense\r\n")
    with pytest.raises(BenchRefusal, match=r"x\.cmd:2:4: the unknown command nonsense"):
        run(machine, 'call "%~dp0x.cmd"')


def test_a_script_in_a_cmd_of_its_own(machine: Machine) -> None:
    machine.host_path("C:\\b c").mkdir()
    machine.host_path("C:\\b c\\x.cmd").write_bytes(b'@echo off\r\nset "A=%A%+inner"\r\necho %A% %1\r\nexit /b 5\r\n')
    machine.host_path("C:\\b c\\y.cmd").write_bytes(b"@probe 6 y\r\n@echo z\r\n@exit 7\r\n")
    script = (
        'set "A=outer"\ncmd /d /c "C:\\b c\\x.cmd" word\necho %errorlevel% %A%\n'
        '(cmd.exe /q /E:ON /v:off /c "C:\\b c\\y.cmd"||echo failed)>"C:\\log.txt"\necho %errorlevel%\n'
        'cmd /c "C:\\b c\\absent.cmd"\necho %errorlevel%'
    )
    expected = ["outer+inner word", "5 outer", "7", "The system cannot find the path specified.", "1"]
    assert run(machine, script)[1] == expected
    assert machine.host_path("C:\\log.txt").read_bytes() == b"y\r\nz\r\nfailed\r\n"
    with pytest.raises(BenchRefusal, match=r"test\.cmd:2:8: cmd"):
        run(machine, "cmd /d /k x.cmd")


def test_arguments_and_environment(machine: Machine) -> None:
    script = "echo %1 [%~2] %3 %*\necho %Extra% %~f0"
    assert run(machine, script, "one", "two words", Extra="given")[1] == [
        'one [two words]  one "two words"',
        "given C:\\bundle\\test.cmd",
    ]


def test_echo_on_shows_the_commands(machine: Machine) -> None:
    console = Console()
    with machine.transaction():
        run_batch(b"echo a\n@echo b\n@echo off\necho c\n", "x.cmd", machine, console)
    assert console.lines == ["", "C:\\>echo a", "a", "b", "c"]


def test_set_leaves_the_level_alone_in_a_bat(machine: Machine) -> None:
    assert run(machine, 'probe 2 x\nset "A=1"\necho %errorlevel%', name="x.bat")[1] == ["x", "2"]


@pytest.mark.parametrize("text", [b"\xff\xfee\0c\0", b"\xef\xbb\xbfecho a", b"echo \xe4"])
def test_scripts_that_are_no_plain_text(machine: Machine, text: bytes) -> None:
    with pytest.raises(BenchRefusal, match=r"x\.cmd:1:1"):
        run_batch(text, "x.cmd", machine, Console())


def test_rd_has_a_code_but_sets_no_level(machine: Machine) -> None:
    script = "probe 6 x\nrd C:\\no\necho %errorlevel%\nrd C:\\no||echo %errorlevel%\necho %errorlevel%"
    assert run(machine, script)[1] == [
        "x",
        missing := "The system cannot find the file specified.",
        "6",
        missing,
        "6",
        "2",
    ]


def test_internal_commands_split_their_words_in_cmds_way(machine: Machine) -> None:
    script = 'md "C:\\a b\\",C:\\c\nrd/s/q C:\\c\nif exist "C:\\a b\\" echo made\nif exist C:\\c echo left'
    assert run(machine, script)[1] == ["made"]


PIECES = [
    "echo a",
    "if ",
    "else ",
    "not ",
    "exist ",
    "C:\\x",
    "for ",
    "/f ",
    "%%i",
    "%i",
    " in ",
    "do ",
    "(",
    ")",
    "\n",
    "&",
]
PIECES += [
    "&&",
    "||",
    "|",
    ">",
    ">>",
    "2>",
    "nul",
    "^",
    '"',
    "%A%",
    "%",
    "!A!",
    "!",
    "%~1",
    ":x",
    "goto x",
    "call ",
    "rem ",
]
PIECES += [
    "set A=1",
    "setlocal enabledelayedexpansion",
    "exit /b 1",
    "==",
    "1",
    " ",
    "@",
    "=",
    "probe 1 b",
    "C:\\t.txt",
    "\\",
]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=14))
def test_nonsense_is_run_or_refused_with_its_place(machine: Machine, pieces: list[str]) -> None:
    script = "".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hvsbuild.hosts.bench.cmd.interpreter.MOST_STEPS", 300)
        try:
            run(machine, script)
        except BenchRefusal as refusal:
            found = refusal
        else:
            return
    lines = ["@echo off", *script.split("\n")]
    assert found.script == "test.cmd"
    assert 1 <= found.line <= len(lines)
    assert 1 <= found.column <= len(lines[found.line - 1]) + 1
