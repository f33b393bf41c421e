"""How each thing gets into the Windows in a VHD, and when: the one table behind the docs, the review page, the notes of
`validate` and the refusal of the bench.

The bench does what it does for real. Installing a driver, an update or a feature into an image that is not running is
Windows' own servicing stack at work: no program but DISM can do that, so the bench refuses it, ahead of any change.
"""

from __future__ import annotations

from dataclasses import dataclass

# Places in the Windows in a VHD, without the letter. Windows looks for its answer file in Panther (Microsoft: Windows
# Setup Automation Overview, "Replace the answer file in an offline image").
ANSWER_FILE = "\\Windows\\Panther\\unattend.xml"
SETUP_COMPLETE = "\\Windows\\Setup\\Scripts\\SetupComplete.cmd"
STAGED = "\\hvsbuild"  # what waits for the first boot, and the stamps

NEEDS_WINDOWS = "This step needs a Windows host"
WHY = "only DISM can install into a Windows that is not running, and there is none but on Windows"
MADE, FIRST_BOOT = "while the stick is made", "at the first boot"
INSTEAD = "write when: first-boot, so that Windows installs it at its first boot; or apply the bundle on Windows"


@dataclass(frozen=True)
class Mechanism:
    """One row: a key of the spec (and its `when`), what does it, when it takes effect, whether the bench can do it."""

    key: str
    when: str
    by: str
    effect: str
    bench: bool

    @property
    def name(self) -> str:
        """`drivers (when: offline)`"""
        return f"{self.key} (when: {self.when})" if self.when else self.key


TABLE = (
    Mechanism("image", "", "`imagex /apply` or `dism /Apply-Image`", MADE, True),
    Mechanism("registry", "", "`reg add` and `reg delete` in the loaded hive", MADE, True),
    Mechanism("files", "", "`robocopy`, `copy`, or the text written line by line", MADE, True),
    Mechanism("drivers", "offline", "`dism /Add-Driver`", MADE, False),
    Mechanism("drivers", "first-boot", "copied to `\\hvsbuild`; `pnputil` in SetupComplete.cmd", FIRST_BOOT, True),
    Mechanism("packages", "offline", "`dism /Add-Package`", MADE, False),
    Mechanism(
        "packages",
        "first-boot",
        "copied to `\\hvsbuild`; `wusa` (.msu) or `dism /online` (.cab) in SetupComplete.cmd",
        FIRST_BOOT,
        True,
    ),
    Mechanism("features", "offline", "`dism /Enable-Feature`, `/Disable-Feature`", MADE, False),
    Mechanism("features", "first-boot", "`dism /online` in SetupComplete.cmd", FIRST_BOOT, True),
    Mechanism("unattend", "", "`\\Windows\\Panther\\unattend.xml`, which Windows reads", FIRST_BOOT, True),
    Mechanism("first_boot", "", "`\\Windows\\Setup\\Scripts\\SetupComplete.cmd`", FIRST_BOOT, True),
)


def mechanism(key: str, when: str = "") -> Mechanism:
    """The row of a key of the spec."""
    return next(row for row in TABLE if (row.key, row.when) == (key, when))


def markdown() -> str:
    """The table for the docs."""
    head = "| key | done by | takes effect | on the bench |\n|---|---|---|---|\n"
    return head + "".join(
        f"| `{row.key}`{f', `when: {row.when}`' if row.when else ''} | {row.by} | {row.effect} "
        f"| {'yes' if row.bench else '**no: needs a Windows host**'} |\n"
        for row in TABLE
    )
