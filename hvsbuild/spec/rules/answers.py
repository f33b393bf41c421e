"""The answers of `unattend:`, and an answer file of the user's own: what Windows Setup would stop at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from hvsbuild.spec.diagnostics import suggestion
from hvsbuild.spec.model import Spec
from hvsbuild.spec.places import Loc
from hvsbuild.spec.profile import Profile
from hvsbuild.spec.rules.contents import is_winpe, sections
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule
from hvsbuild.spec.unattend import Answers, Secret
from hvsbuild.spec.windows_names import languages, time_zones

if TYPE_CHECKING:
    from hvsbuild.spec.load import LoadedSpec

NAMESPACE = "urn:schemas-microsoft-com:unattend"
UNREAD = ("windowsPE", "offlineServicing", "generalize")
LARGEST = 1 << 20  # bytes of an answer file
COMPUTER_LONGEST = 15  # NetBIOS
TAG = re.compile(r"(?i)[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-[a-z0-9]{5,8})?")
KEYBOARD = re.compile(r"(?i)[0-9a-f]{4}:[0-9a-f]{8}")
KEY = re.compile(r"(?i)([a-z0-9]{5}-){4}[a-z0-9]{5}")
TEXT_LONGEST = 255


def answers_of(spec: Spec) -> Iterator[tuple[Loc, Answers, Profile | None]]:
    """Every section of answers."""
    for loc, section, profile in sections(spec):
        found = section.__dict__.get("unattend")
        if isinstance(found, Answers):
            yield (*loc, "unattend"), found, profile


def secrets(spec: Spec) -> Findings:
    """Each from one place."""
    for loc, answers, _ in answers_of(spec):
        for key in ("administrator_password", "product_key"):
            secret, at = answers.__dict__.get(key), (*loc, key)
            if not isinstance(secret, Secret):
                continue
            if secret.env is not None and secret.file is not None:
                yield Finding("HVS119", (*at, "file"), "env and file", "keep one of them", on_key=True)
            elif secret.env is None and secret.file is None:
                yield Finding("HVS120", at, "env or file", "for example {env: ADMIN_PASSWORD}", on_key=True)
            elif secret.env is not None and not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", secret.env):
                yield Finding("HVS341", (*at, "env"), secret.env, "letters, digits and _, like ADMIN_PASSWORD")


def computer_name(spec: Spec) -> Findings:
    for loc, answers, _ in answers_of(spec):
        name, at = answers.__dict__.get("computer_name"), (*loc, "computer_name")
        if name is None or name == "*":
            continue
        if found := re.search("[^A-Za-z0-9-]", name):
            hint = "letters, digits and hyphens; a domain is joined later" if found[0] == "." else ""
            hint = hint or f"write {re.sub('[^A-Za-z0-9-]+', '-', name).strip('-')[:COMPUTER_LONGEST] or 'HVS-01'}"
            yield Finding("HVS342", at, f"{found[0]!r} cannot be in it", hint)
        elif len(name) > COMPUTER_LONGEST:
            yield Finding("HVS342", at, f"{len(name)} characters", f"write {name[:COMPUTER_LONGEST].strip('-')}")
        elif name.isdecimal() or name.startswith("-") or name.endswith("-"):
            reason = "digits alone" if name.isdecimal() else "a hyphen at its end"
            yield Finding("HVS342", at, reason, "for example HVS-01")


def time_zone(spec: Spec) -> Findings:
    for loc, answers, _ in answers_of(spec):
        zone = answers.__dict__.get("time_zone")
        # with _dstoff the clock is not put forward in summer
        if zone is None or zone.removesuffix("_dstoff").lower() in [one.lower() for one in time_zones()]:
            continue
        known = next((name for name, others in time_zones().items() if zone in others), None)
        hint = f'Windows calls it "{known}"' if known else suggestion(zone, time_zones())
        example = 'tzutil /l lists them, for example "W. Europe Standard Time" and UTC'
        yield Finding("HVS343", (*loc, "time_zone"), zone, hint or example)


def locale(spec: Spec) -> Findings:
    known = {one.lower() for one in languages()}
    for loc, answers, _ in answers_of(spec):
        found = answers.__dict__.get("locale")
        for key in ("ui", "input", "system", "user"):
            text = found.__dict__.get(key) if found else None
            for tag in (text.split(";") if key == "input" else [text]) if text else ():
                at = (*loc, "locale", key)
                if key == "input" and KEYBOARD.fullmatch(tag):
                    continue
                if not TAG.fullmatch(tag):
                    better = tag.replace("_", "-").partition(".")[0]
                    example = "write a tag like de-DE" + (", or 0407:00000407" if key == "input" else "")
                    hint = f"write {better}" if TAG.fullmatch(better) and better != tag else example
                    yield Finding("HVS344", at, tag or "an empty one", hint)
                elif tag.lower() not in known:
                    yield Finding("HVS345", at, tag, suggestion(tag, languages()))


def product_key(spec: Spec) -> Findings:
    for loc, answers, _ in answers_of(spec):
        key, at = answers.__dict__.get("product_key"), (*loc, "product_key")
        if isinstance(key, str):
            if not KEY.fullmatch(key):
                yield Finding("HVS346", at, f"{len(key)} characters", "like ABCDE-12345-ABCDE-12345-ABCDE")
            else:
                yield Finding("HVS347", at)


def owner(spec: Spec) -> Findings:
    """Texts that XML can carry, and that are not taken for what hvsbuild fills in."""
    for loc, answers, _ in answers_of(spec):
        for key in ("organization", "owner"):
            text, at = answers.__dict__.get(key) or "", (*loc, key)
            if not text.isprintable() or "{{" in text:
                yield Finding("HVS354", at, "a control character, or {{", "use other characters")
            elif len(text) > TEXT_LONGEST:
                yield Finding("HVS354", at, f"{len(text)} characters", f"up to {TEXT_LONGEST}")


def architecture(spec: Spec) -> Findings:
    for loc, answers, profile in answers_of(spec):
        if profile and "arch" in answers.__dict__ and answers.arch not in profile.architectures:
            hint = f"{profile.title} runs on: {', '.join(profile.architectures)}"
            yield Finding("HVS348", (*loc, "arch"), answers.arch, hint)


def answer_files(loaded: LoadedSpec) -> Findings:
    """A file of the user's own: XML, an answer file, and what of it Windows will read."""
    for where, section, profile in sections(loaded.spec):
        found, loc = section.__dict__.get("unattend"), (*where, "unattend")
        if isinstance(found, str) and not (profile and is_winpe(profile)):
            yield from _answer_file(loc, loaded.input_path(loc, found), profile)


