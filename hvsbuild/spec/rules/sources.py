"""Where images come from, and which one of a file is meant."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from hvsbuild.spec.image import Image, IsoMember, address_path, is_address
from hvsbuild.spec.model import Spec, VhdSection
from hvsbuild.spec.places import Loc
from hvsbuild.spec.profile import Profile
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule, VhdReleaseRule
from hvsbuild.spec.rules.forms import images
from hvsbuild.spec.rules.texts import safe

IMAGES = (".wim", ".esd", ".swm")
DISKS = (".vhd", ".vhdx", ".ffu")
SCHEMES = ("https", "http", "file")
KINDS = "use a .wim, .esd, .swm or .iso file"
CHOICES = ("index", "name", "edition")


def image_choice(spec: Spec) -> Findings:
    """An image by its number, its name or its edition."""
    for loc, image in images(spec):
        given = [name for name in CHOICES if getattr(image, name) is not None]
        if len(given) > 1:
            yield Finding("HVS119", (*loc, given[-1]), " and ".join(given), "keep one of them", on_key=True)
        if not given:
            hint = "index: 1 takes the first image of the file"
            yield Finding("HVS120", loc, "index, name or edition", hint, on_key=True)
        if image.installation is not None and image.edition is None:
            hint = "add edition:, or leave installation out"
            yield Finding("HVS253", (*loc, "installation"), "", hint, on_key=True)


def image_texts(spec: Spec) -> Findings:
    """What of an image goes into a script."""
    for loc, image in images(spec):
        for name in ("name", "edition", "installation"):
            if (text := getattr(image, name)) is not None:
                yield from safe((*loc, name), text)
        if image.name is not None and image.name.isdecimal():
            yield Finding("HVS254", (*loc, "name"), image.name, f"write index: {image.name}, if the number is meant")


def image_files(spec: Spec) -> Findings:
    """The name of the image's file tells what is in it."""
    for loc, image in images(spec):
        if isinstance(image.source, IsoMember):
            yield from _iso((*loc, "source"), image.source)
            continue
        at, name = (*loc, "source"), image.source.lower()
        if is_address(name):
            name = address_path(name)
        if name.endswith(DISKS):
            hint = f"a disk image cannot be applied to a volume; {KINDS}"
            yield Finding("HVS240", at, image.source, hint)
        elif not name.endswith((*IMAGES, ".iso")):
            iso = "; of an ISO whose address ends in something else: {iso: …}" if is_address(image.source) else ""
            yield Finding("HVS240", at, image.source, KINDS + iso)
        yield from _windows_path(at, image.source)


def _iso(loc: Loc, source: IsoMember) -> Findings:
    iso, member, at = source.iso, source.member, (*loc, "member")
    if address_path(iso.lower()).endswith((*IMAGES, *DISKS)):
        yield Finding("HVS240", (*loc, "iso"), iso, f"iso: names an ISO file; for this one write source: {iso}")
    yield from _windows_path((*loc, "iso"), iso)
    if member is None:
        return
    if "\\" in member:
        yield Finding("HVS247", at, member, f"write {member.replace(chr(92), '/').strip('/')}")
    elif any(part in ("", ".", "..") for part in member.split("/")):
        yield Finding("HVS247", at, member, "for example sources/install.wim, from the top of the ISO")
    elif not member.lower().endswith(IMAGES):
        yield Finding("HVS240", at, member, "use a .wim, .esd or .swm file of the ISO")


def _windows_path(loc: Loc, path: str) -> Findings:
    if "\\" in path and not re.match(r"[A-Za-z]:\\|\\\\", path):
        yield Finding("HVS241", loc, path, f"write {path.replace(chr(92), '/')}")


def addresses(spec: Spec) -> Findings:
    """What can be downloaded, and only what is known before."""
    for loc, image in images(spec):
        at = (*loc, "source", "iso") if isinstance(image.source, IsoMember) else (*loc, "source")
        if is_address(image.file):
            yield from _address(at, image)


def _address(loc: Loc, image: Image) -> Findings:
    address = image.file
    try:
        parts = urlsplit(address)
        host, password = parts.hostname or "", parts.username or parts.password
        _ = parts.port
    except ValueError as error:
        yield Finding("HVS243", loc, address, str(error))
        return
    scheme = parts.scheme.lower()
    if scheme not in SCHEMES:
        yield Finding("HVS243", loc, address, "write https://…, file://… or a path")
    elif scheme == "file":
        if not parts.path.strip("/"):
            yield Finding("HVS243", loc, address, "for example file:///srv/images/install.wim")
    elif not host:
        yield Finding("HVS243", loc, address, "it names no server")
    elif password:
        hint = "take it out; a password for a server belongs into ~/.netrc of the machine that downloads"
        yield Finding("HVS244", loc, host, hint)
    else:
        yield from _download(loc, image, scheme)


def _download(loc: Loc, image: Image, scheme: str) -> Findings:
    if address_path(image.file.lower()).endswith(".swm"):
        yield Finding("HVS249", loc, image.file, "name an ISO or a .wim, or copy all parts into a folder")
    elif image.sha256 is None:
        detail = "http:// proves nothing about who answers" if scheme == "http" else ""
        yield Finding("HVS242", loc, detail, "add sha256: beside source:, as its publisher gives it")


def pins(spec: Spec) -> Findings:
    """A SHA-256 is that of one file, and of one source there is one."""
    seen: dict[str, str | None] = {}
    for loc, image in images(spec):
        one_file = isinstance(image.source, IsoMember) or is_address(image.source)
        if image.sha256 and not one_file and image.file.lower().endswith(".swm"):
            hint = "leave it out; hvsbuild lock pins every part"
            yield Finding("HVS246", (*loc, "sha256"), image.file, hint, on_key=True)
        if image.sha256 != seen.setdefault(repr(image.source), image.sha256):
            at = (*loc, "sha256") if image.sha256 else (*loc, "source")
            yield Finding("HVS252", at, image.file, "write the same sha256 at each of them", on_key=True)


def compression(loc: Loc, vhd: VhdSection, profile: Profile) -> Findings:
    """imagex knows what Windows 7 knew."""
    if vhd.image is not None:
        yield from _readable((*loc, "image"), vhd.image, profile)


def top_compression(spec: Spec, profile: Profile) -> Findings:
    if spec.image is not None:
        yield from _readable(("image",), spec.image, profile)


def _readable(loc: Loc, image: Image, profile: Profile) -> Findings:
    if profile.apply == "imagex" and address_path(image.applied.lower()).endswith(".esd"):
        source = image.source
        at = (*loc, "source", "member") if isinstance(source, IsoMember) else (*loc, "source")
        hint = "turn it into a .wim: wimlib-imagex export install.esd 1 install.wim --compress=LZX"
        yield Finding("HVS245", at, f"imagex, which applies {profile.title}, cannot read .esd files", hint)


SPEC_RULES: tuple[SpecRule, ...] = (image_choice, image_texts, image_files, addresses, pins)
RELEASE_RULES = (top_compression,)
VHD_RELEASE_RULES: tuple[VhdReleaseRule, ...] = (compression,)
