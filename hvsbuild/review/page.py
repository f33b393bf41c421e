"""The review page: one HTML file that needs nothing else, from a spec and its bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hvsbuild.bundle import quote
from hvsbuild.bundle.manifest import Manifest, TaskEntry
from hvsbuild.bundle.render import RUN_CMD, Bundle
from hvsbuild.bundle.script import fill
from hvsbuild.review import bootlist, contents, diskpicture, drawing, highlight, lanes
from hvsbuild.review.words import words_of
from hvsbuild.spec.diagnostics import Diagnostic
from hvsbuild.spec.load import LoadedSpec
from hvsbuild.spec.profile import Profile, load_profile
from hvsbuild.states import RegistryKey, RegistryValue

SECTIONS = (
    ("what", "What will happen"),
    ("disk", "The stick"),
    ("tasks", "The tasks"),
    ("registry", "Registry"),
    ("boot", "Boot entries"),
    ("inputs", "Inputs"),
    ("checks", "Warnings"),
    ("scripts", "Scripts"),
    ("seal", "Seal"),
)


@dataclass(frozen=True)
class Cause:
    """The line of the spec that asks for a task."""

    place: str
    text: str


@dataclass(frozen=True)
class ScriptView:
    """A script as the page shows it."""

    id: str
    path: str
    destructive: bool
    lines: list[Any]
    about: tuple[str, ...] = ()
    cause: Cause | None = None
    written: tuple[tuple[str, str], ...] = ()  # path and text of what it writes line by line


def page(bundle: Bundle, loaded: LoadedSpec, causes: Mapping[str, tuple[str | int, ...]], shadow: Path | None) -> str:
    """The whole page. `causes` are the places in the spec that ask for the tasks."""
    manifest, spec = bundle.manifest, loaded.spec
    picture = diskpicture.picture(spec)
    registry = list(_registry(manifest, {vhd.file: load_profile(vhd.os) for vhd in spec.vhd_list()}))
    values = {
        "manifest": manifest,
        "style": style(),
        "words": words_of(spec, manifest),
        "sections": [(id, title) for id, title in SECTIONS if id != "registry" or registry],
        "picture": picture,
        "drawing": drawing.svg(picture),
        "picture_told": "Drawn to scale; what is smaller than a line is drawn as one. Differencing VHDs grow.",
        "os_title": load_profile(spec.os).title,
        "limits": list(_limits(loaded)),
        "lanes": lanes.svg(manifest),
        "registry": registry,
        "many_vhds": len(manifest.vhds) > 1,
        "boot_told": bootlist.TOLD,
        "stores": bootlist.listings(manifest),
        "inputs": [_input(manifest, name) for name in manifest.inputs],
        "diagnostics": [_diagnostic(one) for one in loaded.diagnostics],
        "allowed": [_diagnostic(one.diagnostic) | {"reason": one.reason} for one in loaded.allowed],
        "windows_only": contents.windows_only(manifest),
        "scripts": _scripts(bundle, loaded, causes),
        "token": quote.token,
    }
    return fill("review.html.j2", shadow, html=True, **_safe(values))


def _safe(values: dict[str, Any]) -> dict[str, Any]:
    """What is made of markup here, marked so that it is not escaped again."""
    from markupsafe import Markup

    return {**values, **{name: Markup(values[name]) for name in ("style", "drawing", "lanes")}}


@cache
def style() -> str:
    """The style sheet, which lies beside this module."""
    return Path(__file__).with_name("style.css").read_text("utf-8").strip()


def _registry(manifest: Manifest, profiles: Mapping[str, Profile]) -> Iterator[dict[str, Any]]:
    """A row for each value and key that changes; what is there before, where the profile knows it."""
    for task in manifest.tasks:
        for state in task.states:
            if isinstance(state, RegistryValue):
                after = "absent" if state.type is None else f"{state.type} {_data(state.data)}"
                yield {
                    "task": task.id,
                    "vhd": task.vhd,
                    "key": f"{state.hive}\\{state.key}",
                    "name": state.name or "(Default)",
                    "before": _before(state, profiles[task.vhd or ""]),
                    "after": after,
                }
            elif isinstance(state, RegistryKey):
                after = "there" if state.present else "absent, with all below it"
                key = {"key": f"{state.hive}\\{state.key}", "name": "(the key)"}
                yield {"task": task.id, "vhd": task.vhd, **key, "before": "as the image has it", "after": after}


def _before(state: RegistryValue, profile: Profile) -> str:
    """What an image ships with, as far as a source says it."""
    shipped = profile.boot_driver_flags.shipped
    if state.name == "BootDriverFlags" and isinstance(shipped, int):
        return f"REG_DWORD {_data(shipped)}"
    if state.name == "PagingFiles" and state.key.lower().endswith("session manager\\memory management"):
        return 'REG_MULTI_SZ ["?:\\pagefile.sys"]: Windows chooses'
    return "as the image has it"


def _data(data: object) -> str:
    if isinstance(data, list):
        return "[" + ", ".join(f'"{one}"' for one in data) + "]"
    return f"{data} (0x{data:x})" if isinstance(data, int) and data > 9 else str(data)


def _limits(loaded: LoadedSpec) -> Iterator[str]:
    """Sizes against what the releases need."""
    spec, words = loaded.spec, diskpicture.size_words
    for vhd in spec.vhd_list():
        if vhd.parent is None:
            yield _against(vhd.file, vhd.size, load_profile(vhd.os).sizes.vhd_minimum)
    if spec.disk.size:
        yield _against("the stick", spec.disk.size, load_profile(spec.os).sizes.stick_minimum)
    else:
        yield f"the stick needs {words(load_profile(spec.os).sizes.stick_minimum)} or more"


def _against(what: str, size: int, least: int) -> str:
    words = diskpicture.size_words
    enough = "enough" if size >= least else "LESS THAN IT NEEDS"
    return f"{what} has {words(size)}; at least {words(least)} are needed: {enough}"


def _input(manifest: Manifest, name: str) -> dict[str, Any]:
    what = next((one.what for one in manifest.bindings if one.name == f"input.{name}"), "")
    return {"name": name, "what": what.removeprefix("the full path of "), "sha256": manifest.inputs[name]}


def _diagnostic(one: Diagnostic) -> dict[str, str]:
    text = one.message + (f": {one.detail}" if one.detail else "")
    place = f"{Path(one.position.file).name}:{one.position.line}"
    return {"severity": one.severity, "code": one.code, "text": text, "place": place}


def _scripts(bundle: Bundle, loaded: LoadedSpec, causes: Mapping[str, tuple[str | int, ...]]) -> list[ScriptView]:
    made = [_script(bundle, task, _cause(loaded, causes.get(task.id, ()))) for task in bundle.manifest.tasks]
    text = bundle.scripts[RUN_CMD].decode("ascii")
    about = ("runs all of it on a Windows machine without Python",)
    return [*made, ScriptView("run-cmd", RUN_CMD, False, highlight.lines(text, "cmd"), about)]


def _script(bundle: Bundle, task: TaskEntry, cause: Cause | None) -> ScriptView:
    text = bundle.script(task).decode("ascii")
    about = [state.title() for state in task.states]
    if task.closes and not task.opens:
        about.append("closes what was opened")
    lines = highlight.lines(text, task.tool)
    written = tuple(contents.written(task))
    return ScriptView(task.id, task.script or "", task.destructive, lines, tuple(about), cause, written)


def _cause(loaded: LoadedSpec, loc: tuple[str | int, ...]) -> Cause | None:
    """The line of the spec at a place; of a default, the line of what is around it."""
    position = loaded.position(loc)
    lines = loaded.texts[position.file].splitlines()
    if not loc or position.line > len(lines):
        return None
    return Cause(f"{Path(position.file).name}:{position.line}", lines[position.line - 1].strip())
