"""bcdboot: `bcdboot R:\\windows /s Y: [/f UEFI|BIOS|ALL] [/l locale] [/v] [/d] [/addlast | /p]`.

Copies the boot files of a Windows to a system partition and enters it in the BCD store there. Without `/f` the
firmware is BIOS: the real tool takes that of the running machine, and the bench is a BIOS PC. `/addlast` and `/p` are
about the firmware's own boot order, which `/s` leaves alone: they change nothing here, as on Windows.
Source: learn.microsoft.com, "BCDBoot Command-Line Options"; windows-facts 3 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass

from hvsbuild.errors import FormatError
from hvsbuild.formats.bcd import Store
from hvsbuild.formats.bcd_boot import WindowsEntry, add_windows
from hvsbuild.formats.bcd_devices import LocateVhd
from hvsbuild.formats.bcd_names import str_guid
from hvsbuild.formats.bcd_template import LOADER_TEMPLATE, SCRATCH, Firmware
from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.filesystem import Tree
from hvsbuild.formats.hive import HiveError, HiveReader
from hvsbuild.formats.regvalue import text_of
from hvsbuild.hosts.bench import bcdfile, bootfiles
from hvsbuild.hosts.bench.bootdevice import partition_device, windows_device
from hvsbuild.hosts.bench.bootfiles import BootFile, MissingBootFile
from hvsbuild.hosts.bench.machine import Machine, PathError
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word

FIRMWARES: dict[str, tuple[Firmware, ...]] = {"BIOS": ("bios",), "UEFI": ("uefi",), "ALL": ("bios", "uefi")}
FLAGS = ("/v", "/d", "/addlast", "/p")
REFUSED = ("/m", "/c", "/vbcd", "/offline", "/bootex")
TEMPLATE = r"\System32\config\BCD-Template"
NO_FILES = "Failure when attempting to copy boot files."


@dataclass(frozen=True)
class Request:
    """What a command line asks for."""

    source: str  # R:\\windows
    system: str  # letter of the system partition
    firmwares: tuple[Firmware, ...]
    locale: str
    flags: frozenset[str]

    @property
    def letter(self) -> str:
        return self.source[0].upper()


def _drive(word: Word) -> str:
    if len(word) not in (2, 3) or not word[0].isalpha() or word[1:] not in (":", ":\\"):
        raise BenchRefusal(f"bcdboot: {word!r} is not a drive", column=word.column, hint="write it like Y:")
    return word[0].upper()


def parse(argv: list[Word]) -> Request:
    """Read the words; what the bench does not know or cannot do is refused with its column."""
    words = argv[1:]
    if not words or words[0].startswith("/"):
        raise BenchRefusal("bcdboot without the folder of a Windows", column=argv[0].column)
    flags, values, index = set[str](), dict[str, Word](), 1
    while index < len(words):
        word, index = words[index], index + 1
        option = word.lower()
        if option in flags or option in values:
            raise BenchRefusal(f"bcdboot: {word} twice", column=word.column)
        if option in FLAGS:
            flags.add(option)
        elif option in ("/s", "/f", "/l"):
            if index == len(words) or words[index].startswith("/"):
                raise BenchRefusal(f"bcdboot: {word} without its value", column=word.column)
            values[option], index = words[index], index + 1
        else:
            known = "the bench does not do this option" if option in REFUSED else "unknown option"
            raise BenchRefusal(f"bcdboot {word}: {known}", column=word.column)
    if "/s" not in values:
        raise BenchRefusal(
            "bcdboot without /s: it would change the machine's own system partition",
            column=argv[0].column,
            hint="name the volume to boot from, like /s Y:",
        )
    if {"/addlast", "/p"} <= flags:
        raise BenchRefusal("bcdboot: /addlast and /p exclude each other", column=argv[0].column)
    firmware = values.get("/f", Word("BIOS"))
    if firmware.upper() not in FIRMWARES:
        raise BenchRefusal(f"bcdboot /f {firmware}: UEFI, BIOS or ALL", column=firmware.column)
    locale = str(values.get("/l", "en-US"))
    return Request(str(words[0]), _drive(values["/s"]), FIRMWARES[firmware.upper()], locale, frozenset(flags))


def product_name(tree: Tree, windows: str) -> str | None:
    """What the image calls itself (SOFTWARE hive), or None when it does not say or its hive cannot be read."""
    path = windows.rstrip("\\") + r"\System32\config\SOFTWARE"
    if not tree.find(path):
        return None
    device = tree.open(path)
    try:
        value = HiveReader(device, path, dirty_ok=True).get(r"Microsoft\Windows NT\CurrentVersion", "ProductName")
        return text_of(value) if value else None
    except HiveError:
        return None
    finally:
        if isinstance(device, FileDevice):
            device.close()


@dataclass(frozen=True)
class Source:
    """What is taken from the image: the boot files of each firmware, the template, the name for the menu."""

    files: dict[Firmware, list[BootFile]]
    template: Store
    description: str


def _read_source(tree: Tree, windows: str, firmwares: tuple[Firmware, ...], console: Console) -> Source:
    """Raises `MissingBootFile`, and `FormatError` for a damaged template."""
    files = {firmware: bootfiles.boot_files(tree, windows, firmware) for firmware in firmwares}
    found = bcdfile.load(tree, windows + TEMPLATE)
    if found is None:
        console.print(f"{windows + TEMPLATE} is not there; the store is made without it.")
    template = found[1] if found else SCRATCH
    loader = template.find(LOADER_TEMPLATE[firmwares[0]])
    own_name = loader.value("description") if loader else None
    name = own_name if isinstance(own_name, str) else product_name(tree, windows)
    return Source(files, template, name or "Windows")


def _entry(machine: Machine, request: Request, windows: str, source: Source, firmware: Firmware) -> WindowsEntry:
    """The boot entry; its GUIDs come from the machine's identity, the VHD's name and the folder."""
    device = windows_device(machine, request.letter)
    place = device.path if isinstance(device, LocateVhd) else repr(device)
    name = f"{place}{windows}".lower()
    return WindowsEntry(
        firmware=firmware,
        system=partition_device(machine, request.system),
        device=device,
        systemroot=windows,
        description=source.description,
        locale=request.locale,
        loader=str_guid(machine.derive(f"bcd loader {name}")),
        resume=str_guid(machine.derive(f"bcd resume {name}")),
    )


def _stores(tree: Tree, source: Source, entry: WindowsEntry, keep_default: bool) -> list[BootFile]:
    """The BCD stores of one firmware as they should be. Raises `FormatError` for a damaged one."""
    result = []
    for path in bootfiles.STORES[entry.firmware]:
        found = bcdfile.load(tree, path)
        old, store = found or (None, None)
        new = add_windows(store, source.template, entry, keep_default=keep_default)
        result.append(BootFile(path, bcdfile.saved(old, new)))
    return result


def _changes(
    tree: Tree, machine: Machine, request: Request, windows: str, source: Source, console: Console
) -> list[BootFile]:
    """The files that the system partition lacks or has otherwise."""
    changes = []
    for firmware, files in source.files.items():
        newer = bootfiles.newer_there(tree, files)
        if newer:
            console.print(
                f"{newer.path} is newer on {request.system}: than in the image; the boot files there are kept."
            )
        changes += bootfiles.pending(tree, files, keep=newer is not None)
        entry = _entry(machine, request, windows, source, firmware)
        changes += bootfiles.pending(tree, _stores(tree, source, entry, "/d" in request.flags))
    return changes


def bcdboot(argv: list[Word], machine: Machine, console: Console) -> int:
    """Make the system partition boot a Windows; 1 when the real tool could not do it either."""
    request = parse(argv)
    try:
        _, windows = machine.split_path(request.source)
        machine.split_path(f"{request.system}:\\")
    except PathError as error:
        console.print(f"BFSVC Error: {error.phrase}: {error.seen}")
        return 1
    windows = windows.rstrip("\\")
    windows_device(machine, request.letter)  # what cannot be booted is refused before anything is read
    partition_device(machine, request.system)
    try:
        with machine.reader(request.letter) as tree:
            source = _read_source(tree, windows, request.firmwares, console)
        with machine.reader(request.system) as tree:
            changes = _changes(tree, machine, request, windows, source, console)
    except MissingBootFile as error:
        console.print(f"BFSVC Error: {request.letter}:{error} is not there.")
        console.print(NO_FILES)
        return 1
    except FormatError as error:
        console.print(f"BFSVC Error: {error.phrase}: {error.seen}")
        return 1
    if changes:
        with machine.volume(request.system) as volume:
            bootfiles.write_files(volume, changes)
    if "/v" in request.flags:
        for one in changes:
            console.print(f"BFSVC: {request.system}:{one.path} written, {len(one.data)} bytes")
    console.print("Boot files successfully created.")
    return 0
