"""Reading a spec: files, YAML trees, composition, variables, models, rules; all errors at once, each at its file, line
and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from hvsbuild.spec.allow import Allowed, sift, unused
from hvsbuild.spec.compose import Composed, compose
from hvsbuild.spec.declared import Known, declare
from hvsbuild.spec.diagnostics import Diagnostic, Position, SpecErrors, in_order, rendered
from hvsbuild.spec.imports import read_imports
from hvsbuild.spec.matrix import KEY, Item, Matrix, matrix_of, of_items
from hvsbuild.spec.model import Spec
from hvsbuild.spec.paths import folder_of, from_spec
from hvsbuild.spec.pile import read_pile
from hvsbuild.spec.places import Loc, Places
from hvsbuild.spec.profile import Profile, load_profile, profile_names
from hvsbuild.spec.rules import check_rules
from hvsbuild.spec.salvage import salvage
from hvsbuild.spec.shape import shape_errors
from hvsbuild.spec.source import Scalar
from hvsbuild.spec.variables import Variables


@dataclass(frozen=True)
class LoadedSpec:
    """A spec and where it came from. `diagnostics` are its warnings and notes, without those that its `allow` has a
    reason for; `complete` is False only inside the loader, while the rules look at a spec that has errors. `each` is
    the item of its `for_each`, if it has one."""

    spec: Spec
    path: Path
    composed: Composed
    known: Mapping[str, Known]
    places: Places
    known_profile: Profile | None
    each: str | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)
    complete: bool = True
    allowed: list[Allowed] = field(default_factory=list)

    @property
    def profile(self) -> Profile:
        """The profile that `os:` names."""
        assert self.known_profile is not None  # rules/windows.py made sure
        return self.known_profile

    @property
    def sha256(self) -> str:
        """Of all its files: of a single one its own."""
        return self.composed.pile.sha256

    @property
    def text(self) -> str:
        """The text of its own file."""
        return self.composed.pile.top.text

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts of its files by their names, the lowest first, its own last."""
        return self.composed.pile.texts

    @property
    def variables(self) -> dict[str, str]:
        """Every variable with its value, --var included."""
        return {name: known.text for name, known in sorted(self.known.items())}

    def shown(self) -> list[str]:
        """Its warnings and notes for people."""
        return rendered(self.diagnostics, self.texts)

    def position(self, loc: Loc) -> Position:
        """Where a part of the spec is written: `("vhd", "size")`; of a default, the nearest part around it."""
        return self.places.value_span(loc)[0]

    def input_path(self, loc: Loc, value: str) -> Path:
        """The file that the path `value` at `loc` means: relative to the file in which it is written, or, when it
        begins with a variable that --var gave, relative to the working folder."""
        place = self.places.by_loc.get(loc)
        folder = folder_of(place.node) if place and isinstance(place.node, Scalar) else self.path.parent
        return folder / value


def load_spec(path: Path, overrides: Mapping[str, str] | None = None, each: str | None = None) -> LoadedSpec:
    """The spec in a file, with `overrides` (--var) over its vars; `each` is the item when it has a `for_each`. Raises
    SpecErrors with all that is wrong."""
    return _one(path, None, overrides or {}, each)


def parse_spec(raw: bytes, path: Path, overrides: Mapping[str, str], each: str | None = None) -> LoadedSpec:
    """The spec in `raw`; `path` names it and is where its relative paths begin. Raises SpecErrors."""
    return _one(path, raw, overrides, each)


def load_all(path: Path, overrides: Mapping[str, str] | None = None) -> list[LoadedSpec]:
    """The spec in a file, or one spec for each item of its `for_each`. Raises SpecErrors with all that is wrong in any
    of them."""
    composed, matrix = _composed(path, None, overrides or {})
    loaded: list[LoadedSpec] = []
    said: list[tuple[str, list[Diagnostic]]] = []
    for item in matrix.items or [None]:
        try:
            loaded.append(_resolve(path, composed, matrix, item, overrides or {}))
            said.append((item.name if item else "", loaded[-1].diagnostics))
        except SpecErrors as error:
            said.append((item.name if item else "", error.diagnostics))
    if len(loaded) < len(said):
        raise SpecErrors(of_items(said), composed.pile.texts)
    return _with_unused(loaded) if matrix.items else loaded


