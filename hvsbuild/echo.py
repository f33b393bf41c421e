"""Lines of text as cmd's `echo` must be told them, so that exactly those lines come out; with delayed expansion off."""

from __future__ import annotations

SPECIAL = "^&|<>()"  # what cmd takes for its own outside of quotation marks (Microsoft: cmd, special characters)


def echo_line(text: str) -> str:
    """The command that prints a line: `echo …`. Of an empty one `echo.`; `on`, `off`, and what would ask for help need
    the form that prints anything, `echo(…`."""
    if not text:
        return "echo."
    words = text.strip().lower()
    odd = words in ("", "on", "off") or "/?" in words or text[0] in ",;="
    return ("echo(" if odd else "echo ") + escaped(text)


def escaped(text: str) -> str:
    """The text behind `echo`: percent signs are doubled, what is special outside of quotes gets a caret."""
    out, quoted = [], False
    for character in text:
        quoted ^= character == '"'
        out.append("^" + character if character in SPECIAL and not quoted else character)
    return "".join(out).replace("%", "%%")
