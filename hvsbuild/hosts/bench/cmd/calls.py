"""`call`: a label of this script, another script, or a command; and `cmd /c` of a script.

What comes back from a script or label is the code of its last command. `call` makes the error level of a 0 (Wine's cmd
tests: "success/failure for CALL command"), `cmd /c` does not ("success/failure when invoking cmd /c").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvsbuild.hosts.bench.cmd import expand
from hvsbuild.hosts.bench.cmd.session import Frame, Session, label_name, script_frame
from hvsbuild.hosts.bench.cmd.streams import Streams
from hvsbuild.hosts.bench.cmd.text import DELIMITERS, Text
from hvsbuild.hosts.bench.cmd.words import batch_arguments, unquoted
from hvsbuild.hosts.bench.filecopy import NO_PATH, find
from hvsbuild.hosts.bench.machine import PathError

if TYPE_CHECKING:
    from hvsbuild.hosts.bench.cmd.interpreter import Interpreter


def call(cmd: Interpreter, rest: Text, streams: Streams) -> int:
    """Run what `call` names; it goes through the percent phase a second time, as in cmd."""
    place = rest.lstrip().place()
    if "^" in rest.chars:
        raise cmd.refuse("`^` in a call", place, "call doubles it inside quotes")
    text = expand.percent(rest, cmd.session.scope()).lstrip()
    if not text.chars:
        raise cmd.refuse("call without a name", place)
    if _special(text.chars):
        raise cmd.refuse("a special character in a call", place, "quote it")
    if text.chars.startswith(":"):
        return _label(cmd, text.chars, streams)
    head = _head(text.chars)
    if not unquoted(head).lower().endswith((".cmd", ".bat")):
        return cmd.dispatch(text, streams)
    frame = _script(cmd, head, text.chars[len(head) :])
    if frame is None:
        streams.err.print(NO_PATH)
        cmd.session.error_level = 1
        return 1
    return cmd.run_frame(frame, streams) or cmd.session.error_level


def subshell(cmd: Interpreter, rest: Text, streams: Streams) -> int:
    """`cmd [/d] [/q] [/e:on] [/v:off] /c "C:\\path\\script.cmd" [plain words]`: it gets a copy of the variables and
    keeps its own. Command extensions on and delayed expansion off is what the bench does anyway."""
    text, quiet = rest.lstrip(), False
    while (switch := _head(text.chars).lower()) in ("/d", "/q", "/e:on", "/v:off"):
        quiet = quiet or switch == "/q"
        text = text[len(switch) :].lstrip()
    place, switch = text.place(), _head(text.chars)
    command = text.chars[len(switch) :].strip()
    head = _head(command)
    script = unquoted(head).lower().endswith((".cmd", ".bat")) and command.count('"') in (0, 2)
    if switch.lower() != "/c" or not script or set(command) & set("&<>()@^|"):  # cmd strips quotes by odd rules
        raise cmd.refuse("cmd", place, 'the bench runs only cmd /d /c "C:\\folder\\script.cmd"')
    outer = cmd.session
    cmd.session = Session(outer.variables)
    cmd.session.echo = not quiet
    try:
        frame = _script(cmd, head, command[len(head) :])
        if frame is None:
            streams.err.print(NO_PATH)
        code = 1 if frame is None else cmd.run_frame(frame, streams)
    finally:
        cmd.session = outer
    outer.error_level = code
    return code


def _head(chars: str) -> str:
    quoted = False
    for index, char in enumerate(chars):
        quoted = quoted != (char == '"')
        if char in DELIMITERS and not quoted:
            return chars[:index]
    return chars


def _special(chars: str) -> bool:
    quoted = False
    for char in chars:
        quoted = quoted != (char == '"')
        if char in "&|<>" and not quoted:
            return True
    return False


def _label(cmd: Interpreter, chars: str, streams: Streams) -> int:
    session, caller = cmd.session, cmd.session.frame
    name = label_name(chars[1:])
    tail = chars[len(_head(chars)) :].lstrip(DELIMITERS)
    if name.lower() == "eof":
        return session.error_level
    found = caller.find_label(name)
    if found is None:
        streams.err.print(f"The system cannot find the batch label specified - {name}")
        session.error_level = 1
        return 1
    arguments = (_head(chars), *batch_arguments(tail))
    frame = Frame(caller.name, caller.folder, caller.lines, arguments, tail, found)
    return cmd.run_frame(frame, streams) or session.error_level


def _script(cmd: Interpreter, head: str, tail: str) -> Frame | None:
    """The frame of the script that a word names; None when there is no such file."""
    path = unquoted(head)
    try:
        letter, rest = cmd.machine.split_path(path)
        with cmd.machine.reader(letter) as tree:
            text = tree.read(rest) if find(tree, rest) else None
    except PathError:
        if path[1:2] != ":":
            raise
        text = None
    if text is None:
        return None
    folder, _, name = path.replace("/", "\\").rpartition("\\")
    return script_frame(text, name, folder, head, tail)
