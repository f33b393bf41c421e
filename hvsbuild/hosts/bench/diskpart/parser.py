"""From a script's bytes to commands. The whole script is read before anything of it runs.

Keywords may be in any case and shortened to three letters or more while they stay unambiguous; an option's value may
follow with or without an equals sign, or with blanks around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from hvsbuild.hosts.bench.diskpart import keywords, lexer
from hvsbuild.hosts.bench.diskpart.grammar import FORMS, Converter, Form
from hvsbuild.hosts.bench.diskpart.lexer import Token
from hvsbuild.hosts.bench.tool import BenchRefusal


@dataclass
class Command:
    """One command, ready to run. `options` holds converted values (True for a flag). `syntax`, when set, is what the
    real diskpart would stop at with a syntax error, `noerr` or not."""

    form: Form
    line: int
    column: int
    value: Any = None
    options: dict[str, Any] = field(default_factory=dict)
    syntax: str = ""

    @property
    def noerr(self) -> bool:
        return "noerr" in self.options


@dataclass
class Script:
    """`notes` are remarks that do not stop anything: shortened words, empty lines, text after `exit`."""

    commands: list[Command] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def parse(text: bytes, name: str) -> Script:
    """Read a script; `BenchRefusal` with script, line and column for the first thing that the bench cannot do."""
    script = Script()
    try:
        numbered = list(lexer.lines(text))
    except BenchRefusal as refusal:
        raise refusal.at(name, 1) from None
    last = len(numbered)
    for number, line in numbered:
        if lexer.is_comment(line):
            continue
        if not line.strip(lexer.BLANK):
            if number < last:
                script.notes.append(f"line {number} is empty: diskpart scripts should have no empty lines")
            continue
        try:
            command = Reader(lexer.tokens(line), number, script.notes).command()
        except BenchRefusal as refusal:
            raise refusal.at(name, number, 1) from None
        script.commands.append(command)
        if command.form.words == ("exit",) and not command.syntax:
            if any(rest.strip(lexer.BLANK) for _, rest in numbered[number:]):
                script.notes.append(f"what follows the exit in line {number} is not read")
            break
    return script


class Reader:
    """The tokens of one line, read from the left."""

    def __init__(self, tokens: list[Token], line: int, notes: list[str]) -> None:
        self.tokens, self.line, self.notes = tokens, line, notes
        self.at = 0
        self.unquoted = False  # whether the value before was a word without quotes

    def peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def command(self) -> Command:
        form, missing = self.form()
        command = Command(form, self.line, self.tokens[0].column)
        if missing:
            command.syntax = missing
            return command
        if form.hint:
            raise BenchRefusal(f"the command {form.name!r}", column=command.column, hint=form.hint)
        if form.value:
            self.direct_value(command, form.value)
        while (token := self.peek()) is not None:
            self.option(command, token)
        for name in form.needed:
            if name not in command.options:
                command.syntax = command.syntax or f"{form.name} needs {name}="
        command.syntax = command.syntax or form.check(command.options)
        return command

    def form(self) -> tuple[Form, str]:
        """The form that the first words name; the second value says what is missing when they end too early."""
        candidates, depth = list(FORMS), 0
        while True:
            whole = [form for form in candidates if len(form.words) == depth]
            if whole:
                return whole[0], ""
            token = self.peek()
            names = list(dict.fromkeys(form.words[depth] for form in candidates))
            if token is None or token.equals or token.quoted:
                return self.cut_short(candidates, depth, names)
            name = self.keywords(
                token, names, "command" if depth == 0 else f"word after {self.tokens[depth - 1].text!r}"
            )
            candidates = [form for form in candidates if form.words[depth] in name]
            depth, self.at = depth + 1, self.at + 1
            candidates = self.settle(candidates, depth)

    def settle(self, candidates: list[Form], depth: int) -> list[Form]:
        """Drop readings of a shortened word that the next word rules out: `att vdisk` is attach, `att disk` is not."""
        token = self.peek()
        if len({form.words[:depth] for form in candidates}) == 1:
            short, word = self.tokens[depth - 1].text, candidates[0].words[depth - 1]
            self.note(short, word)
            return candidates
        fits = [
            form
            for form in candidates
            if token is not None and len(form.words) > depth and keywords.fits(token.text, form.words[depth])
        ]
        words = list(dict.fromkeys(form.words[depth - 1] for form in fits or candidates))
        if len(words) != 1:
            before = self.tokens[depth - 1]
            hint = f"it may be {' or '.join(words)}; write it in full"
            raise BenchRefusal(f"{before.text!r} is ambiguous", column=before.column, hint=hint)
        self.note(self.tokens[depth - 1].text, words[0])
        return fits

    def cut_short(self, candidates: list[Form], depth: int, names: list[str]) -> tuple[Form, str]:
        token = self.peek()
        if depth == 0:
            assert token is not None
            raise BenchRefusal(
                f"a line that begins with {token.text!r}", column=token.column, hint="a command comes first"
            )
        if token is not None:
            hint = f"{candidates[0].words[0]} takes {', '.join(names)}"
            raise BenchRefusal(f"{token.text!r} in place of a keyword", column=token.column, hint=hint)
        return candidates[0], f"{' '.join(candidates[0].words[:depth])} needs one of {', '.join(names)}"

    def direct_value(self, command: Command, convert: Converter) -> None:
        if self.peek() is None:
            return
        token = self.after_equals()
        if token is None:
            command.syntax = f"{command.form.name} has no value behind its equals sign"
            return
        following = self.peek()
        if following is not None and following.equals:
            hint = f"{command.form.name} takes a value only"
            raise BenchRefusal(f"{token.text!r} is no option of {command.form.name}", column=token.column, hint=hint)
        command.value = self.convert(command, command.form.name, token, convert)

    def after_equals(self) -> Token | None:
        """Take the value that comes next, behind an equals sign or without one; None when the line ends instead."""
        token = self.peek()
        if token is not None and token.equals:
            self.at += 1
            token = self.peek()
        if token is not None and token.equals:
            raise BenchRefusal("an equals sign behind another one", column=token.column, hint="write key=value")
        self.at += token is not None
        return token

    def option(self, command: Command, token: Token) -> None:
        form = command.form
        if token.equals or token.quoted:
            shown = "an equals sign" if token.equals else f'"{token.text}"'
            raise BenchRefusal(f"{shown} where an option should be", column=token.column, hint=_takes(form))
        name = self.option_name(form, token)
        self.at += 1
        if name in form.refused:
            raise BenchRefusal(f"the option {name!r} of {form.name}", column=token.column, hint=form.refused[name])
        if name in command.options:
            command.syntax = command.syntax or f"{name} is there twice"
        convert = form.options[name]
        if convert is None:
            following = self.peek()
            if following is not None and following.equals:
                raise BenchRefusal(f"a value for {name}", column=following.column, hint=f"{name} takes none")
            command.options[name] = True
            self.unquoted = False
            return
        value = self.after_equals()
        if value is None:
            command.syntax = command.syntax or f"{name} has no value"
            return
        self.unquoted = not value.quoted
        command.options[name] = self.convert(command, name, value, convert)

    def option_name(self, form: Form, token: Token) -> str:
        names = [*form.options, *form.refused]
        found = self.keywords(token, names, f"option of {form.name}", also=_takes(form))
        if len(found) > 1:
            hint = f"it may be {' or '.join(found)}; write it in full"
            raise BenchRefusal(f"{token.text!r} is ambiguous", column=token.column, hint=hint)
        self.note(token.text, found[0])
        return found[0]

    def keywords(self, token: Token, names: list[str], what: str, also: str = "") -> list[str]:
        """The keywords that a word may stand for, at least one; `also` is the hint when nothing better is found."""
        if found := keywords.find(token.text, names):
            return found
        hint = keywords.guess(token.text, names, first=self.at == 0, unquoted=self.unquoted) or also
        raise BenchRefusal(f"{token.text!r} is no {what}", column=token.column, hint=hint)

    def note(self, short: str, word: str) -> None:
        if short.lower() != word:
            self.notes.append(f"line {self.line}: {short!r} is read as {word}")

    def convert(self, command: Command, name: str, token: Token, convert: Callable[[str], Any]) -> Any:
        try:
            return convert(token.text)
        except ValueError as error:
            command.syntax = command.syntax or f"{name} {token.text!r}: {error}"
            return None
        except BenchRefusal as refusal:
            refusal.column = token.column
            raise


def _takes(form: Form) -> str:
    names: Iterable[str] = form.options
    return f"{form.name} takes {', '.join(names) or 'no options'}"
