"""imagex (WAIK, for hosts up to Windows 7 and Server 2008 R2): applying an image.

Source: `imagex /?`: `imagex [flags] /apply image_file [image_number | image_name] image_path`.
"""

from __future__ import annotations

from hvsbuild.hosts.bench.apply import BAD_FORMAT, Request, apply_image, open_wim
from hvsbuild.hosts.bench.filecopy import Failed
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word

FLAGS = ("/check", "/verify", "/scroll", "/norpfix", "/ref", "/apply")


def parse(argv: list[Word]) -> Request:
    """Read a command line. `/verify` and `/scroll` ask for what wimlib always does, or for looks alone."""
    flags: set[str] = set()
    references: list[Word] = []
    paths: list[Word] = []
    words = iter(argv[1:])
    for word in words:
        if not word.startswith("/"):
            paths.append(word)
            continue
        flag = word.lower()
        if flag not in FLAGS:
            raise BenchRefusal(f"imagex {word}", column=word.column, hint="known: " + " ".join(FLAGS))
        flags.add(flag)
        if flag == "/ref":
            pattern = next(words, None)
            if pattern is None or pattern.startswith("/"):
                raise BenchRefusal("imagex /ref without a file", column=word.column)
            references.append(pattern)
    if "/apply" not in flags or not 2 <= len(paths) <= 3:
        raise BenchRefusal("imagex: not an /apply with a WIM, an image and a folder", column=argv[0].column)
    wim, *middle, target = paths
    image = None if not middle else int(middle[0]) if middle[0].isdecimal() else str(middle[0])
    return Request(wim, image, target, references, "/check" in flags, "/norpfix" in flags)


def imagex(argv: list[Word], machine: Machine, console: Console) -> int:
    request = parse(argv)
    console.print("ImageX Tool for Windows")
    try:
        _, info = open_wim(machine, request.wim)
        if info.solid:  # wimgapi of Windows 7 knows neither solid resources nor LZMS
            raise Failed(f"{request.wim}: An attempt was made to load a program with an incorrect format.", BAD_FORMAT)
    except Failed as failure:
        console.print(failure.message)
        return failure.code
    code = apply_image(machine, console, request)
    if not code:
        console.print("Successfully applied image.")
    return code
