"""Commands on volumes: select, format, assign, remove, attributes, automount."""

from __future__ import annotations

import string
from dataclasses import replace

from hvsbuild.formats import gpt
from hvsbuild.formats.block import Slice
from hvsbuild.formats.partitions import Partition
from hvsbuild.hosts.bench.diskpart import codes, disks, makefs
from hvsbuild.hosts.bench.diskpart.codes import DiskpartError
from hvsbuild.hosts.bench.diskpart.parser import Command
from hvsbuild.hosts.bench.diskpart.session import SYSTEM_VOLUME, Session, replaced, write_table
from hvsbuild.hosts.bench.lend import pour
from hvsbuild.hosts.bench.tool import BenchRefusal

# The MBR types that a format replaces by its own; any other was chosen for a purpose and stays.
PLAIN_TYPES = ("01", "04", "06", "07", "0b", "0c", "0e")
TYPE_OF = {"ntfs": "07", "fat32": "0c"}
LONGEST_LABEL = {"ntfs": 32, "fat32": 11}
NOT_IN_FAT = set('*?/\\|.,;:+=[]<>"')
LETTERS = string.ascii_uppercase[3:]  # D to Z: what `assign` may choose from by itself


def select(session: Session, command: Command) -> None:
    """Select a volume by number or letter, and with it its disk and partition; or say which one is selected."""
    wanted, focus = command.value, session.focus
    if wanted is None:
        session.say("There is no volume selected." if focus.volume is None else f"Volume {_name(session)} is selected.")
        return
    found = next(
        (
            one
            for one in session.volumes()
            if one.number == wanted or (isinstance(wanted, str) and wanted in one.letters)
        ),
        None,
    )
    focus.on_disk(None)
    if found is None:
        raise DiskpartError(codes.SELECTION, f"There is no volume {wanted}.")
    focus.on_disk(found.disk)
    focus.on_partition(found.disk, found.on_disk, found.partition)
    session.say(f"Volume {found.number} is the selected volume.")


def _name(session: Session) -> str:
    number = next((one.number for one in session.volumes() if (one.disk, one.partition) == session.focus.volume), "?")
    return str(number)


def format_volume(session: Session, command: Command) -> None:
    """Make an empty NTFS or FAT32 in the selected volume; without `fs` NTFS, as Windows does on fixed disks.

    All of the volume is discarded, so a full format needs no other way than a quick one. On MBR disks the partition's
    type follows the file system unless the script has set one itself.
    """
    disk, number = session.need_volume()
    session.refuse_if_in_use(disk, number)
    kind, label = command.options.get("fs", "ntfs"), command.options.get("label", "")
    _check_label(kind, label)
    if "quick" not in command.options:
        session.say("A full format equals a quick one here: the whole volume is discarded.")
    with session.changing(disk) as (device, table):
        part = table.partition(number) if table else None
        if table is None or part is None:
            raise DiskpartError(codes.SELECTION, "The selected volume is gone.")
        unit = command.options.get("unit") or (makefs.NTFS_UNIT if kind == "ntfs" else makefs.fat32_unit(part.size))
        _check_size(kind, part.size, unit)
        _make(session, Slice(device, part.start, part.size), part, session.key(disk), kind, label, unit)
        new = _type_after(part, kind) if table.scheme == "mbr" and (disk, number) not in session.typed else part
        if new != part:
            write_table(device, replaced(table, new))
    session.say(f"Formatted the volume: {kind.upper()}, clusters of {unit} bytes, label {label!r}.")


def _make(session: Session, volume: Slice, part: Partition, key: str, kind: str, label: str, unit: int) -> None:
    machine, console = session.machine, session.console
    serial = machine.derive(f"serial:{key}:{part.start}").bytes
    with makefs.scratch(machine.folder / "format.tmp", part.size, machine.undo) as file:
        if kind == "ntfs":
            epoch = machine.state.epoch
            makefs.make_ntfs(file, start=part.start, label=label, unit=unit, serial=serial[:8], epoch=epoch)
        else:
            makefs.make_fat32(file, start=part.start, label=label, unit=unit, serial=serial[:4])
        pour(file, volume, lambda done, total: console.progress("format", done, total))


