"""Which inputs of two specs are other files: of two bundles only the pins tell, of two specs the sources do, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvsbuild.plan.inputs import Input, image_name
from hvsbuild.spec.image import IsoMember
from hvsbuild.states import inside

if TYPE_CHECKING:
    from hvsbuild.inputs.settle import Settled


def changed_sources(old: Settled, new: Settled) -> dict[str, tuple[str, str]]:
    """The source before and after, as the specs write them: by the place of the VHD that an image goes into, of another
    input by its name. Where both are pinned the pins decide, wherever the file is."""
    before, after = _by_use(old), _by_use(new)
    both = {use: (before[use], now) for use, now in after.items() if use in before}
    return {
        use: (_text(was), _text(now))
        for use, (was, now) in both.items()
        if was.source != now.source and not (was.sha256 and now.sha256)
    }


def _by_use(side: Settled) -> dict[str, Input]:
    """An image may go into several VHDs, and its name follows from which."""
    named = {one.name: one for one in side.inputs}
    images = {inside(vhd.file): named[image_name(side.spec, vhd)] for vhd in side.spec.vhd_list() if vhd.image}
    return images | {name: one for name, one in named.items() if one.kind != "image"}


def _text(one: Input) -> str:
    return f"{one.member} in {one.source.iso}" if isinstance(one.source, IsoMember) else str(one.source)
