"""A build folder: the bench that lives in it, and the results that appear in it only when they are finished.

OUT/bundle/        the reviewed bundle
OUT/journal/       one file per run
OUT/bench/         the machine: machine.json, C/, and disk.img while and after it is made
OUT/stick.img      the finished image (a hard link to bench/disk.img: no bytes are copied)
OUT/stick.img.bmap its block map, once `hvsbuild bmap` or `hvsbuild flash` has made it
OUT/hvsOS.vhd      the finished VHD as it was copied to the stick
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hvsbuild.bundle.manifest import Manifest
from hvsbuild.bundle.render import Bundle
from hvsbuild.formats import imagemap
from hvsbuild.hosts.bench.host import Bench
from hvsbuild.hosts.host import DiskInfo
from hvsbuild.run import device
from hvsbuild.run.decide import Decision
from hvsbuild.run.executor import Executor
from hvsbuild.run.journal import Journal
from hvsbuild.run.lock import locked
from hvsbuild.run.report import NoOne, Report, Watcher

DEFAULT_SIZE = 32 * 10**9


@dataclass(frozen=True)
class Folder:
    """The names in a build folder."""

    path: Path

    @property
    def bench(self) -> Path:
        return self.path / "bench"

    @property
    def disk(self) -> Path:
        return self.bench / "disk.img"

    @property
    def image(self) -> Path:
        return self.path / "stick.img"

    @property
    def bundle(self) -> Path:
        return self.path / "bundle"

    @property
    def journal(self) -> Path:
        return self.path / "journal"


@contextmanager
def executor(
    bundle: Bundle,
    folder: Folder,
    inputs: Mapping[str, Path],
    watcher: Watcher,
    disk: Path | None = None,
    real: DiskInfo | None = None,
) -> Iterator[Executor]:
    """An executor on the bench in `folder`, bound to its own image file or to `disk`: an existing image, or (`real`) a
    disk of this machine."""
    bench = Bench(folder.bench, uuid.UUID(bundle.manifest.identity), bundle.manifest.epoch)
    journal = Journal(folder.journal)
    try:
        made = Executor(bundle, bench, journal, watcher)
        if disk is None:
            made.made_here = _own_disk(folder, bundle.manifest)
            _note_size(made, folder, bundle.manifest.disk.size)
        rule = bundle.manifest.disk.match
        serial = str(rule.get("serial") or rule.get("unique_id") or bundle.manifest.identity[:8].upper())
        model, removable = str(rule.get("model") or "image file"), rule.get("removable")
        what = real or DiskInfo(0, str(rule.get("bus") or "usb"), 0, model, serial, removable=removable)
        bench.plug_in(
            disk or folder.disk,
            bus=what.bus,
            model=what.model,
            serial=what.serial or what.unique_id,
            removable=bool(what.removable),
        )
        if real:
            made.check_machine = device.only_in_place(bundle.manifest)
        made.before_change = lambda: _unpublish(folder, bundle.manifest, disk or folder.image)
        made.bind_disk()
        made.bind_inputs(inputs)
        yield made
    finally:
        journal.close()
        bench.close()


def apply(
    bundle: Bundle,
    folder: Folder,
    inputs: Mapping[str, Path],
    watcher: Watcher,
    disk: Path | None = None,
    before: Callable[[], None] = lambda: None,
    reset: Collection[str] = (),
) -> Report:
    """Run the bundle on the bench in `folder`; the results get their final names only when all goals hold.

    `before` is called when the folder is ours and nothing has run yet."""
    with (
        locked(folder.path),
        device.held(disk, write=True) as real,
        executor(bundle, folder, inputs, watcher, disk, real) as made,
    ):
        before()
        made.reset = reset
        report = made.apply()
        if disk is None:
            _publish(folder, made)
        return report


def plan(
    bundle: Bundle,
    folder: Folder | None,
    inputs: Mapping[str, Path],
    disk: Path | None = None,
    reset: Collection[str] = (),
) -> Decision:
    """What would run. Without a folder that was built in: everything, on a blank disk; nothing is left behind."""
    if folder is None or not (folder.bench / "machine.json").exists():
        with tempfile.TemporaryDirectory() as empty:
            return plan_in(bundle, Folder(Path(empty)), inputs, disk, reset)
    return plan_in(bundle, folder, inputs, disk, reset)


def plan_in(
    bundle: Bundle, folder: Folder, inputs: Mapping[str, Path], disk: Path | None, reset: Collection[str] = ()
) -> Decision:
    with (
        locked(folder.path),
        device.held(disk, write=False) as real,
        executor(bundle, folder, inputs, NoOne(), disk, real) as made,
    ):
        made.reset = reset
        return made.decide()


def _own_disk(folder: Folder, manifest: Manifest) -> bool:
    """The image file of the folder: adopted when the user has put another in its place, made when there is none.

    Returns whether it was made by the bench (so that a blank one may be filled whatever `disk.wipe` says)."""
    disk, image = folder.disk, folder.image
    if image.exists() and not _same(disk, image):
        disk.unlink(missing_ok=True)
        os.link(image, disk)
        return False
    if not disk.exists():
        with disk.open("wb") as file:
            file.truncate(manifest.disk.size or DEFAULT_SIZE)
    return True


def _note_size(made: Executor, folder: Folder, wanted: int | None) -> None:
    """An image is never made larger or smaller: that would be another disk."""
    have = folder.disk.stat().st_size
    if wanted and have != wanted:
        told = f"{folder.image.name} keeps its {have} bytes; disk.size says {wanted}"
        made.note(f"{told}: for an image of that size build in another folder, or remove {folder.path} first")


def _vhds(folder: Folder, manifest: Manifest) -> Iterator[tuple[str, Path, Path]]:
    """Of each VHD that is made in the workspace: its name, the name of the result, the file in the workspace."""
    for vhd in manifest.vhds:
        if vhd.workspace:
            yield vhd.file, folder.path / vhd.file, folder.bench / "C" / Path(*vhd.workspace.split("\\")[1:])


def _unpublish(folder: Folder, manifest: Manifest, image: Path) -> None:
    """Take the final names away before anything changes: what has them is finished."""
    imagemap.path_beside(image).unlink(missing_ok=True)
    vhds = [(result, work) for _, result, work in _vhds(folder, manifest)]
    for name, ours in ((folder.image, folder.disk), *vhds):
        if _same(name, ours):
            name.unlink()


def _publish(folder: Folder, made: Executor) -> None:
    """Give the results their final names. A workspace's VHD is one of them while it is what the stick holds."""
    if not folder.image.exists():
        os.link(folder.disk, folder.image)
    for file, vhd, work in _vhds(folder, made.manifest):
        if not work.exists() and vhd.exists() and made.report.ran:
            work.parent.mkdir(parents=True, exist_ok=True)  # the bench was removed, or the spec has another name now
            os.link(vhd, work)
        elif not work.exists() or _same(vhd, work):
            continue
        vhd.unlink(missing_ok=True)
        if made.workspace_is_current(file):
            os.link(work, vhd)
        else:
            work.unlink()
            made.note(f"{vhd.name} was removed: the VHD was changed on the stick, and this one is now the older")


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
