"""boot-code: the sectors from which a BIOS starts bootmgr."""

from hvsbuild.plan.names import StickNames
from hvsbuild.plan.task import Task
from hvsbuild.states import STICK, BootCode

KIND = "boot-code"


def task(names: StickNames) -> Task:
    system = names.layout.system
    return Task(
        id="boot-code",
        kind=KIND,
        tool="cmd",
        needs=("disk-prepare", names.letter_tasks[-1], "disk-active"),
        inside=(names.system_letter,),
        goal=True,
        states=(BootCode(place=STICK, partition=system.number),),
        values={"letter": system.letter},
        spec_key=("boot",) if "boot" in names.spec.model_fields_set else ("disk",),
    )
