"""The one shape of an error that a person sees: a fixed phrase, what was seen, why it matters, what to do."""

from __future__ import annotations


class HvsError(Exception):
    """A failure that stops a command.

    `phrase` is fixed text without names or numbers, so that it can be searched for; the details go into the
    other fields. `exit_code` is the process's exit code (1 failed, 3 bad spec, 4 refused).
    """

    exit_code = 1

    def __init__(self, phrase: str, *, seen: str = "", why: str = "", do: str = "") -> None:
        self.phrase, self.seen, self.why, self.do = phrase, seen, why, do
        super().__init__(self.text())

    def text(self) -> str:
        """The whole message, one line a part."""
        lines = [self.phrase + (f": {self.seen}" if self.seen else "")]
        if self.why:
            lines.append(f"  why it matters: {self.why}")
        if self.do:
            lines.append(f"  what to do: {self.do}")
        return "\n".join(lines)


class Refused(HvsError):
    """Something that must not be done was not done: wrong disk, broken seal, wipe not allowed."""

    exit_code = 4


class MissingTool(HvsError):
    """A program or library that the machine lacks; `package` is the Debian package that brings it."""

    def __init__(self, tool: str, package: str) -> None:
        self.tool, self.package = tool, package
        super().__init__(
            "A needed program is not installed",
            seen=tool,
            do=f"sudo apt-get install {package}   (hvsbuild doctor lists all that is missing)",
        )


class FormatError(HvsError):
    """Bytes that are not what their format says."""
