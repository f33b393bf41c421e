"""What a running cmd.exe remembers: variables, the error level, the stack of calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

from hvsbuild.hosts.bench.cmd.expand import Scope
from hvsbuild.hosts.bench.cmd.text import DELIMITERS
from hvsbuild.hosts.bench.cmd.words import batch_arguments
from hvsbuild.hosts.bench.tool import BenchRefusal

DEFAULTS = {
    "SystemRoot": "C:\\Windows",
    "windir": "C:\\Windows",
    "SystemDrive": "C:",
    "ComSpec": "C:\\Windows\\System32\\cmd.exe",
    "OS": "Windows_NT",
    "TEMP": "C:\\Temp",
    "TMP": "C:\\Temp",
}
# Always set on Windows, not here: reading one must not give an empty text without a word.
ELSEWHERE = frozenset(
    {"allusersprofile", "appdata", "cmdcmdline", "cmdextversion", "commonprogramfiles", "computername", "date"}
    | {"homedrive", "homepath", "localappdata", "logonserver", "number_of_processors", "path", "pathext"}
    | {"processor_architecture", "processor_identifier", "programdata", "programfiles", "prompt", "public"}
    | {"random", "time", "userdomain", "username", "userprofile"}
)


def signed32(code: int) -> int:
    """An exit code as cmd shows it: 0x80070005 is -2147024891."""
    return (code & 0xFFFFFFFF) - (0x100000000 if code & 0x80000000 else 0)


@dataclass
class Frame:
    """One running script or called label. `line` is the index of the next line to read."""

    name: str
    folder: str  # Windows path, with the backslash at its end
    lines: tuple[str, ...]
    arguments: tuple[str, ...]  # %0 first
    tail: str
    line: int = 0
    loops: dict[str, str] = field(default_factory=dict)

    def find_label(self, label: str) -> int | None:
        """The index of a label's line: from here to the end, then from the top, as cmd searches."""
        wanted = label.casefold()
        for index in chain(range(self.line, len(self.lines)), range(self.line)):
            text = self.lines[index].lstrip(DELIMITERS)
            if text.startswith(":") and label_name(text[1:]).casefold() == wanted:
                return index
        return None


def label_name(text: str) -> str:
    """The name at the start of a label or of the argument of goto."""
    text = text.lstrip(DELIMITERS)
    end = next((index for index, char in enumerate(text) if char in DELIMITERS + ":+&|<>"), len(text))
    return text[:end]


class Session:
    """Variables live in a stack of dictionaries (setlocal, endlocal), their names in upper case."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.variables = {name.upper(): value for name, value in {**DEFAULTS, **env}.items()}
        self.delayed = False
        self.saved: list[tuple[dict[str, str], bool]] = []
        self.error_level = 0
        self.echo = True
        self.frames: list[Frame] = []

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def lookup(self, name: str) -> str | None:
        """The value of a variable, also of those that cmd makes up; None when there is none."""
        value = self.variables.get(name.upper())
        if value is not None:
            return value
        lower = name.lower()
        if lower == "errorlevel":
            return str(self.error_level)
        if lower == "cd":
            return "C:\\"
        if lower in ELSEWHERE:
            raise BenchRefusal(f"the variable {name}", hint="the bench does not know its value; give it with `env`")
        return None

    def assign(self, name: str, value: str) -> None:
        if value and name.lower() in ("errorlevel", "cd", "date", "time", "random"):
            raise BenchRefusal(f"set {name}=…: from then on cmd would no longer fill it in")
        if value:
            self.variables[name.upper()] = value
        else:
            self.variables.pop(name.upper(), None)

    def scope(self) -> Scope:
        frame = self.frame
        return Scope(self.lookup, frame.folder + frame.name, frame.arguments, frame.tail)

    def setlocal(self) -> None:
        self.saved.append((dict(self.variables), self.delayed))

    def endlocal(self) -> None:
        if self.saved:
            self.variables, self.delayed = self.saved.pop()

    @contextmanager
    def entered(self, frame: Frame) -> Iterator[None]:
        """A script or label runs; what it did not close with endlocal is closed at its end."""
        if len(self.frames) >= 64:
            raise BenchRefusal("64 calls deep")
        self.frames.append(frame)
        depth = len(self.saved)
        try:
            yield
        finally:
            while len(self.saved) > depth:
                self.endlocal()
            self.frames.pop()


def script_frame(text: bytes, name: str, folder: str, zero: str, tail: str) -> Frame:
    """A frame for a script's bytes. Refuses what cmd.exe would read as something else than text."""
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BenchRefusal("a script that is neither ASCII nor UTF-8", script=name, line=1, column=1) from error
    if decoded.startswith("\ufeff") or "\0" in decoded or "\x1a" in decoded:
        raise BenchRefusal("a script with a byte order mark, NUL or Ctrl-Z", script=name, line=1, column=1)
    lines = tuple(line.removesuffix("\r") for line in decoded.split("\n"))
    if folder and not folder.endswith("\\"):
        folder += "\\"
    tail = tail.lstrip(DELIMITERS)
    return Frame(name, folder, lines, (zero, *batch_arguments(tail)), tail)
