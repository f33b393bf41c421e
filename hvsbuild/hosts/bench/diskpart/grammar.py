"""The commands of diskpart: which words, which options, and which of them the bench refuses by name.

Source: Microsoft's "diskpart" reference (Windows commands). `parser.py` reads scripts by this table, `commands.py` maps
each form that is not refused to the function that does it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hvsbuild.hosts.bench.diskpart import values

Converter = Callable[[str], Any]
FLAG = None  # an option without a value


@dataclass(frozen=True)
class Form:
    """One command.

    `words` are its keywords; `value` converts what may follow the last of them directly (`select disk 2`). `options`
    maps a name to the converter of its value, or to `FLAG`; `needed` names those that must be there. `refused` maps
    options that diskpart knows and the bench cannot honour to a hint; `hint`, when set, refuses the whole command.
    `check` says what is wrong with options that do not go together (a syntax error), or nothing.
    """

    words: tuple[str, ...]
    value: Converter | None = None
    options: Mapping[str, Converter | None] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    check: Callable[[Mapping[str, Any]], str] = lambda _options: ""

    @property
    def name(self) -> str:
        return " ".join(self.words)


NOERR: Mapping[str, Converter | None] = {"noerr": FLAG}
PLACE: Mapping[str, Converter | None] = {"size": values.positive, "offset": values.positive, **NOERR}
NO_SOURCE = "the bench makes virtual disks from nothing (maximum=) or as children (parent=)"
NO_ACCESS_LIST = "the bench keeps no security descriptors for virtual disks"
LETTERS_ONLY = "the bench knows drive letters only, no mount folders"
NOT_AGAIN = "make the partition in the right size: create partition primary size="


def size_or_parent(options: Mapping[str, Any]) -> str:
    """A child has its parent's size and is of no other type (Microsoft's "create vdisk": do not specify them)."""
    if "parent" not in options:
        return "" if "maximum" in options else "create vdisk needs maximum= or parent="
    extra = next((name for name in ("maximum", "type") if name in options), "")
    return f"create vdisk takes no {extra}= with parent=" if extra else ""


DONE = (
    Form(
        ("create", "vdisk"),
        options={
            "file": values.path,
            "type": values.vdisk_type,
            "maximum": values.positive,
            "parent": values.path,
            **NOERR,
        },
        needed=("file",),
        refused={"source": NO_SOURCE, "sd": NO_ACCESS_LIST},
        check=size_or_parent,
    ),
    Form(("select", "vdisk"), options={"file": values.path, **NOERR}, needed=("file",)),
    Form(
        ("attach", "vdisk"),
        options={"readonly": FLAG, **NOERR},
        refused={"sd": NO_ACCESS_LIST, "usefilesd": NO_ACCESS_LIST},
    ),
    Form(("detach", "vdisk"), options=NOERR),
    Form(("merge", "vdisk"), options={"depth": values.positive, **NOERR}, needed=("depth",)),
    Form(("select", "disk"), values.disk),
    Form(("select", "partition"), values.positive),
    Form(("select", "volume"), values.volume),
    Form(("clean",), options={"all": FLAG}),
    Form(("convert", "mbr"), options=NOERR),
    Form(("convert", "gpt"), options=NOERR),
    Form(
        ("create", "partition", "primary"),
        options={**PLACE, "id": values.partition_type, "align": values.positive},
    ),
    Form(("create", "partition", "efi"), options=PLACE),
    Form(("create", "partition", "msr"), options=PLACE),
    Form(("delete", "partition"), options={"override": FLAG, **NOERR}),
    Form(
        ("format",),
        options={
            "fs": values.filesystem,
            "label": values.label,
            "unit": values.unit,
            "quick": FLAG,
            "override": FLAG,
            **NOERR,
        },
        refused={
            "revision": "it is for UDF",
            "recommended": "name the file system: fs=ntfs",
            "compress": "a volume that carries a VHD for native boot must not be compressed",
            "duplicate": "it is for UDF",
            "nowait": "the next command needs the finished volume",
        },
    ),
    Form(("assign",), options={"letter": values.letter, **NOERR}, refused={"mount": LETTERS_ONLY}),
    Form(
        ("remove",),
        options={"letter": values.letter, "all": FLAG, "dismount": FLAG, **NOERR},
        refused={"mount": LETTERS_ONLY},
    ),
    Form(("active",)),
    Form(("inactive",)),
    Form(("set",), options={"id": values.partition_type, "override": FLAG, **NOERR}, needed=("id",)),
    Form(("gpt",), options={"attributes": values.attributes}, needed=("attributes",)),
    Form(("uniqueid", "disk"), options={"id": values.disk_id, **NOERR}),
    *(Form(("list", what)) for what in ("disk", "partition", "volume", "vdisk")),
    *(Form(("detail", what)) for what in ("disk", "partition", "volume", "vdisk")),
    Form(
        ("attributes", "disk"),
        options={"clear": FLAG, "readonly": FLAG, **NOERR},
        refused={"set": "the bench has no read-only disks"},
    ),
    Form(
        ("attributes", "volume"),
        options={"clear": FLAG, "readonly": FLAG, **NOERR},
        refused={
            "set": "the bench keeps no attributes of volumes",
            "hidden": "the bench keeps no attributes of volumes",
            "nodefaultdriveletter": "the bench gives no letters by itself",
            "shadowcopy": "the bench keeps no attributes of volumes",
        },
    ),
    Form(("online", "disk"), options=NOERR),
    Form(("rescan",)),
    Form(("automount",), options={"enable": FLAG, "disable": FLAG, "scrub": FLAG, **NOERR}),
    Form(("exit",)),
)

REFUSED = (
    Form(("add",), hint="the bench has no dynamic disks"),
    Form(("break",), hint="the bench has no dynamic disks"),
    Form(("compact", "vdisk"), hint="the bench gives a block room only when something is written to it"),
    Form(("convert", "basic"), hint="all disks of the bench are basic"),
    Form(("convert", "dynamic"), hint="Windows cannot boot a VHD that lies on a dynamic disk"),
    Form(("create", "partition", "extended"), hint="use primary partitions, or convert gpt"),
    Form(("create", "partition", "logical"), hint="use primary partitions, or convert gpt"),
    Form(("create", "volume"), hint="that is for dynamic disks: create partition primary"),
    Form(("delete", "disk"), hint="the bench has no dynamic disks"),
    Form(("delete", "volume"), hint="use delete partition"),
    Form(("expand", "vdisk"), hint="make the virtual disk in the right size: create vdisk maximum="),
    Form(("extend",), hint=NOT_AGAIN),
    Form(("filesystems",), hint="the bench makes ntfs and fat32"),
    Form(("help",), hint="a script needs no help"),
    Form(("import",), hint="the bench has no dynamic disks"),
    Form(("offline", "disk"), hint="the disks of the bench are always online"),
    Form(("offline", "volume"), hint="the volumes of the bench are always online"),
    Form(("online", "volume"), hint="the volumes of the bench are always online"),
    Form(("recover",), hint="the bench has no dynamic disks"),
    Form(("repair",), hint="the bench has no dynamic disks"),
    Form(("retain",), hint="the bench has no dynamic disks"),
    Form(("san",), hint="the disks of the bench are always online"),
    Form(("shrink",), hint=NOT_AGAIN),
)

FORMS = (*DONE, *REFUSED)
VERBS = (*dict.fromkeys(form.words[0] for form in FORMS), "rem")
