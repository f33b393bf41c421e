"""Runs every rule over a spec and gives its findings their place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from hvsbuild.spec.codes import CODES
from hvsbuild.spec.diagnostics import Diagnostic, diagnose, in_order
from hvsbuild.spec.model import RegistryKey, Spec
from hvsbuild.spec.places import Loc, Places
from hvsbuild.spec.rules import disk, forms, letters, registry, sizes, supported, texts, windows
from hvsbuild.spec.rules.finding import Finding, Findings

if TYPE_CHECKING:
    from hvsbuild.spec.load import LoadedSpec

SPEC_RULES = (
    *forms.SPEC_RULES,
    *windows.SPEC_RULES,
    *sizes.SPEC_RULES,
    *letters.SPEC_RULES,
    *texts.SPEC_RULES,
    *disk.SPEC_RULES,
    *registry.SPEC_RULES,
    *supported.SPEC_RULES,
)
RELEASE_RULES = (*windows.RELEASE_RULES, *sizes.RELEASE_RULES)
VHD_RULES = (*sizes.VHD_RULES, *texts.VHD_RULES, *supported.VHD_RULES)
VHD_RELEASE_RULES = (*sizes.VHD_RELEASE_RULES, *windows.VHD_RELEASE_RULES)
KEY_RULES = registry.KEY_RULES
LATER = "HVS9"


def check_rules(loaded: LoadedSpec) -> list[Diagnostic]:
    """All findings of all rules, in the order of the file. Of a spec with errors, what can still be checked."""
    spec, profile, run = loaded.spec, loaded.known_profile, partial(_run, loaded.complete)
    found = [run(rule, spec) for rule in SPEC_RULES]
    if profile:
        found += [run(rule, spec, profile) for rule in RELEASE_RULES]
    for loc, section in _parts(spec.vhd_sections, loaded.complete):
        found += [run(rule, loc, section) for rule in VHD_RULES]
        if profile:
            found += [run(rule, loc, section, profile) for rule in VHD_RELEASE_RULES]
    for loc, key in _keys(spec, loaded.complete):
        found += [run(rule, loc, key) for rule in KEY_RULES]
    return in_order(_placed(finding, loaded.places) for finding in _specific([one for some in found for one in some]))


def _specific(found: list[Finding]) -> list[Finding]:
    """Without "not supported yet" where the same value is wrong for a reason of its own."""
    wrong = {one.loc for one in found if CODES[one.code].severity == "error" and not one.code.startswith(LATER)}
    return [one for one in found if not (one.code.startswith(LATER) and one.loc in wrong)]


def _run(complete: bool, rule: Callable[..., Findings], *parts: Any) -> list[Finding]:
    """The rule's findings; on a spec with errors a rule stops at the first part that is missing."""
    found: list[Finding] = []
    try:
        for finding in rule(*parts):
            found.append(finding)
    except AttributeError:
        if complete:
            raise
    return found


def _parts(call: Callable[[], Any], complete: bool) -> Any:
    try:
        return call()
    except AttributeError:
        if complete:
            raise
        return []


def _keys(spec: Spec, complete: bool) -> Iterator[tuple[Loc, RegistryKey]]:
    """Every entry of every registry section with its path."""
    lists: list[tuple[Loc, tuple[RegistryKey, ...]]] = [(("registry",), spec.__dict__.get("registry", ()))]
    lists += [((*loc, "registry"), s.__dict__.get("registry", ())) for loc, s in _parts(spec.vhd_sections, complete)]
    for loc, keys in lists:
        for number, key in enumerate(keys):
            yield (*loc, number), key


def _placed(finding: Finding, places: Places) -> Diagnostic:
    span = places.key_span if finding.on_key else places.value_span
    position, length = span(finding.loc)
    return diagnose(finding.code, position, detail=finding.detail, hint=finding.hint, length=length)
