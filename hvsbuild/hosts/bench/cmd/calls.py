"""`call`: a label of this script, another script, or a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvsbuild.hosts.bench.cmd import expand
from hvsbuild.hosts.bench.cmd.session import Frame, label_name, script_frame
from hvsbuild.hosts.bench.cmd.streams import Streams
from hvsbuild.hosts.bench.cmd.text import DELIMITERS, Text
from hvsbuild.hosts.bench.cmd.words import batch_arguments, unquoted
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
    if unquoted(head).lower().endswith((".cmd", ".bat")):
        return _script(cmd, head, text.chars[len(head) :], streams)
    return cmd.dispatch(text, streams)


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
    return cmd.run_frame(Frame(caller.name, caller.folder, caller.lines, arguments, tail, found), streams)


def _script(cmd: Interpreter, head: str, tail: str, streams: Streams) -> int:
    path = unquoted(head)
    try:
        letter, rest = cmd.machine.split_path(path)
        with cmd.machine.reader(letter) as tree:
            text = tree.read(rest) if tree.find(rest) else None
    except PathError:
        if path[1:2] != ":":
            raise
        text = None
    if text is None:
        streams.err.print("The system cannot find the path specified.")
        cmd.session.error_level = 1
        return 1
    folder, _, name = path.replace("/", "\\").rpartition("\\")
    return cmd.run_frame(script_frame(text, name, folder, head, tail), streams)
