"""text-file: a text that the bundle itself holds, written line by line, so that a reviewer sees all of it."""

from collections.abc import Sequence

from hvsbuild.mechanisms import ANSWER_FILE, SETUP_COMPLETE
from hvsbuild.plan import firstboot
from hvsbuild.plan.answers import answer_lines
from hvsbuild.plan.inputs import Loc, folder_of, free, plain
from hvsbuild.plan.names import Names
from hvsbuild.plan.secrets import tokens
from hvsbuild.plan.task import Task
from hvsbuild.spec.profile import Profile
from hvsbuild.spec.unattend import Answers
from hvsbuild.states import TextFile

KIND = "text-file"
BACKSLASH = "\\"


def tasks(names: Names, profile: Profile) -> list[Task]:
    """The texts of the spec's `files`, the answer file made from its answers, SetupComplete.cmd."""
    made: list[Task] = []
    vhd = names.vhd
    for number, entry in enumerate(vhd.part("files")):
        if entry.text is not None:
            loc = (*vhd.part_loc("files"), number)
            id = f"write-{plain(entry.path.lower().rpartition(BACKSLASH)[2])}"
            made.append(_task(names, id, entry.path, entry.text.splitlines(), "a text of the spec", loc, made))
    if isinstance(answers := vhd.part("unattend"), Answers):
        loc, what = vhd.part_loc("unattend"), "the answer file for the first boot"
        lines = answer_lines(answers, tokens(names.spec, answers))
        made.append(_task(names, "unattend", ANSWER_FILE, lines, what, loc, made))
    if lines := firstboot.script_lines(names, profile):
        loc, what = firstboot.cause(names), "what Windows does at its first boot"
        made.append(_task(names, "first-boot", SETUP_COMPLETE, lines, what, loc, made))
    return made


def _task(names: Names, id: str, path: str, lines: Sequence[str], what: str, loc: Loc, before: list[Task]) -> Task:
    """`path` in the VHD, without the letter."""
    letter, id = f"{names.vhd.letter}:", free(id, [str(task.values["name"]) for task in before])
    return Task(
        id=names.id(id),
        kind=KIND,
        tool="cmd",
        vhd=names.vhd.file,
        needs=(names.filled,),
        inside=(names.attached,),
        goal=True,
        states=(TextFile(place=names.place, path=path, text="".join(f"{line}\n" for line in lines)),),
        values={
            "name": id,
            "file": letter + path,
            "folder": folder_of(letter, path),
            "lines": lines,
            "what": what,
        },
        spec_key=loc,
    )

