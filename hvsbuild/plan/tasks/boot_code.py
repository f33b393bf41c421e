"""boot-code: the sectors from which a BIOS starts bootmgr."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import STICK, BootCode

KIND = "boot-code"


def task(names: Names) -> Task:
    return Task(
        id="boot-code",
        kind=KIND,
        tool="cmd",
        needs=("disk-prepare", "disk-letter", "disk-active"),
        inside=(names.stick_letter,),
        goal=True,
        states=(BootCode(place=STICK, partition=1),),
        values={"letter": names.spec.disk.letter},
        spec_key=("boot",) if "boot" in names.spec.model_fields_set else ("disk",),
    )
