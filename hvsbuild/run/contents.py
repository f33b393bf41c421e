"""What goes into the Windows in a VHD: whether it can be put there, said before anything is changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from hvsbuild import digest, states
from hvsbuild.bundle.manifest import TaskEntry
from hvsbuild.cache import Cache
from hvsbuild.errors import HvsError, Refused
from hvsbuild.formats import wim
from hvsbuild.hosts.host import Host
from hvsbuild.mechanisms import ANSWER_FILE, INSTEAD, NEEDS_WINDOWS, WHY
from hvsbuild.spec.kinds import DEVICE_NAME

OTHER_PROCESSOR = "The answer file is for another processor"
NOT_A_WINDOWS_NAME = "An input holds a name that Windows cannot have"
RESERVED = set('<>:"\\|?*')


def check_host(host: Host, tasks: Sequence[TaskEntry]) -> None:
    """`Refused` when a task is to run that only Windows can do, and this is not Windows."""
    found = [task.id for task in tasks if any(isinstance(state, states.Serviced) for state in task.states)]
    if found and host.name != "windows":
        raise Refused(NEEDS_WINDOWS, seen=", ".join(found), why=WHY, do=INSTEAD)


def check_answers(info: wim.WimInfo, image: str, own: Iterable[states.State]) -> None:
    """The answer file that is made is for the processor of the image; Windows would pass over it without a word."""
    arch = info.image(int(image) if image.isdigit() else image).arch
    for state in own:
        if isinstance(state, states.TextFile) and state.path == ANSWER_FILE:
            for wanted in sorted(set(re.findall('processorArchitecture="([a-z0-9]+)"', state.text)) - {arch}):
                seen = f"the image is for {arch}, the answers are for {wanted}"
                raise HvsError(OTHER_PROCESSOR, seen=seen, do=f"write arch: {arch} in unattend")


def check_names(name: str, content: digest.Content) -> None:
    """The names in a folder are names on Windows, each once without regard to case."""
    seen: dict[str, str] = {}
    for one in content.files:
        for part in one.name.split("/"):
            if RESERVED & set(part) or not part.isprintable() or part[-1] in ". " or DEVICE_NAME.fullmatch(part):
                raise HvsError(NOT_A_WINDOWS_NAME, seen=f"{name}: {one.name}", do="give it another name")
        if other := seen.get(one.name.casefold()):
            both = f"{name}: {other} and {one.name} are the same there"
            raise HvsError(NOT_A_WINDOWS_NAME, seen=both, do="give one of them another name")
        seen[one.name.casefold()] = one.name


def content_of(path: Path) -> digest.Content:
    """What a file or folder holds; what has been read before, and has not changed, is not read again."""
    return digest.content_of(path, Cache.default())
