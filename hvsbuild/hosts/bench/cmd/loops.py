"""`for`: over a list of words, or (`/f`) over the lines of a file or over one text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hvsbuild.hosts.bench.cmd.nodes import For
from hvsbuild.hosts.bench.cmd.streams import Streams
from hvsbuild.hosts.bench.cmd.text import Place, Text
from hvsbuild.hosts.bench.cmd.words import batch_arguments
from hvsbuild.hosts.bench.filecopy import find

if TYPE_CHECKING:
    from hvsbuild.hosts.bench.cmd.interpreter import Interpreter

OPTION = re.compile(r"\s*(?:(usebackq)(?=\s|$)|delims=(?P<delims>\S*?)(?=\s|$)|eol=(?P<eol>.))", re.IGNORECASE)


@dataclass(frozen=True)
class Options:
    """`delims`: the characters between tokens (the first token is taken); `eol`: lines that begin so are left out."""

    usebackq: bool = False
    delims: str = " \t"
    eol: str = ";"


def run(cmd: Interpreter, node: For, streams: Streams) -> int:
    """Run the body once for each value; the code of the last run, 0 when there was none."""
    code = 0
    loops = cmd.session.frame.loops
    before = loops.get(node.variable)
    values = _words(cmd, node) if node.options is None else _lines(cmd, node, node.options)
    try:
        for value in values:
            loops[node.variable] = value
            code = cmd.run(node.body, streams)
    finally:
        loops.pop(node.variable, None)
        if before is not None:
            loops[node.variable] = before
    return code


def _words(cmd: Interpreter, node: For) -> list[str]:
    words = list(batch_arguments(cmd.expanded(node.items)))
    if any(set(word) & set("*?") for word in words):
        raise cmd.refuse("wildcards in a list of `for`", node.items.place())
    return words


def parse_options(cmd: Interpreter, text: Text) -> Options:
    chars = text.chars
    if chars.startswith('"') != chars.endswith('"') or chars == '"':
        raise cmd.refuse("the options of `for /f` must be in one pair of quotes", text.place())
    chars = chars.strip('"')
    found: dict[str, str] = {}
    at = 0
    while chars[at:].strip():
        match = OPTION.match(chars, at)
        if not match:
            what, hint = f"for /f: {chars[at:].strip()!r}", "the bench knows usebackq, delims=, eol=c"
            raise cmd.refuse(what, text.place(at + 1), hint)
        found.update({name: value for name, value in match.groupdict().items() if value is not None})
        if match[1]:
            found["usebackq"] = "yes"
        at = match.end()
    return Options("usebackq" in found, found.get("delims", Options.delims), found.get("eol", Options.eol))


def _lines(cmd: Interpreter, node: For, text: Text) -> Iterator[str]:
    options = parse_options(cmd, text)
    name, place = cmd.expanded(node.items).strip(), node.items.place()
    quoted = len(name) > 1 and name[0] == name[-1] == '"'
    if name[:1] in ("'", "`") or not name or (options.usebackq and not quoted):
        hint = 'over a file, for /f "usebackq …" %%L in ("C:\\file"), or a text, for /f "…" %%L in ("text")'
        raise cmd.refuse(f"for /f over {name}", place, hint)
    lines = [name[1:-1]] if quoted and not options.usebackq else _file(cmd, name.strip('"'), place)
    for line in lines:
        if token := _token(cmd, line, options, place):
            yield token


def _file(cmd: Interpreter, path: str, place: Place) -> list[str]:
    letter, rest = cmd.machine.split_path(path)
    with cmd.machine.reader(letter) as tree:
        if find(tree, rest) is None:  # cmd prints an error and goes on as if the file were empty: no script means that
            raise cmd.refuse(f"for /f over {path}, which does not exist", place)
        data = tree.read(rest)
    if b"\0" in data or b"\x1a" in data:
        raise cmd.refuse(f"for /f over {path}, which is no plain text", place)
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise cmd.refuse(f"for /f over {path}, which is neither ASCII nor UTF-8", place) from error
    return [line.removesuffix("\r") for line in content.split("\n")]


def _token(cmd: Interpreter, line: str, options: Options, place: Place) -> str:
    """The first token of a line; empty for a line that cmd leaves out."""
    token = line.lstrip(options.delims) if options.delims else line
    if token.startswith(options.eol) != line.startswith(options.eol):
        # not verified whether cmd looks for it ahead of the delimiters or behind them
        raise cmd.refuse(f"for /f: a line with {options.eol!r} among delimiters", place, "use another eol=")
    if line.startswith(options.eol):
        return ""
    end = min((index for index, char in enumerate(token) if char in options.delims), default=len(token))
    return token[:end]
