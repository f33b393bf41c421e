"""Reading the .reg files that `registry:` imports, when the spec is loaded: a plan is made of the spec alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hvsbuild.spec.diagnostics import Diagnostic, diagnose
from hvsbuild.spec.places import Loc
from hvsbuild.spec.regfile import LARGEST, parse
from hvsbuild.spec.registry import RegistryEntry

if TYPE_CHECKING:
    from hvsbuild.spec.load import LoadedSpec


def read_imports(loaded: LoadedSpec) -> list[Diagnostic]:
    """Give every import of the spec what is in its file; what is wrong with the files."""
    return [one for loc, entry in _imports(loaded) for one in _read(loaded, (*loc, "import"), entry)]


def _imports(loaded: LoadedSpec) -> Iterator[tuple[Loc, RegistryEntry]]:
    """Also of a spec with errors, as far as it can be read."""
    spec = loaded.spec.__dict__
    sections: list[tuple[Loc, object]] = [((), loaded.spec), (("vhd",), spec.get("vhd"))]
    sections += [(("vhds", number), one) for number, one in enumerate(spec.get("vhds") or ())]
    for loc, section in sections:
        for number, entry in enumerate(getattr(section, "registry", ())):
            if getattr(entry, "import_", None):
                yield (*loc, "registry", number), entry


def _read(loaded: LoadedSpec, loc: Loc, entry: RegistryEntry) -> list[Diagnostic]:
    assert entry.import_ is not None
    path = loaded.input_path(loc, entry.import_)
    position, length = loaded.places.value_span(loc)
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return [diagnose("HVS320", position, detail=f"{path}: {reason}", hint="check the path", length=length)]
    if len(raw) > LARGEST:
        hint = "export only the keys that are meant"
        return [diagnose("HVS320", position, detail=f"more than {LARGEST} bytes", hint=hint, length=length)]
    entry.read(parse(raw, str(path), entry.import_))
    assert entry.file is not None
    return entry.file.diagnostics
