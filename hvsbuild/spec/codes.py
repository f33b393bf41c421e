"""All diagnostics that a spec can get: the code, the fixed phrase, why it matters, what to do, and the source.

    HVS0xx  the file, YAML, variables          HVS2xx  sizes, letters, names, the disk, the boot settings
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


@dataclass(frozen=True)
class Code:
    """One row of the table."""

    code: str
    title: str
    why: str
    fix: str
    severity: Severity = "error"
    source: str = DESIGN


def _table(*codes: Code) -> dict[str, Code]:
    table = {code.code: code for code in codes}
    assert len(table) == len(codes), "a code is used twice"
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
    Code("HVS120", "One of two keys is needed", "There is no safe default.", "Add one of them."),
    Code("HVS199", "The value is not valid", "See the detail.", "See the detail."),
)

_RULES = (
    Code(
        "HVS201",
        "The VHD does not fit on the disk",
        "The copy would fail when the stick is already wiped. A fixed VHD takes its whole size, a 512-byte footer, "
        "and the volume's own structures need room (64 MiB are counted).",
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
        "There is no room for a service pack.",
        "Take a larger stick; the profile's sources say how large.",
        "warning",
        MS_UFD,
    ),
    Code(
        "HVS208",
        "Larger than the format can hold",
        "An MBR partition table ends at 2 TiB, a VHD at 2040 GiB.",
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
        "NTFS labels have up to 32 characters.",
        source="Microsoft Windows commands: label",
    ),
    Code(
        "HVS213",
        "Not a plain file name",
        "The VHD lies in the root of the stick, under this name, in diskpart, robocopy and the boot store.",
        'Use ASCII letters, digits and simple signs, ending in ".vhd", without a folder.',
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
        "Use a .wim or .esd file.",
    ),
    Code(
        "HVS241",
        "A path that works on Windows only",
        "Elsewhere a backslash is part of the file's name.",
        "Write / between folders: it works everywhere.",
        "warning",
    ),
)

_REGISTRY = (
    Code(
        "HVS301",
        "CurrentControlSet does not exist in a hive that is not running",
        "Windows makes this link when it starts; in the file there are ControlSet001, 002 and so on.",
        "Use ControlSet001.",
        source="Microsoft KB 102984",
    ),
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
        "An empty text ends the list, and \\0 separates its texts in reg add.",
        "Leave the text out, or use another type.",
        source="Microsoft: reg add; verified by Wine's tests of reg.exe",
    ),
    Code(
        "HVS308",
        "A registry value is given twice",
        "The registry does not tell upper from lower case.",
        "Keep one of them.",
        source=MS_REG,
    ),
    Code(
        "HVS309",
        "The registry value is too long for a command line",
        "cmd.exe reads lines of up to 8191 characters.",
        "Use shorter data.",
        source="Microsoft KB 830473",
    ),
)

_LATER = (
    Code("HVS901", "Not supported yet: VHDs that are not fixed", "The file would not be made.", "Write type: fixed."),
    Code("HVS902", "Not supported yet: VHDX files", "The file would not be made.", "Use a name that ends in .vhd."),
    Code("HVS903", "Not supported yet: several VHDs on one stick", "Only one would be made.", "Keep one VHD."),
    Code("HVS904", "Not supported yet: GPT disks", "The stick would not boot.", "Write scheme: mbr."),
    Code("HVS905", "Not supported yet: UEFI", "The stick would not boot.", "Write firmware: bios."),
    Code(
        "HVS906",
        "Not supported yet: images inside ISO files",
        "It cannot be read.",
        "Copy the .wim out of the ISO and name it.",
    ),
    Code(
        "HVS907",
        "Not supported yet: split images",
        "Only the first part would be read.",
        "Join the parts: wimlib-imagex join.",
    ),
    Code(
        "HVS908",
        "Not supported yet: this registry hive",
        "It would not be loaded.",
        "See the hint for the known hives.",
    ),
    Code(
        "HVS909",
        "Not supported yet: images from the network",
        "Nothing is downloaded.",
        "Download the file and name it.",
    ),
)

CODES: dict[str, Code] = _table(*_FILE, *_VARIABLES, *_SHAPE, *_RULES, *_REGISTRY, *_LATER)
