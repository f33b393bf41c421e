"""How the rest of a command line becomes words: one rule for programs, another for the commands inside cmd."""

from __future__ import annotations

from hvsbuild.hosts.bench.cmd.text import DELIMITERS, Text
from hvsbuild.hosts.bench.tool import BenchRefusal, Word


def program_words(text: Text) -> list[Word]:
    """The argv of a program, by the rules of Microsoft's C runtime.

    Blanks separate, quotes join; 2n backslashes ahead of a quote are n backslashes, one more makes the quote literal.
    So `"C:\\dir\\"` swallows what follows it, here as on Windows. Source: learn.microsoft.com, "Parsing C command-line
    arguments". Two quotes in a row inside quotes mean different things to different runtimes and are refused.
    """
    words: list[Word] = []
    chars, at = text.chars, 0
    while at < len(chars):
        if chars[at] in " \t":
            at += 1
            continue
        column, out, quoted = text.place(at)[1], "", False
        while at < len(chars) and (quoted or chars[at] not in " \t"):
            slashes = len(chars[at:]) - len(chars[at:].lstrip("\\"))
            at += slashes
            if chars[at : at + 1] != '"':
                out += "\\" * slashes + chars[at : at + 1] * (not slashes)
                at += not slashes
                continue
            out += "\\" * (slashes // 2)
            if slashes % 2:
                out += '"'
            elif quoted and chars[at + 1 : at + 2] == '"':
                line, place = text.place(at)
                raise BenchRefusal('`""` inside quotes', line=line, column=place, hint='write a quote as \\"')
            else:
                quoted = not quoted
            at += 1
        words.append(Word(out, column))
    return words


def builtin_words(text: Text) -> list[Word]:
    """The words of an internal command: blanks, commas, semicolons and `=` separate; quotes join and go away;
    `/a/b` are two switches; a backslash is nothing special."""
    words: list[Word] = []
    chars, at = text.chars, 0
    while at < len(chars):
        if chars[at] in DELIMITERS:
            at += 1
            continue
        start, out, quoted = at, "", False
        while at < len(chars) and (quoted or chars[at] not in DELIMITERS):
            if chars[at] == "/" and not quoted and at > start and chars[start] == "/":
                break
            if chars[at] == '"':
                quoted = not quoted
            else:
                out += chars[at]
            at += 1
        words.append(Word(out, text.place(start)[1]))
    return words


def batch_arguments(tail: str) -> tuple[str, ...]:
    """What `call` gives as %1, %2, …: split as for internal commands, the quotes kept."""
    words, out, quoted = [], "", False
    for char in tail:
        if char in DELIMITERS and not quoted:
            if out:
                words.append(out)
            out = ""
        else:
            quoted = quoted != (char == '"')
            out += char
    return tuple([*words, out] if out else words)


def unquoted(text: str) -> str:
    return text.replace('"', "")
