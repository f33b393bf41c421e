"""A stand-in for `bootmgfw.efi`: a GRUB program that says it was reached, and reads a file inside the stick's VHDs.

It looks at every volume of every disk for `*.vhd` in the root, opens each as a disk, and prints the word that every
phony image carries. A fixed VHD alone shows what is in it (GRUB takes it for a plain disk image); a VHDX is only named.
What it prints, on the serial port if there is one:

    hvsbuild phony bootmgfw: reached
    (hd0,gpt3)/hvsOS.vhd
    hvsbuild phony image: read from inside the VHD
    (hd0,gpt3)/other.vhdx
    hvsbuild phony bootmgfw: done
"""

from __future__ import annotations

import io
import tarfile

from hvsbuild.hosts.bench import grub

REACHED = "hvsbuild phony bootmgfw: reached"
WORD_FILE = "Windows/phony.txt"
WORD = "hvsbuild phony image: read from inside the VHD"
DONE = "hvsbuild phony bootmgfw: done"
MODULES = (
    *("part_msdos", "part_gpt", "ntfs", "ntfscomp", "fat", "loopback", "memdisk", "tar", "normal", "configfile"),
    *("regexp", "test", "echo", "cat", "serial", "terminal", "iorw", "halt", "sleep"),
)
# GRUB's full language needs the module normal and a file; the embedded lines only start it.
START = "configfile (memdisk)/grub.cfg\n"
CONFIG = f"""if serial --unit=0 --speed=115200; then terminal_output serial; fi
set pager=0
echo "{REACHED}"
for disk in (*)/*.vhd (*)/*.VHD; do
  if [ -f "$disk" ]; then
    echo "$disk"
    loopback vhd "$disk"
    for part in (vhd,*); do
      if [ -f "$part/{WORD_FILE}" ]; then cat "$part/{WORD_FILE}"; fi
    done
    loopback -d vhd
  fi
done
for disk in (*)/*.vhdx (*)/*.VHDX; do
  if [ -f "$disk" ]; then echo "$disk"; fi
done
echo "{DONE}"
outb 0xf4 0x20
sleep 60
halt
"""


def program() -> bytes:
    """The EFI program. Raises `MissingTool` where GRUB's modules for 64-bit EFI are not installed."""
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo("grub.cfg")
        entry.size = len(CONFIG)
        tar.addfile(entry, io.BytesIO(CONFIG.encode()))
    return grub.image("x86_64-efi", MODULES, START, prefix="(memdisk)/", memdisk=memory.getvalue())
