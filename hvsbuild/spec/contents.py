"""What goes into a VHD: the Windows image and all that is changed in it; in `vhds:` in each entry, with `vhd:` there or
at the top level."""

from __future__ import annotations

from pydantic import Field

from hvsbuild.spec.image import Image
from hvsbuild.spec.kinds import Section
from hvsbuild.spec.registry import RegistryKey


class Contents(Section):
    """The keys that describe what is inside one VHD."""

    image: Image | None = Field(default=None, description="The Windows in the VHD.")
    registry: tuple[RegistryKey, ...] = Field(
        default=(), description="Registry values of the Windows in the VHD.", examples=[[]]
    )
