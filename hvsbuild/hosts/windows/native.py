"""Every call into Windows that is not starting a program. Nothing here decides anything; a test puts another object of
the same methods in its place, which is how all other modules of this package run on Linux.

Sources: Microsoft Learn, the pages of the functions and control codes named below; `winreg` and `msvcrt` of Python.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import subprocess
from pathlib import Path
from typing import Any

IOCTL_DISK_GET_LENGTH_INFO = 0x7405C
CREATE_NEW_PROCESS_GROUP = 0x200
ADMINISTRATORS, LOCAL_SYSTEM = "*S-1-5-32-544", "*S-1-5-18"  # as SIDs: the names of groups are translated


def _dll(name: str) -> Any:
    """A DLL of Windows, called with its errors kept."""
    return getattr(ctypes, "WinDLL")(name, use_last_error=True)  # noqa: B009 (other systems' ctypes lack it)


def _windows_error() -> OSError:
    """The error of the last call."""
    error: OSError = getattr(ctypes, "WinError")(getattr(ctypes, "get_last_error")())  # noqa: B009
    return error


def _module(name: str) -> Any:
    """A module that Python has on Windows alone."""
    return importlib.import_module(name)


class Native:
    """This Windows machine."""

    program_suffix = ".exe"

    def is_admin(self) -> bool:
        """Whether this process is elevated."""
        return bool(_dll("shell32").IsUserAnAdmin())

    def code_page(self) -> str:
        """The name of the codec in which console programs write: the console's, without one the OEM code page."""
        page = _dll("kernel32").GetConsoleOutputCP()
        return f"cp{page}" if page else "oem"

    def program_folders(self) -> list[Path]:
        """Where programs are looked for: Windows' own folders first (for a 32-bit Python in a 64-bit Windows through
        Sysnative), then PATH. Never the current folder, as it would be with CreateProcess."""
        root = Path(os.environ["SYSTEMROOT"])
        system = root / "Sysnative" if (root / "Sysnative").is_dir() else root / "System32"
        path = [Path(part) for part in os.environ.get("PATH", "").split(os.pathsep)]
        return [system, system / "WindowsPowerShell" / "v1.0", *(folder for folder in path if folder.is_absolute())]

    def local(self, path: str) -> Path:
        """The path by which Python opens a file that the scripts know by a Windows path."""
        return Path(path)

    def spell(self, path: Path) -> str:
        """The full Windows path of a file, as it stands in a script."""
        return str(path.resolve())

    def letters_in_use(self) -> list[str]:
        """Every drive letter that leads anywhere: disks, CD drives, network drives of this session, subst."""
        bits = _dll("kernel32").GetLogicalDrives()
        return [chr(ord("A") + bit) for bit in range(26) if bits >> bit & 1]

    def registry(self, key: str) -> dict[str, object]:
        """The values of a key below HKLM (of the 64-bit view), by name; empty when there is no such key."""
        winreg = _module("winreg")
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as handle:
                count = winreg.QueryInfoKey(handle)[1]
                return {name: data for name, data, _ in (winreg.EnumValue(handle, index) for index in range(count))}
        except FileNotFoundError:
            return {}

    # --- disks and volumes ---

    def open_disk(self, number: int) -> int:
        """A descriptor for the sectors of a disk."""
        return os.open(rf"\\.\PhysicalDrive{number}", os.O_RDONLY | getattr(os, "O_BINARY", 0))

    def open_volume(self, letter: str) -> int:
        """A descriptor for the sectors of a volume; below BitLocker, so they are in the clear."""
        return os.open(rf"\\.\{letter}:", os.O_RDONLY | getattr(os, "O_BINARY", 0))

    def size(self, descriptor: int) -> int:
        """The size of an open disk or volume in bytes; seeking to the end does not tell it."""
        length, returned = ctypes.c_int64(), ctypes.c_uint32()
        handle = ctypes.c_void_p(_module("msvcrt").get_osfhandle(descriptor))
        answer = (ctypes.byref(length), ctypes.sizeof(length), ctypes.byref(returned), None)
        if not _dll("kernel32").DeviceIoControl(handle, IOCTL_DISK_GET_LENGTH_INFO, None, 0, *answer):
            raise _windows_error()
        return length.value

    def flush(self, letter: str) -> None:
        """Write all that Windows still holds in memory for a volume: its files and its metadata (FlushFileBuffers on
        the volume's handle, which `os.fsync` calls; it takes administrator rights and a handle for writing)."""
        descriptor = os.open(rf"\\.\{letter}:", os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    # --- programs ---

    def scratch(self) -> Path:
        """The folder in which the private folder is made: only who makes a folder in ProgramData may remove it."""
        return Path(os.environ.get("PROGRAMDATA") or os.environ["TEMP"])

    def protect(self, folder: Path) -> None:
        """Leave a folder to administrators and the system alone."""
        grants = [word for who in (ADMINISTRATORS, LOCAL_SYSTEM) for word in ("/grant:r", f"{who}:(OI)(CI)F")]
        icacls = Path(os.environ["SYSTEMROOT"]) / "System32" / "icacls.exe"
        subprocess.run([icacls, folder, "/inheritance:r", *grants], capture_output=True, check=True)

    def start_options(self) -> dict[str, int]:
        """How programs are started: in a process group of their own, so that Ctrl-C reaches hvsbuild alone."""
        return {"creationflags": CREATE_NEW_PROCESS_GROUP}

    def end(self, process: int) -> None:
        """End a program and all that it has started."""
        taskkill = Path(os.environ["SYSTEMROOT"]) / "System32" / "taskkill.exe"
        subprocess.run([taskkill, "/t", "/f", "/pid", str(process)], capture_output=True, check=False)
