"""From expanded text to nodes: operators, blocks, redirections, `if`, `for`.

Binding, from weak to strong: `else`, `&`, `||`, `&&`. What follows the closing bracket of an `if` or `for` body on its
line belongs to that body. Sources: `if /?`, `for /?`, and the chains in Wine's cmd tests, which hold on real Windows.
"""

from __future__ import annotations

from hvsbuild.hosts.bench.cmd import heads
from hvsbuild.hosts.bench.cmd.cursor import Cursor
from hvsbuild.hosts.bench.cmd.nodes import Block, Chain, Command, For, If, Node, Redirect, Remark
from hvsbuild.hosts.bench.cmd.text import BLANKS, DELIMITERS, TextBuilder


class Parser:
    """Parses one statement after the other; `quiet` tells whether the last one began with `@`."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.depth = 0
        self.quiet = False

    def statement(self) -> Node | None:
        """The next statement from a fresh line; None for an empty line or a label."""
        cursor = self.cursor
        cursor.skip()
        if cursor.ended():
            return None
        if cursor.peek() == ":":
            if cursor.rest_of_line().endswith("^"):
                raise cursor.refuse("a label or comment that ends with `^`")
            return None
        if cursor.peek() == ")":
            raise self._unexpected()
        self.quiet = cursor.peek() == "@"
        node = self.chain()
        cursor.skip()
        if not cursor.ended():
            raise self._unexpected()
        return node

    def chain(self) -> Node:
        node = self._alternatives()
        while self._operator("&"):
            node = Chain("&", node, self._alternatives())
        return node

    def _alternatives(self) -> Node:
        node = self._sequence()
        while self._operator("||"):
            node = Chain("||", node, self._sequence())
        return node

    def _sequence(self) -> Node:
        node = self._command()
        while self._operator("&&"):
            node = Chain("&&", node, self._command())
        return node

    def _operator(self, operator: str) -> bool:
        cursor = self.cursor
        cursor.skip(BLANKS)
        found = next((one for one in ("&&", "||", "&", "|") if cursor.peek(len(one)) == one), "")
        if found == "|":
            raise cursor.refuse("a pipe", "use a file in %TEMP%")
        if found != operator:
            return False
        cursor.at += len(operator)
        cursor.skip()
        if cursor.ended() or cursor.peek() in "&|)":
            raise cursor.refuse(f"nothing to do after `{operator}`")
        return True

    def _command(self) -> Node:
        cursor = self.cursor
        cursor.skip(DELIMITERS + "@")
        if cursor.word() == "rem":
            return self._remark()
        if cursor.word() == "if":
            return self._if()
        if cursor.word() == "for":
            return self._for()
        redirects = self._redirects()
        if cursor.peek() == "(":
            return self._block(redirects)
        if cursor.word() in ("if", "for", "rem"):
            raise cursor.refuse(f"`{cursor.word()}` after a redirection", "put it in brackets")
        if cursor.word() == "else":
            raise cursor.refuse("`else` without `if`", "it must stand on the line of the `)` that closes the `if`")
        return self._simple(redirects)

    def _redirects(self) -> list[Redirect]:
        cursor, found = self.cursor, list[Redirect]()
        while True:
            cursor.skip()
            if cursor.peek() in ("<", ">"):
                found.append(self._redirect(1))
            elif cursor.peek().isdigit() and cursor.peek(2)[1:] in ("<", ">"):
                handle, _ = cursor.next()
                found.append(self._redirect(int(handle)))
            else:
                return found

    def _redirect(self, handle: int) -> Redirect:
        cursor = self.cursor
        sign, place = cursor.next()
        if sign == "<" or handle not in (1, 2):
            raise cursor.refuse(f"the redirection {handle}{sign}", "output (1>) and errors (2>) only")
        mode = ">"
        if cursor.peek() == ">":
            cursor.next()
            mode = ">>"
        if cursor.peek() == "&":
            cursor.next()
            source, _ = cursor.next()
            if mode == ">>" or source not in ("1", "2"):
                raise cursor.refuse(f"the redirection {handle}{mode}&{source}")
            return Redirect(handle, "&", place, source=int(source))
        cursor.skip()
        target = heads.operand(cursor, stop="&|<>" + (")" if self.depth else ""))
        return Redirect(handle, mode, place, target)

    def _block(self, redirects: list[Redirect]) -> Block:
        cursor = self.cursor
        _, place = cursor.next()
        self.depth += 1
        nodes: list[Node] = []
        while True:
            if not cursor.skip_lines():
                raise cursor.refuse(f"the `(` of line {place[0]} is not closed")
            if cursor.peek() == ")":
                break
            if cursor.peek() == ":":
                raise cursor.refuse("a label or `::` in a block", "cmd trips over it; use rem")
            nodes.append(self.chain())
            cursor.skip()
            if cursor.peek() not in (")", "\n"):
                raise self._unexpected()
        if not nodes:
            raise cursor.refuse("an empty block")
        cursor.next()
        self.depth -= 1
        return Block(tuple(nodes), (*redirects, *self._redirects()), place)

    def _remark(self) -> Remark:
        """`rem` takes the rest of its line, special characters or not, but for those in its first word."""
        cursor = self.cursor
        cursor.take_word("rem")
        rest = cursor.rest_of_line()
        first = next(iter(rest.split()), "")
        if set(first) & set("&|<>^" + (")" if self.depth else "")) or rest.endswith("^"):
            raise cursor.refuse("a special character that `rem` does not hide", "begin the remark with a plain word")
        cursor.at += len(rest)
        return Remark()

    def _if(self) -> If:
        cursor = self.cursor
        cursor.take_word("if")
        test = heads.condition(cursor)
        then = self._body("if")
        cursor.skip()
        otherwise = self._body("else") if cursor.take_word("else") else None
        return If(test, then, otherwise)

    def _for(self) -> For:
        variable, options, items, place = heads.loop(self.cursor)
        return For(variable, items, self._body("do"), place, options)

    def _body(self, what: str) -> Node:
        self.cursor.skip()
        if self.cursor.ended() or self.cursor.peek() in "&|)":
            raise self.cursor.refuse(f"nothing to do after `{what}`")
        return self.chain()

    def _simple(self, redirects: list[Redirect]) -> Command:
        cursor, out, quoted = self.cursor, TextBuilder(), False
        place = cursor.place()
        while not cursor.ended():
            char = cursor.peek()
            if char == '"':
                quoted = not quoted
            elif quoted:
                pass
            elif char == "^":
                out.put(*cursor.escaped())
                continue
            elif char in "&|" or (char == ")" and self.depth):
                break
            elif char in "<>":
                handle = 1
                if out.chars and out.chars[-1].isdigit() and "".join(out.chars[-2:-1]) in ("", *DELIMITERS):
                    handle = int(out.chars[-1])
                    out.drop()
                redirects.append(self._redirect(handle))
                continue
            out.put(*cursor.next())
        if not out.chars:
            raise self._unexpected()
        return Command(out.build(), place, tuple(redirects))

    def _unexpected(self) -> Exception:
        word = self.cursor.rest_of_line().split(" ")[0]
        return self.cursor.refuse(f"{word!r} was unexpected here" if word else "a command is missing here")
