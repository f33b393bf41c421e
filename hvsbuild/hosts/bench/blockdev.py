"""A block device of the Linux host as a target: named by a stable path, used by nothing else, opened exclusively.

`/dev/sdb` is another disk after the next plug-in; the names in `/dev/disk/by-id` follow the disk. `O_EXCL` on a block
device is the kernel's own guard: it fails while any of its partitions is mounted or taken, in whatever namespace, and
no one can mount or take one until it is closed. The BSD lock keeps udev from probing half-written tables
(systemd's BLOCK_DEVICE_LOCKING).
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hvsbuild.errors import HvsError, Refused
from hvsbuild.hosts.bench.sysfs import HostDisk, Sysfs

# include/uapi/linux/fs.h
BLKRRPART, BLKZEROOUT = 0x125F, 0x127F
SECTOR = 512
UNSTABLE = "A disk must be named by a path that stays its own"
IN_USE = "The disk is in use"
UNFIT = "The disk cannot be the target"
CHANGED = "The disk is not the one that was looked at"
LOCK_WAIT = 5.0  # seconds that udev may hold its own lock


def is_block_device(path: Path) -> bool:
    try:
        return stat.S_ISBLK(path.stat().st_mode)
    except OSError:
        return False


def identify(path: Path, sysfs: Sysfs | None = None) -> HostDisk:
    """The disk behind `/dev/disk/by-id/NAME`; `Refused` for any other path and for what is no whole disk."""
    sysfs = sysfs or Sysfs()
    if Path(os.path.normpath(path)).parent != sysfs.by_id:
        why = "numbers and letters move when disks are plugged in"
        raise Refused(UNSTABLE, seen=str(path), why=why, do=_names(path, sysfs))
    if not path.is_symlink():
        raise Refused("There is no such disk", seen=str(path), do=_names(path, sysfs))
    try:
        disk = sysfs.disk(path.readlink().name)
    except FileNotFoundError:
        raise Refused("There is no such disk", seen=f"{path} leads nowhere", do="plug it in again") from None
    if not disk.whole:
        seen = f"{path} is {disk.name}: a partition, or made of other disks"
        raise Refused("The target must be a whole disk", seen=seen, do=_names(path, sysfs))
    return disk


def _names(path: Path, sysfs: Sysfs) -> str:
    """What to write instead: the stable names of this very disk, else of all disks."""
    own = sysfs.links(path.resolve().name) if path.exists() else ()
    if own:
        return "write " + " or ".join(str(sysfs.by_id / name) for name in own)
    disks = [sysfs.disk(name) for name in sysfs.names()]
    lines = [f"    {sysfs.by_id / disk.links[0]}: {disk.describe()}" for disk in disks if disk.links and disk.size]
    if not lines:
        return f"plug the disk in; {sysfs.by_id} names none (udev makes these names)"
    return "write one of\n" + "\n".join(lines)


def objections(disk: HostDisk, size: int) -> list[str]:
    """Why `size` bytes must not or cannot be written to the disk; empty when they can."""
    found = list(disk.uses)
    if disk.system:
        found.insert(0, "it holds the running system")
    if disk.read_only:
        found.append("it is read-only (a card's switch, or the stick's own protection)")
    if not disk.size:
        found.append("it has no medium")
    elif disk.size < size:
        found.append(f"it has {disk.size} bytes, {size - disk.size} too few")
    if disk.sector != SECTOR:
        found.append(f"its sectors have {disk.sector} bytes; partition tables of images count sectors of {SECTOR}")
    return found


def check(path: Path, disk: HostDisk, size: int) -> None:
    """`Refused` with every objection."""
    against = objections(disk, size)
    if against:
        seen = "".join(f"\n    {one}" for one in against)
        do = "unmount it, or choose another disk" if disk.uses else "choose another disk"
        raise Refused(IN_USE if disk.uses else UNFIT, seen=f"{path} ({disk.name}, {disk.describe()}){seen}", do=do)


@dataclass(frozen=True)
class Claim:
    """A disk that is ours until it is closed."""

    path: Path
    disk: HostDisk
    fd: int

    def zero(self, offset: int, length: int) -> None:
        """Make a range (whole sectors) read as zeros; the device does it itself where it can."""
        fcntl.ioctl(self.fd, BLKZEROOUT, struct.pack("QQ", offset, length))

    def reread_table(self) -> str | None:
        """Tell the kernel that the partition table is new; what to tell the person when it would not hear."""
        try:
            fcntl.ioctl(self.fd, BLKRRPART)
        except OSError as error:
            if error.errno == errno.EINVAL:  # a device that has no partitions, like a plain loop device
                return None
            return f"{self.path}: the kernel has not read the new partition table ({error.strerror}); plug it in again"
        return None


@contextmanager
def claim(path: Path, size: int, sysfs: Sysfs | None = None) -> Iterator[Claim]:
    """Check a disk, open it exclusively, and look again: it must be the same, and as free as it was."""
    sysfs = sysfs or Sysfs()
    before = identify(path, sysfs)
    check(path, before, size)
    fd = _open(path, before)
    try:
        _lock(path, fd)
        after = identify(path, sysfs)
        device = os.fstat(fd).st_rdev
        if after != before or (os.major(device), os.minor(device)) != after.number:
            raise Refused(CHANGED, seen=f"{path}: {after.describe()}; before: {before.describe()}", do="try again")
        yield Claim(path, after, fd)
    finally:
        os.close(fd)


def _open(path: Path, disk: HostDisk) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_EXCL | os.O_CLOEXEC)
    except OSError as error:
        seen = f"{path} ({disk.name}): {error.strerror}"
        if error.errno == errno.EBUSY:
            raise Refused(IN_USE, seen=seen, do="close the program that uses it (lsof, fuser show it)") from error
        if error.errno in (errno.EACCES, errno.EPERM):
            do = "use sudo, or join the group disk"
            raise HvsError("The disk may not be written by this user", seen=seen, do=do) from error
        raise HvsError("The disk cannot be opened", seen=seen) from error


def _lock(path: Path, fd: int) -> None:
    until = time.monotonic() + LOCK_WAIT
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > until:
                raise Refused(IN_USE, seen=f"{path}: another program holds its lock", do="wait until it ends") from None
            time.sleep(0.05)
