"""dism: /Apply-Image, /Get-ImageInfo (/Get-WimInfo). What installs into a Windows needs Windows, and is refused.

Source: learn.microsoft.com, "DISM Image Management Command-Line Options" and "DISM Global Options".
"""

from __future__ import annotations

from hvsbuild.formats.wim import WimImage
from hvsbuild.hosts.bench.apply import INVALID_PARAMETER, Request, apply_image, choose, open_wim
from hvsbuild.hosts.bench.filecopy import Failed, locate, look
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word
from hvsbuild.mechanisms import INSTEAD, NEEDS_WINDOWS, WHY

GLOBAL = ("/english", "/quiet", "/logpath")
COMMANDS = {
    "/apply-image": (
        *("/imagefile", "/applydir", "/index", "/name", "/swmfile", "/checkintegrity", "/verify", "/norpfix"),
        *GLOBAL,
    ),
    "/get-imageinfo": ("/imagefile", "/index", "/name", *GLOBAL),
    "/get-wiminfo": ("/wimfile", "/index", "/name", *GLOBAL),
}
KNOWN = "known: " + " ".join(COMMANDS)
VALUED = ("/imagefile", "/wimfile", "/applydir", "/index", "/name", "/swmfile", "/logpath")
# What works on an installed Windows. Source: DISM Driver, Package, Feature, Edition, Unattended and International
# Servicing Command-Line Options. Nothing but Windows' own servicing stack can do any of it.
SERVICING = (
    *("/add-driver", "/remove-driver", "/export-driver", "/get-drivers", "/get-driverinfo"),
    *("/add-package", "/remove-package", "/get-packages", "/get-packageinfo"),
    *("/enable-feature", "/disable-feature", "/get-features", "/get-featureinfo"),
    *("/add-capability", "/remove-capability", "/get-capabilities", "/cleanup-image", "/apply-unattend"),
    *("/set-edition", "/set-productkey", "/get-currentedition", "/get-targeteditions"),
    *("/set-uilang", "/set-syslocale", "/set-userlocale", "/set-inputlocale", "/set-allintl", "/set-timezone"),
    *("/add-provisionedappxpackage", "/remove-provisionedappxpackage", "/online"),
)


class Options(dict[str, Word]):
    """The options of a command line by name (lower case, with the slash); a value keeps its column."""

    command: str


def parse(argv: list[Word]) -> Options:
    """One command and its options, in any order and case; everything else is refused by name."""
    if found := next((word for word in argv[1:] if word.partition(":")[0].lower() in SERVICING), None):
        raise BenchRefusal(f"dism {found}: {NEEDS_WINDOWS}", column=found.column, hint=f"{WHY}; {INSTEAD}")
    options = Options()
    commands = [word for word in argv[1:] if word.lower() in COMMANDS]
    if len(commands) != 1:
        stranger = next((word for word in argv[1:] if word not in commands), argv[0])
        raise BenchRefusal(f"dism: {stranger}", column=stranger.column, hint=KNOWN)
    options.command = commands[0].lower()
    for word in argv[1:]:
        if word is commands[0]:
            continue
        name, colon, value = word.partition(":")
        key = name.lower()
        if key not in COMMANDS[options.command] or (key in VALUED) != bool(colon) or key in options:
            raise BenchRefusal(f"dism {options.command}: {word}", column=word.column, hint=KNOWN)
        options[key] = Word(value, word.column)
    return options


def selector(options: Options) -> int | str | None:
    """The image that /Index or /Name asks for; both at once, or an index that is no number, is `Failed`."""
    index, name = options.get("/index"), options.get("/name")
    if index is not None and (name is not None or not index.isdecimal()):
        raise Failed("Error: 87\n\nThe parameter is incorrect.", INVALID_PARAMETER)
    return int(index) if index is not None else None if name is None else str(name)


def dism(argv: list[Word], machine: Machine, console: Console) -> int:
    options = parse(argv)
    shown = Console(progress=console.progress)
    shown.print("Deployment Image Servicing and Management tool")
    try:
        code = _apply(options, machine, shown) if options.command == "/apply-image" else _info(options, machine, shown)
    except Failed as failure:
        shown.print(failure.message)
        code = failure.code
    shown.print("The operation completed successfully." if code == 0 else f"Error: {code}")
    if "/quiet" not in options:
        console.lines.extend(shown.lines)
    if "/logpath" in options:
        _log(options["/logpath"], machine, shown)
    return code


def _need(options: Options, *names: str) -> None:
    for name in names:
        if not options.get(name):
            raise Failed(f"The {name} option is missing.", INVALID_PARAMETER)


def _apply(options: Options, machine: Machine, console: Console) -> int:
    _need(options, "/imagefile", "/applydir")
    image = selector(options)
    if image is None:
        raise Failed("The /index or /name option is missing.", INVALID_PARAMETER)
    references = [options["/swmfile"]] if "/swmfile" in options else []
    wim, target = options["/imagefile"], options["/applydir"]
    request = Request(wim, image, target, references, "/checkintegrity" in options, "/norpfix" in options)
    console.print("Applying image")
    return apply_image(machine, console, request)


def _info(options: Options, machine: Machine, console: Console) -> int:
    file = "/wimfile" if options.command == "/get-wiminfo" else "/imagefile"
    _need(options, file)
    _, info = open_wim(machine, options[file])
    wanted = selector(options)
    console.print(f"Details for image : {options[file]}")
    for image in info.images if wanted is None else (choose(info, wanted),):
        _show(image, console)
    return 0


def _show(image: WimImage, console: Console) -> None:
    rows = {
        "Index": str(image.index),
        "Name": image.name,
        "Description": image.description,
        "Size": f"{image.total_bytes:,} bytes",
        "Architecture": image.arch,
        "Version": image.build,
        "Edition": image.edition,
        "Directories": str(image.dir_count),
        "Files": str(image.file_count),
    }
    console.print()
    for name, value in rows.items():
        console.print(f"{name} : {value or '<undefined>'}")


def _log(path: Word, machine: Machine, console: Console) -> None:
    """`/LogPath`: what dism said, at the end of that file."""
    at = locate(machine, path)
    parent = look(machine, at.parent)
    if parent is None or not parent.is_dir:
        raise BenchRefusal(f"dism /LogPath:{path}: there is no such folder", column=path.column)
    with machine.volume(at.letter) as volume:
        old = volume.read(at.rest) if volume.find(at.rest) else b""
        volume.write(at.rest, old + "".join(line + "\r\n" for line in console.lines).encode())
