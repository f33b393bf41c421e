"""What can be known to fail is said before anything is changed: the image file, its index, whether it fits."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from hvsbuild.bundle.manifest import Manifest, TaskEntry
from hvsbuild.errors import HvsError, Refused
from hvsbuild.formats import wim
from hvsbuild.states import AppliedImage, VdiskFile

HASH_CHANGED = "An input is not the one that the bundle pins"
TOO_LARGE = "The image does not fit into the VHD"


def fingerprint(path: Path) -> str | None:
    """The identity of an image file; None when it is not there (a finished stick does not need it)."""
    if not path.exists():
        return None
    return wim.fingerprint(path)


def check_inputs(manifest: Manifest, task: TaskEntry, paths: Mapping[str, Path]) -> None:
    """What a task that will run takes from the machine is there and is what it should be."""
    for state in task.states:
        if isinstance(state, AppliedImage):
            own = [state for other in manifest.tasks if other.vhd == task.vhd for state in other.states]
            size = next(state.size for state in own if isinstance(state, VdiskFile))
            check_image(manifest, state, size, paths.get(state.input))


def check_image(manifest: Manifest, applied: AppliedImage, size: int, path: Path | None) -> None:
    """The image is there, is whole, holds the image that the spec names, and its files fit into the VHD of `size`."""
    if path is None:
        raise HvsError("An input is not given", seen=applied.input, do=f"name its file: --input {applied.input}=PATH")
    info = wim.read_info(path)
    image = info.image(int(applied.image) if applied.image.isdigit() else applied.image)
    if image.needed_bytes > size:
        raise HvsError(
            TOO_LARGE,
            seen=f"{image.needed_bytes} bytes in image {applied.image} of {path.name}, {size} bytes in the VHD",
            do="make vhd.size larger",
        )
    pinned = manifest.inputs.get(applied.input)
    if pinned and (have := _sha256(path)) != pinned:
        raise Refused(HASH_CHANGED, seen=f"{path.name} is {have}, pinned is {pinned}", do="pin it again and render")


def _sha256(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 22):
            digest.update(part)
    return digest.hexdigest()
