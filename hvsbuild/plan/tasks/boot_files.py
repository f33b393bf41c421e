"""boot-files: bootmgr and its store on the stick, made by bcdboot from the image in the VHD on the stick."""

from hvsbuild.plan import bootmenu
from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.spec.profile import Profile
from hvsbuild.states import BootEntry, BootFile, State

KIND = "boot-files"
FLAGS = {"bios": "BIOS", "uefi": "UEFI", "both": "ALL"}
# What the firmware starts, and for UEFI also what an entry of the firmware's own would name.
PROGRAMS = {"bios": ("\\bootmgr",), "uefi": ("\\EFI\\Boot\\bootx64.efi", "\\EFI\\Microsoft\\Boot\\bootmgfw.efi")}


def task(names: Names, profile: Profile) -> Task:
    """One run of bcdboot. The only VHD's entry is the default one; of several, boot-menu says which is."""
    boot, place = names.spec.boot, names.system_place
    states: list[State] = []
    for firmware, store in bootmenu.stores(names).items():
        states += [BootFile(place=place, path=path) for path in PROGRAMS[firmware]]
        states.append(
            BootEntry(
                place=place,
                store=store,
                vhd=bootmenu.path(names),
                loader=profile.loader[firmware],
                systemroot="\\Windows",
                locale=boot.locale,
                default=bootmenu.entry(names) == bootmenu.DEFAULT,
            )
        )
    return Task(
        id=names.id("boot-files"),
        kind=KIND,
        tool="cmd",
        vhd=names.vhd.file,
        needs=(names.on_stick, names.id("stick-attach"), *names.letter_tasks[1:]),
        inside=(*bootmenu.letters(names), names.attached),
        place="stick",
        goal=True,
        states=tuple(states),
        values={
            "vhd_letter": names.vhd.letter,
            "disk_letter": names.layout.system.letter,
            "firmware_flag": FLAGS[boot.firmware] if profile.bcdboot_firmware_flag else None,
            "efi": boot.firmware != "bios",
            "locale": boot.locale,
        },
        spec_key=("boot",) if "boot" in names.spec.model_fields_set else names.vhd.loc,
    )
