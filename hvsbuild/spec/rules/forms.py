"""Keys that need or exclude each other."""

from __future__ import annotations

from hvsbuild.spec.contents import Contents
from hvsbuild.spec.model import Image, Spec
from hvsbuild.spec.places import Loc
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule


def one_vhd_form(spec: Spec) -> Findings:
    """Either vhd: or vhds:."""
    if spec.vhd is not None and spec.vhds is not None:
        yield Finding(
            "HVS119", ("vhds",), "vhd and vhds", "put the one VHD into the list, or take the list out", on_key=True
        )
    if spec.vhd is None and spec.vhds is None:
        yield Finding("HVS120", (), "vhd or vhds", "vhd: holds the one VHD on the stick", on_key=True)


def contents_once(spec: Spec) -> Findings:
    """What goes into the VHD stands at the top level or in the VHD, not in both; beside vhds: only in each entry."""
    for name in Contents.model_fields:
        if not getattr(spec, name):
            continue
        if spec.vhds is not None:
            yield Finding("HVS119", (name,), f"{name} and vhds", f"write {name} in each entry of vhds", on_key=True)
        elif spec.vhd is not None and getattr(spec.vhd, name):
            yield Finding(
                "HVS119", ("vhd", name), f"{name} in vhd and at the top level", "keep one of them", on_key=True
            )


def has_image(spec: Spec) -> Findings:
    """Every VHD gets an image, and its size; but a differencing one has its parent's."""
    if spec.vhd is not None and spec.vhds is not None:
        return
    for loc, section in spec.vhd_sections():
        if section.type == "differencing":
            continue
        where = " in vhds" if spec.vhds else ""
        if section.image is None and (spec.vhds or spec.image is None):
            at = loc if spec.vhds else ()
            example = "add image: {source: install.wim, index: 1}"
            yield Finding("HVS102", at, f"image{where}", example, on_key=True)
        if section.size is None:
            example = "add size:, for example size: 24 GiB"
            yield Finding("HVS102", loc, f"size in {loc[0]}", example, on_key=True)


def images(spec: Spec) -> list[tuple[Loc, Image]]:
    """Every image section with its path."""
    found: list[tuple[Loc, Image | None]] = [(("image",), spec.image)]
    found += [((*loc, "image"), section.image) for loc, section in spec.vhd_sections()]
    return [(loc, image) for loc, image in found if image is not None]


SPEC_RULES: tuple[SpecRule, ...] = (one_vhd_form, contents_once, has_image)
