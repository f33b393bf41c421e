"""disk-active: mark the stick's partition as the one that the BIOS starts from."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import STICK, ActivePartition

KIND = "disk-active"


def task(names: Names) -> Task:
    return Task(
        id="disk-active",
        kind=KIND,
        tool="diskpart",
        needs=("disk-prepare",),
        goal=True,
        states=(ActivePartition(place=STICK, partition=1),),
        spec_key=("boot",) if "boot" in names.spec.model_fields_set else ("disk",),
    )