def _with_unused(loaded: list[LoadedSpec]) -> list[LoadedSpec]:
    """The items of a spec, each with a warning of what it allows and none of them needs."""
    used = {own.diagnostic.code for one in loaded for own in one.allowed}
    stale = unused(loaded[0].spec.allow, used, loaded[0].places)
    return [replace(one, diagnostics=in_order([*one.diagnostics, *stale])) for one in loaded]


def findings(loaded: list[LoadedSpec]) -> list[Diagnostic]:
    """The warnings and notes of a spec or of all its items, each once."""
    return in_order(of_items([(one.each or "", one.diagnostics) for one in loaded]))


def items(path: Path) -> list[str]:
    """The items of a spec's `for_each`, in their order; none when it has none. Raises SpecErrors."""
    return [item.name for item in matrix_of(compose(read_pile(path)).root, ()).items]


def _one(path: Path, raw: bytes | None, overrides: Mapping[str, str], each: str | None) -> LoadedSpec:
    composed, matrix = _composed(path, raw, overrides)
    item = matrix.item(each) if each is not None else None
    if item is None and (each is not None or matrix.key):
        raise SpecErrors([matrix.missing(each, composed.pile.top.root)], composed.pile.texts)
    return _resolve(path, composed, matrix, item, overrides)


def _composed(path: Path, raw: bytes | None, overrides: Mapping[str, str]) -> tuple[Composed, Matrix]:
    """The composed spec and its items. Raises SpecErrors when it has a `for_each` without any item that can be used."""
    composed = compose(read_pile(path, raw))
    matrix = matrix_of(composed.root, overrides)
    names = [_name(composed, matrix, item, overrides) for item in matrix.items]
    matrix = replace(matrix, diagnostics=[*matrix.diagnostics, *matrix.same_names(names)])
    if matrix.key and not matrix.items:
        raise SpecErrors([*composed.diagnostics, *matrix.diagnostics], composed.pile.texts)
    return composed, matrix


def _name(composed: Composed, matrix: Matrix, item: Item, overrides: Mapping[str, str]) -> str:
    """The name of an item's spec; empty when it has none."""
    variables = Variables(composed.pile.texts, declare(composed.root, matrix, item, overrides))
    only = [(key, variables.node(value)) for key, value in composed.root.entries if key.text == "name"]
    named = matrix.named(replace(composed.root, entries=only), item)
    return next((value.text for _, value in named.entries if isinstance(value, Scalar)), "")


def _resolve(
    path: Path, composed: Composed, matrix: Matrix, item: Item | None, overrides: Mapping[str, str]
) -> LoadedSpec:
    """The composed spec with its variables, checked."""
    declared = declare(composed.root, matrix, item, overrides)
    variables = Variables(composed.pile.texts, declared)
    own = [(key, value) for key, value in composed.root.entries if key.text != KEY]
    root = variables.resolve(replace(composed.root, entries=own))
    if item:
        root = matrix.named(root, item)
    if len(composed.pile.files) > 1:
        root = from_spec(root, path, composed.pile.folders)
    places = Places()
    data = places.data(root, composed.pile.top.root)
    found = [*composed.diagnostics, *matrix.diagnostics, *declared.diagnostics, *variables.diagnostics]
    found += places.diagnostics
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
    each = item.name if item else None
    loaded = LoadedSpec(spec, path, composed, declared.known, places, profile, each, complete=complete)
    wrong += read_imports(loaded)
    found = in_order([*found, *_elsewhere([*wrong, *check_rules(loaded)], found)])
    found, allowed = sift(spec.__dict__.get("allow"), found, places, alone=item is None)
    if not complete or any(one.severity == "error" for one in found):
        raise SpecErrors(found, composed.pile.texts)
    return replace(loaded, diagnostics=found, allowed=allowed)


def _elsewhere(later: list[Diagnostic], first: list[Diagnostic]) -> list[Diagnostic]:
    """Without what is said of a text that is not valid YAML, or not a valid reference, anyway."""
    wrong = [one for one in first if one.severity == "error"]
    return [one for one in later if not any(one.overlaps(other) for other in wrong)]
