"""What to do about the commonest YAML syntax errors; libyaml and PyYAML word them differently."""

from __future__ import annotations


def yaml_hint(problem: str, line: str, column: int) -> str:
    """A hint for the parser's `problem` at `column` (from 0) of `line`, or an empty text."""
    here = line[column : column + 1]
    if "cannot start any token" in problem:
        if here == "\t" or "\t" in line[:column]:
            return "indent with spaces, not with tabs"
        return f"put a value that begins with {here} in quotes" if here else "put the value in quotes"
    if "escape character" in problem or "hexdecimal" in problem or "hexadecimal" in problem:
        return r"in double quotes \ begins an escape; write paths without quotes or in single quotes"
    if "block scalar" in problem or "comment or line break" in problem or "chomping" in problem:
        return 'put a value that begins with > or | in quotes, for example size: ">= 16 GB"'
    if "mapping values are not allowed" in problem:
        return "is the indentation right? A value that contains a colon and a space must be in quotes"
    if "could not find expected ':'" in problem:
        return "the line before is neither a key with a colon nor part of a value"
    if "unexpected end of stream" in problem:
        return "a quotation mark is not closed"
    if "expected ',' or" in problem and line[max(column - 1, 0) :].startswith("${"):
        return 'inside { } and [ ] put a variable in quotes: "${name}"'
    if "expected ',' or" in problem:
        return "a bracket is not closed, or a comma is missing"
    if "block end" in problem or "block collection" in problem:
        return "the indentation does not match the lines above"
    return ""
