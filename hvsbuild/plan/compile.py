"""Spec -> Plan: which tasks a spec asks for, in their derived order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hvsbuild.plan import contents
from hvsbuild.plan.graph import order
from hvsbuild.plan.inputs import Input, inputs_of
from hvsbuild.plan.names import Names, StickNames
from hvsbuild.plan.task import Task
from hvsbuild.plan.tasks import (
    boot_code,
    boot_files,
    boot_menu,
    boot_settings,
    child_create,
    child_remove,
    disk_active,
    disk_letter,
    disk_prepare,
    image_apply,
    stamp,
    vhd_attach,
    vhd_copy,
    vhd_create,
    vhd_format,
    workspace,
)
from hvsbuild.spec.model import Spec
from hvsbuild.spec.profile import load_profile
from hvsbuild.states import STICK, WORKSPACE


@dataclass(frozen=True)
class Plan:
    """The ordered tasks of one spec, and what they take from the machine."""

    spec: Spec
    tasks: tuple[Task, ...]
    inputs: tuple[Input, ...]


def compile_plan(spec: Spec) -> Plan:
    """The plan of a spec that has passed its rules."""
    stick = StickNames(spec)
    vhds = [Names(spec, vhd) for vhd in stick.vhds]
    by_file = {names.vhd.file.lower(): names for names in vhds}
    tasks = _disk(stick)
    for names in vhds:
        tasks += _vhd(names, by_file)
    tasks += _boot(stick, [names for names in vhds if names.boots])
    tasks.append(stamp.stick_task(stick, stamp.digest(_lasting(tasks)), _ends(tasks)))
    return Plan(spec, order(tasks), inputs_of(spec))


def _disk(stick: StickNames) -> list[Task]:
    made = [disk_prepare.task(stick), *disk_letter.tasks(stick)]
    if stick.spec.boot.firmware != "uefi":
        made += [disk_active.task(stick), boot_code.task(stick)]
    return made


def _vhd(names: Names, by_file: dict[str, Names]) -> list[Task]:
    """One VHD, made in the workspace and copied to the stick, or made on the stick upon its parent; its brackets."""
    profile = load_profile(names.vhd.os)
    inside = contents.tasks(names, profile)
    if names.is_child:
        parent = by_file[str(names.vhd.parent).lower()]
        outside = [child_remove.task(names, parent), child_create.task(names, parent, _finished(parent))]
    else:
        outside = [workspace.task(names), vhd_create.task(names), vhd_format.task(names), vhd_copy.task(names)]
        inside.insert(0, image_apply.task(names, profile))
    done = _ends(inside) or (names.filled,)
    inside.append(stamp.vhd_task(names, stamp.digest(_lasting([*outside, *inside])), done))
    # what is made upon it does not survive that it changes
    inside = [replace(task, wipes=(*task.wipes, *names.lost_with_it)) if task.goal else task for task in inside]
    last = _ends(inside)
    brackets: list[Task] = []
    if not names.is_child:
        brackets += vhd_attach.tasks(names, WORKSPACE, (names.id("vhd-format"),), last)
    after = last if names.is_child else ()
    boots = (names.id("boot-files"),) if names.boots else ()
    brackets += vhd_attach.tasks(names, STICK, (names.on_stick, "disk-letter"), (*after, *boots))
    return [*outside, *inside, *brackets]


def _lasting(tasks: list[Task]) -> list[Task]:
    """Without those that only open or only close."""
    return [task for task in tasks if bool(task.opens) == bool(task.closes)]


def _ends(tasks: list[Task]) -> tuple[str, ...]:
    """Those that no other of them needs: when they are done, all are."""
    needed = {need for task in tasks for need in task.needs}
    return tuple(task.id for task in tasks if task.id not in needed)


def _finished(names: Names) -> tuple[str, ...]:
    """What is last done in a VHD that others are made upon."""
    return (names.id("vhd-stamp"), names.on_stick)


def _boot(stick: StickNames, vhds: list[Names]) -> list[Task]:
    """Boot files and settings of every VHD that is started from, and the menu."""
    made: list[Task] = []
    for names in vhds:
        profile = load_profile(names.vhd.os)
        made.append(boot_files.task(names, profile))
        if settings := boot_settings.task(names, profile):
            made.append(settings)
    if menu := boot_menu.task(stick):
        made.append(menu)
    return made
