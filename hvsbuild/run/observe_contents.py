"""Observers of what was put into the Windows in a VHD: text files, copied files, what DISM has installed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from hvsbuild import digest, states
from hvsbuild.formats.filesystem import Tree, walk
from hvsbuild.mechanisms import STAGED
from hvsbuild.run.contents import content_of
from hvsbuild.run.observation import NOT_RECORDED, Observation
from hvsbuild.run.world import Missing, World

DRIVER_STORE = "\\Windows\\System32\\DriverStore\\FileRepository"


def text_file(state: states.TextFile, world: World) -> Observation:
    """Line for line; where a secret stands anything may (after the first boot Windows has blanked it)."""
    try:
        have = world.read(state.place, state.path).decode("ascii").split("\r\n")
    except UnicodeDecodeError:
        return Observation(False, "it is not ASCII")
    want = state.text.split("\n")
    for number, (line, pattern) in enumerate(zip(have, map(_pattern, want), strict=False), 1):
        if not re.fullmatch(pattern, line):
            return Observation(False, f"line {number} is another one")
    if len(have) != len(want):
        return Observation(False, f"it has {len(have) - 1} lines")
    return Observation(True, f"{state.path} is as it should be")


def _pattern(line: str) -> str:
    return "[^<]*".join(map(re.escape, re.split(r"\{\{secret\.[^}]*\}\}", line)))


def copied_files(state: states.CopiedFiles, world: World) -> Observation:
    """The stamp says that the copy is whole; with the input at hand every file is compared with it."""
    stamp = _stamp(world, state.place, state.stamp)
    if stamp is None or stamp.get("to") != state.path:
        return Observation(False, "it was not copied, or not wholly (its stamp is missing)")
    if changed := _other_source(stamp, state.input, world):
        return changed
    tree, path = world.tree(state.place), world.inputs.get(state.input)
    if path is not None and path.exists():
        wanted = content_of(path)
        files = wanted.files if state.folder else (digest.Digest("", wanted.size, wanted.sha256),)
        for one in files:
            if wrong := _differs(tree, state.path, one):
                return Observation(False, wrong)
        return Observation(True, f"{len(files)} file{'s' if len(files) != 1 else ''} as in {state.input}")
    return _without_input(state, tree, str(stamp.get("fingerprint")))


def _differs(tree: Tree, target: str, want: digest.Digest) -> str:
    at = f"{target.rstrip(chr(92))}\\{want.name.replace('/', chr(92))}" if want.name else target
    entry = tree.find(at)
    if entry is None or entry.is_dir:
        return f"{at} is not there"
    if entry.size != want.size or sha256(tree.read(at)).hexdigest() != want.sha256:
        return f"{at} is another file"
    return ""


def _without_input(state: states.CopiedFiles, tree: Tree, mark: str) -> Observation:
    """What can be said of a copy when what it was made from is not at hand."""
    entry = tree.find(state.path)
    if entry is None or entry.is_dir != state.folder:
        return Observation(False, f"{state.path} is not there")
    ours = not state.folder or state.path.startswith(STAGED + "\\")
    if mark != NOT_RECORDED and ours:
        have = _tree_digest(tree, state.path) if state.folder else sha256(tree.read(state.path)).hexdigest()
        return Observation(have == mark, "it is as it was copied" if have == mark else f"{state.path} was changed")
    return Observation(True, f"it was copied; to compare the files, name the input: --input {state.input}=PATH")


def _tree_digest(tree: Tree, folder: str) -> str:
    """Of a folder in a volume what `hvsbuild.digest` computes of one on this machine."""
    entries = {one.path[len(folder) + 1 :].replace("\\", "/"): one for one in walk(tree, folder)}
    lines = []
    for name, entry in sorted(entries.items(), key=lambda one: one[0].encode()):
        if entry.is_dir:
            lines.append(f"{name}/\0\0\n")
        else:
            lines.append(f"{name}\0{entry.size}\0{sha256(tree.read(entry.path)).hexdigest()}\n")
    return sha256("".join(lines).encode()).hexdigest()


def serviced(state: states.Serviced, world: World) -> Observation:
    """The stamp says that DISM has done it; of drivers, with the input at hand, the driver store, too."""
    stamp = _stamp(world, state.place, state.stamp)
    if stamp is None:
        return Observation(False, f"the {state.what} were not installed, or not all (the stamp is missing)")
    if stamp.get("asked") != state.asked:
        return Observation(False, f"other {state.what} were installed")
    if state.input and (changed := _other_source(stamp, state.input, world)):
        return changed
    path = world.inputs.get(state.input or "")
    if state.what == "drivers" and path is not None and path.exists():
        names = {one.casefold() for one in _infs(path)}
        tree = world.tree(state.place)
        store = [one.name.casefold() for one in tree.children(DRIVER_STORE)] if tree.find(DRIVER_STORE) else []
        if names and not any(entry.partition(".inf_")[0] + ".inf" in names for entry in store):
            return Observation(False, "none of the drivers is in the driver store")
    return Observation(True, f"{state.what} were installed by DISM")


def _infs(path: Path) -> Iterator[str]:
    yield from (one.name for one in path.rglob("*") if one.suffix.lower() == ".inf")


def _other_source(stamp: dict[str, object], name: str, world: World) -> Observation | None:
    want, have = world.fingerprints.get(name), stamp.get("fingerprint")
    if want and have not in (want, NOT_RECORDED):
        return Observation(False, f"{name} is not what it was (fingerprint {str(have)[:12]}…, now {want[:12]}…)")
    return None


def _stamp(world: World, place: str, path: str) -> dict[str, object] | None:
    try:
        found = json.loads(world.read(place, path))
    except (Missing, ValueError):
        return None
    return found if isinstance(found, dict) else None
