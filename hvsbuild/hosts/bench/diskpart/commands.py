"""Which function does which command."""

from __future__ import annotations

from collections.abc import Callable

from hvsbuild.hosts.bench.diskpart import disks, listing, parts, vdisks, volumes
from hvsbuild.hosts.bench.diskpart.parser import Command
from hvsbuild.hosts.bench.diskpart.session import Session

COMMANDS: dict[str, Callable[[Session, Command], None]] = {
    "create vdisk": vdisks.create,
    "select vdisk": vdisks.select,
    "attach vdisk": vdisks.attach,
    "detach vdisk": vdisks.detach,
    "merge vdisk": vdisks.merge,
    "select disk": disks.select,
    "clean": disks.clean,
    "convert mbr": disks.convert_mbr,
    "convert gpt": disks.convert_gpt,
    "uniqueid disk": disks.uniqueid,
    "attributes disk": disks.attributes,
    "online disk": disks.online,
    "rescan": disks.rescan,
    "select partition": parts.select,
    "create partition primary": parts.create_primary,
    "create partition efi": parts.create_efi,
    "create partition msr": parts.create_msr,
    "delete partition": parts.delete,
    "active": parts.active,
    "inactive": parts.inactive,
    "set": parts.set_id,
    "gpt": parts.gpt_attributes,
    "select volume": volumes.select,
    "format": volumes.format_volume,
    "assign": volumes.assign,
    "remove": volumes.remove,
    "attributes volume": volumes.attributes,
    "automount": volumes.automount,
    "list disk": listing.list_disk,
    "list partition": listing.list_partition,
    "list volume": listing.list_volume,
    "list vdisk": listing.list_vdisk,
    "detail disk": listing.detail_disk,
    "detail partition": listing.detail_partition,
    "detail volume": listing.detail_volume,
    "detail vdisk": listing.detail_vdisk,
}
