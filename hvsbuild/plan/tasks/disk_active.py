"""disk-active: mark the system partition as the one that a BIOS starts from (MBR)."""

from hvsbuild.plan.names import StickNames
from hvsbuild.plan.task import Task
from hvsbuild.states import STICK, ActivePartition

KIND = "disk-active"


def task(names: StickNames) -> Task:
    number = names.layout.system.number
    return Task(
        id="disk-active",
        kind=KIND,
        tool="diskpart",
        needs=("disk-prepare",),
        goal=True,
        states=(ActivePartition(place=STICK, partition=number),),
        values={"partition": names.layout.system.number_on_disk},
        spec_key=("boot",) if "boot" in names.spec.model_fields_set else ("disk",),
    )
