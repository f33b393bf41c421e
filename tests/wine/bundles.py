"""Bundles for Wine: the small one of the failure tests, and those of all example specs and golden cases."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hvsbuild.bundle.manifest import Manifest, TaskEntry
from hvsbuild.bundle.render import RUN_CMD, Bundle
from hvsbuild.run.binding import bind
from hvsbuild.spec.load import load_spec, parse_spec
from tests.golden import ROOT, bundle_of, case_bundle, cases
from tests.run.small import SPEC
from tests.wine.crutches import Crutches
from tests.wine.wine import Wine

HOME, IMAGE = "C:\\the bundle\\", r"C:\images (x86) & ^co\my install.wim"
DISK = "2"
UNRECORDED = "not-recorded"  # run.cmd cannot compute a fingerprint


@cache
def small(wipe: str = "always") -> Bundle:
    text = SPEC.replace("wipe: always", f"wipe: {wipe}").replace("label: STICK", "label: 'a!b (50%) & ^'")
    return bundle_of(parse_spec(text.encode(), Path("small.yaml"), {}))


def examples() -> list[Path]:
    return sorted((ROOT / "specs").glob("*.yaml"))


def example(path: Path) -> Bundle:
    return bundle_of(load_spec(path))


def golden() -> list[tuple[str, Bundle]]:
    """All golden cases with their names."""
    return [(f"{case.parent.name}-{case.stem}", case_bundle(case)) for case in cases()]


def bound(bundle: Bundle, task: TaskEntry, image: str = IMAGE) -> bytes:
    """The bytes that a script must have when it runs."""
    values = {"disk.number": DISK, "input.image": image, "input.image.fingerprint": UNRECORDED}
    return bind(bundle.script(task), values, task.tool)


def file_name(task: TaskEntry) -> str:
    assert task.script
    return task.script.rsplit("/", 1)[-1]


def temporary(bundle: Bundle) -> str:
    return f"C:\\Temp\\hvsbuild-{bundle.manifest.spec.name}\\"


def letters(manifest: Manifest) -> str:
    """The stick's letter and the VHD's."""
    found = {manifest.disk.letter}
    found |= {state.letter for task in manifest.tasks for state in task.states if state.kind == "Attached"}
    return "".join(sorted(found))


def install(wine: Wine, bundle: Bundle, crutches: Crutches, image: str = IMAGE) -> None:
    """The bundle, an image and the drives, ready for run.cmd."""
    for path, data in bundle.scripts.items():
        wine.write(HOME + path.replace("/", "\\"), crutches.apply(data))
    wine.write(image, b"an image")
    for letter in letters(bundle.manifest):
        wine.letter(letter)


def command(*words: str) -> str:
    """How run.cmd is started: cmd takes the first and the last quote of what follows /c away."""
    quoted = " ".join(f'"{word}"' for word in words)
    return f'cmd /d /c ""{HOME}{RUN_CMD}" {quoted}"'
