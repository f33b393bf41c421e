"""The files and folders that a plan takes from the machine: their names in the bundle, their places in the spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hvsbuild.spec.image import Source
from hvsbuild.spec.model import Spec, Vhd

IMAGE = "image"
Kind = Literal["image", "file", "folder"]
Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Input:
    """One input: its name in manifest and bindings, its source as the spec says it at `loc`, its pin."""

    name: str
    kind: Kind
    source: Source
    loc: Loc
    sha256: str | None
    what: str


def inputs_of(spec: Spec) -> tuple[Input, ...]:
    """All inputs of a spec, each once, in the order of the VHDs."""
    found: dict[str, Input] = {}
    for vhd in spec.vhd_list():
        for one in [*_images(spec, vhd)]:
            found.setdefault(one.name, one)
    return tuple(found.values())


def image_name(spec: Spec, vhd: Vhd) -> str:
    """The input that is applied to a VHD: `image`, or where several VHDs have different ones `image-NAME`, after the
    first VHD that it goes into."""
    sources = [(one.image.source, one.file) for one in spec.vhd_list() if one.image]
    assert vhd.image is not None
    if all(source == sources[0][0] for source, _ in sources):
        return IMAGE
    return f"{IMAGE}-{stem(next(file for source, file in sources if source == vhd.image.source))}"


def stem(file: str) -> str:
    """A VHD's file name as part of the name of a task, an input or a script: `Role A.vhdx` -> "role-a"."""
    plain = "".join(one if one.isalnum() or one in "_-" else "-" for one in file.rsplit(".", 1)[0].lower())
    return plain.strip("-") or "vhd"


def _images(spec: Spec, vhd: Vhd) -> list[Input]:
    if vhd.image is None:
        return []
    name, loc = image_name(spec, vhd), (*vhd.part_loc("image"), "source")
    what = "the image file" if name == IMAGE else f"the image file for {vhd.file}"
    return [Input(name, "image", vhd.image.source, loc, vhd.image.sha256, what)]
