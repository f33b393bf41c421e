"""What a rule yields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hvsbuild.spec.diagnostics import Mark
from hvsbuild.spec.model import RegistryEntry, Spec, VhdSection
from hvsbuild.spec.places import Loc
from hvsbuild.spec.profile import Profile


@dataclass(frozen=True)
class Finding:
    """A rule that does not hold: code, path in the spec, detail and hint. `on_key` marks the key, not the value; `mark`
    is a place in a file that the spec names."""

    code: str
    loc: Loc
    detail: str = ""
    hint: str = ""
    on_key: bool = False
    mark: Mark | None = None


Findings = Iterator[Finding]
SpecRule = Callable[[Spec], Findings]
ReleaseRule = Callable[[Spec, Profile], Findings]
VhdRule = Callable[[Loc, VhdSection], Findings]
VhdReleaseRule = Callable[[Loc, VhdSection, Profile], Findings]
KeyRule = Callable[[Loc, RegistryEntry], Findings]