def _type_after(part: Partition, kind: str) -> Partition:
    return replace(part, type=TYPE_OF[kind]) if part.type in PLAIN_TYPES else part


def _check_label(kind: str, label: str) -> None:
    longest = LONGEST_LABEL[kind]
    if len(label) > longest or (kind == "fat32" and set(label) & NOT_IN_FAT):
        plain = " of plain characters" if kind == "fat32" else ""
        raise DiskpartError(codes.INVALID_PARAMETER, f"A label has at most {longest} characters{plain}: {label!r}.")


def _check_size(kind: str, size: int, unit: int) -> None:
    if kind == "ntfs" and not (size >= makefs.NTFS_SMALLEST and size // unit <= makefs.NTFS_LARGEST_CLUSTERS):
        raise DiskpartError(codes.VDS_NTFS_NOT_SUPPORTED, f"NTFS cannot be made in {size} bytes.")
    # two FATs of 4 bytes a cluster and 32 reserved sectors come off before there are clusters
    clusters = (size - 32 * 512) // (unit + 8)
    if kind == "fat32" and not (clusters >= makefs.FAT32_CLUSTERS and size <= makefs.FAT32_LARGEST):
        raise DiskpartError(codes.VDS_FAT32_NOT_SUPPORTED, f"FAT32 cannot be made in {size} bytes, unit {unit}.")


def assign(session: Session, command: Command) -> None:
    """Give the volume a letter in place of the one it has; without `letter` the next free one from D.

    An EFI system partition gets one, too (Microsoft's page says no, its deployment scripts do it), but not on a
    removable disk, where diskpart is seen to refuse it.
    """
    at = session.need_volume()
    if at == SYSTEM_VOLUME:
        raise DiskpartError(codes.ACCESS_DENIED, "The letter of the system volume cannot be changed.")
    table = session.table(at[0]) if disks.is_removable(session, at[0]) else None
    found = table.partition(at[1]) if table else None
    if found and found.type == gpt.EFI_SYSTEM:
        raise DiskpartError(codes.VDS_DISK_REMOVEABLE, "The operation is not supported on removable media.")
    given = session.machine.state.letters
    letter = command.options.get("letter") or next((one for one in LETTERS if one not in given), None)
    if letter is None or letter == "C" or given.get(letter, at) != at:
        raise DiskpartError(codes.VDS_DRIVE_LETTER_NOT_FREE, f"The drive letter is not free: {letter or 'none is'}.")
    if letter not in session.letters(*at):
        session.refuse_if_in_use(*at)
        session.forget_letters(*at)
        given[letter] = at
    session.say(f"Assigned the drive letter {letter}.")


def remove(session: Session, command: Command) -> None:
    """Take the volume's letter away; not while an attached VHD or a loaded hive hangs on it."""
    at = session.need_volume()
    session.refuse_if_in_use(*at)
    letters = session.letters(*at)
    wanted = command.options.get("letter", letters[0] if letters else None)
    if wanted is None and ("all" in command.options or "dismount" in command.options):
        session.say("The volume has no drive letter; nothing to remove.")
        return
    if wanted not in letters:
        raise DiskpartError(codes.SELECTION, "The volume has no such drive letter.")
    for letter in letters if "all" in command.options else (wanted,):
        del session.machine.state.letters[letter]
    session.say("Removed the drive letter.")


def attributes(session: Session, _command: Command) -> None:
    """`clear readonly` changes nothing: no volume of the bench is read-only."""
    session.need_volume()
    session.say("The volume is not read-only; nothing to change.")


def automount(session: Session, command: Command) -> None:
    """Remember whether Windows would mount new volumes; the bench never gives letters by itself, whatever this says."""
    on, off = "enable" in command.options, "disable" in command.options
    if on and off:
        raise BenchRefusal("automount enable and disable at once", line=command.line, column=command.column)
    if on or off:
        session.machine.state.automount = on
    if "scrub" in command.options:
        session.say("There are no letters of volumes that are gone; nothing to scrub.")
    session.say(f"Automatic mounting of new volumes is {'en' if session.machine.state.automount else 'dis'}abled.")
