"""What the kernel says of disks, on trees written after its documentation (Documentation/ABI) and udev's rules."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from hvsbuild.errors import HvsError, Refused
from hvsbuild.hosts.bench import blockdev
from hvsbuild.hosts.bench.sysfs import HostDisk, Sysfs

USB = "devices/pci0000:00/0000:00:14.0/usb2/2-1"
SCSI = f"{USB}/2-1:1.0/host6/target6:0:0/6:0:0:0"
NVME = "devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1"
ATA = "devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0"
MMC = "devices/platform/mmc0/mmc_host/mmc0/mmc0:aaaa"
GB = 10**9
STICK_ID = "usb-SanDisk_Extreme_4C530001231120115142-0:0"


class Machine:
    """A tree with /sys, /proc, /dev and /run."""

    def __init__(self, root: Path) -> None:
        self.root, self.numbers = root, 0
        self.mounts: list[str] = []
        self.put("proc/self/mountinfo", "")
        self.put("proc/swaps", "Filename Type Size Used Priority\n")
        (root / "dev/disk/by-id").mkdir(parents=True)

    def put(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n" if text and not text.endswith("\n") else text)

    def block(self, folder: str, name: str, size: int, *, link: str = "", **files: str) -> str:
        """A block device; `files` are attributes with `__` for `/`. Returns its folder."""
        self.numbers += 1
        node = f"sys/{folder}/{name}"
        self.put(f"{node}/dev", f"8:{self.numbers}")
        self.put(f"{node}/size", str(size // 512))
        for attribute, text in files.items():
            self.put(f"{node}/{attribute.replace('__', '/')}", text)
        classes = self.root / "sys/class/block"
        classes.mkdir(parents=True, exist_ok=True)
        (classes / name).symlink_to(Path("../..") / folder / name)
        self.put(f"dev/{name}", "")
        if link:
            (self.root / "dev/disk/by-id" / link).symlink_to(f"../../{name}")
        return f"{folder}/{name}"

    def mount(self, number: str, source: str, where: str) -> None:
        self.mounts.append(f"36 25 {number} / {where} rw,relatime shared:1 - ext4 {source} rw")
        self.put("proc/self/mountinfo", "\n".join(self.mounts))

    def number(self, name: str) -> str:
        return (self.root / "sys/class/block" / name / "dev").read_text().strip()

    def stick(self, size: int = 32 * GB, **files: str) -> str:
        """A USB stick, sdb, with one partition."""
        self.put(f"sys/{USB}/idVendor", "0781")
        self.put(f"sys/{USB}/serial", "4C530001231120115142")
        plain = {"device__vendor": "SanDisk ", "device__model": "Extreme         ", "removable": "1", "ro": "0"}
        disk = self.block(
            f"{SCSI}/block", "sdb", size, link=STICK_ID, queue__logical_block_size="512", **{**plain, **files}
        )
        self.block(disk, "sdb1", size - (1 << 20), link=f"{STICK_ID}-part1", partition="1")
        return disk

    def look(self, link: str = STICK_ID) -> HostDisk:
        return blockdev.identify(self.root / "dev/disk/by-id" / link, Sysfs(self.root))

    def objections(self, size: int = GB) -> list[str]:
        return blockdev.objections(self.look(), size)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_usb_stick(machine: Machine) -> None:
    machine.stick()
    info = machine.look().info(3)
    assert (info.number, info.bus, info.size, info.removable) == (3, "usb", 32 * GB, True)
    assert (info.model, info.serial) == ("SanDisk Extreme", "4C530001231120115142")
    assert not info.system
    assert machine.objections() == []


def test_other_buses(machine: Machine) -> None:
    machine.block(
        NVME.rsplit("/", 1)[0], "nvme0n1", GB, link="nvme-x", device__model="WD SN770  ", device__serial="2234",
        wwid="eui.e8238fa6bf530001",
    )  # fmt: skip
    machine.block(
        f"{ATA}/block", "sda", GB, link="ata-x", device__vendor="ATA", device__model="ST500",
        device__vpd_pg80="\0\0\0\x08  Z1D0XYZ", device__wwid="naa.5000c500a1b2c3d4",
    )  # fmt: skip
    machine.block(
        f"{MMC}/block", "mmcblk0", GB, link="mmc-x", device__type="SD", device__name="SU32G", device__serial="0x1f"
    )
    machine.block("devices/pci0000:00/0000:00:02.0/virtio1/block", "vda", GB, link="virtio-x", serial="disk7")
    found = {link: machine.look(link) for link in ("nvme-x", "ata-x", "mmc-x", "virtio-x")}
    assert [(one.bus, one.model, one.serial, one.unique_id) for one in found.values()] == [
        ("nvme", "WD SN770", "2234", "E8238FA6BF530001"),
        ("sata", "ST500", "Z1D0XYZ", "5000C500A1B2C3D4"),
        ("sd", "SU32G", "0x1f", ""),
        ("virtio", "", "disk7", ""),
    ]


def test_udev_knows_what_sysfs_does_not(machine: Machine) -> None:
    machine.block(f"{ATA}/block", "sda", GB, link="ata-x")
    machine.put(
        "run/udev/data/b8:1", "S:disk/by-id/ata-x\nE:ID_SERIAL_SHORT=ABC\nE:ID_MODEL=ST_500\nE:ID_WWN=0x5000c5\n"
    )
    disk = machine.look("ata-x")
    assert (disk.serial, disk.model, disk.unique_id) == ("ABC", "ST 500", "5000C5")


def test_a_mounted_partition(machine: Machine) -> None:
    machine.stick()
    machine.mount(machine.number("sdb1"), "/dev/sdb1", r"/media/my\040stick")
    assert machine.objections() == ["sdb1 is mounted at /media/my stick"]
    with pytest.raises(Refused, match=r"The disk is in use.*\n.*sdb1 is mounted at /media/my stick"):
        blockdev.check(Path("/x"), machine.look(), GB)


def test_a_file_system_with_numbers_of_its_own_is_known_by_its_device(machine: Machine) -> None:
    machine.stick()
    machine.mount("0:42", "/dev/sdb1", "/srv")  # btrfs
    assert machine.objections() == ["sdb1 is mounted at /srv"]


@pytest.mark.parametrize("where", ["/", "/boot", "/boot/efi"])
def test_the_systems_own_disk(machine: Machine, where: str) -> None:
    machine.stick()
    machine.mount(machine.number("sdb1"), "/dev/root", where)
    assert machine.objections() == ["it holds the running system", f"sdb1 is mounted at {where}"]
    assert machine.look().info().system


def test_swap(machine: Machine) -> None:
    machine.stick()
    machine.put("proc/swaps", "Filename Type Size Used Priority\n/dev/sdb1 partition 100 0 -2\n/swapfile file 1 0 -3\n")
    assert machine.objections() == ["sdb1 is swap space: /dev/sdb1"]


def test_what_lies_on_lvm_counts_for_the_disk_below(machine: Machine) -> None:
    disk = machine.stick()
    machine.put(f"sys/{machine.block('devices/virtual/block', 'dm-0', GB)}/dm/name", "vg-root")
    machine.put(f"sys/{disk}/sdb1/holders/dm-0", "")
    machine.mount(machine.number("dm-0"), "/dev/mapper/vg-root", "/")
    assert machine.objections() == [
        "it holds the running system",
        "sdb1 is part of dm-0 (vg-root)",
        "dm-0 is mounted at /",
    ]


@pytest.mark.parametrize(
    ("files", "size", "objection"),
    [
        ({"ro": "1"}, 32 * GB, "read-only"),
        ({}, 0, "no medium"),
        ({}, GB - 512, "512 too few"),
        ({"queue__logical_block_size": "4096"}, 32 * GB, "its sectors have 4096 bytes"),
    ],
)
def test_disks_that_cannot_take_it(tmp_path: Path, files: dict[str, str], size: int, objection: str) -> None:
    machine = Machine(tmp_path)
    block_size = files.pop("queue__logical_block_size", "")
    disk = machine.stick(max(size, 1 << 20), **files)
    machine.put(f"sys/{disk}/size", str(size // 512))
    if block_size:
        machine.put(f"sys/{disk}/queue/logical_block_size", block_size)
    (found,) = machine.objections()
    assert objection in found


def test_only_stable_names_of_whole_disks(machine: Machine) -> None:
    machine.stick()
    machine.block(f"{ATA}/block", "sda", 500 * GB, link="ata-ST500_Z1D0XYZ", device__model="ST500")
    (machine.root / "dev/disk/by-id/wwn-0x5").symlink_to("../../sdb")
    sysfs = Sysfs(machine.root)
    by_id = machine.root / "dev/disk/by-id"
    with pytest.raises(Refused) as unstable:
        blockdev.identify(machine.root / "dev/sdb", sysfs)
    assert unstable.value.exit_code == 4
    assert unstable.value.do == f"write {by_id / STICK_ID} or {by_id / 'wwn-0x5'}"
    with pytest.raises(Refused) as absent:
        blockdev.identify(by_id / "usb-gone", sysfs)
    assert f"{by_id / STICK_ID}: usb, 32.0 GB, SanDisk Extreme, serial 4C530001231120115142" in absent.value.do
    assert f"{by_id / 'ata-ST500_Z1D0XYZ'}: sata, 500.0 GB, ST500, no serial" in absent.value.do
    assert "part1" not in absent.value.do
    with pytest.raises(Refused, match="whole disk"):
        blockdev.identify(by_id / f"{STICK_ID}-part1", sysfs)
    (machine.root / "sys/class/block/sdb").unlink()
    with pytest.raises(Refused, match="no such disk"):
        blockdev.identify(by_id / STICK_ID, sysfs)


def test_a_disk_that_changes_while_it_is_opened(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name leads to another device by the time it is open."""
    machine.stick()
    with (machine.root / "dev/sdb").open("rb") as file:  # no device at all, so not the one that was looked at
        other = os.dup(file.fileno())
    monkeypatch.setattr(blockdev.os, "open", lambda *_: other)
    with (
        pytest.raises(Refused, match="not the one that was looked at"),
        blockdev.claim(machine.root / "dev/disk/by-id" / STICK_ID, GB, Sysfs(machine.root)),
    ):
        pass


def test_a_user_who_may_not_write_disks_is_told_so(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.stick()

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(blockdev.os, "open", refuse)
    with (
        pytest.raises(HvsError, match="sudo"),
        blockdev.claim(machine.root / "dev/disk/by-id" / STICK_ID, GB, Sysfs(machine.root)),
    ):
        pass


@pytest.mark.parametrize(("code", "noted"), [(errno.EBUSY, True), (errno.EINVAL, False), (0, False)])
def test_a_kernel_that_keeps_the_old_partitions_is_noted(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, code: int, noted: bool
) -> None:
    machine.stick()

    def ioctl(_fd: int, request: int) -> None:
        assert request == blockdev.BLKRRPART
        if code:
            raise OSError(code, os.strerror(code))

    monkeypatch.setattr(blockdev.fcntl, "ioctl", ioctl)
    note = blockdev.Claim(Path("/dev/disk/by-id") / STICK_ID, machine.look(), -1).reread_table()
    assert bool(note) is noted
    if note:
        assert "plug it in again" in note
