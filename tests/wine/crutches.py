"""What the cmd.exe of an old Wine misreads, and what stands in its place for the test.

Wine 8 (Debian 12) runs the right side of `||` and `&&` whatever became of the left, and does not know
`!NAME:OLD=NEW!`. Windows knows both, and so does Wine from version 10, which gets the scripts as they are. A crutch is
used only where a probe shows that it is needed; `Crutches.used` names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.wine.wine import Wine


@dataclass(frozen=True)
class Crutch:
    """If `probe` does not print `expected`, `pattern` is replaced in every script."""

    name: str
    probe: str
    expected: str
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]


def _all_at_once(loop: re.Match[str]) -> str:
    """A call of `bind` with every token that the loop fills in, and its value."""
    pairs = re.findall(r'!HVS_LINE:(\{\{[^}]*\}\})=([^!]*)!', loop["body"])
    words = " ".join(f'{token} "{value}"' for token, value in pairs)
    return f'bind {loop["file"]} "%HVS_SCRIPT%" {words}\r\n'


ALL = (
    Crutch(
        "a command after `||`",
        "@echo off\r\necho left|| echo right\r\n",
        "left",
        re.compile(r'>"(?P<file>[^"]+)" (?P<text>echo .*)\|\| exit /b 1\r\n'),
        r'>"\g<file>" \g<text>' + "\r\n" + r'if not exist "\g<file>" exit /b 1' + "\r\n",
    ),
    Crutch(
        "`!NAME:OLD=NEW!`",
        '@echo off\r\nsetlocal enabledelayedexpansion\r\nset "N=a{{b}}c"\r\necho !N:{{b}}=d!\r\n',
        "adc",
        re.compile(r'for /f "usebackq delims=" %%L in \((?P<file>[^()]*)\) do \(\r\n(?P<body>.*?)\r\n\)\r\n', re.S),
        _all_at_once,
    ),
)


@dataclass(frozen=True)
class Crutches:
    """The crutches that one cmd.exe needs."""

    used: tuple[Crutch, ...]

    def apply(self, script: bytes) -> bytes:
        text = script.decode("ascii")
        for crutch in self.used:
            text = crutch.pattern.sub(crutch.replacement, text)
        return text.encode("ascii")


def needed(wine: Wine) -> Crutches:
    for number, crutch in enumerate(ALL):
        wine.write(rf"C:\probe{number}.cmd", crutch.probe.encode())
    done = wine.run(*(rf"cmd /d /c C:\probe{number}.cmd" for number in range(len(ALL))))
    return Crutches(tuple(crutch for crutch, one in zip(ALL, done, strict=True) if one.lines != (crutch.expected,)))
