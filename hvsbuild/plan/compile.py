"""Spec -> Plan: which tasks a spec asks for, in their derived order."""

from __future__ import annotations

from dataclasses import dataclass

from hvsbuild.plan.graph import order
from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.plan.tasks import (
    boot_code,
    boot_files,
    boot_settings,
    disk_active,
    disk_letter,
    disk_prepare,
    image_apply,
    registry,
    stamp,
    vhd_attach,
    vhd_copy,
    vhd_create,
    vhd_format,
    workspace,
)
from hvsbuild.spec.model import Spec
from hvsbuild.spec.profile import Profile
from hvsbuild.states import STICK, WORKSPACE


@dataclass(frozen=True)
class Plan:
    """The ordered tasks of one spec."""

    spec: Spec
    profile: Profile
    tasks: tuple[Task, ...]


def compile_plan(spec: Spec, profile: Profile) -> Plan:
    """The plan of a spec that has passed its rules."""
    (vhd,) = spec.vhd_list()
    names = Names(spec, vhd)
    hives = [registry.tasks(names, hive, values) for hive, values in registry.states_of(names).items()]
    content = [
        workspace.task(names),
        vhd_create.task(names),
        vhd_format.task(names),
        image_apply.task(names, profile),
        *(task for tasks in hives for task in tasks),
        disk_prepare.task(names),
        disk_active.task(names),
        disk_letter.task(names),
        vhd_copy.task(names),
        boot_code.task(names),
        boot_files.task(names, profile),
    ]
    if settings := boot_settings.task(names, profile):
        content.append(settings)
    plan = stamp.digest(content)
    unloads = tuple(unload.id for _, _, unload in hives)
    marks = [
        stamp.vhd_task(names, plan, unloads),
        stamp.stick_task(names, plan, (content[-1].id, "boot-code", "stick-detach")),
    ]
    brackets = [
        *vhd_attach.tasks(names, WORKSPACE, ("vhd-format",), ("image-apply", *unloads, "vhd-stamp")),
        *vhd_attach.tasks(names, STICK, ("vhd-copy", "disk-letter"), ("boot-files",)),
    ]
    return Plan(spec, profile, order([*content, *marks, *brackets]))
