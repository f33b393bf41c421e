"""The files and folders that a plan takes from the machine: their names in the bundle, their places in the spec."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from hvsbuild.spec.image import IsoMember, Source
from hvsbuild.spec.model import Spec, Vhd

IMAGE = "image"
Kind = Literal["image", "file", "folder"]
Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Input:
    """One input: its name in manifest and bindings, its source as the spec says it at `loc`, its pin. `sha256` is that
    of the file that the source names; of a file in an ISO the ISO's, and `member_sha256` its own."""

    name: str
    kind: Kind
    source: Source
    loc: Loc
    sha256: str | None
    what: str
    member_sha256: str | None = None

    @property
    def member(self) -> str | None:
        """The file in an ISO; None when the source is the file itself."""
        return self.source.member if isinstance(self.source, IsoMember) else None

    @property
    def is_split(self) -> bool:
        """Whether it is the first part of a split image: the scripts name the others by a pattern."""
        return self.kind == "image" and (self.member or str(self.source)).lower().endswith(".swm")


def inputs_of(spec: Spec) -> tuple[Input, ...]:
    """All inputs of a spec, each once, in the order of the VHDs."""
    found: dict[str, Input] = {}
    for vhd in spec.vhd_list():
        for one in [*_images(spec, vhd)]:
            found.setdefault(one.name, one)
    return (*found.values(), *_contents(spec).values())


def content_input(spec: Spec, key: str, source: str) -> Input:
    """The input that a source below `key` (drivers, files, …) is. Where two VHDs name the same, it is the same."""
    return _contents(spec)[key, source]


def _contents(spec: Spec) -> dict[tuple[str, str], Input]:
    """What goes into the VHDs besides the images, by key and source."""
    found: dict[tuple[str, str], Input] = {}
    for vhd in spec.vhd_list():
        for key, kind, source, loc in _sources(vhd):
            if (key, source) not in found:
                name = _free_name(key, kind, source, {one.name for one in found.values()})
                what = f"the {kind} {shown(source)} ({key})"
                found[key, source] = Input(name, kind, source, (*vhd.part_loc(key), *loc), None, what)
    return found


def _sources(vhd: Vhd) -> Iterator[tuple[str, Kind, str, Loc]]:
    """Key, kind, source and place below the key of all that a VHD's contents take from the machine."""
    for number, drivers in enumerate(vhd.part("drivers")):
        yield "drivers", "folder", drivers.folder, (number, "source")
    for number, package in enumerate(vhd.part("packages")):
        yield "packages", "file" if package.is_file else "folder", package.source, (number, "source")
    features, unattend = vhd.part("features"), vhd.part("unattend")
    if features and features.source:
        yield "features", "folder", features.source, ("source",)
    if isinstance(unattend, str):
        yield "unattend", "file", unattend, ()
    for number, entry in enumerate(vhd.part("files")):
        if entry.file:
            yield "files", "file", entry.file, (number, "file")
        elif entry.folder:
            yield "files", "folder", entry.folder, (number, "folder")


def _free_name(key: str, kind: Kind, source: str, taken: set[str]) -> str:
    """`drivers` and `drivers/nic` -> "drivers-nic"; of a file with its ending, by which Windows' tools tell what it is:
    `packages` and `updates/KB 1.msu` -> "packages-kb-1.msu"."""
    last = source.rstrip("/").rpartition("/")[2].lower()
    body, dot, ending = last.rpartition(".") if kind == "file" and "." in last[1:] else (last, "", "")
    body = plain(body)
    return free(key if body in ("", key) else f"{key}-{body}", taken, dot + plain(ending))


def free(wanted: str, taken: Collection[str], ending: str = "") -> str:
    """A name that is not taken: `wanted`, or with -2, -3, … behind it, ahead of `ending`."""
    names = (f"{wanted}{number}{ending}" for number in ("", *(f"-{count}" for count in range(2, len(taken) + 3))))
    return next(one for one in names if one not in taken)


def folder_of(letter: str, path: str) -> str:
    """The folder of a file in a volume, with the letter; empty for the root, which is there."""
    folder = path.rpartition("\\")[0]
    return letter + folder if folder else ""


def shown(source: str) -> str:
    """A source in a script's remark: ASCII, as scripts are."""
    return source.encode("ascii", "replace").decode()


def plain(text: str) -> str:
    """A text as part of a name: ASCII letters, digits, _ and -."""
    return "".join(one if one.isascii() and (one.isalnum() or one in "_-") else "-" for one in text).strip("-")


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
