"""Whether the disk that is wiped is told from others (DESIGN.md section 6)."""

from __future__ import annotations

from hvsbuild.spec.model import Spec
from hvsbuild.spec.rules.finding import Finding, Findings, SpecRule


def identified(spec: Spec) -> Findings:
    """A match that is empty, or only a size, accepts nearly any disk."""
    match = spec.disk.match
    if match.bus is None and match.removable is None and not match.identifies:
        detail = "the match is empty" if match.size is None else "the match is only a size"
        hint = "for example match: {bus: usb, serial: …}"
        yield Finding("HVS230", ("disk", "match"), detail, hint, on_key=True)


def wiped_blindly(spec: Spec) -> Findings:
    """Whatever matches is wiped, and all sticks match."""
    match = spec.disk.match
    if spec.disk.wipe == "always" and not match.identifies and (match.bus or match.removable is not None):
        yield Finding(
            "HVS231", ("disk", "wipe"), "always", "add serial, model or unique_id to disk.match, or use if-ours"
        )


SPEC_RULES: tuple[SpecRule, ...] = (identified, wiped_blindly)
