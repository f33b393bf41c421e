"""image-apply: the Windows image into the VHD, then a stamp that says that it is whole."""

from hvsbuild.plan.names import IMAGE_STAMP, Names
from hvsbuild.plan.task import Task
from hvsbuild.spec.profile import Profile
from hvsbuild.states import AppliedImage, inside

KIND = "image-apply"


def task(names: Names, profile: Profile) -> Task:
    image = names.vhd.image
    assert image is not None  # rules/forms.py made sure: only a child has none
    assert image.index or image.name  # inputs/settle.py made an index of an edition
    applied = AppliedImage(
        place=inside(names.vhd.file),
        input=names.image_input,
        image=image.choice,
        edition=image.edition,
        stamp=IMAGE_STAMP,
    )
    return Task(
        id=names.id("image-apply"),
        kind=KIND,
        tool="cmd",
        vhd=names.vhd.file,
        needs=(names.id("vhd-format"), names.id("vhd-attach")),
        inside=(names.attached,),
        restart=names.id("workspace"),
        states=(applied,),
        values={
            "tool": profile.apply,
            "input": names.image_input,
            "image": image.choice,
            "by_name": image.index is None,
            "edition": image.edition,
            "split": image.applied.lower().endswith(".swm"),
            "letter": names.vhd.letter,
            "stamp": f"{names.vhd.letter}:{IMAGE_STAMP}",
        },
        spec_key=names.vhd.part_loc("image"),
    )
