"""Whether a Windows machine is fit for a bundle: facts in, findings out. Nothing is changed, whatever is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hvsbuild.hosts.host import Mount

GIB = 1 << 30
# The bundle's words that a tool must be new enough for: (program, word in a script, lowest version, what brings it)
NEEDS_VERSION = (
    ("dism", "/apply-image", (6, 2), "dism of Windows 8 or Server 2012, or newer"),
    ("bcdboot", "/f", (6, 2), "bcdboot of Windows 8 or Server 2012, or newer"),
)


@dataclass(frozen=True)
class Finding:
    """One question and its answer. `must`: a run cannot end well while it is not ok."""

    name: str
    ok: bool
    seen: str
    why: str = ""
    do: str = ""
    must: bool = False


@dataclass(frozen=True)
class Wanted:
    """What a bundle needs of the machine. `words`: program -> the options its scripts use, in lower case; `letters`:
    letter -> what it is for, `stick` or `vhd`; `vhds` and `hives`: what its brackets open; `space` in bytes;
    `serviced`: the version of the newest Windows that dism installs something into."""

    words: Mapping[str, frozenset[str]]
    letters: Mapping[str, str]
    vhds: tuple[str, ...] = ()
    hives: tuple[str, ...] = ()
    space: int = 0
    serviced: tuple[int, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What was seen. `versions`: program -> file version, "" when it is missing; `stick` is the bound disk's number."""

    elevated: bool
    exact: bool
    versions: Mapping[str, str]
    letters: Mapping[str, Mount]
    stick: int | None
    attached: tuple[str, ...] = ()
    hives: tuple[str, ...] = ()
    free: int = 0
    mountmgr: Mapping[str, object] = field(default_factory=dict)
    bitlocker: Mapping[str, object] = field(default_factory=dict)


def judge(wanted: Wanted, facts: Facts) -> list[Finding]:
    """All findings, the important ones first."""
    return [
        _elevation(facts),
        _observation(facts),
        *_tools(wanted, facts),
        *_letters(wanted, facts),
        _space(wanted, facts),
        *_bitlocker(facts),
        _automount(facts),
        _pending(wanted, facts),
    ]


def _elevation(facts: Facts) -> Finding:
    seen = "this process is elevated" if facts.elevated else "this process is not elevated"
    return Finding(
        "elevation",
        facts.elevated,
        seen,
        "diskpart, reg load, bcdboot and bootsect need administrator rights",
        "start it from a prompt that was opened with 'Run as administrator'",
        must=True,
    )


def _observation(facts: Facts) -> Finding:
    return Finding(
        "observation",
        facts.exact,
        "Get-Disk is there" if facts.exact else "there is no Get-Disk",
        "without it nobody can say which VHD is attached where, and what cannot be observed is not run",
        "use Windows 8.1, Server 2012 R2 or newer, or run the bundle's run.cmd by hand",
        must=True,
    )


def _tools(wanted: Wanted, facts: Facts) -> Iterator[Finding]:
    for program in sorted(wanted.words):
        version, do = facts.versions.get(program, ""), ""
        if not version:
            do = "install the Windows AIK, or the ADK up to 8.1" if program == "imagex" else "add its folder to PATH"
            yield Finding(f"tool {program}", False, "it is missing", "the scripts call it", do, must=True)
            continue
        old = [
            (word, brings)
            for name, word, lowest, brings in NEEDS_VERSION
            if name == program and word in wanted.words[program] and _number(version) < lowest
        ]
        why = f"it does not know {old[0][0]}" if old else ""
        do = old[0][1] if old else ""
        if not old and program == "dism" and _number(version)[: len(wanted.serviced)] < wanted.serviced:
            release = ".".join(map(str, wanted.serviced))
            why = f"it is older than the Windows in the VHD ({release}), which it is to install something into"
            do = f"use a host with Windows {release} or newer, or that version's ADK"
        yield Finding(f"tool {program}", not why, f"version {version}", why, do, must=True)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _letters(wanted: Wanted, facts: Facts) -> Iterator[Finding]:
    for letter, use in sorted(wanted.letters.items()):
        mount = facts.letters.get(letter)
        if mount is None:
            ok, seen = True, "it is free"
        elif use == "stick":
            ok = mount.vhd is None and mount.disk == facts.stick
            seen = "it is the stick" if ok else _holder(mount)
        else:
            ok = (mount.vhd or "").casefold() in [path.casefold() for path in wanted.vhds]
            seen = f"it is {mount.vhd}" if ok else _holder(mount)
        do = f"free it (mountvol {letter}: /d, net use, subst), or choose another letter in the spec"
        yield Finding(f"letter {letter}:", ok, seen, "the scripts name volumes by it", do, must=True)


def _holder(mount: Mount) -> str:
    if mount.disk < 0:
        return "it is a CD drive, a network drive or a substituted folder"
    return f"it is {mount.vhd}" if mount.vhd else f"it is partition {mount.partition} of disk {mount.disk}"


def _space(wanted: Wanted, facts: Facts) -> Finding:
    seen = f"{facts.free / GIB:.1f} GiB free on C:, {wanted.space / GIB:.1f} GiB for the VHD"
    do = "free some space, or make vhd.size smaller"
    return Finding("space", facts.free >= wanted.space, seen, "the VHD is made on C: before it is copied", do)


def _bitlocker(facts: Facts) -> Iterator[Finding]:
    for value, kind, what in (
        ("FDVDenyWriteAccess", "fixed disks", "a fresh VHD"),
        ("RDVDenyWriteAccess", "removable disks", "a fresh stick"),
    ):
        denied = facts.bitlocker.get(value) in (1, "1")
        seen = f"the policy {value} is {'1' if denied else 'not set'}"
        why = f"Windows mounts {what} read-only while {kind} without BitLocker may not be written"
        do = "ask who sets the policy; hvsbuild does not change it"
        yield Finding(f"BitLocker policy for {kind}", not denied, seen, why, do)


def _automount(facts: Facts) -> Finding:
    off = facts.mountmgr.get("NoAutoMount") in (1, "1")
    why = "the scripts give every letter themselves; other programs on this machine may wait for volumes to appear"
    return Finding("automount", not off, "it is off" if off else "it is on", why, "nothing, or: mountvol /e")


def _pending(wanted: Wanted, facts: Facts) -> Finding:
    ours = {name.casefold() for name in (*wanted.vhds, *wanted.hives)}
    left = [name for name in (*facts.attached, *facts.hives) if name.casefold() in ours]
    seen = ", ".join(left) if left else "nothing of an earlier run is attached or loaded"
    why = "an earlier run was cut short; hvsbuild closes what its own journal says it opened, and nothing else"
    do = "apply in the same folder again, or detach and unload by hand"
    return Finding("pending mounts", not left, seen, why, do)
