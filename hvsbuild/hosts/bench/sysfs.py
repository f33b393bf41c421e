"""The disks of the Linux host as its kernel describes them: what each is, and what uses it. Nothing is opened.

Sources: Documentation/ABI/testing/sysfs-block and sysfs-bus-usb of the kernel; proc(5) for mountinfo and swaps; the
udev database (/run/udev/data) fills in what sysfs does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hvsbuild.hosts.host import DiskInfo

ROOT = Path("/")  # a test may put another tree here
SECTOR = 512  # what sysfs counts sizes in, whatever the disk's own sectors are
MOUNTED, SWAP = "mounted at", "swap space:"
SYSTEM_MOUNTS = ("/", "/boot", "/boot/efi", "/efi", "/usr", "/var")


@dataclass(frozen=True)
class HostDisk:
    """One block device. `uses` says, a line each, why it must not be written; empty when nothing uses it."""

    name: str  # the kernel's, like sdb
    number: tuple[int, int]  # major, minor
    size: int
    sector: int
    bus: str
    model: str
    serial: str
    unique_id: str
    removable: bool
    read_only: bool
    whole: bool  # not a partition, not made of other devices
    links: tuple[str, ...]  # its names in /dev/disk/by-id
    uses: tuple[str, ...]
    system: bool

    def info(self, number: int = 0) -> DiskInfo:
        """The same for the selectors of a spec."""
        return DiskInfo(
            number, self.bus, self.size, self.model, self.serial, self.unique_id, self.removable, self.system
        )

    def describe(self) -> str:
        """One line for a person who has to recognise the disk."""
        serial = f"serial {self.serial}" if self.serial else "no serial"
        return ", ".join(word for word in (self.bus, f"{self.size / 1e9:.1f} GB", self.model, serial) if word)


@dataclass(frozen=True)
class Mounted:
    """A mount or a swap area: device number, device path as written there, and where it is."""

    number: str
    source: str
    where: str


@dataclass(frozen=True)
class Sysfs:
    """The kernel's files below `root`."""

    root: Path = field(default_factory=lambda: ROOT)

    @property
    def by_id(self) -> Path:
        return self.root / "dev/disk/by-id"

    def names(self) -> list[str]:
        """All whole disks."""
        folder = self.root / "sys/class/block"
        names = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
        return [name for name in names if self._is_whole(name)]

    def links(self, name: str) -> tuple[str, ...]:
        """The names of a device in /dev/disk/by-id, the most telling first."""
        if not self.by_id.is_dir():
            return ()
        found = [link.name for link in self.by_id.iterdir() if link.is_symlink() and link.readlink().name == name]
        return tuple(sorted(found, key=lambda link: (link.startswith(("wwn-", "nvme-eui.")), link)))

    def disk(self, name: str) -> HostDisk:
        """What is known of a block device; `FileNotFoundError` when there is none of that name."""
        node = self._node(name)
        major, _, minor = (node / "dev").read_text().strip().partition(":")
        family = list(self._family(name))
        found = list(self._in_use(family))
        udev = self._udev(int(major), int(minor))
        bus = _bus(node)
        return HostDisk(
            name=name,
            number=(int(major), int(minor)),
            size=int(_text(node / "size") or 0) * SECTOR,
            sector=int(_text(node / "queue/logical_block_size") or SECTOR),
            bus=bus,
            model=_model(node) or udev.get("ID_MODEL", "").replace("_", " "),
            serial=_serial(node, bus) or udev.get("ID_SERIAL_SHORT", ""),
            unique_id=_unique_id(node) or udev.get("ID_WWN", "").removeprefix("0x").upper(),
            removable=_text(node / "removable") == "1",
            read_only=_text(node / "ro") == "1",
            whole=self._is_whole(name),
            links=self.links(name),
            uses=tuple(dict.fromkeys([*self._held(family), *(f"{one} is {how} {where}" for one, how, where in found)])),
            system=any(how == MOUNTED and where in SYSTEM_MOUNTS for _, how, where in found),
        )

    def _node(self, name: str) -> Path:
        return (self.root / "sys/class/block" / name).resolve()

    def _is_whole(self, name: str) -> bool:
        node = self._node(name)
        return not any((node / mark).exists() for mark in ("partition", "dm", "md", "disksize"))  # the last is zram's

    def _family(self, name: str) -> Iterator[str]:
        """The device, its partitions, and all that is made of them (LVM, RAID, encryption), each once."""
        pending, seen = [name], set()
        while pending:
            one = pending.pop(0)
            if one in seen:
                continue
            seen.add(one)
            yield one
            node = self._node(one)
            if node.is_dir():
                pending += sorted(entry.name for entry in node.iterdir() if (entry / "partition").exists())
            pending += self._holders(one)

    def _holders(self, name: str) -> list[str]:
        folder = self._node(name) / "holders"
        return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []

    def _held(self, family: list[str]) -> Iterator[str]:
        for one in family:
            for top in self._holders(one):
                label = _text(self._node(top) / "dm/name")
                yield f"{one} is part of {top}" + (f" ({label})" if label else "")

    def _in_use(self, family: list[str]) -> Iterator[tuple[str, str, str]]:
        """(device, how, where) of mounts and swap areas on the family, by number or by path (btrfs has numbers of its
        own)."""
        numbers = {_text(self._node(one) / "dev"): one for one in family}
        mounts, swaps = self._mounts(), self._swaps()
        for use, how in [*((one, MOUNTED) for one in mounts), *((one, SWAP) for one in swaps)]:
            source = (self.root / use.source.lstrip("/")).resolve().name if use.source else ""
            device = numbers.get(use.number) or (source if source in family else "")
            if device:
                yield device, how, use.where

    def _mounts(self) -> list[Mounted]:
        found = []
        for line in _text(self.root / "proc/self/mountinfo").splitlines():
            before, _, after = line.partition(" - ")
            fields, source = before.split(" "), [*after.split(" "), "", ""][1]
            if len(fields) > 4:
                found.append(Mounted(fields[2], source if source.startswith("/dev/") else "", _unescape(fields[4])))
        return found

    def _swaps(self) -> list[Mounted]:
        lines = _text(self.root / "proc/swaps").splitlines()[1:]
        return [Mounted("", _unescape(line.split()[0]), _unescape(line.split()[0])) for line in lines if line.split()]

    def _udev(self, major: int, minor: int) -> dict[str, str]:
        lines = _text(self.root / f"run/udev/data/b{major}:{minor}").splitlines()
        pairs = (line[2:].partition("=") for line in lines if line.startswith("E:"))
        return {name: value for name, _, value in pairs}


