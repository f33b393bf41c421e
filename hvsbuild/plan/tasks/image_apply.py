"""image-apply: the Windows image into the VHD, then a stamp that says that it is whole."""

from hvsbuild.plan.names import IMAGE_INPUT, IMAGE_STAMP, Names
from hvsbuild.plan.task import Task
from hvsbuild.spec.profile import Profile
from hvsbuild.states import AppliedImage, inside

KIND = "image-apply"


def task(names: Names, profile: Profile) -> Task:
    image = names.vhd.image
    chosen = str(image.index) if image.name is None else image.name
    return Task(
        id="image-apply",
        kind=KIND,
        tool="cmd",
        needs=("vhd-format", "vhd-attach"),
        inside=(names.attached,),
        restart="workspace",
        states=(AppliedImage(place=inside(names.vhd.file), input=IMAGE_INPUT, image=chosen, stamp=IMAGE_STAMP),),
        values={
            "tool": profile.apply,
            "input": IMAGE_INPUT,
            "image": chosen,
            "by_name": image.name is not None,
            "letter": names.vhd.letter,
            "stamp": f"{names.vhd.letter}:{IMAGE_STAMP}",
        },
        spec_key=("image",),
    )
