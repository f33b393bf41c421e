"""The tables by which the bench's reader of batch files is tested, under Wine's cmd.exe.

Where Wine differs, it is listed here with the reason. The expectations are those of Wine's own tests, which hold on
real Windows and which Wine itself does not all meet.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench import test_batch as tables
from tests.wine.crutches import Crutches
from tests.wine.test_reg import rows
from tests.wine.wine import Done, Wine

MESSAGE = "another wording of a message"
ECHO = "`echo(` prints the bracket"
CHAINS = "the right side of && and || runs whatever became of the left"
HANDLES = "a redirection of a handle ahead of the command"
ELSES = "which `if` an `else` belongs to; blocks"
FOR = "the body of a `for`"
LEVEL = "the error level"
CARETS = "carets and delayed expansion"
# What every Wine so far (10 included) does in another way than Windows
EVER = {
    "echo(": ECHO,
    "echo(3": ECHO,
    'setlocal enabledelayedexpansion\nset "A=x&y>z"\necho(!A!': ECHO,
    "echo": MESSAGE,
    "probe 6 x\necho a>>Q:\\no\\x.txt\necho %errorlevel%": MESSAGE,
    "probe 6 x\necho a>C:\\no\\x.txt||echo or\necho %errorlevel%": MESSAGE,
    "goto nowhere\necho no": MESSAGE,
    "call :nowhere\necho %errorlevel%": f"{MESSAGE}; and it does not count as a failure",
    "set V=qwerty\necho '%V:~6%'": "a substring from the end on is the last character",
    "setlocal enabledelayedexpansion\necho a^^b !UNKNOWN!c": CARETS,
    "setlocal enabledelayedexpansion\necho after^^!": CARETS,
    "echo %SystemRoot%;%systemdrive%": "the folder is C:\\windows",
}
# What Wine 10 does as Windows does, and Wine 8 does not
ONCE = {
    "2>nul echo foo": HANDLES,
    ">nul 2>&1 probe 0 x": HANDLES,
    ">nul 1>&2 echo foo": HANDLES,
    "echo c1||echo c2": CHAINS,
    "echo f1&echo f2||echo f3": CHAINS,
    "echo k1||echo k2&&echo k3": CHAINS,
    "probe 1 b1&&probe 1 b2": CHAINS,
    "probe 1 i1&&probe 1 i2||probe 1 i3": CHAINS,
    "probe 1 g1&&probe 1 g2&probe 1 g3": CHAINS,
    "probe 1 k1||probe 1 k2&&probe 1 k3": CHAINS,
    "if 1==1 if 2==2 if 3==0 (echo b1) else (echo b2) else echo b3": ELSES,
    "if 1==1 if 2==0 if 3==3 (echo c1) else (echo c2) else echo c3": ELSES,
    "if 1==1 (\n\n   \n  echo a\n)": ELSES,
    "for %%i in (a b) do if %%i==b (echo B) else echo %%i": FOR,
    "for %%i in (1 2 3) do (\n  if %%i==2 exit /b 0\n  echo %%i\n)": FOR,
    "probe 2 x\nsetlocal\necho %errorlevel%": LEVEL,
    'setlocal EnableDelayedExpansion\nset "F=a{{n}}b"\necho !F:{{n}}=7!': "`!NAME:OLD=NEW!`",
}
# The same for the codes that scripts end with
CODES_EVER = {
    "probe 5 a\nexit /b": "without a number it ends with 0",
    "probe 5 a\necho done": "the error level, not the code of the last command",
    "call :s\ngoto :eof\n:s\nexit /b 458": "the error level, not the code of the last command",
    "call :s\nexit /b\n:s\nexit /b 460": "without a number it ends with 0",
    "exit /b 2147942405": "it is cut to the largest signed number",
}
CODES_ONCE = {
    "goto nowhere": "it does not count as a failure",
    "rd C:\\no": "the error level, not the code of the last command",
}


def run(wine: Wine, snippets: Sequence[str]) -> list[Done]:
    for number, snippet in enumerate(snippets):
        text = ("@echo off\n" + snippet).replace("\n", "\r\n").encode()
        wine.write(rf"C:\bundle\{number}\test.cmd", text)
    return wine.run(*(rf"cmd /d /c C:\bundle\{number}\test.cmd" for number in range(len(snippets))))


def test_what_scripts_print(wine: Wine, crutches: Crutches) -> None:
    known = EVER | (ONCE if crutches.used else {})
    assert not EVER.keys() - tables.SNIPPETS.keys(), "a row that the bench's test does not have"
    assert not ONCE.keys() - tables.SNIPPETS.keys(), "a row that the bench's test does not have"
    done = run(wine, list(tables.SNIPPETS))
    wrong = {
        snippet: (list(one.lines), expected)
        for (snippet, expected), one in zip(tables.SNIPPETS.items(), done, strict=True)
        if snippet not in known and list(one.lines) != expected
    }
    assert not wrong, "\n".join(f"{snippet!r}: {pair}" for snippet, pair in wrong.items())


def test_what_scripts_end_with(wine: Wine, crutches: Crutches) -> None:
    known = CODES_EVER | (CODES_ONCE if crutches.used else {})
    table = rows(tables.test_exit_code)
    done = run(wine, [snippet for snippet, _ in table])
    wrong = {
        snippet: (one.code, code)
        for (snippet, code), one in zip(table, done, strict=True)
        if snippet not in known and one.code != code
    }
    assert not wrong, "\n".join(f"{snippet!r}: {pair}" for snippet, pair in wrong.items())
