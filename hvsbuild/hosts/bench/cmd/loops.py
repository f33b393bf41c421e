"""`for`: over a list of words, or (`/f`) over the lines of a file, of one text, or of what a program prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hvsbuild.hosts.bench import registry
from hvsbuild.hosts.bench.cmd.nodes import For
from hvsbuild.hosts.bench.cmd.streams import Streams
from hvsbuild.hosts.bench.cmd.text import Place, Text
from hvsbuild.hosts.bench.cmd.words import batch_arguments
from hvsbuild.hosts.bench.filecopy import find
from hvsbuild.hosts.bench.tool import Console

if TYPE_CHECKING:
    from hvsbuild.hosts.bench.cmd.interpreter import Interpreter

OPTION = re.compile(
    r"\s*(?:(?P<usebackq>usebackq)(?=\s|$)|delims=(?P<delims>\S*?)(?=\s|$)|eol=(?P<eol>.)"
    r"|tokens=(?P<tokens>[1-9](?:[,-][1-9])*)(?=\s|$))",
    re.IGNORECASE,
)
SPECIAL = set("&|<>^()%!")


@dataclass(frozen=True)
class Options:
    """`delims`: the characters between tokens; `eol`: lines that begin so are left out; `tokens`: the numbers (from 1)
    of those that are taken, each for a variable of its own."""

    usebackq: bool = False
    delims: str = " \t"
    eol: str = ";"
    tokens: tuple[int, ...] = (1,)


def run(cmd: Interpreter, node: For, streams: Streams) -> int:
    """Run the body once for each value; the code of the last run, 0 when there was none."""
    code = 0
    loops = cmd.session.frame.loops
    before = dict(loops)
    try:
        for values in _words(cmd, node) if node.options is None else _lines(cmd, node, node.options, streams):
            loops.update(values)
            code = cmd.run(node.body, streams)
    finally:
        loops.clear()
        loops.update(before)
    return code


def _words(cmd: Interpreter, node: For) -> list[dict[str, str]]:
    words = list(batch_arguments(cmd.expanded(node.items)))
    if any(set(word) & set("*?") for word in words):
        raise cmd.refuse("wildcards in a list of `for`", node.items.place())
    return [{node.variable: word} for word in words]


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
            what = f"for /f: {chars[at:].strip()!r}"
            raise cmd.refuse(what, text.place(at + 1), "the bench knows usebackq, delims=, eol=c, tokens=1,2 or 1-3")
        found.update({name: value for name, value in match.groupdict().items() if value is not None})
        at = match.end()
    return Options(
        "usebackq" in found, found.get("delims", Options.delims), found.get("eol", Options.eol), _numbers(found)
    )


def _numbers(found: dict[str, str]) -> tuple[int, ...]:
    """`1,3-5` -> (1, 3, 4, 5)."""
    numbers = set[int]()
    for part in found.get("tokens", "1").split(","):
        first, *last = part.split("-")
        numbers |= set(range(int(first), int(last[-1] if last else first) + 1))
    return tuple(sorted(numbers))


def _lines(cmd: Interpreter, node: For, text: Text, streams: Streams) -> Iterator[dict[str, str]]:
    """The variables of each line that has the first of the wanted tokens."""
    options, place = parse_options(cmd, text), node.items.place()
    names = [chr(ord(node.variable) + number) for number in range(len(options.tokens))]
    if not all(name.isascii() and name.isalpha() for name in names):
        raise cmd.refuse(
            f"for /f with {len(names)} tokens from %{node.variable} on", place, "begin with an earlier letter"
        )
    for line in _source(cmd, node, options, streams):
        found = _tokens(cmd, line, options, place)
        values = [found[number - 1] if number <= len(found) else "" for number in options.tokens]
        if values[0]:
            yield dict(zip(names, values, strict=True))


def _source(cmd: Interpreter, node: For, options: Options, streams: Streams) -> list[str]:
    """The lines that the items name: "file" or 'command', and without usebackq "text" too."""
    items = cmd.text(node.items).lstrip(" \t")
    name = items.chars.strip()
    quote = name[0] if len(name) > 1 and name[0] == name[-1] else ""
    if quote == ("`" if options.usebackq else "'"):
        return _printed(cmd, items[1 : items.chars.rstrip().rindex(quote)], streams)
    if not name or name[0] in "'`" or (options.usebackq and quote != '"'):
        hint = (
            'over a file, for /f "usebackq …" %%L in ("C:\\file"), a text, for /f "…" %%L in ("text"), '
            "or what a program prints, for /f \"…\" %%L in ('program')"
        )
        raise cmd.refuse(f"for /f over {name}", node.items.place(), hint)
    if quote and not options.usebackq:
        return [name[1:-1]]
    return _file(cmd, name.strip('"'), node.items.place())


def _printed(cmd: Interpreter, command: Text, streams: Streams) -> list[str]:
    """What a program prints. It runs in a cmd.exe of its own: its exit code is lost, the error level stays."""
    word = next(iter(command.chars.split()), "")
    if word.lower().removesuffix(".exe") not in registry.PROGRAMS or set(command.chars) & SPECIAL:
        hint = "the bench runs one program there, without pipes and redirections"
        raise cmd.refuse(f"for /f over {command.chars!r}", command.place(), hint)
    level, console = cmd.session.error_level, Console(progress=streams.out.progress)
    cmd.dispatch(command, Streams(console, streams.err))
    cmd.session.error_level = level
    return console.text().split("\n")


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


def _tokens(cmd: Interpreter, line: str, options: Options, place: Place) -> list[str]:
    """The tokens of a line; none for a line that cmd leaves out."""
    token = line.lstrip(options.delims) if options.delims else line
    if token.startswith(options.eol) != line.startswith(options.eol):
        # not verified whether cmd looks for it ahead of the delimiters or behind them
        raise cmd.refuse(f"for /f: a line with {options.eol!r} among delimiters", place, "use another eol=")
    if line.startswith(options.eol):
        return []
    found = re.split(f"[{re.escape(options.delims)}]+", token) if options.delims else [token]
    return [one for one in found if one]
