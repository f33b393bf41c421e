"""boot-files: bootmgr and its store on the stick, made by bcdboot from the image in the VHD on the stick."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.spec.profile import Profile
from hvsbuild.states import STICK, BootEntry, BootFile

KIND = "boot-files"


def task(names: Names, profile: Profile) -> Task:
    return Task(
        id=names.id("boot-files"),
        kind=KIND,
        tool="cmd",
        vhd=names.vhd.file,
        needs=(names.on_stick, names.id("stick-attach")),
        inside=(names.stick_letter, names.attached),
        place="stick",
        goal=True,
        states=(
            BootFile(place=STICK, path="\\bootmgr"),
            BootEntry(
                place=STICK,
                store="\\Boot\\BCD",
                vhd=f"\\{names.vhd.file}",
                loader=profile.loader["bios"],
                systemroot="\\Windows",
            ),
        ),
        values={
            "vhd_letter": names.vhd.letter,
            "disk_letter": names.spec.disk.letter,
            "firmware_flag": "BIOS" if profile.bcdboot_firmware_flag else None,
        },
        spec_key=("boot",) if "boot" in names.spec.model_fields_set else ("vhd",),
    )
