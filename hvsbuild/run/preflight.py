"""What can be known to fail is said before anything is changed: the image file, its index, whether it fits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hvsbuild.bundle.manifest import Manifest, TaskEntry
from hvsbuild.bundle.render import Bundle
from hvsbuild.cache import Cache
from hvsbuild.digest import Progress, compare, no_progress
from hvsbuild.errors import HvsError
from hvsbuild.formats import swm, wim
from hvsbuild.run import contents
from hvsbuild.states import AppliedImage, VdiskFile

TOO_LARGE = "The image does not fit into the VHD"
OTHER_EDITION = "The image is of another edition than the spec names"
TOO_NEW = "The tools of this bundle cannot read the image"
OTHER_KIND = "The scripts are written for another kind of image"


def fingerprint(manifest: Manifest, name: str, path: Path) -> str | None:
    """The identity of an image file, the SHA-256 of another file or of a folder; None when it is not there (a finished
    stick does not need it). Raises `HvsError` when a part of a split image is missing."""
    if not path.exists():
        return None
    return wim.fingerprint(path) if manifest.input_kinds[name] == "image" else contents.content_of(path).sha256


def check_inputs(bundle: Bundle, task: TaskEntry, paths: Mapping[str, Path], progress: Progress = no_progress) -> None:
    """What a task that will run takes from the machine is there and is what it should be."""
    manifest, script = bundle.manifest, bundle.script(task) if task.script else b""
    for state in task.states:
        if isinstance(state, AppliedImage):
            path = _given(state.input, paths)
            own = [state for other in manifest.tasks if other.vhd == task.vhd for state in other.states]
            size = next(state.size for state in own if isinstance(state, VdiskFile))
            _check_image(state, size, path, script)
            contents.check_answers(wim.read_info(path), state.image, own)
    for name in manifest.inputs:
        if b"{{input." + name.encode() + b"}}" not in script:
            continue
        path = _given(name, paths)
        if not path.exists():
            raise HvsError("An input is absent", seen=f"{name}: {path}", do=f"put it there, or --input {name}=PATH")
        if pin := manifest.pinned(name):
            compare(path, pin, Cache.default(), progress)
        if manifest.input_kinds[name] == "folder":
            contents.check_names(name, contents.content_of(path))


def _given(name: str, paths: Mapping[str, Path]) -> Path:
    if name not in paths:
        raise HvsError("An input is not given", seen=name, do=f"name its file: --input {name}=PATH")
    return paths[name]


def _check_image(applied: AppliedImage, size: int, path: Path, script: bytes) -> None:
    """The image is whole, is the one that the spec names, its files fit into the VHD of `size`, and the script's tool
    can read it."""
    info = wim.read_info(path)
    image = info.image(int(applied.image) if applied.image.isdigit() else applied.image)
    if applied.edition and image.edition.casefold() != applied.edition.casefold():
        seen = f"image {applied.image} of {path.name} is {image.edition or 'of none'}, not {applied.edition}"
        raise HvsError(OTHER_EDITION, seen=seen, do="render the spec again with this file at hand")
    if image.needed_bytes > size:
        raise HvsError(
            TOO_LARGE,
            seen=f"{image.needed_bytes} bytes in image {applied.image} of {path.name}, {size} bytes in the VHD",
            do="make vhd.size larger",
        )
    _check_kind(info, path, script)


def _check_kind(info: wim.WimInfo, path: Path, script: bytes) -> None:
    if info.solid and b"\nimagex " in script:
        why = "its compression came with Windows 8.1, and imagex is of Windows 7"
        do = "turn it into a .wim: wimlib-imagex export IMAGE 1 install.wim --compress=LZX"
        raise HvsError(TOO_NEW, seen=f"{path.name} is {info.compression}, solid; imagex applies it", why=why, do=do)
    split = path.suffix.lower() == swm.ENDING
    if split != (b".parts}}" in script) or (info.parts > 1 and not split):
        have = f"part 1 of {info.parts}" if info.parts > 1 else "one file"
        do = "name the file in the spec (the first part of a split image: install.swm), and render it again"
        raise HvsError(OTHER_KIND, seen=f"{path.name} is {have}", do=do)
