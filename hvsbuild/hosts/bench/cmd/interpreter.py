"""Runs parsed statements: chains, blocks, `if`, `for`, `call`, and the tools.

A command has a return code, which `&&` and `||` look at, and may set the error level, which scripts read. They differ:
`rd` never sets the level, a failed redirection neither; `||` then copies the code into it. What each command does is
taken from Wine's cmd tests, whose expected outputs hold on real Windows.
"""

from __future__ import annotations

import re
from pathlib import PureWindowsPath

from hvsbuild.hosts.bench import registry
from hvsbuild.hosts.bench.cmd import builtins, calls, conditions, expand, loops
from hvsbuild.hosts.bench.cmd.cursor import Cursor
from hvsbuild.hosts.bench.cmd.nodes import Block, Chain, Command, For, If, Node, Remark
from hvsbuild.hosts.bench.cmd.parse import Parser
from hvsbuild.hosts.bench.cmd.session import Frame, Session, signed32
from hvsbuild.hosts.bench.cmd.streams import RedirectFailed, Streams, redirected
from hvsbuild.hosts.bench.cmd.text import Place, Text
from hvsbuild.hosts.bench.cmd.words import builtin_words, program_words
from hvsbuild.hosts.bench.machine import Machine, PathError
from hvsbuild.hosts.bench.tool import BenchRefusal, Word

NAME = re.compile(r"(?:\"[^\"]*\"|[^ \t,;=\"])+")
LETTERS = re.compile(r"[A-Za-z]+(?=$|[ \t,;=/:.\"])")
MOST_STEPS = 1_000_000
KEEPS_LEVEL = ("rd", "rmdir")


class Interpreter:
    """One cmd.exe on one machine."""

    def __init__(self, machine: Machine, session: Session) -> None:
        self.machine, self.session = machine, session
        self.steps = 0

    # --- scripts ---

    def run_frame(self, frame: Frame, streams: Streams) -> int:
        """Run a script or a called label to its end. The code of its last command; of `exit /b`, the error level."""
        session, code = self.session, 0
        with session.entered(frame):
            while frame.line < len(frame.lines):
                try:
                    code = self._statement(frame, streams, code)
                except builtins.Goto as jump:
                    code = 0
                    found = frame.find_label(jump.label) if jump.label else len(frame.lines)
                    if found is None:
                        streams.err.print(f"The system cannot find the batch label specified - {jump.label}")
                        code = session.error_level = 1
                        found = len(frame.lines)
                    frame.line = found
                except builtins.Exit as end:
                    if end.everything and len(session.frames) > 1:
                        raise
                    code = session.error_level
                    break
        return code

    def _statement(self, frame: Frame, streams: Streams, code: int) -> int:
        """Read and run the next statement. An empty line and a label leave the code as it is."""
        first = frame.line

        def pull() -> Text | None:
            if frame.line >= len(frame.lines):
                return None
            frame.line += 1
            return expand.percent(Text.of_line(frame.lines[frame.line - 1], frame.line), self.session.scope())

        try:
            cursor = Cursor(pull)
            cursor.pull_line()
            parser = Parser(cursor)
            node = parser.statement()
            if node is None:
                return code
            if self.session.echo and not parser.quiet:  # cmd rebuilds the line from its parts; here it is as written
                streams.out.print("")
                streams.out.print("C:\\>" + cursor.chars.strip())
            return self.run(node, streams)
        except BenchRefusal as refusal:
            raise refusal.at(frame.name, first + 1, 1) from None

    # --- nodes ---

    def run(self, node: Node, streams: Streams) -> int:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise BenchRefusal(f"more than {MOST_STEPS} commands: an endless loop?")
        match node:
            case Command():
                return self._command(node, streams)
            case Block():
                return self._block(node, streams)
            case Chain():
                return self._chain(node, streams)
            case If():
                branch = node.then if conditions.holds(self, node.test) else node.otherwise
                return 0 if branch is None else self.run(branch, streams)
            case For():
                return loops.run(self, node, streams)
            case Remark():
                return 0

    def _chain(self, node: Chain, streams: Streams) -> int:
        code = self.run(node.left, streams)
        if node.operator == "&&" and code:
            return code
        if node.operator == "||":
            if not code:
                return 0
            self.session.error_level = signed32(code)
        return self.run(node.right, streams)

    def _block(self, node: Block, streams: Streams) -> int:
        try:
            with redirected(self.machine, streams, node.redirects, self.expanded) as inner:
                code = 0
                for one in node.nodes:
                    code = self.run(one, inner)
                return code
        except RedirectFailed as failure:
            streams.err.print(str(failure))
            return 1

    def text(self, text: Text) -> Text:
        """The expansions at execution: first the variables of `for`, then `!NAME!`."""
        text = expand.loop(text, self.session.frame.loops)
        return expand.delayed(text, self.session.lookup) if self.session.delayed else text

    def expanded(self, text: Text) -> str:
        return self.text(text).chars

    # --- commands ---

    def _command(self, node: Command, streams: Streams) -> int:
        try:
            with redirected(self.machine, streams, node.redirects, self.expanded) as inner:
                return self.dispatch(self.text(node.text), inner)
        except RedirectFailed as failure:
            streams.err.print(str(failure))
            return 1
        except PathError as error:
            raise self.refuse(f"{error.phrase}: {error.seen}", node.place, error.do) from error
        except BenchRefusal as refusal:
            raise refusal.at("", *node.place) from None

    def dispatch(self, text: Text, streams: Streams) -> int:
        """Run one command whose text is fully expanded."""
        text = text.lstrip()
        if found := builtins.ECHO.match(text.chars):
            return builtins.echo(self.session, streams, text[found.end() :])
        if found := LETTERS.match(text.chars):
            name, rest = found[0].lower(), text[found.end() :]
            if name == "call":
                return calls.call(self, rest, streams)
            if name in builtins.BUILTINS:
                return builtins.BUILTINS[name](self.session, streams, rest)
            if name in registry.INTERNAL and rest.chars[:1] not in (":", "."):
                words = [Word(name, text.place()[1]), *builtin_words(rest)]
                return self._tool(name, words, streams)
        return self._program(text, streams)

    def _program(self, text: Text, streams: Streams) -> int:
        found = NAME.match(text.chars)
        line, column = text.place()
        if not found:
            raise self.refuse("an empty command", (line, column))
        path = PureWindowsPath(found[0].replace('"', ""))
        if path.suffix.lower() in (".cmd", ".bat"):
            raise self.refuse(f"{path} without `call`", (line, column), "cmd would not come back from it")
        name = path.name.lower().removesuffix(".exe")
        if name == "cmd":
            return calls.subshell(self, text[found.end() :], streams)
        elsewhere = str(path.parent).lower() not in (".", "c:\\windows\\system32")
        if name not in registry.PROGRAMS or elsewhere:
            hint = "the bench knows: " + " ".join(sorted(registry.TOOLS))
            raise self.refuse(f"the unknown command {path}", (line, column), hint)
        words = [Word(found[0], column), *program_words(text[found.end() :])]
        return self._tool(name, words, streams)

    def _tool(self, name: str, words: list[Word], streams: Streams) -> int:
        code = signed32(registry.TOOLS[name](words, self.machine, streams.out))
        if name not in KEEPS_LEVEL:
            self.session.error_level = code
        return code

    def refuse(self, what: str, place: Place, hint: str = "") -> BenchRefusal:
        return BenchRefusal(what, line=place[0], column=place[1], hint=hint)
