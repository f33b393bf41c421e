"""The one way to call an external program: argv lists, a scrubbed environment, an error one can paste and rerun."""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from hvsbuild.errors import HvsError, MissingTool

PACKAGES = {
    "mkntfs": "ntfs-3g",
    "wimlib-imagex": "wimtools",
    "mkfs.fat": "dosfstools",
    "fsck.fat": "dosfstools",
    "mcopy": "mtools",
    "mmd": "mtools",
    "grub-mkimage": "grub-common",
    "faketime": "faketime",
    "sfdisk": "fdisk",
    "sgdisk": "gdisk",
}
SBIN = ("/usr/sbin", "/sbin", "/usr/local/sbin")

# Descriptors that programs inherit: the bench's lock stays held until the last program it started has ended.
inherited: list[int] = []

# A test may put a function here; it is called with the argv ahead of each program and may raise.
before_run: Callable[[Sequence[str]], None] | None = None


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies (PR_SET_PDEATHSIG): nothing goes on behind a kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class ToolFailed(HvsError):
    """An external program ended with a code other than 0."""

    def __init__(self, argv: Sequence[str], code: int, output: str) -> None:
        self.code, self.output = code, output
        last = "\n".join("    " + line for line in output.strip().splitlines()[-8:])
        super().__init__(
            "A program failed",
            seen=f"{argv[0]} ended with code {code}\n{last}",
            do=f"try it by hand: {shlex.join(argv)}",
        )


def which(tool: str) -> str:
    """The full path of a program (also in the sbin folders); `MissingTool` when there is none."""
    found = shutil.which(tool, path=os.pathsep.join([os.environ.get("PATH", ""), *SBIN]))
    if not found:
        raise MissingTool(tool, PACKAGES.get(tool, tool))
    return found


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for programs: nothing of the caller's but PATH, HOME, TMPDIR and a frozen clock if one is set."""
    keep = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "HOME", "TMPDIR", "LD_PRELOAD", "SOURCE_DATE_EPOCH") or name.startswith("FAKETIME")
    }
    return {**keep, "LC_ALL": "C.UTF-8", "TZ": "UTC", **(extra or {})}


def run(argv: Sequence[str | Path], *, stdin: bytes | None = None, on_output: Callable[[], None] | None = None) -> str:
    """Run a program and return what it printed (stdout and stderr together).

    `on_output` is called whenever something was printed (for progress). Raises `MissingTool` or `ToolFailed`.
    """
    words = [os.fspath(word) for word in argv]
    words[0] = which(words[0])
    if before_run:
        before_run(words)
    process = subprocess.Popen(
        words,
        stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(),
        pass_fds=inherited,
        preexec_fn=die_with_parent,
    )
    try:
        if stdin is not None and process.stdin:
            process.stdin.write(stdin)
            process.stdin.close()
        output = bytearray()
        assert process.stdout
        while part := os.read(process.stdout.fileno(), 65536):
            output += part
            if on_output:
                on_output()
        code = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    text = output.decode("utf-8", "replace").replace("\r", "\n")
    if code:
        raise ToolFailed(words, code, text)
    return text
