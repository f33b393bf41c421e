"""The commands that the bench knows, by name (lower case, without .exe). A module is imported when first needed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

from hvsbuild.hosts.bench.tool import Console, Tool, Word

if TYPE_CHECKING:
    from hvsbuild.hosts.bench.machine import Machine


def _from(module: str, function: str) -> Tool:
    def tool(argv: list[Word], machine: Machine, console: Console) -> int:
        found = cast(Tool, getattr(import_module(f"hvsbuild.hosts.bench.{module}"), function))
        return found(argv, machine, console)

    return tool


PROGRAMS: Mapping[str, Tool] = {
    name: _from(module, name)
    for name, module in {
        "attrib": "attrib",
        "bcdboot": "bcdboot",
        "bcdedit": "bcdedit",
        "bootsect": "bootsect",
        "diskpart": "diskpart",
        "dism": "dism",
        "imagex": "imagex",
        "reg": "reg",
        "robocopy": "robocopy",
    }.items()
}
# Commands inside cmd.exe: their words are split in another way than a program's.
INTERNAL: Mapping[str, Tool] = {
    name: _from(module, function)
    for name, (module, function) in {
        "copy": ("files", "copy"),
        "del": ("files", "delete"),
        "erase": ("files", "delete"),
        "md": ("folders", "make_folder"),
        "mkdir": ("folders", "make_folder"),
        "move": ("files", "move"),
        "rd": ("folders", "remove_folder"),
        "rmdir": ("folders", "remove_folder"),
        "type": ("files", "type_"),
    }.items()
}
TOOLS: dict[str, Tool] = {**PROGRAMS, **INTERNAL}
