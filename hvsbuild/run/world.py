"""Where observers look: the stick, the VHD on it or in the workspace, what is inside; opened once per look, read only.

The same code reads a finished image (no machine at all) and a machine that is being worked on.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from hvsbuild.formats.block import BlockDevice, FileDevice, Slice
from hvsbuild.formats.partitions import Partition, Table
from hvsbuild.formats.table import read_table
from hvsbuild.hosts.host import Host, Mount
from hvsbuild.states import STICK, SYSTEM

if TYPE_CHECKING:
    from hvsbuild.bundle.manifest import Manifest
    from hvsbuild.formats.bcd import Store
    from hvsbuild.formats.hivereader import HiveReader
    from hvsbuild.formats.vdisk import Link
    from hvsbuild.formats.volume import VolumeTree
    from hvsbuild.run.observe import Observation
    from hvsbuild.states import State


class Missing(FileNotFoundError):
    """What a state is looked for in is not there; the text says what is missing."""


RESERVED = "e3c9e316-0b5c-4db8-817d-f92df00215ae"  # made by Windows of its own accord on some GPT disks


class World:
    """One look at the world. `vhd_place` maps a VHD's file name to where it is looked for now, `home` a place on the
    stick to its partition there (counted without reserved ones)."""

    def __init__(self, host: Host | None, number: int | None, image: Path | None = None) -> None:
        self.host, self.number, self.image = host, number, image
        self.vhd_place: dict[str, str] = {}
        self.workspace_paths: dict[str, str] = {}
        self.home = {STICK: 1, SYSTEM: 1}
        self.fingerprints: Mapping[str, str] = {}
        self.inputs: Mapping[str, Path] = {}
        self.stack = ExitStack()
        self._disk: BlockDevice | None = None
        self._devices: dict[str, BlockDevice] = {}
        self._trees: dict[tuple[str, int], VolumeTree] = {}
        self._hives: dict[tuple[str, str], HiveReader] = {}

    def know(self, manifest: Manifest, vhd_at: Mapping[str, str] | None = None) -> None:
        """Learn from a manifest what lies where; VHDs that `vhd_at` does not name are looked for on the stick."""
        self.home = {STICK: manifest.disk.partition, SYSTEM: manifest.disk.system}
        for vhd in manifest.vhds:
            self.vhd_place[vhd.file] = (vhd_at or {}).get(vhd.file, STICK)
            if vhd.workspace:
                self.workspace_paths[vhd.file] = vhd.workspace

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self._hives.clear()
        self._trees.clear()
        self._devices.clear()
        self.stack.close()

    def forget(self, place: str) -> None:
        """Look anew at a place (its VHD counts somewhere else now)."""
        self._devices.pop(place, None)
        self._trees.pop((place, 1), None)
        self._hives = {key: hive for key, hive in self._hives.items() if key[0] != place}

    def observe(self, state: State) -> Observation:
        """Whether a state holds, and what is seen."""
        from hvsbuild.run.observe import observe

        return observe(state, self)

    # --- the machine ---

    def letters(self) -> Mapping[str, Mount]:
        return self.host.letters() if self.host else {}

    def attached(self) -> list[str]:
        return self.host.attached() if self.host else []

    def hives(self) -> list[str]:
        return self.host.hives() if self.host else []

    def is_folder(self, path: str) -> bool:
        return bool(self.host and self.host.is_folder(path))

    # --- what lies where ---

    def disk(self) -> BlockDevice:
        """The stick's sectors."""
        if self._disk is None:
            if self.image:
                self._disk = self.stack.enter_context(FileDevice(self.image))
            elif self.host and self.number is not None:
                self._disk = self.stack.enter_context(self.host.open_disk(self.number))
            else:
                raise Missing("there is no disk")
        return self._disk

    def workspace_file(self, path: str) -> BlockDevice:
        if self.host is None:
            raise Missing("there is no workspace")
        try:
            return self.stack.enter_context(self.host.open_file(path))
        except FileNotFoundError:
            raise Missing(f"{path} is not there") from None

    def vhd_file(self, name: str, place: str) -> BlockDevice:
        """The VHD file of that name, as bytes."""
        if place == STICK:
            tree = self.tree(STICK)
            if tree.find(f"\\{name}") is None:
                raise Missing(f"\\{name} is not on the stick")
            return tree.open(f"\\{name}")
        return self.workspace_file(self.workspace_paths[name])

    def device(self, place: str) -> BlockDevice:
        """The disk of a place: the stick itself, or the disk inside `vhd/NAME`."""
        if place in self.home:
            return self.disk()
        if place not in self._devices:
            from hvsbuild.formats import vdisk

            links = self.chain(place.removeprefix("vhd/"))
            self._devices[place] = vdisk.stacked(links)
        return self._devices[place]

    def chain(self, name: str) -> list[Link]:
        """A VHD where it counts now, with the VHDs that it is made upon."""
        from hvsbuild.formats import vdisk

        if self.vhd_place.get(name, STICK) != STICK:
            return vdisk.chain(self.workspace_paths[name], self.workspace_file)

        def on_stick(path: str) -> BlockDevice:
            return self.vhd_file(path.removeprefix("\\"), STICK)

        try:
            return vdisk.chain(f"\\{name}", on_stick)
        except (vdisk.ParentMissing, vdisk.WrongParent) as error:
            raise Missing(f"{error.phrase}: {error.seen}") from None

    def table(self, place: str) -> Table:
        table = read_table(self.device(place))
        if table is None:
            raise Missing("there is no partition table")
        return table

    def partitions(self, place: str) -> list[Partition]:
        """The partitions in their order on the disk, without reserved ones."""
        found = [one for one in self.table(place).partitions if one.type != RESERVED]
        return sorted(found, key=lambda one: one.start)

    def partition(self, place: str, number: int) -> Partition:
        """The `number`th partition, from 1."""
        found = self.partitions(place)
        if len(found) < number:
            raise Missing(f"there is no partition {number}")
        return found[number - 1]

    def volume(self, place: str, partition: int) -> BlockDevice:
        found = self.partition(place, partition)
        device = self.device(place)
        if found.start + found.size > device.size:
            raise Missing(f"partition {partition} reaches beyond the end of the disk")
        return Slice(device, found.start, found.size)

    def tree(self, place: str, partition: int | None = None) -> VolumeTree:
        """The file system of a partition; without a number of the place's own: the only one inside a VHD."""
        number = partition or self.home.get(place, 1)
        if (place, number) not in self._trees:
            from hvsbuild.formats.volume import open_tree

            self._trees[place, number] = open_tree(self.volume(place, number))
        return self._trees[place, number]

    def hive(self, place: str, path: str) -> HiveReader:
        """A registry hive in a place's volume."""
        if (place, path) not in self._hives:
            from hvsbuild.formats.block import BytesDevice
            from hvsbuild.formats.hivereader import HiveReader

            self._hives[place, path] = HiveReader(BytesDevice(self.read(place, path)))
        return self._hives[place, path]

    def store(self, place: str, path: str) -> Store:
        """A BCD store in a place's volume."""
        from hvsbuild.formats.bcd import read_store
        from hvsbuild.formats.block import BytesDevice

        return read_store(BytesDevice(self.read(place, path)))

    def read(self, place: str, path: str) -> bytes:
        try:
            return self.tree(place).read(path)
        except FileNotFoundError:
            raise Missing(f"{path} is not there") from None
