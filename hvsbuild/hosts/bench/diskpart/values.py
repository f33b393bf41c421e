"""The values of options, from text. `ValueError` is what diskpart calls a syntax error; `BenchRefusal`, a value that
is right but that the bench cannot act on."""

from __future__ import annotations

import re
from uuid import UUID

from hvsbuild.hosts.bench.tool import BenchRefusal

UNITS = tuple(512 << power for power in range(8))  # 512 bytes to 64K, the cluster sizes before Windows 10 1903
FORBIDDEN = set('<>:"|?*')


def number(text: str) -> int:
    """A decimal number, 0 allowed."""
    if not re.fullmatch(r"[0-9]{1,10}", text):
        raise ValueError("a number is needed")
    return int(text)


def positive(text: str) -> int:
    """A decimal number above 0."""
    if number(text) == 0:
        raise ValueError("a number above 0 is needed")
    return int(text)


def letter(text: str) -> str:
    """A drive letter, with or without its colon, in upper case."""
    if not re.fullmatch(r"[A-Za-z]:?", text):
        raise ValueError("a drive letter is needed")
    return text[0].upper()


def label(text: str) -> str:
    return text


def guid(text: str) -> str:
    """A GUID, with or without braces, in lower case."""
    bare = text[1:-1] if text.startswith("{") and text.endswith("}") else text
    if not re.fullmatch(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", bare):
        raise ValueError("a GUID is needed")
    return str(UUID(bare))


def partition_type(text: str) -> str:
    """A partition type: one or two hex digits (MBR) as two, or a GUID."""
    if re.fullmatch(r"[0-9A-Fa-f]{1,2}", text):
        if int(text, 16) == 0:
            raise ValueError("the type 00 means that there is no partition")
        return f"{int(text, 16):02x}"
    return guid(text)


def disk_id(text: str) -> str:
    """A disk's identity: a signature of one to eight hex digits (MBR) as eight, or a GUID."""
    return f"{int(text, 16):08x}" if re.fullmatch(r"[0-9A-Fa-f]{1,8}", text) else guid(text)


def attributes(text: str) -> int:
    """GPT attributes, hexadecimal with 0x."""
    if not re.fullmatch(r"0[xX][0-9A-Fa-f]{1,16}", text):
        raise ValueError("a hexadecimal number like 0x8000000000000001 is needed")
    return int(text, 16)


def unit(text: str) -> int:
    """A cluster size in bytes: `4096`, `8K`, `64K`."""
    match = re.fullmatch(r"([0-9]{1,5})([KkMm]?)", text)
    if not match:
        raise ValueError("a cluster size like 4096 or 64K is needed")
    size = int(match[1]) * {"": 1, "K": 1 << 10, "M": 1 << 20}[match[2].upper()]
    if size in (1 << power for power in range(17, 22)):
        raise BenchRefusal(f"a cluster size of {text}", hint="64K is the largest that Windows before 10 1903 reads")
    if size not in UNITS:
        raise ValueError("a cluster size is a power of two from 512 to 64K")
    return size


def filesystem(text: str) -> str:
    """`ntfs` or `fat32`."""
    name = text.lower()
    if name not in ("ntfs", "fat32"):
        raise BenchRefusal(f"the file system {text}", hint="the bench makes ntfs and fat32")
    return name


def vdisk_type(text: str) -> str:
    name = text.lower()
    if name not in ("fixed", "expandable"):
        raise ValueError("the type is fixed or expandable; parent= makes a differencing one")
    return name


def path(text: str) -> str:
    """A full Windows path with its letter, backslashes only: `C:\\vhd\\hvsOS.vhd`."""
    clean = text.replace("/", "\\")
    if clean.startswith("\\\\"):
        raise BenchRefusal(f"the path {text}", hint="the bench has no network; use a path with a letter")
    if not re.match(r"[A-Za-z]:\\", clean):
        raise BenchRefusal(f"the path {text}", hint="the bench has no current folder; write it with its letter: C:\\…")
    names = clean[3:].split("\\")
    if any(not name or name != name.rstrip(" .") or set(name) & FORBIDDEN for name in names):
        raise ValueError("not the name of a file")
    return clean[0].upper() + clean[1:]


def disk(text: str) -> int:
    """A disk's number."""
    if text.lower() in ("system", "next") or "#" in text or "\\" in text:
        raise BenchRefusal(f"a disk chosen by {text}", hint="choose it by its number: select disk=1")
    return number(text)


def volume(text: str) -> int | str:
    """A volume's number or its letter."""
    if "\\" in text:
        raise BenchRefusal(f"a volume chosen by {text}", hint="choose it by its letter: select volume=R")
    return number(text) if text[:1].isdigit() else letter(text)
