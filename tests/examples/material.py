"""The example specs, and what each needs: phony images in every form, an ISO, a password in the environment."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hvsbuild.spec.load import items

ROOT = Path(__file__).resolve().parents[2]
SPECS = ROOT / "specs"
WHOLE = sorted(path for path in [*SPECS.glob("*.yaml"), SPECS / "sites" / "sites.yaml"])
WINDOWS_ONLY = sorted((SPECS / "windows-host").glob("*.yaml"))
ENVIRONMENT = {"BRANCH_PASSWORD": "phony & safe: 100%"}
ENDINGS = {"wim": "install.wim", "esd": "install.esd", "swm": "split/install.swm", "iso": "install.iso"}


@dataclass(frozen=True)
class Example:
    """One spec, or one item of a matrix."""

    path: Path
    item: str | None = None

    @property
    def name(self) -> str:
        return self.path.stem + (f"-{self.item}" if self.item else "")

    def argv(self, folder: Path) -> list[str]:
        """The words that name it on a command line, with the material of `folder` for its variables."""
        words = [str(self.path)]
        for line in self.variables():
            kind = next(kind for kind in ENDINGS if line.startswith(kind))
            words += ["--var", f"{line}={folder / ENDINGS[kind]}"]
        return [*words, *(["--each", self.item] if self.item else [])]

    def variables(self) -> list[str]:
        """Its variables that name image files: they begin with the ending of one."""
        texts = [path.read_text("utf-8") for path in (self.path, *self.path.parent.glob("base.yaml"))]
        used = [name for text in texts for name in re.findall(r"\$\{(\w+)\}", text)]
        return list(dict.fromkeys(name for name in used if name.startswith(tuple(ENDINGS))))


def examples() -> list[Example]:
    return [Example(path, item) for path in WHOLE for item in items(path) or [None]]


def make(folder: Path, wim: Path) -> None:
    """The images in `folder`, all with the content of `wim`."""
    (folder / "split").mkdir(parents=True)
    shutil.copy(wim, folder / "install.wim")
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    subprocess.run(["wimlib-imagex", "export", wim, "1", folder / "install.esd", "--solid"], **quiet)  # type: ignore[call-overload]
    subprocess.run(["wimlib-imagex", "split", wim, folder / "split" / "install.swm", "1"], **quiet)  # type: ignore[call-overload]
    tree = folder / "iso" / "sources"
    tree.mkdir(parents=True)
    shutil.copy(wim, tree / "install.wim")
    argv = ["genisoimage", "-quiet", "-udf", "-iso-level", "3", "-o", folder / "install.iso", folder / "iso"]
    subprocess.run(argv, check=True)