def _answer_file(loc: Loc, path: Path, profile: Profile | None) -> Findings:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            yield Finding("HVS350", loc, f"{path.name} has more than {LARGEST} bytes", "name the answer file")
            return
        root = ElementTree.fromstring(data)
    except OSError as error:
        yield Finding("HVS349", loc, f"{path}: {error.strerror}", "it is looked for beside the spec")
        return
    except ElementTree.ParseError as error:
        yield Finding("HVS350", loc, f"{path.name}: {error}", "it is no XML; an editor or xmllint shows the place")
        return
    if root.tag != f"{{{NAMESPACE}}}unattend":
        hint = f'it begins with <unattend xmlns="{NAMESPACE}">'
        yield Finding("HVS350", loc, f"{path.name} begins with <{root.tag}>", hint)
        return
    yield from _unread(loc, root, profile)


def _unread(loc: Loc, root: ElementTree.Element, profile: Profile | None) -> Findings:
    """Passes that do not run at the first boot, and components for another processor."""
    passes = {one.get("pass", ""): one for one in root.iter(f"{{{NAMESPACE}}}settings")}
    if unread := [name for name in passes if name in UNREAD]:
        hint = "they do not run when an applied image starts for the first time"
        yield Finding("HVS351", loc, f"the pass{'es' if len(unread) > 1 else ''} {', '.join(unread)}", hint)
    elif not passes:
        yield Finding("HVS351", loc, "it has no settings", 'add <settings pass="specialize"> or oobeSystem')
    read = [one for name, settings in passes.items() if name not in UNREAD for one in settings]
    archs = {one.get("processorArchitecture", "") for one in read if one.get("processorArchitecture")}
    if profile and archs and not archs & set(profile.architectures):
        hint = f"{profile.title} runs on: {', '.join(profile.architectures)}"
        yield Finding("HVS348", loc, ", ".join(sorted(archs)), hint)


SPEC_RULES: tuple[SpecRule, ...] = (
    secrets,
    computer_name,
    time_zone,
    locale,
    product_key,
    owner,
    architecture,
)
