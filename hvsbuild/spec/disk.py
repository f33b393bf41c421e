"""`disk:` the stick itself: which one it is, how destructive a run may be, what it looks like."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from hvsbuild.spec.kinds import Letter, Range, Section, Size, Text

Bus = Literal["usb", "sd", "mmc", "sata", "ata", "nvme", "scsi", "sas", "raid"]
Wipe = Literal["refuse", "if-empty", "if-ours", "always"]
Scheme = Literal["mbr", "gpt"]
Use = Literal["system", "vhds", "data"]
Filesystem = Literal["ntfs", "fat32"]


def _word(word: str, other: str) -> Discriminator:
    """Tells a fixed word from the values that may stand in its place."""
    return Discriminator(lambda value: word if value == word else other)


PartitionSize = Annotated[Annotated[Literal["rest"], Tag("rest")] | Annotated[Size, Tag("size")], _word("rest", "size")]
PartitionLetter = Annotated[
    Annotated[Literal["none"], Tag("none")] | Annotated[Letter, Tag("letter")], _word("none", "letter")
]


class Match(Section):
    """What the disk is; everything given must hold, and exactly one disk must be left."""

    bus: Bus | None = Field(default=None, description="How the disk is connected.", examples=["usb"])
    serial: Text | None = Field(
        default=None, description="The serial number, exactly.", examples=["4C530001231120115142"]
    )
    model: Text | None = Field(
        default=None,
        description="The model, as Windows shows it in the disk's properties.",
        examples=["SanDisk Extreme"],
    )
    unique_id: Text | None = Field(
        default=None,
        description="The UniqueId that Get-Disk shows (not on Windows 7 and 2008 R2).",
        examples=["5000C500A1B2C3D4"],
    )
    size: Range | None = Field(
        default=None,
        description='The size with its unit: ">= 16 GB", "<= 64 GB", "14 GB..64 GB", or "32 GB" for a disk sold as '
        "such (10 % less to 5 % more). In quotes: a plain > means something else in YAML.",
        examples=[">= 16 GB", "14 GB..64 GB", "32 GB"],
    )
    removable: bool | None = Field(
        default=None, description="Whether Windows sees the disk as removable media.", examples=[False]
    )

    @property
    def identifies(self) -> bool:
        """Whether it tells one disk from another of the same kind."""
        return any((self.serial, self.model, self.unique_id))


class PartitionSection(Section):
    """One partition of the stick."""

    use: Use = Field(
        description="system: the boot manager and its store; vhds: the VHDs; data: anything else. On a stick that "
        "starts on a BIOS alone the VHDs' partition is the system partition, too.",
        examples=["data"],
    )
    size: PartitionSize = Field(
        default="rest",
        description="The size with its unit, whole MiB; or rest: all that the others leave, for one partition.",
        examples=["4 GiB", "rest"],
    )
    filesystem: Filesystem | None = Field(
        default=None,
        description="ntfs or fat32. UEFI reads FAT32 only, so that a system partition for it is fat32; VHDs lie on "
        "NTFS; data is ntfs when nothing is said.",
        examples=["ntfs"],
    )
    label: Text | None = Field(
        default=None,
        description="The volume's label: up to 32 characters on NTFS, 11 on FAT32. The VHDs' volume has disk.label.",
        examples=["DATA"],
    )
    letter: PartitionLetter | None = Field(
        default=None,
        description="The drive letter while the stick is made: S for the system partition when nothing is said, none "
        "for data. The VHDs' volume has disk.letter.",
        examples=["D", "none"],
    )


class Disk(Section):
    """The physical disk, or the image file that stands for it on the bench."""

    match: Match = Field(
        description="What the disk is. Never its number: numbers move when a disk is plugged in again.",
        examples=[{"bus": "usb", "size": ">= 16 GB"}],
    )
    wipe: Wipe = Field(
        default="refuse",
        description="What may be wiped: refuse nothing; if-empty a disk without partitions; if-ours one that carries "
        "hvsbuild's stamp; always any disk that matches. The system's own disk is always refused.",
        examples=["if-ours"],
    )
    scheme: Scheme = Field(default="mbr", description="The partition table.", examples=["mbr"])
    letter: Letter = Field(
        default="Y", description="The drive letter of the stick's volume while the stick is made.", examples=["Y"]
    )
    label: Text = Field(
        default="hvsUSB", description="The label of the stick's NTFS volume, up to 32 characters.", examples=["hvsUSB"]
    )
    align: Size | None = Field(
        default=None,
        description="Where partitions begin: at multiples of this size, whole KiB. Without it Windows' own choice, "
        "which is 1 MiB on disks of 4 GB and more.",
        examples=["4 MiB"],
    )
    partitions: tuple[PartitionSection, ...] | None = Field(
        default=None,
        min_length=1,
        description="The partitions in their order. Without it: one for the VHDs, and ahead of it a FAT32 system "
        "partition of 260 MiB when boot.firmware is uefi or both.",
        examples=[[{"use": "system", "size": "260 MiB"}, {"use": "vhds"}, {"use": "data", "size": "4 GiB"}]],
    )
    size: Size | None = Field(
        default=None,
        description="The size, with its unit, of the image file when the bench builds one. GB are 1000³ bytes, as on "
        "the label of a stick.",
        examples=["32 GB"],
    )
