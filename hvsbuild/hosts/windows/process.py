"""Starting programs: found by full path, run in a private folder, output decoded, exit codes as cmd shows them."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from hvsbuild.errors import HvsError
from hvsbuild.hosts.host import Result
from hvsbuild.hosts.windows.native import Native

LOOK_SECONDS = 0.2  # how long Ctrl-C may have to wait: Windows does not interrupt a wait
ANSWER_SECONDS = 180  # the longest that a question to PowerShell may take


def signed32(code: int) -> int:
    """An exit code as cmd shows it: Windows hands over 32 bits unsigned, 0x80070005 is -2147024891."""
    return (code & 0xFFFFFFFF) - (0x100000000 if code & 0x80000000 else 0)


def find(native: Native, program: str) -> Path | None:
    """The full path of a program; None when the machine has none."""
    candidates = [folder / f"{program}{native.program_suffix}" for folder in native.program_folders()]
    return next((path for path in candidates if path.is_file()), None)


def need(native: Native, program: str) -> Path:
    """The same, but having none is an error."""
    if found := find(native, program):
        return found
    raise HvsError("A program that the scripts need is missing", seen=program, do="add its folder to PATH")


def environment() -> dict[str, str]:
    """The caller's environment, less two variables that would change what a script does: one called ERRORLEVEL hides
    every exit code, and COPYCMD holds switches for `copy`."""
    return {name: value for name, value in os.environ.items() if name.upper() not in ("ERRORLEVEL", "COPYCMD")}


class PrivateFolder:
    """A new folder that only administrators can write to: where the scripts lie while they run."""

    def __init__(self, native: Native) -> None:
        self.native = native
        self.path = Path(tempfile.mkdtemp(prefix="hvsbuild-", dir=native.scratch()))
        try:
            native.protect(self.path)
        except (OSError, subprocess.CalledProcessError) as error:
            self.remove()
            why = "who can change a script while it runs is an administrator"
            raise HvsError("The folder for the scripts could not be protected", seen=str(error), why=why) from None

    def run(self, name: str, script: bytes, tool: str) -> Result:
        """Write a script's exact bytes and run it: `diskpart /s NAME`, or `cmd /d /c .\\NAME` (with extensions on and
        delayed expansion off, whatever the registry says). Interrupted, it ends the script and all that it started."""
        (self.path / name).write_bytes(script)
        program = need(self.native, tool)
        words = ["/s", name] if tool == "diskpart" else ["/d", "/e:on", "/v:off", "/c", f".\\{name}"]
        # into a file, not a pipe: a service process that a tool leaves behind (dism does) would keep a pipe open
        with (self.path / f"{name}.output").open("w+b") as output:
            process = subprocess.Popen(
                [program, *words],
                cwd=self.path,
                stdin=subprocess.DEVNULL,  # who asks gets no answer
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment(),
                **self.native.start_options(),  # type: ignore[call-overload]
            )
            try:
                code = self._wait(process)
            finally:
                with contextlib.suppress(OSError):  # as in `remove`
                    (self.path / name).unlink()  # a secret may have been filled in
            output.seek(0)
            text = output.read().decode(self.native.code_page(), "replace")
        return Result(signed32(code), text.replace("\r\n", "\n").replace("\r", "\n"))

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        try:
            while True:
                try:
                    return process.wait(LOOK_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
        except BaseException:
            self.native.end(process.pid)
            process.wait()
            raise

    def remove(self) -> None:
        """What is in it is in the journal; a file that a virus scanner still holds is no reason to fail."""
        shutil.rmtree(self.path, ignore_errors=True)


def ask(native: Native, question: str) -> str:
    """Put a question to Windows PowerShell and return its answer, which is ASCII (the question sees to that)."""
    argv: list[str | Path] = [need(native, "powershell"), "-NoProfile", "-NonInteractive", "-Command", question]
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=ANSWER_SECONDS, check=False, env=environment()
        )
    except subprocess.TimeoutExpired:
        raise HvsError("Windows did not answer", seen=f"nothing for {ANSWER_SECONDS} s", do="run it again") from None
    if done.returncode:
        last = done.stderr.decode(native.code_page(), "replace").strip().splitlines()[-6:]
        seen = "\n".join([f"PowerShell ended with code {signed32(done.returncode)}", *("    " + line for line in last)])
        raise HvsError("Windows could not be observed", seen=seen, do=f"try it by hand: {question}")
    return done.stdout.decode("ascii", "replace").strip()
