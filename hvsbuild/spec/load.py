"""Reading a spec: file, YAML tree, variables, models, rules; all errors at once, each at its line and column."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from hvsbuild.spec.diagnostics import Diagnostic, Position, SpecErrors, diagnose, in_order
from hvsbuild.spec.model import Spec
from hvsbuild.spec.places import Loc, Places
from hvsbuild.spec.profile import Profile, load_profile, profile_names
from hvsbuild.spec.rules import check_rules
from hvsbuild.spec.salvage import salvage
from hvsbuild.spec.shape import shape_errors
from hvsbuild.spec.source import BREAK, LARGEST_FILE, Composer
from hvsbuild.spec.variables import Substituted, Variables


@dataclass(frozen=True)
class LoadedSpec:
    """A spec and where it came from. `diagnostics` are its warnings and notes; `complete` is False only inside the
    loader, while the rules look at a spec that has errors."""

    spec: Spec
    path: Path
    text: str
    sha256: str
    variables: Mapping[str, str]
    places: Places
    known_profile: Profile | None
    diagnostics: list[Diagnostic] = field(default_factory=list)
    complete: bool = True

    @property
    def profile(self) -> Profile:
        """The profile that `os:` names."""
        assert self.known_profile is not None  # rules/windows.py made sure
        return self.known_profile

    def position(self, loc: Loc) -> Position:
        """Where a part of the spec is written: `("vhd", "size")`; of a default, the nearest part around it."""
        return self.places.value_span(loc)[0]

    def input_path(self, loc: Loc, value: str) -> Path:
        """The file that the path `value` at `loc` means: relative to the spec's file, or, when it begins with a
        variable that --var gave, relative to the working folder."""
        place = self.places.by_loc.get(loc)
        override = place is not None and isinstance(place.node, Substituted) and place.node.override
        return Path(value) if override else self.path.parent / value


def load_spec(path: Path, overrides: Mapping[str, str] | None = None) -> LoadedSpec:
    """The spec in a file, with `overrides` (--var) over its vars. Raises SpecErrors with all that is wrong."""
    raw = read_bytes(path)
    return parse_spec(raw, path, overrides or {})


def parse_spec(raw: bytes, path: Path, overrides: Mapping[str, str]) -> LoadedSpec:
    """The spec in `raw`; `path` names it and is where its relative paths begin. Raises SpecErrors."""
    text = decode(raw, path)
    composer = Composer(str(path), text)
    variables = Variables(BREAK.split(text), overrides=overrides)
    root = composer.compose()
    variables.declare(root)
    places = Places()
    data = places.data(variables.resolve(root))
    found = [*composer.diagnostics, *variables.diagnostics, *places.diagnostics]
    wrong: list[Diagnostic] = []
    try:
        spec = Spec.model_validate(data)
    except ValidationError as error:
        wrong = shape_errors(error, data, Spec, places)
        spec = salvage(Spec, data)
        complete = False
    else:
        complete = True
    name = spec.__dict__.get("os")
    profile = load_profile(name) if name in profile_names() else None
    digest = hashlib.sha256(raw).hexdigest()
    loaded = LoadedSpec(spec, path, text, digest, variables.effective(), places, profile, complete=complete)
    found = in_order([*found, *_elsewhere([*wrong, *check_rules(loaded)], found)])
    if not complete or any(one.severity == "error" for one in found):
        raise SpecErrors(found, text)
    return LoadedSpec(spec, path, text, digest, loaded.variables, places, profile, found)


def _elsewhere(later: list[Diagnostic], first: list[Diagnostic]) -> list[Diagnostic]:
    """Without what is said of a text that is not valid YAML, or not a valid reference, anyway."""
    wrong = [one for one in first if one.severity == "error"]
    return [one for one in later if not any(one.overlaps(other) for other in wrong)]


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises SpecErrors when it cannot be read or is far too large."""
    start = Position(str(path), 1, 1)
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecErrors(
            [diagnose("HVS001", start, detail=reason, hint="check the path and its permissions")], ""
        ) from None
    if len(raw) > LARGEST_FILE:
        raise SpecErrors([diagnose("HVS009", start, detail=f"more than {LARGEST_FILE} bytes")], "")
    return raw


def decode(raw: bytes, path: Path) -> str:
    """UTF-8, with or without a byte-order mark. Raises SpecErrors at the first byte that is not."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = BREAK.split(raw[: error.start].decode("utf-8-sig", "replace"))
        where = Position(str(path), len(before), len(before[-1]) + 1)
        hint = "save the file as UTF-8"
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            hint += "; it is UTF-16 now, as Notepad and PowerShell's > write it"
        text = raw.decode("utf-8-sig", "replace")
        detail = f"byte 0x{raw[error.start]:02x}"
        raise SpecErrors([diagnose("HVS002", where, detail=detail, hint=hint)], text) from None
