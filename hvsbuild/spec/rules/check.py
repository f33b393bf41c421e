"""Runs every rule over a spec and gives its findings their place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from hvsbuild.spec.diagnostics import Diagnostic, diagnose, diagnose_mark, in_order, suggestion
from hvsbuild.spec.model import RegistryEntry, Spec, VhdSection
from hvsbuild.spec.places import Loc, Places
from hvsbuild.spec.profile import Profile, load_profile, profile_names
from hvsbuild.spec.rules import (
    answers,
    boot,
    changes,
    contents,
    disk,
    fitting,
    forms,
    letters,
    partitions,
    registry,
    sizes,
    sources,
    texts,
    vhds,
    windows,
)
from hvsbuild.spec.rules.finding import Finding, Findings

if TYPE_CHECKING:
    from hvsbuild.spec.load import LoadedSpec

SPEC_RULES = (
    *forms.SPEC_RULES,
    *windows.SPEC_RULES,
    *boot.SPEC_RULES,
    *partitions.SPEC_RULES,
    *vhds.SPEC_RULES,
    *sizes.SPEC_RULES,
    *fitting.SPEC_RULES,
    *letters.SPEC_RULES,
    *texts.SPEC_RULES,
    *sources.SPEC_RULES,
    *disk.SPEC_RULES,
    *changes.SPEC_RULES,
    *contents.SPEC_RULES,
    *answers.SPEC_RULES,
)
RELEASE_RULES = (*windows.RELEASE_RULES, *sizes.RELEASE_RULES, *sources.RELEASE_RULES)
VHD_RULES = (*sizes.VHD_RULES, *texts.VHD_RULES)
VHD_RELEASE_RULES = (*sizes.VHD_RELEASE_RULES, *windows.VHD_RELEASE_RULES, *sources.VHD_RELEASE_RULES)
KEY_RULES = (*registry.KEY_RULES, *changes.KEY_RULES)


def check_rules(loaded: LoadedSpec) -> list[Diagnostic]:
    """All findings of all rules, in the order of the file. Of a spec with errors, what can still be checked."""
    spec, run = loaded.spec, partial(_run, loaded.complete)
    sections = _parts(spec.vhd_sections, loaded.complete)
    releases = [_release(spec, section) for _, section in sections]
    found = [run(rule, spec) for rule in SPEC_RULES]
    found.append(run(answers.answer_files, loaded))
    for profile in _different([loaded.known_profile] if not sections else releases):
        found += [run(rule, spec, profile) for rule in RELEASE_RULES]
    for (loc, section), release in zip(sections, releases, strict=True):
        found += [run(rule, loc, section) for rule in VHD_RULES]
        if release:
            found += [run(rule, loc, section, release) for rule in VHD_RELEASE_RULES]
    for loc, key in _keys(spec, loaded.complete):
        found += [run(rule, loc, key) for rule in KEY_RULES]
    kept = (finding for some in found for finding in some if not _misspelt(finding, loaded.places))
    return in_order(_placed(finding, loaded.places) for finding in kept)


def _misspelt(finding: Finding, places: Places) -> bool:
    """Whether a key is missing only because it is misspelt, which is said already."""
    if finding.code != "HVS102":
        return False
    beside = {str(loc[-1]) for loc in places.by_loc if loc and loc[:-1] == finding.loc}
    name = finding.detail.partition(" ")[0]
    return any(suggestion(one, [name]) for one in beside - {*Spec.model_fields, *VhdSection.model_fields})


def _release(spec: Spec, section: VhdSection) -> Profile | None:
    """The profile of the Windows in a VHD: None when the spec is wrong about it."""
    try:
        name = vhds.Family.of(spec).release(section)
    except AttributeError:
        return None
    return load_profile(name) if name in profile_names() else None


def _different(profiles: Iterable[Profile | None]) -> list[Profile]:
    """Each profile once."""
    return list({profile.name: profile for profile in profiles if profile}.values())


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


def _keys(spec: Spec, complete: bool) -> Iterator[tuple[Loc, RegistryEntry]]:
    """Every entry of every registry section with its path."""
    lists: list[tuple[Loc, tuple[RegistryEntry, ...]]] = [(("registry",), spec.__dict__.get("registry", ()))]
    lists += [((*loc, "registry"), s.__dict__.get("registry", ())) for loc, s in _parts(spec.vhd_sections, complete)]
    for loc, keys in lists:
        for number, key in enumerate(keys):
            yield (*loc, number), key


def _placed(finding: Finding, places: Places) -> Diagnostic:
    if finding.mark:
        return diagnose_mark(finding.code, finding.mark, detail=finding.detail, hint=finding.hint)
    span = places.key_span if finding.on_key else places.value_span
    position, length = span(finding.loc)
    return diagnose(finding.code, position, detail=finding.detail, hint=finding.hint, length=length)