def _text(path: Path) -> str:
    """A small file's text, or nothing when it is not there (devices that vanish, files a kernel does not have)."""
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def _bus(node: Path) -> str:
    """In the words of a spec where there is one; else the kernel's."""
    path = str(node)
    if "/mmc_host/" in path:
        return "sd" if _text(node / "device/type") == "SD" else "mmc"
    for part, bus in (("/usb", "usb"), ("/nvme", "nvme"), ("/ata", "sata"), ("/virtio", "virtio"), ("/host", "scsi")):
        if re.search(rf"{part}[0-9]", path):
            return bus
    return re.sub(r"[0-9]+$", "", node.name)


def _model(node: Path) -> str:
    """As Windows' FriendlyName: maker and product as the device itself says them (SCSI INQUIRY)."""
    words = [_text(node / "device/vendor"), _text(node / "device/model") or _text(node / "device/name")]
    return " ".join(word for word in words if word and word != "ATA" and not word.startswith("0x"))


def _serial(node: Path, bus: str) -> str:
    if bus == "usb":  # the device's iSerialNumber, a few folders up; the bridge's own VPD page is often made up
        for parent in node.parents:
            if (parent / "idVendor").exists():
                return _text(parent / "serial")
    for path in (node / "serial", node / "device/serial"):
        if found := _text(path):
            return found
    try:
        page = (node / "device/vpd_pg80").read_bytes()
    except OSError:
        return ""
    return page[4:].decode("ascii", "replace").strip("\0 \n")


def _unique_id(node: Path) -> str:
    found = _text(node / "device/wwid") or _text(node / "wwid")
    kind, _, value = found.partition(".")
    return value.upper() if kind in ("naa", "eui") else ""
