"""QEMU as an independent judge: starts a stick image and waits for a line on the serial port. No KVM, no display."""

from __future__ import annotations

import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from hvsbuild.formats import bootcode
from hvsbuild.hosts import tools
from hvsbuild.hosts.bench import grub

OVMF_CODE, OVMF_VARS = Path("/usr/share/OVMF/OVMF_CODE_4M.fd"), Path("/usr/share/OVMF/OVMF_VARS_4M.fd")
SECTOR = 512
ESCAPE = re.compile(r"\x1b(\[[0-9;?=]*[A-Za-z]|c)")  # of terminals: colours, cursor


class NotReached(AssertionError):
    """The machine did not print the line that was waited for; the message holds what it did print."""


def start(
    disks: Sequence[Path], serial: Path, *, usb: bool = False, screen: bool = False, uefi_vars: Path | None = None
) -> list[str]:
    """The command line: the first disk boots; nothing is ever written into an image (`snapshot=on`).

    `screen`: SeaBIOS sends what is printed on the screen to the serial port, too.
    """
    argv = [tools.which("qemu-system-x86_64"), "-accel", "tcg", "-m", "256", "-display", "none", "-monitor", "none"]
    argv += ["-net", "none", "-no-reboot", "-serial", f"file:{serial}"]
    argv += ["-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"]
    argv += ["-machine", "graphics=off"] if screen else []
    if uefi_vars:
        argv += ["-drive", f"if=pflash,format=raw,readonly=on,file={OVMF_CODE}"]
        argv += ["-drive", f"if=pflash,format=raw,file={uefi_vars}"]
    for number, disk in enumerate(disks):
        argv += ["-drive", f"id=disk{number},if={'none' if usb else 'ide'},file={disk},format=raw,snapshot=on"]
        if usb:
            argv += ["-device", "usb-ehci"] if number == 0 else []
            argv += ["-device", f"usb-storage,drive=disk{number},bootindex={number}"]
    return argv


def boot(
    *disks: Path, expect: str, seconds: float = 60, usb: bool = False, screen: bool = False, uefi: bool = False
) -> str:
    """Boot the first disk until `expect` is on the serial port; return all that was printed. `NotReached` otherwise."""
    with tempfile.TemporaryDirectory(prefix="hvsbuild-qemu-") as name:
        serial, variables = Path(name) / "serial", Path(name) / "vars.fd"
        serial.touch()
        if uefi:
            shutil.copyfile(OVMF_VARS, variables)
        argv = start(disks, serial, usb=usb, screen=screen, uefi_vars=variables if uefi else None)
        machine = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + seconds
            while True:
                ended = machine.poll() is not None  # looked at first: what it wrote last must be read
                text = ESCAPE.sub("", serial.read_text("utf-8", "replace")).replace("\r\n", "\n")
                if expect in text and (ended or "\n" in text[text.index(expect) :]):
                    return text
                if ended or time.monotonic() > deadline:
                    break
                time.sleep(0.05)
        finally:
            machine.send_signal(signal.SIGKILL)
            output = machine.communicate()[0].decode("utf-8", "replace")
    raise NotReached(f"{expect!r} was not printed within {seconds} s; serial port:\n{text}\nqemu:\n{output}")


def probe_disk(path: Path, config: str, names: Sequence[str]) -> Path:
    """A small BIOS disk with a GRUB that runs `config` (its rescue shell's language: one command a line)."""
    boot_img = (grub.modules("i386-pc", "boot.img") / "boot.img").read_bytes()
    core = grub.image("i386-pc", names, config, prefix="(hd0)/")
    code = bootcode.assemble(boot_img, core, 1)
    disk = bytearray(4 << 20)
    disk[: len(code.mbr)] = code.mbr
    disk[SECTOR : SECTOR + len(code.core)] = code.core
    first = 4096  # an empty partition behind the code, so that SeaBIOS and GRUB see an ordinary disk
    far = b"\xfe\xff\xff"
    disk[446:462] = struct.pack("<B3sB3sII", 0x80, far, 0xDA, far, first, len(disk) // SECTOR - first)
    disk[510:512] = b"\x55\xaa"
    path.write_bytes(disk)
    return path


PROBE_MODULES = ("biosdisk", "part_msdos", "part_gpt", "ntfs", "ntfscomp", "fat", "loopback", "serial", "terminal")
PROBE_MODULES += ("echo", "cat", "ls", "iorw", "hashsum", "gcry_sha256")
BEGIN, END = "---begin---", "---end---"


def ask(stick: Path, *commands: str, partition: str = "msdos1", seconds: float = 60) -> str:
    """What GRUB prints for commands about a stick, which is `$stick` (a partition of the second disk)."""
    lines = ["serial --unit=0 --speed=115200", "terminal_output serial", f"set stick=hd1,{partition}", f"echo {BEGIN}"]
    lines += [*commands, "echo", f"echo {END}", "outb 0xf4 0x10", ""]
    with tempfile.TemporaryDirectory(prefix="hvsbuild-probe-") as name:
        probe = probe_disk(Path(name) / "probe.img", "\n".join(lines), PROBE_MODULES)
        text = boot(probe, stick, expect=END, seconds=seconds)
    return text.split(BEGIN, 1)[1].split(END, 1)[0].strip("\r\n")


def read_inside_vhd(
    stick: Path, vhd: str, path: str, *, partition: str = "msdos1", inner: str = "msdos1", seconds: float = 60
) -> str:
    """A text file inside the NTFS volume of a VHD that lies on a stick, as GRUB reads it: an independent reader of
    partition tables, NTFS and VHD. `vhd` and `path` with slashes: `/hvsOS.vhd`, `/Windows/win.ini`."""
    return ask(
        stick,
        f"loopback vhd ($stick){vhd}",
        f"cat (vhd,{inner}){path}",
        partition=partition,
        seconds=seconds,
    )


if __name__ == "__main__":
    sys.stdout.write(boot(Path(sys.argv[1]), expect=sys.argv[2]))
