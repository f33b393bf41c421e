"""`files:` files and folders that are put into the VHD as they are."""

from __future__ import annotations

from pydantic import Field

from hvsbuild.spec.kinds import Section, Text


class FileEntry(Section):
    """One file, one folder with all that is in it, or a text written here."""

    file: Text | None = Field(
        default=None, description="A file to copy, relative to this file.", examples=["tools/report.exe"]
    )
    folder: Text | None = Field(
        default=None,
        description="A folder to copy with all that is in it, relative to this file. What else the target holds stays.",
        examples=["tools"],
    )
    text: Text | None = Field(
        default=None,
        description="The content itself: ASCII text; its lines end in CR LF, as Windows wants them.",
        examples=["echo ready\n"],
    )
    target: Text = Field(
        description="Where it goes in the VHD: \\ and the path, without a letter. Of a file its new name, or ending in "
        "\\ the folder that it goes into; of a folder the folder that its content goes into.",
        examples=["\\Tools"],
    )

    @property
    def path(self) -> str:
        """The path of what is written: with the file's own name where the target ends in a backslash."""
        if self.target.endswith("\\") and self.file:
            return self.target + self.file.rpartition("/")[2]
        return self.target.rstrip("\\") or "\\"
