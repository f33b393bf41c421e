"""files-copy: a file or a folder of the machine into the VHD, then a stamp that says that the copy is whole."""

from hvsbuild.mechanisms import ANSWER_FILE, STAGED
from hvsbuild.plan.firstboot import staged_inputs
from hvsbuild.plan.inputs import Input, Loc, content_input, folder_of, free, shown
from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.states import CopiedFiles

KIND = "files-copy"


def tasks(names: Names) -> list[Task]:
    """What the spec's `files` name, an answer file of the user's own, and what the first boot installs from."""
    made: list[Task] = []
    for number, entry in enumerate(names.vhd.part("files")):
        if source := entry.file or entry.folder:
            loc = (*names.vhd.part_loc("files"), number)
            found = content_input(names.spec, "files", source)
            what = f"copy {'what is in the folder ' if entry.folder else ''}{shown(source)} into the VHD"
            made.append(_task(names, f"copy-{found.name}", found, entry.path, what, loc, made))
    if isinstance(answers := names.vhd.part("unattend"), str):
        found, loc = content_input(names.spec, "unattend", answers), names.vhd.part_loc("unattend")
        made.append(_task(names, "unattend", found, ANSWER_FILE, "the answer file for the first boot", loc, made))
    for found, loc in staged_inputs(names):
        what = f"{shown(str(found.source))} into the VHD, to be installed at the first boot"
        made.append(_task(names, f"stage-{found.name}", found, f"{STAGED}\\{found.name}", what, loc, made))
    return made


def _task(names: Names, id: str, source: Input, path: str, what: str, loc: Loc, before: list[Task]) -> Task:
    """`path` in the VHD, without the letter: of the file, or of the folder that receives the content of a folder."""
    letter, id = f"{names.vhd.letter}:", free(id, [str(task.values["name"]) for task in before])
    state = CopiedFiles(
        place=names.place,
        input=source.name,
        folder=source.kind == "folder",
        path=path,
        stamp=f"{STAGED}\\{id}.json",
    )
    return Task(
        id=names.id(id),
        kind=KIND,
        tool="cmd",
        vhd=names.vhd.file,
        needs=(names.filled,),
        inside=(names.attached,),
        goal=True,
        states=(state,),
        values={
            "name": id,
            "state": state,
            "target": letter + path,
            "folder": folder_of(letter, path),
            "stamps": letter + STAGED,
            "stamp": letter + state.stamp,
            "what": what,
        },
        spec_key=loc,
    )
