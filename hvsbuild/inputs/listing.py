"""What is in an image file, or in the image files of an ISO, without unpacking anything."""

from __future__ import annotations

from dataclasses import dataclass

from hvsbuild.errors import HvsError
from hvsbuild.formats import iso, wim
from hvsbuild.inputs.members import USUAL, usual_member
from hvsbuild.inputs.place import placed

# A medium for two architectures has one folder for each.
FOLDERS = ("", "x64/", "x86/", "arm64/")


@dataclass(frozen=True)
class Listing:
    """One image file; `member` is its path in the ISO where it is in one."""

    file: str
    member: str | None
    info: wim.WimInfo

    @property
    def title(self) -> str:
        return f"{self.file}: {self.member}" if self.member else self.file


def listings(file: str, member: str | None = None) -> list[Listing]:
    """The image files of a path (or file:// address): itself, or those of a Windows ISO."""
    path = placed(file).path
    if path is None:
        raise HvsError("A file of another machine is not listed", seen=file, do="download it first")
    if not path.is_file() or not iso.is_iso(path):
        if member:
            raise HvsError("Not an ISO image", seen=str(path), do="leave --member out")
        return [Listing(path.name, None, wim.read_info(path))]
    with iso.opened(path) as image:
        members = [member] if member else _members(image)
        return [Listing(path.name, one, wim.read_info(image.open(one))) for one in members]


def _members(image: iso.Iso) -> list[str]:
    found = [folder + usual for folder in FOLDERS for usual in USUAL if image.find(folder + usual)]
    return found or [usual_member(image)]  # which says that there is none
