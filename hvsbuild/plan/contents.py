"""What happens inside a VHD once its image is in it: the tasks of each section of the spec, all in one attachment.

A section's tasks are inside the VHD's bracket (`names.attached`) and need `names.id("image-apply")` (through
`names.filled`); the VHD is stamped and detached after the last of them.
"""

from __future__ import annotations

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.plan.tasks import files_copy, registry, servicing, text_file
from hvsbuild.spec.profile import Profile


def tasks(names: Names, profile: Profile) -> list[Task]:
    """All of them, unordered: the graph finds the order from what they need."""
    hives = [registry.tasks(names, hive) for hive in registry.hives_of(names, profile)]
    return [
        *servicing.tasks(names, profile),
        *files_copy.tasks(names),
        *text_file.tasks(names, profile),
        *(task for bracket in hives for task in bracket),
    ]
