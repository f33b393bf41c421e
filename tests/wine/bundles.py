"""Bundles for Wine: the small one of the failure tests, and those of all example specs and golden cases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from hvsbuild.bundle.manifest import Manifest, TaskEntry
from hvsbuild.bundle.render import RUN_CMD, Bundle
from hvsbuild.run.binding import bind
from hvsbuild.run.secrets import hidden_password
from hvsbuild.spec.load import load_spec, parse_spec
from tests.golden import ROOT, bundle_of, case_bundle, cases
from tests.run.small import SPEC
from tests.wine.crutches import Crutches
from tests.wine.wine import Wine

HOME, IMAGE = "C:\\the bundle\\", r"C:\images (x86) & ^co\my install.wim"
ENTRIES = r"C:\entries.txt"  # what bcdedit lists
DISK = "2"
SECRETS = {"administrator-password": hidden_password("pw"), "product-key": "ABCDE-12345-ABCDE-12345-ABCDE"}
UNRECORDED = "not-recorded"  # run.cmd cannot compute a fingerprint


@cache
def small(wipe: str = "always") -> Bundle:
    text = SPEC.replace("wipe: always", f"wipe: {wipe}").replace("label: STICK", "label: 'a!b (50%) & ^'")
    return bundle_of(parse_spec(text.encode(), Path("small.yaml"), {}))


def examples() -> list[Path]:
    return sorted((ROOT / "specs").glob("*.yaml"))


def example(path: Path) -> Bundle:
    return bundle_of(load_spec(path))


def plain_examples() -> list[Bundle]:
    """The examples that run.cmd runs with an image and nothing else: with one image, no file or folder beside it, no
    secret that it would ask for, and no entry that it would look for in bcdedit's list. They may wipe what is named."""
    found = []
    for path in examples():
        text = re.sub("wipe: if-[a-z]+", "wipe: always", path.read_text("utf-8"))
        bundle = bundle_of(parse_spec(text.encode(), path, {}))
        manifest = bundle.manifest
        if len(manifest.inputs) == 1 and not manifest.secrets and len(manifest.vhds) == 1:
            found.append(bundle)
    return found


def in_run_cmd(bundle: Bundle) -> list[TaskEntry]:
    """The tasks that run.cmd runs, in its order."""
    files = re.findall(rb"(?m)^call :run \w+ (\S+)\r", bundle.scripts[RUN_CMD])
    by_file = {file_name(task): task for task in bundle.manifest.tasks}
    return [by_file[name.decode()] for name in files]


def golden() -> list[tuple[str, Bundle]]:
    """All golden cases with their names."""
    return [(f"{case.parent.name}-{case.stem}", case_bundle(case)) for case in cases()]


def bound(bundle: Bundle, task: TaskEntry, image: str = IMAGE) -> bytes:
    """The bytes that a script must have when it runs."""
    kinds = bundle.manifest.input_kinds
    values = {f"input.{name}": image if kind == "image" else given(name) for name, kind in kinds.items()}
    folder, _, ending = image.rpartition(".")
    parts = {f"{name}.parts": f"{folder}*.{ending}" for name in values}
    values |= {f"{name}.fingerprint": UNRECORDED for name in values} | parts | {"disk.number": DISK}
    values |= {f"disk.partition.{number}": str(number) for number in range(1, 9)}
    values |= {f"secret.{rule.name}": SECRETS[rule.form] for rule in bundle.manifest.secrets}
    return bind(bundle.script(task), values, task.tool)


def given(name: str) -> str:
    """Where run.cmd looks for an input that is no image."""
    return f"{HOME}inputs\\{name}"


def file_name(task: TaskEntry) -> str:
    assert task.script
    return task.script.rsplit("/", 1)[-1]


def temporary(bundle: Bundle) -> str:
    return f"C:\\Temp\\hvsbuild-{bundle.manifest.spec.name}\\"


def letters(manifest: Manifest) -> str:
    """The letters of the stick and of the VHDs."""
    found = {manifest.disk.letter}
    found |= {state.letter for task in manifest.tasks for state in task.states if state.kind in ("Attached", "Letter")}
    return "".join(sorted(found))


def listing(vhds: Iterable[str]) -> bytes:
    """What bcdedit lists of a store whose loaders start from these VHDs (`\\a.vhd`)."""
    text = ""
    for number, vhd in enumerate(vhds, 1):
        guid = f"0000000{number}-0000-11ef-8000-000000000000"
        text += (
            "\r\nWindows Boot Loader\r\n-------------------\r\n"
            f"identifier              {{{guid}}}\r\n"
            f"device                  vhd=[Y:]{vhd},locate=custom:12000002\r\n"
            "path                    \\windows\\system32\\winload.exe\r\n"
            "inherit                 {6efb52bf-1766-41db-a6b3-0ee5eff72bd7}\r\n"
            f"osdevice                vhd=[Y:]{vhd},locate=custom:22000002\r\n"
            "systemroot              \\windows\r\n"
        )
    return text.encode()


def started(bundle: Bundle) -> list[str]:
    """The VHDs that a bundle makes boot entries for."""
    states = [state for task in bundle.manifest.tasks for state in task.states]
    return list(dict.fromkeys(state.vhd for state in states if state.kind == "BootEntry"))


def install(wine: Wine, bundle: Bundle, crutches: Crutches, image: str = IMAGE) -> None:
    """The bundle, an image and the drives, ready for run.cmd."""
    for path, data in bundle.scripts.items():
        wine.write(HOME + path.replace("/", "\\"), crutches.apply(data))
    wine.write(image, b"an image")
    wine.write(ENTRIES, listing(started(bundle)))
    for letter in letters(bundle.manifest):
        wine.letter(letter)


def command(*words: str) -> str:
    """How run.cmd is started: cmd takes the first and the last quote of what follows /c away."""
    quoted = " ".join(f'"{word}"' for word in words)
    return f'cmd /d /c ""{HOME}{RUN_CMD}" {quoted}"'
