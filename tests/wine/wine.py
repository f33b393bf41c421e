"""A Windows of a folder: a small Wine prefix with nothing in it but Wine's programs and ours.

It is made by hand (in no time) and not by `wineboot` (10 s, 700 MB): links to Wine's programs as C:\\windows\\system32,
a few variables in the registry, and no drive but C: and those that a test asks for, so that no script reaches the
host's files.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = (
    "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows",  # Debian, Ubuntu
    "/usr/lib64/wine/x86_64-windows",
    "/usr/lib/wine/x86_64-windows",
    "/opt/wine-stable/lib64/wine/x86_64-windows",
    "/opt/wine-stable/lib/wine/x86_64-windows",
)
LOADERS = ("/usr/lib/wine/wine64", "wine64", "/opt/wine-stable/bin/wine64", "wine")
COMPILER = "x86_64-w64-mingw32-gcc"
TOOLS = ("diskpart", "imagex", "dism", "bcdboot", "bcdedit", "bootsect", "reg", "robocopy")  # stood in for
REGISTRY = r"""WINE REGISTRY Version 2
;; All keys relative to \\Machine

#arch=win64

[System\\CurrentControlSet\\Control\\Session Manager\\Environment]
"ComSpec"="C:\\windows\\system32\\cmd.exe"
"PATH"="C:\\tools;C:\\windows\\system32"
"PATHEXT"=".exe;.bat;.cmd"
"TEMP"="C:\\Temp"
"TMP"="C:\\Temp"
"windir"="C:\\windows"
"""


class NoWine(Exception):
    """What is missing, and the package that has it."""


@dataclass(frozen=True)
class Installed:
    """How Wine is started, its server, the folder of its Windows programs, and the one of our own (`prepare`)."""

    loader: tuple[str, ...]
    server: str
    programs: Path
    made: Path

    @property
    def overrides(self) -> str:
        return "cmd.exe=n" if os.environ.get("HVSBUILD_WINE_CMD") else ""


def find(made: Path) -> Installed:
    loader = next((found for name in LOADERS if (found := shutil.which(name))), None)
    programs = next((Path(path) for path in PROGRAMS if Path(path, "cmd.exe").exists()), None)
    server = shutil.which("wineserver") or shutil.which("/opt/wine-stable/bin/wineserver")
    if not loader or not programs or not server:
        raise NoWine("Wine for 64-bit programs is absent (packages wine and wine64)")
    return Installed((*_fixed_addresses(), loader), server, programs, made)


def _fixed_addresses() -> tuple[str, ...]:
    """Wine 8 needs the page at 0x7ffe0000, and on new kernels (6.9) a process's heap begins somewhere in the 1 GiB
    above 0x7d005000: one process in several thousand does not start. Without random addresses all do."""
    words = ("setarch", "-R")
    allowed = shutil.which(words[0]) and subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if allowed and allowed.returncode == 0 else ()


def prepare(installed: Installed) -> None:
    """Make the folder that all prefixes share: our programs, compiled, and system32, which is links to Wine's.

    HVSBUILD_WINE_CMD names the cmd.exe of another, newer Wine to be used. The mark by which Wine knows a program for
    its own is wiped out in the copy, or Wine would take the one that belongs to it."""
    compiler = shutil.which(COMPILER)
    if not compiler:
        raise NoWine(f"{COMPILER} is absent (package gcc-mingw-w64-x86-64-win32)")
    part = installed.made.with_suffix(".part")
    (part / "system32").mkdir(parents=True)
    for program in installed.programs.iterdir():
        (part / "system32" / program.name).symlink_to(program)
    if other := os.environ.get("HVSBUILD_WINE_CMD"):
        (part / "system32" / "cmd.exe").unlink()
        data = Path(other).read_bytes().replace(b"Wine builtin DLL", bytes(16), 1)
        (part / "system32" / "cmd.exe").write_bytes(data)
    sources = sorted(Path(__file__).parent.glob("*.c"))
    options = ("-O1", "-s", "-Wall", "-Wextra", "-Werror", "-o")
    running = [subprocess.Popen([compiler, *options, part / f"{one.stem}.exe", one]) for one in sources]
    assert [one.wait() for one in running] == [0] * len(sources), "a program of tests/wine does not compile"
    shutil.copyfile(part / "probe.exe", part / "system32" / "probe.exe")
    part.rename(installed.made)


@dataclass(frozen=True)
class Done:
    """What a command line came to: its exit code (signed, 32 bits) and the lines that it printed."""

    code: int
    lines: tuple[str, ...]


class Wine:
    """One prefix. `stand_ins` are the tools that C:\\tools holds."""

    def __init__(self, folder: Path, installed: Installed, stand_ins: Sequence[str]) -> None:
        self.folder, self.installed = folder, installed
        for path in ("dosdevices", "drive_c/windows", "drive_c/Temp", "drive_c/tools"):
            (folder / path).mkdir(parents=True)
        (folder / "drive_c" / "windows" / "system32").symlink_to(installed.made / "system32")
        (folder / "dosdevices" / "c:").symlink_to("../drive_c")
        (folder / ".update-timestamp").write_text("disable\n")  # or Wine would fill the prefix after all
        (folder / "system.reg").write_text(REGISTRY)
        for name in ("outcome", "probe", "bind"):
            shutil.copyfile(installed.made / f"{name}.exe", self.path(rf"C:\tools\{name}.exe"))
        for name in stand_ins:
            shutil.copyfile(installed.made / "standin.exe", self.path(rf"C:\tools\{name}.exe"))
        self.log = self.path(r"C:\log.txt")

    def letter(self, letter: str) -> Path:
        """Make an empty folder the drive `letter`:."""
        link, folder = self.folder / "dosdevices" / f"{letter.lower()}:", self.folder / f"drive_{letter.lower()}"
        folder.mkdir()
        link.symlink_to(f"../{folder.name}")
        return folder

    def path(self, windows: str) -> Path:
        """The host's path of a file of Wine's, written as it is there."""
        letter, _, rest = windows.partition(":\\")
        return self.folder / f"drive_{letter.lower()}" / rest.replace("\\", "/")

    def write(self, windows: str, data: bytes) -> None:
        self.path(windows).parent.mkdir(parents=True, exist_ok=True)
        self.path(windows).write_bytes(data)

    def files(self, letter: str) -> dict[str, bytes]:
        """Path (with /) and content of all files of a drive."""
        root = self.path(f"{letter}:\\")
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        quiet = {"WINEDEBUG": "-all", "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        own = {"WINEPREFIX": str(self.folder), "WINESERVER": self.installed.server, "HVS_LOG": r"C:\log.txt"}
        return {**quiet, **own, "WINEDLLOVERRIDES": self.installed.overrides, **extra}

    def run(self, *commands: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> list[Done]:
        """Run command lines in one go; C:\\ is their current folder."""
        self.write(r"C:\run.txt", "".join(command + "\n" for command in commands).encode())
        variables = self.environment({"HVS_COMMANDS": r"C:\run.txt", **(env or {})})
        argv = [*self.installed.loader, r"C:\tools\outcome.exe"]
        done = subprocess.run(argv, input=stdin, env=variables, cwd=self.folder / "drive_c", check=False, timeout=120)
        assert done.returncode == 0, f"outcome.exe ended with {done.returncode}"
        codes = [int(line) for line in self.path(r"C:\run.txt.codes").read_text().split()]
        texts = [self.path(rf"C:\run.txt.{number}.out").read_bytes().decode() for number in range(1, len(codes) + 1)]
        assert len(codes) == len(commands)
        return [
            Done(code, tuple(text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else ()))
            for code, text in zip(codes, texts, strict=True)
        ]

    def calls(self) -> list[tuple[str, ...]]:
        """The calls of stand-ins since the last time: name, words, and last the content of the script behind /s."""
        if not self.log.exists():
            return []
        lines = self.log.read_text().splitlines()
        self.log.unlink()
        return [tuple("" if one == "-" else bytes.fromhex(one).decode() for one in line.split()) for line in lines]

    def stop(self) -> subprocess.Popen[bytes]:
        """End the prefix's server, and with it whatever still runs there. It takes half a second: wait elsewhere."""
        return subprocess.Popen([self.installed.server, "-k"], env=self.environment({}))
