"""All diagnostics that a spec can get: the code, the fixed phrase, why it matters, what to do, and the source.

    HVS0xx  files, YAML, variables, for_each   HVS2xx  sizes, letters, names, the disk, the boot settings
    HVS1xx  keys, and what kind of value       HVS3xx  the registry
                                               HVS9xx  not supported yet

A code keeps its meaning for ever; a phrase holds no names or numbers, so that it can be searched for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]

DESIGN = "DESIGN.md section 9"
MS_UFD = "Microsoft TechNet ee731893, Deploying Microsoft Hyper-V Server 2008 R2 on a USB flash drive"
MS_REG = "Microsoft Windows commands: reg add, reg load"
MS_NATIVE = "Microsoft: Understanding virtual hard disks with native boot; TechNet dd440865"
MS_DISKPART = "Microsoft Windows commands: diskpart"
MS_BCDEDIT = "Microsoft: BCDEdit /set"


@dataclass(frozen=True)
class Code:
    """One row of the table."""

    code: str
    title: str
    why: str
    fix: str
    severity: Severity = "error"
    source: str = DESIGN


# Given once, and never to be given to anything else: the code and what it said.
WITHDRAWN = {
    "HVS301": "CurrentControlSet does not exist in a hive that is not running",
    "HVS901": "Not supported yet: VHDs that are not fixed",
    "HVS902": "Not supported yet: VHDX files",
    "HVS903": "Not supported yet: several VHDs on one stick",
    "HVS904": "Not supported yet: GPT disks",
    "HVS905": "Not supported yet: UEFI",
    "HVS906": "Not supported yet: images inside ISO files",
    "HVS907": "Not supported yet: split images",
    "HVS908": "Not supported yet: this registry hive",
    "HVS909": "Not supported yet: images from the network",
}


def _table(*codes: Code) -> dict[str, Code]:
    table = {code.code: code for code in codes}
    assert len(table) == len(codes), "a code is used twice"
    assert not table.keys() & WITHDRAWN.keys(), "a withdrawn code is used again"
    return table


_FILE = (
    Code("HVS001", "The spec cannot be read", "There is nothing to work with.", "Check the path and its permissions."),
    Code("HVS002", "The spec is not UTF-8 text", "Positions and names would be guesses.", "Save the file as UTF-8."),
    Code(
        "HVS003",
        "A character that YAML does not allow",
        "Control characters are invisible in a review.",
        "Delete the character, or write it as an escape in double quotes.",
        source="YAML 1.1 section 5.1",
    ),
    Code(
        "HVS004",
        "Not valid YAML",
        "Nothing after this point can be trusted.",
        "See the hint; only the first one is shown.",
    ),
    Code(
        "HVS005",
        "A spec is one YAML mapping",
        "The file is empty, holds several documents, or does not begin with keys.",
        "Begin with spec: hvsbuild/v1.",
    ),
    Code(
        "HVS006",
        "A key is given twice",
        "YAML readers silently keep the last one.",
        "Keep one of them.",
        source="YAML 1.1 section 3.2.1.3",
    ),
    Code(
        "HVS007",
        "YAML tags and merge keys have no place in a spec",
        "What a reviewer reads must be what is meant.",
        "Write the value plainly; an alias (*name) for a whole value is fine.",
    ),
    Code(
        "HVS008",
        "A number that YAML readers read differently",
        "017 is 15 for one reader and 17 for another, 1:30 is 90 or text.",
        "Write a decimal or 0x number, or put the text in quotes.",
        source="YAML 1.1 int type against YAML 1.2 core schema",
    ),
    Code(
        "HVS009", "The spec is too deep or too large", "A spec of that shape is a mistake or an attack.", "Write less."
    ),
    Code(
        "HVS010",
        "A key is plain text",
        "Keys that are lists or mappings mean nothing here.",
        "Write a name and a colon.",
    ),
    Code("HVS011", "A key has no value", "An empty value is not a default.", "Write the value, or delete the line."),
)

_VARIABLES = (
    Code(
        "HVS020",
        "Unknown variable",
        "It would end up in a path as it stands.",
        "Add it to vars, or give --var NAME=VALUE.",
    ),
    Code(
        "HVS021",
        "A variable reference that cannot be read",
        "${ starts a reference; $${ writes the two characters themselves.",
        "Write ${name} with letters, digits, _ and -.",
    ),
    Code(
        "HVS022",
        "A variable inside a variable",
        "Values of vars are taken as they are: no order, no cycles.",
        "Write the text out.",
    ),
    Code(
        "HVS023",
        "A variable in a key",
        "Keys are fixed words that a reviewer must see.",
        "Use variables in values only.",
    ),
    Code(
        "HVS024",
        "--var names a variable that the spec does not have",
        "A misspelt name would silently change nothing.",
        "Use a name from vars, or one that the spec refers to.",
    ),
    Code(
        "HVS025",
        "--var gives a value of another kind",
        "The variable in vars is a number or true/false, and so must its replacement be.",
        "Give a value of the same kind.",
    ),
    Code("HVS026", "Not a variable name", "The name could not be referred to.", "Use letters, digits, _ and -."),
    Code(
        "HVS027",
        "A variable is never used",
        "It may be misspelt where it should be used.",
        "Use it or delete it.",
        "warning",
    ),
    Code(
        "HVS028",
        "A variable is text, a number or true/false",
        "There is no templating in specs.",
        "Write a single value.",
    ),
)

_COMPOSITION = (
    Code(
        "HVS030",
        "An included file cannot be read",
        "A part of the spec would be missing.",
        "Check the path: it is relative to the file that names it.",
    ),
    Code(
        "HVS031",
        "Files include each other in a circle",
        "Which of them lies upon the other cannot be known.",
        "Take one of the includes out.",
    ),
    Code(
        "HVS032",
        "An include is a file of this machine, not an address",
        "A spec that changes when a server does cannot be reviewed.",
        "Download the file, keep it beside the spec and name it.",
    ),
    Code(
        "HVS033",
        "There is nothing of this name to take away",
        "A misspelt name would silently keep what should go.",
        "See the hint for what the included files hold.",
    ),
    Code(
        "HVS034",
        "A variable where none can be",
        "Files, parts and items are known before variables are.",
        "Write the name out.",
    ),
    Code(
        "HVS035",
        "A variable has no value",
        "It is declared without a default.",
        "Give --var NAME=VALUE, or a default.",
    ),
    Code(
        "HVS036",
        "Not a value that the variable takes",
        "Its type, choices, pattern, min and max say what it takes.",
        "See the hint.",
    ),
    Code(
        "HVS037",
        "--var gives a value that the variable does not take",
        "Its type, choices, pattern, min and max say what it takes.",
        "See the hint.",
    ),
    Code(
        "HVS038",
        "Parts of a variable's type do not go together",
        "No value, or any value, would be taken.",
        "See the hint.",
    ),
    Code(
        "HVS040",
        "for_each makes several specs of this one",
        "Each of its items is a spec of its own.",
        "Say which one with --each ITEM.",
    ),
    Code(
        "HVS041",
        "There is no item of this name in for_each",
        "There is no such spec.",
        "See the hint for the items.",
    ),
    Code(
        "HVS042",
        "An item of for_each lacks a variable",
        "Another item sets it, and this one would have none.",
        "Set it in each item, or give it a value in vars.",
    ),
    Code(
        "HVS043",
        "The variable each is set by for_each",
        "It is the name of the item.",
        "Use another name.",
    ),
    Code(
        "HVS044",
        "Two items of for_each are the same spec",
        "The name is a folder, and the root of all identifiers: two sticks would be one.",
        "Use different names.",
    ),
    Code(
        "HVS045",
        "Not a name for an item of for_each",
        "The name is a folder, and part of the spec's name.",
        "Use up to 64 letters, digits, . _ and -, beginning with a letter or digit.",
    ),
)

_SHAPE = (
    Code(
        "HVS101",
        "Unknown key",
        "A key that is ignored is a setting that is not made.",
        "See the hint for the known keys.",
    ),
    Code("HVS102", "A required key is missing", "There is no safe default.", "Add the key."),
    Code("HVS103", "Text is expected here", "YAML read something else.", "Put the value in quotes."),
    Code("HVS104", "A whole number is expected here", "YAML read something else.", "Write digits, without quotes."),
    Code(
        "HVS105", "true or false is expected here", "YAML read something else.", "Write true or false, without quotes."
    ),
    Code(
        "HVS106",
        "A list is expected here",
        "YAML read something else.",
        "Begin each line with a dash, or write [a, b].",
    ),
    Code("HVS107", "A mapping is expected here", "YAML read something else.", "Write key: value lines, indented."),
    Code("HVS108", "Not one of the allowed words", "Only these mean something.", "See the hint."),
    Code("HVS109", "A value of another shape is expected here", "See the hint.", "See the hint."),
    Code("HVS110", "The number is out of range", "It has no meaning outside.", "See the hint."),
    Code("HVS111", "Not a size", "Sizes decide whether things fit.", "Write a number and a unit: 24 GiB, 32 GB."),
    Code(
        "HVS112",
        "A size needs a unit",
        "diskpart's MB are 1024 × 1024 bytes, a stick's GB are 1000³ bytes.",
        "Write MiB or GiB (powers of 1024), or MB or GB (powers of 1000).",
        source=MS_DISKPART,
    ),
    Code(
        "HVS113",
        "Not a range of sizes",
        "It selects the disk that is wiped.",
        'Write ">= 16 GB", "14 GB..64 GB" or "32 GB".',
    ),
    Code(
        "HVS114",
        "Not a name for a spec",
        "The name is a folder on Windows machines and goes into every identifier.",
        "Use up to 64 letters, digits, . _ and -, beginning with a letter or digit.",
    ),
    Code("HVS115", "Not a drive letter", "The scripts use the letter as it is.", "Write one letter, without a colon."),
    Code("HVS116", "Not a SHA-256", "The image could not be checked against it.", "Write 64 hexadecimal digits."),
    Code("HVS117", "The value is empty", "Nothing is not a value here.", "Write the value, or delete the line."),
    Code(
        "HVS118",
        "Unknown version of the spec format",
        "Keys may mean something else in it.",
        "Write spec: hvsbuild/v1.",
    ),
    Code("HVS119", "Two keys exclude each other", "Which of them is meant cannot be known.", "Keep one of them."),
    Code("HVS120", "One of these keys is needed", "There is no safe default.", "Add one of them."),
    Code("HVS199", "The value is not valid", "See the detail.", "See the detail."),
)

_RULES = (
    Code(
        "HVS201",
        "The VHD does not fit on the disk",
        "The copy would fail when the stick is already wiped. A fixed VHD takes its whole size and a little more, "
        "boot files need room (64 MiB are counted), and so does NTFS (64 MiB on volumes of 12 GiB and more).",
        "Make vhd.size smaller or disk.size larger.",
        source="VHD specification 1.0; NTFS of mkntfs and format",
    ),
    Code(
        "HVS202",
        "The VHD's size is not whole MiB",
        "diskpart's create vdisk takes maximum= in MiB.",
        "Use MiB or GiB.",
        source=MS_DISKPART,
    ),
    Code(
        "HVS203",
        "The VHD is smaller than this Windows needs",
        "Setup, updates and the first boot may run out of space.",
        "Make vhd.size larger; the profile's sources say how large.",
        "warning",
        MS_UFD,
    ),
    Code(
        "HVS204",
        "Less than a quarter of the stick stays free",
        "Flash memory lives longer with free blocks. As in the guideline (24 GB on 32 GB), the VHD's GiB and the "
        "stick's GB are counted alike.",
        "Make vhd.size smaller, or take a larger stick.",
        "warning",
        MS_UFD,
    ),
    Code(
        "HVS205",
        "The match also accepts disks that are too small for the VHD",
        "Such a disk would be chosen, and the VHD could not be copied to it.",
        "Raise the lower limit in disk.match.size.",
        "note",
    ),
    Code(
        "HVS206",
        "The disk's size is not one that its own match accepts",
        "The bench's disk image would never be found.",
        "Change disk.size or disk.match.size.",
    ),
    Code(
        "HVS207",
        "The disk is smaller than this Windows needs",
        "The VHD it needs, with a quarter of the stick left free, does not fit.",
        "Take a larger stick; the profile's sources say how large.",
        "warning",
        MS_UFD,
    ),
    Code(
        "HVS208",
        "Larger than the format can hold",
        "An MBR partition table ends at 2 TiB, a VHD at 2040 GiB, a VHDX at 64 TiB.",
        "Make it smaller.",
        source="Microsoft: VHD limits; MBR partition entries are 32-bit sector numbers",
    ),
    Code(
        "HVS210",
        "A reserved drive letter",
        "A: and B: are floppy drives, C: is the machine's own Windows.",
        "Use D to Z.",
    ),
    Code("HVS211", "A drive letter is used twice", "Both are mounted at the same time.", "Use different letters."),
    Code(
        "HVS212",
        "The label is too long",
        "format refuses it, after the disk was wiped.",
        "NTFS labels have up to 32 characters, FAT32 labels 11.",
        source="Microsoft Windows commands: label, format",
    ),
    Code(
        "HVS213",
        "Not a plain file name",
        "The VHD lies in the root of the stick, under this name, in diskpart, robocopy and the boot store.",
        'Use ASCII letters, digits and simple signs, ending in ".vhd" or ".vhdx", without a folder.',
    ),
    Code("HVS214", "Two VHDs have the same name", "The second would replace the first.", "Use different names."),
    Code(
        "HVS215",
        "A character that a script cannot carry safely",
        "Scripts are ASCII, and a quotation mark or a line break would end the argument early: "
        "the rest would run as commands.",
        "Use other characters.",
    ),
    Code("HVS220", "Unknown Windows release", "Limits, tools and defaults come from its profile.", "See the hint."),
    Code(
        "HVS221",
        "This Windows does not start with this firmware",
        "The stick would not boot.",
        "See the hint.",
        source=MS_NATIVE,
    ),
    Code(
        "HVS222",
        "This Windows cannot boot from this VHD format",
        "Its boot manager cannot open the file.",
        "See the hint.",
        source=MS_NATIVE,
    ),
    Code(
        "HVS223", "Unknown boot setting", "bcdedit would refuse it.", "See the hint.", source="Microsoft: bcdedit /set"
    ),
    Code(
        "HVS224",
        "Not a value for this boot setting",
        "bcdedit would refuse it.",
        "See the hint.",
        source="Microsoft: bcdedit /set",
    ),
    Code(
        "HVS230",
        "The disk is hardly identified",
        "Any disk of that size would be accepted, and one of them is wiped.",
        "Add bus, and serial, model or unique_id to disk.match.",
        "warning",
        "DESIGN.md section 6",
    ),
    Code(
        "HVS231",
        "Any disk of this kind will be wiped",
        "wipe is always, and nothing in the match tells one stick from another.",
        "Add serial, model or unique_id to disk.match, or use wipe: if-ours.",
        "note",
        "DESIGN.md section 6",
    ),
    Code(
        "HVS240",
        "Not the name of an image file",
        "The tools tell by the ending what is in the file.",
        "Use a .wim, .esd, .swm or .iso file.",
    ),
    Code(
        "HVS241",
        "A path that works on Windows only",
        "Elsewhere a backslash is part of the file's name.",
        "Write / between folders: it works everywhere.",
        "warning",
    ),
    Code(
        "HVS242",
        "A download needs a sha256",
        "What an address gives can change from one day to the next, and nobody would see it.",
        "Add sha256: beside source:, as the publisher of the file gives it.",
    ),
    Code(
        "HVS243",
        "Not an address that can be read",
        "Nothing could be downloaded from it.",
        "Write https://…, file://… or a path.",
        source="RFC 3986; RFC 8089",
    ),
    Code(
        "HVS244",
        "A password in an address",
        "A spec is kept in git and read by many.",
        "Take it out, and put it into ~/.netrc of the machine that downloads.",
    ),
    Code(
        "HVS245",
        "The tools of this Windows cannot read this kind of image",
        "An .esd is compressed with LZMS, which came with Windows 8.1. On a 2008 R2 host the apply would fail.",
        "Turn it into a .wim: wimlib-imagex export, or dism /Export-Image /Compress:max.",
        source="Microsoft: DISM Image Management Command-Line Options; wimlib: wimexport(1)",
    ),
    Code(
        "HVS246",
        "A split image has several files",
        "This sha256 would be that of the first one only.",
        "Leave it out; hvsbuild lock pins every part.",
    ),
    Code(
        "HVS247",
        "Not a path inside an ISO",
        "The file would not be found.",
        "Write it from the top of the ISO, with / between folders: sources/install.wim.",
    ),
    Code(
        "HVS249",
        "A split image cannot be downloaded",
        "The address names its first part only.",
        "Name an ISO or a .wim, or copy all parts into a folder.",
    ),
    Code(
        "HVS252",
        "One source has two sha256",
        "It is read once, and one of them would not be looked at.",
        "Write the same sha256 at each of them.",
    ),
    Code(
        "HVS253",
        "installation goes with edition",
        "It tells images of one edition apart; an index or a name names one image already.",
        "Add edition, or leave installation out.",
    ),
    Code(
        "HVS254",
        "A name that the tools read as a number",
        "imagex takes a word of digits for the image's index.",
        "Write index: with the number of the image.",
        source="imagex /?: image_number | image_name",
    ),
)

_BOOT = (
    Code(
        "HVS260",
        "Not a boot setting that is made here",
        "bcdedit knows it, but in an entry that Windows is started from it is made in another way, or not at all.",
        "See the hint.",
        source=MS_BCDEDIT,
    ),
    Code(
        "HVS261",
        "This Windows does not know the boot setting",
        "bcdedit might write it, and nothing would come of it.",
        "Leave it out, or put it into the settings of the VHDs that know it.",
        source=f"{MS_BCDEDIT}; Geoff Chappell, BCD Elements",
    ),
    Code(
        "HVS262",
        "Not a VHD of this spec",
        "The boot menu has an entry for each VHD of the spec, and no others.",
        "Name a VHD by its file, as in vhd.file.",
    ),
    Code(
        "HVS263",
        "This VHD is never started from",
        "What is written into a VHD that others are made upon breaks all of them: it has no boot entry.",
        "See the hint.",
        source="Microsoft: About VHD, differencing virtual hard disks",
    ),
    Code("HVS264", "A VHD is named twice in the boot menu", "It has one entry.", "Name each VHD once."),
    Code(
        "HVS265",
        "Not a locale",
        "bcdboot writes it into the store as it is, and the boot manager would fall back to English.",
        "Write a language and a country: en-US, de-DE, zh-Hans-CN.",
        source="Microsoft: BCDBoot command-line options, /l",
    ),
    Code(
        "HVS266",
        "Two entries of the boot menu have the same name",
        "Nobody can tell them apart.",
        "Give each VHD a boot.description of its own.",
        "warning",
    ),
    Code(
        "HVS267",
        "The boot menu is never shown",
        "With a timeout of 0 the default entry is started at once, and the others cannot be chosen.",
        "Write a timeout of some seconds.",
        "warning",
        "Microsoft: bcdedit /timeout",
    ),
    Code(
        "HVS268",
        "bcdedit cannot tell the entry of a VHD of this name",
        "The scripts find an entry by the VHD in bcdedit's list, vhd=[Y:]\\a.vhd,locate=…, where these signs stand "
        "for something else.",
        "Use letters, digits, . _ and -.",
        source=MS_BCDEDIT,
    ),
    Code(
        "HVS269",
        "A boot setting that this Windows needs is changed",
        "A Hyper-V Server without its hypervisor runs no virtual machine.",
        "Leave it out.",
        "warning",
        MS_BCDEDIT,
    ),
    Code(
        "HVS270",
        "The console and the debugger are on the same serial port",
        "Each of them would read what is meant for the other.",
        "Give one of them another port.",
        "warning",
        "Microsoft: Boot Parameters to Configure EMS, and to Enable Debugging",
    ),
    Code(
        "HVS271",
        "A debugger's connection that no entry uses",
        "It only says where a debugger would be; nothing waits for one.",
        "Write debug: true in the settings of the entry that is to be debugged.",
        "note",
        "Microsoft: bcdedit /dbgsettings, /debug",
    ),
    Code(
        "HVS272",
        "With Secure Boot this Windows does not start",
        "A machine with Secure Boot refuses an entry that allows unsigned code.",
        "Turn Secure Boot off in the firmware of the machines, or sign the drivers.",
        "note",
        MS_BCDEDIT,
    ),
)

_LAYOUT = (
    Code(
        "HVS200",
        "diskpart makes no EFI system partition on a removable stick",
        "create partition efi and assign are refused there: the operation is not supported on removable media.",
        "Write scheme: mbr, which UEFI starts from as well, or take a stick that is not removable.",
        source="Microsoft: VDS_E_DISK_REMOVEABLE; MS-VDS",
    ),
    Code(
        "HVS209",
        "The stick is smaller than advised",
        "There is no room left for a service pack, for logs, or for a second VHD while one is replaced.",
        "Take a larger stick; the profile's sources say how large.",
        "note",
        MS_UFD,
    ),
    Code(
        "HVS216",
        "A label that FAT32 cannot keep",
        "format would refuse it, or change it, after the disk was wiped.",
        "See the hint.",
        source="Microsoft Windows commands: format, label",
    ),
    Code(
        "HVS217",
        "Not a size for a FAT32 volume",
        "FAT32 has at least 65527 clusters, 33 MiB with the smallest ones, and format makes none above 32 GiB.",
        "Use 33 MiB to 32 GiB, or filesystem: ntfs.",
        source="Microsoft Windows commands: format",
    ),
    Code(
        "HVS218",
        "Not an alignment that diskpart takes",
        "align= and offset= are counted in KiB.",
        "Use whole KiB; 1 MiB or 4 MiB are usual.",
        source=MS_DISKPART,
    ),
    Code(
        "HVS219",
        "An unusual alignment",
        "Flash is erased in blocks whose size is a power of two, most often 1 to 4 MiB: a volume that begins elsewhere "
        "is written more slowly, and wears the stick more.",
        "Use 1 MiB, or the erase block's size.",
        "warning",
        "Microsoft: MS-VDS appendix B (1 MiB on disks of 4 GB and more)",
    ),
    Code(
        "HVS225",
        "Microsoft supports Hyper-V Server on internal sticks only",
        "Its policy allows a USB flash device that is a part of the machine and does not report itself as removable, "
        "and supports it through OEMs.",
        "Nothing need be done; support is between you and the machine's maker.",
        "note",
        MS_UFD,
    ),
    Code(
        "HVS226",
        "Microsoft does not support this Windows on a USB stick",
        "Starting from USB flash is described for Hyper-V Server through OEMs, and for Windows PE. It works; help is "
        "up to you.",
        "Nothing need be done; allow: records that you know.",
        "note",
        MS_UFD,
    ),
    Code(
        "HVS227",
        "For this Windows Microsoft documents VHDX only",
        "Its boot manager still opens .vhd files, and nobody promises that it will.",
        "Let the file's name end in .vhdx.",
        "note",
        "Microsoft: Deploy Windows with a VHDX (native boot)",
    ),
    Code(
        "HVS228",
        "This Windows does not see the VHDs' partition of a removable stick",
        "Before Windows 10 1703 (build 15063) only the first partition of a removable stick is mounted. The boot "
        "manager finds the VHD, Windows does not: it stops with INACCESSIBLE_BOOT_DEVICE.",
        "Use boot.firmware: bios with one partition, or a stick that does not report itself as removable.",
        source="Field reports: rmprepusb 77, easy2boot; windows-facts 7.5",
    ),
    Code(
        "HVS229",
        "This Windows may see only one partition of the stick",
        "Before Windows 10 1703 (build 15063) only the first partition of a removable stick is mounted, and most "
        "sticks report themselves as removable.",
        "Add removable: false to disk.match when the stick is not removable.",
        "warning",
        "Field reports: rmprepusb 77, easy2boot; windows-facts 7.5",
    ),
    Code(
        "HVS232",
        "VHDs lie on NTFS",
        "A file on FAT32 ends at 4 GiB, and Windows starts only from a VHD on NTFS.",
        "Write filesystem: ntfs, or leave it out.",
        source=MS_NATIVE,
    ),
    Code(
        "HVS233",
        "One partition holds the VHDs",
        "Every VHD, its parents and the page file lie on it.",
        "Let exactly one partition have use: vhds.",
    ),
    Code(
        "HVS234",
        "One system partition, ahead of the others",
        "A removable stick shows old firmware and old Windows its first partition only, and there is one boot manager.",
        "Put the partition with use: system first, and only once.",
    ),
    Code(
        "HVS235",
        "UEFI needs a FAT32 system partition",
        "UEFI firmware reads FAT; it does not find a boot manager on NTFS.",
        "Add {use: system, size: 260 MiB} as the first partition.",
        source="Microsoft: UEFI/GPT-based hard drive partitions",
    ),
    Code(
        "HVS236",
        "Only the last partition takes the rest",
        "What comes after it would find no room.",
        "Give every other partition a size.",
        source=MS_DISKPART,
    ),
    Code(
        "HVS237",
        "The partitions do not fit on the disk",
        "diskpart would stop when the disk is already wiped. The disk's two ends, alignment and, with GPT, Windows' "
        "reserved partition are counted.",
        "Make partitions smaller or disk.size larger.",
        source=MS_DISKPART,
    ),
    Code(
        "HVS238",
        "More partitions than the table holds",
        "An MBR holds four primary partitions, a GPT as Windows makes it 128, one of them reserved.",
        "Use fewer partitions, or scheme: gpt with firmware: uefi.",
        source="Microsoft: UEFI/GPT-based hard drive partitions",
    ),
    Code(
        "HVS239",
        "This firmware does not start from this partition table",
        "On a BIOS Windows starts from MBR disks only; UEFI starts from both.",
        "Write scheme: mbr, or firmware: uefi.",
        source="Microsoft: Windows and GPT FAQ",
    ),
    Code(
        "HVS281",
        "This partition needs a drive letter",
        "bcdboot and bcdedit are told the letter of the system partition.",
        "Leave letter out, or write a letter.",
        source="Microsoft: BCDboot Command-Line Options",
    ),
    Code(
        "HVS290",
        "A partition's size is not whole MiB",
        "diskpart takes size= in MiB.",
        "Use MiB or GiB.",
        source=MS_DISKPART,
    ),
    Code(
        "HVS291",
        "The system partition is too small",
        "Boot files, fonts and the boot store must fit, and updates keep the old ones beside the new ones.",
        "Make it 100 MiB or more; 260 MiB is advised.",
        source="Microsoft: UEFI/GPT-based hard drive partitions",
    ),
    Code(
        "HVS292",
        "The system partition is smaller than advised",
        "On disks with sectors of 4 KiB the smallest FAT32 volume has 260 MiB: the same spec would not work there.",
        "Make it 260 MiB.",
        "note",
        "Microsoft: UEFI/GPT-based hard drive partitions",
    ),
    Code(
        "HVS294",
        "No drive letter is left",
        "Windows has the letters D to Z for the stick's volumes and its VHDs.",
        "Use fewer VHDs on one stick.",
    ),
)

_VHDS = (
    Code(
        "HVS280",
        "The VHDs do not fit into their partition",
        "The copy would fail when the stick is already wiped. A fixed VHD takes its whole size, and the file system "
        "needs room of its own.",
        "Make the VHDs smaller or the partition larger.",
        source="VHD specification 1.0; NTFS of mkntfs and format",
    ),
    Code(
        "HVS282",
        "Unknown parent",
        "A differencing VHD is made upon another VHD of the same spec.",
        "Name the file of that VHD.",
        source=MS_NATIVE,
    ),
    Code(
        "HVS283",
        "Only a differencing VHD has a parent",
        "A fixed or expandable VHD holds all of its data itself.",
        "Write type: differencing, or leave parent out.",
        source=MS_DISKPART,
    ),
    Code(
        "HVS284",
        "A differencing VHD has this from its parent",
        "It holds only what differs from it: create vdisk takes no size with parent=, and Windows is there already.",
        "Leave the key out.",
        source=MS_DISKPART,
    ),
    Code(
        "HVS285",
        "A VHD and its parent have different formats",
        "A .vhd is made upon a .vhd, a .vhdx upon a .vhdx.",
        "Give both the same ending.",
        source="VHD specification 1.0; MS-VHDX",
    ),
    Code(
        "HVS286",
        "A VHD is its own parent",
        "None of them could be made first.",
        "Let the chain end in a fixed or expandable VHD.",
    ),
    Code(
        "HVS287",
        "A long chain of parents",
        "Each read looks through all of them, and all of them must be there.",
        "Make the VHD upon an earlier one.",
        "note",
        MS_NATIVE,
    ),
    Code(
        "HVS288",
        "No room to expand the VHD when Windows starts",
        "Windows expands an expandable or differencing VHD to its full size when it starts from it; where that does "
        "not fit it stops with 0x136 VHD_BOOT_HOST_VOLUME_NOT_ENOUGH_SPACE.",
        "Make it smaller, take a larger stick, or set VirtualDiskExpandOnMount to 4 (the tweak expand-on-demand).",
        source="Microsoft: Bug Check 0x136; Understanding virtual hard disks with native boot",
    ),
    Code(
        "HVS289",
        "The VHDs can outgrow the stick",
        "If all of them grow to their full size there is no room: then Windows in one of them cannot write any more.",
        "Make them smaller, or take a larger stick.",
        "note",
        MS_NATIVE,
    ),
    Code(
        "HVS293",
        "Windows may not start from a USB 3 port",
        "This release ships without the USB 3 bit in Control\\BootDriverFlags: the drivers come too late, and it stops "
        "with INACCESSIBLE_BOOT_DEVICE.",
        "Set it, for example with the tweak usb-boot.",
        "warning",
        "Field report: serverfault 816593; Microsoft: Specifying driver load order, BootFlags",
    ),
)

_ALLOW = (
    Code(
        "HVS295",
        "What is allowed needs a reason",
        "Who reads the spec in a year must know why.",
        'Write allow: {HVS204: "the reason"}.',
    ),
    Code(
        "HVS296",
        "An error cannot be allowed",
        "The stick could not be made, or would not start.",
        "Correct it; only warnings and notes are allowed.",
    ),
    Code(
        "HVS297",
        "Nothing to allow",
        "The diagnostic does not occur any more; a later one would be hidden by an old reason.",
        "Delete the line.",
        "warning",
    ),
    Code("HVS298", "Unknown diagnostic code", "It would silence nothing.", "See the hint."),
    Code("HVS299", "A diagnostic is allowed twice", "Which of the reasons is meant cannot be known.", "Keep one."),
)

_REGISTRY = (
    Code(
        "HVS302",
        "A key begins below its hive",
        "reg.exe fails on a leading backslash, and the hive is loaded under a name of hvsbuild's.",
        "Leave out the backslash and the root's name.",
        source="Microsoft: reg add; verified by Wine's tests of reg.exe",
    ),
    Code(
        "HVS303",
        "The key repeats the name of its hive",
        "The hive's own top is where the key begins.",
        "Leave out the first part.",
        source=MS_REG,
    ),
    Code(
        "HVS304", "Not a registry key", "reg.exe would refuse it or make another key.", "See the hint.", source=MS_REG
    ),
    Code(
        "HVS305",
        "This hive is not edited, for safety",
        "It holds accounts and secrets; a change by hand locks people out.",
        "Set accounts and policies in the running Windows.",
    ),
    Code(
        "HVS306",
        "The data do not fit the type",
        "reg add would fail, or store something else.",
        "See the hint.",
        source=MS_REG,
    ),
    Code(
        "HVS307",
        "A text that a REG_MULTI_SZ cannot hold",
        "An empty text ends the list.",
        "Leave the text out.",
        source="Microsoft: reg add; verified by Wine's tests of reg.exe",
    ),
    Code(
        "HVS308",
        "A registry value is given twice",
        "Only one of them can come true. The registry does not tell upper from lower case.",
        "Keep one of them; what stands in the spec itself wins over imports and tweaks.",
        source=MS_REG,
    ),
    Code(
        "HVS309",
        "The registry value is too long for a command line",
        "cmd.exe reads lines of up to 8191 characters.",
        "Use shorter data.",
        source="Microsoft KB 830473",
    ),
    Code(
        "HVS310",
        "A hive outside Windows\\System32\\config",
        "What Windows reads there at its start is known; a hive anywhere else is a program's own, and may be anything.",
        "Name the hive; that of a user is written user: NAME.",
        source="Microsoft: Registry Hives",
    ),
    Code(
        "HVS311",
        "The boot store is not edited as a hive",
        "Its elements are binary and depend on each other; bcdedit sets them by name.",
        "Write boot.settings.",
        source="Microsoft: BCD System Store Settings",
    ),
    Code(
        "HVS312",
        "This release has no such hive",
        "reg load would make a new, empty hive that Windows never reads.",
        "Leave it out.",
        source="Microsoft: RegLoadKey",
    ),
    Code(
        "HVS313",
        "Not a user of the image",
        "The hive of a user is the NTUSER.DAT in the user's folder.",
        "Write the folder's name.",
        source="Microsoft: Registry Hives",
    ),
    Code(
        "HVS314",
        "A registry entry is of one kind",
        "Which of the keys is meant cannot be known.",
        "Write an entry for each.",
    ),
    Code(
        "HVS315",
        "A registry value that can be read in two ways",
        "A short form must leave no doubt to a reviewer.",
        "Write {type: REG_…, data: …}, or absent.",
    ),
    Code(
        "HVS316",
        "A registry key is removed and set",
        "Only one of them can come true.",
        "Keep one of them.",
    ),
    Code(
        "HVS318",
        "The spec sets another value here",
        "What stands in the spec itself wins over an imported file, and that over a tweak.",
        "Nothing, if that is meant.",
        "note",
    ),
    Code(
        "HVS320",
        "The .reg file cannot be read",
        "There is nothing to import.",
        "Check the path; it is relative to the file that names it.",
    ),
    Code(
        "HVS321",
        "Not a .reg file",
        "Windows would not import it.",
        "Save it with regedit: Windows Registry Editor Version 5.00.",
        source="Microsoft: How to add, modify, or delete registry subkeys and values by using a .reg file",
    ),
    Code(
        "HVS322",
        "A line of a .reg file that cannot be read",
        "Windows passes over such a line without a word, or stores something else.",
        "See the hint.",
        source="Verified by Wine's tests of reg import",
    ),
    Code(
        "HVS323",
        "A key that is in no hive of the image",
        "Windows makes it while it runs, or it belongs to something else.",
        "See the hint.",
        source="Microsoft: Registry Hives; Predefined Keys",
    ),
    Code(
        "HVS324",
        "A registry value that reg add cannot store",
        "reg add makes well-formed data of its own types only.",
        "Set it in the running Windows.",
        source="Microsoft: reg add; verified by Wine's tests of reg.exe",
    ),
    Code(
        "HVS325",
        "The .reg file changes another hive",
        "hive: of an import names the only one that it may change.",
        "See the hint.",
    ),
    Code("HVS330", "Unknown tweak", "It has no values.", "See the hint; hvsbuild tweaks lists all."),
    Code(
        "HVS331",
        "This tweak is not for this release",
        "The release does not know these values.",
        "Leave it out.",
    ),
)

_CONTENTS = (
    Code(
        "HVS340",
        "A password never stands in a spec",
        "A spec is kept in git, and read by many.",
        "Write {env: NAME} or {file: PATH}, and change the password that stood here.",
    ),
    Code(
        "HVS341",
        "Not the name of an environment variable",
        "Neither a shell nor run.cmd could set it.",
        "Use letters, digits and _, not beginning with a digit.",
        source="POSIX.1-2017 section 8.1",
    ),
    Code(
        "HVS342",
        "Not a computer name",
        "Windows Setup stops at a name that it cannot use.",
        'Use up to 15 letters, digits and hyphens, not digits alone; or "*" for one that Windows makes up.',
        source="Microsoft KB 909264, Naming conventions; Microsoft-Windows-Shell-Setup, ComputerName",
    ),
    Code(
        "HVS343",
        "Unknown time zone",
        "Windows Setup stops at a name that it does not know.",
        "Use the Windows name of the time zone; tzutil /l lists them.",
        source="Microsoft: Default time zones; Unicode CLDR, windowsZones",
    ),
    Code(
        "HVS344",
        "Not a language tag",
        "Windows Setup stops at a language that it does not know.",
        "Write a tag like de-DE; a keyboard also as 0407:00000407.",
        source="Microsoft-Windows-International-Core; BCP 47",
    ),
    Code(
        "HVS345",
        "A language that hvsbuild does not know",
        "If Windows does not know it either, its Setup stops.",
        "Check the tag against [MS-LCID].",
        "warning",
        "[MS-LCID] Windows Language Code Identifier Reference",
    ),
    Code(
        "HVS346",
        "Not a product key",
        "Windows Setup would stop and ask for one.",
        "Write five groups of five letters and digits, with - between them.",
        source="Microsoft-Windows-Shell-Setup, ProductKey",
    ),
    Code(
        "HVS347",
        "The product key can be read by everybody who can read the spec",
        "It stands in the spec, in the bundle and in the review. Keys of KMS clients are public, others are not.",
        "Write {env: NAME} or {file: PATH}, unless the key is public.",
        "note",
    ),
    Code(
        "HVS348",
        "This Windows is not for that processor",
        "Windows passes over answers for another processor without a word.",
        "See the hint.",
        source="Microsoft: component, processorArchitecture",
    ),
    Code(
        "HVS349",
        "The answer file is not there, so it was not looked at",
        "What is wrong with it would show at the first boot only.",
        "Check the path.",
        "warning",
    ),
    Code(
        "HVS350",
        "Not an answer file",
        "Windows Setup stops at an answer file that it cannot read.",
        "Make it with Windows System Image Manager, or let hvsbuild make one from answers.",
        source="Microsoft: Unattended Windows Setup Reference, unattend (urn:schemas-microsoft-com:unattend)",
    ),
    Code(
        "HVS351",
        "Parts of the answer file that Windows will not read",
        "At the first boot of an applied image the passes specialize and oobeSystem run (and those of audit mode): "
        "windowsPE belongs to Setup on its medium, offlineServicing to DISM, generalize to Sysprep.",
        "Use the spec's own keys (drivers, packages), or take them out.",
        "warning",
        "Microsoft: How configuration passes work",
    ),
    Code(
        "HVS352",
        "Not a path in the VHD",
        "The file would go elsewhere, or Windows could not have it.",
        "Write it from the root of the VHD: \\Tools\\report.exe, without a letter.",
        source="Microsoft: Naming Files, Paths, and Namespaces",
    ),
    Code(
        "HVS353",
        "Two things make the same file",
        "Which of them is meant cannot be known.",
        "Keep one of them.",
    ),
    Code(
        "HVS354",
        "A text that a script cannot write down",
        "Scripts are ASCII, whatever code page the machine has, and cmd reads lines of up to 8191 characters.",
        "Put the text into a file, and name it with file:.",
        source="Microsoft KB 830473",
    ),
    Code(
        "HVS355",
        "Windows PE has no first boot",
        "It is never set up: it reads neither an answer file in Panther nor SetupComplete.cmd.",
        "Write \\Windows\\System32\\startnet.cmd with files.",
        source="Microsoft: Wpeinit and Startnet.cmd",
    ),
    Code(
        "HVS356",
        "Windows cannot install from that",
        "A driver is a folder with .inf files; an update is a .msu or .cab file, or a folder of them.",
        "Unpack it, and name the folder.",
        source="Microsoft: DISM Driver and Package Servicing Command-Line Options",
    ),
    Code(
        "HVS357",
        "Not a feature that can be switched",
        "DISM would stop at it.",
        "Use the names that dism /Get-Features lists.",
        source="Microsoft: DISM Feature Servicing Command-Line Options",
    ),
    Code(
        "HVS358",
        "A command that must not run at the first boot",
        "SetupComplete.cmd is one batch file: what leaves it, or restarts Windows while it runs, cuts off the rest. "
        "Microsoft: a restart puts the system into a bad state.",
        "See the hint.",
        source="Microsoft: Add a custom script to Windows Setup",
    ),
    Code(
        "HVS359",
        "Only a Windows host can do this",
        "Only DISM installs into a Windows that is not running: the bench refuses, ahead of any change.",
        "Write when: first-boot, or apply the bundle on Windows.",
        "note",
        "Microsoft: DISM Driver, Package and Feature Servicing Command-Line Options",
    ),
)

CODES: dict[str, Code] = _table(
    *_FILE, *_VARIABLES, *_COMPOSITION, *_SHAPE, *_RULES, *_LAYOUT, *_VHDS, *_ALLOW, *_BOOT, *_REGISTRY, *_CONTENTS
)
