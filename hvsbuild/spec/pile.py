"""The files that a spec is made of: itself and what it includes, each read once.

They lie upon each other like sheets: what a file includes lies beneath it, in the order in which it is named. A file
that is included twice lies where it was first named.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hvsbuild.spec.diagnostics import Diagnostic, Position, SpecErrors, diagnose, suggestion
from hvsbuild.spec.paths import plain_way
from hvsbuild.spec.source import BREAK, LARGEST_FILE, Composer, Mapping, Node, Scalar, Sequence

MOST_FILES = 100
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True)
class SourceFile:
    """One file. `name` is its path as people see it, `folder` that of its folder from the spec's (as the includes have
    it, so that it is the same on every machine), `sha256` is of its bytes."""

    name: str
    folder: str
    text: str
    sha256: str
    root: Mapping


@dataclass(frozen=True)
class Pile:
    """All files of a spec, the lowest first, the spec's own last; `diagnostics` are of YAML that is still usable."""

    files: tuple[SourceFile, ...]
    diagnostics: list[Diagnostic]

    @property
    def top(self) -> SourceFile:
        return self.files[-1]

    @property
    def texts(self) -> dict[str, str]:
        return {file.name: file.text for file in self.files}

    @property
    def folders(self) -> dict[str, str]:
        return {file.name: file.folder for file in self.files}

    @property
    def sha256(self) -> str:
        """The one file's digest; of several, that of their digests in order: where they lie does not matter."""
        if len(self.files) == 1:
            return self.top.sha256
        return hashlib.sha256("\n".join(file.sha256 for file in self.files).encode()).hexdigest()


def read_pile(path: Path, raw: bytes | None = None) -> Pile:
    """The spec at `path` (its bytes, when they are at hand) and all that it includes. Raises SpecErrors when one of
    the files cannot be used."""
    reader = _Reader()
    reader.add(path, read_bytes(path) if raw is None else raw, "", ())
    if reader.useless:
        raise SpecErrors(reader.diagnostics, reader.texts)
    return Pile(tuple(reader.files), reader.diagnostics)


@dataclass
class _Reader:
    """Reads files, what they include first; `useless` once one of them cannot be used."""

    files: list[SourceFile] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    known: set[str] = field(default_factory=set)  # real paths
    useless: bool = False

    def add(self, path: Path, raw: bytes, folder: str, above: tuple[Path, ...]) -> None:
        """Take a file in, of that folder; `above` are the files that led here."""
        self.known.add(os.path.realpath(path))
        text = self.texts[str(path)] = decode(raw, path)
        composer = Composer(str(path), text)
        root = composer.compose()
        self.diagnostics += composer.diagnostics
        for scalar in self.named(root):
            self.include(scalar, path, folder, (*above, path))
        self.files.append(SourceFile(str(path), folder, text, hashlib.sha256(raw).hexdigest(), root))

    def named(self, root: Mapping) -> Iterator[Scalar]:
        """The texts of `include:` that can be used."""
        unfit: list[Diagnostic] = []
        texts = list(texts_of(root, "include", unfit))
        self.diagnostics += unfit
        self.useless |= bool(unfit)
        for scalar in texts:
            if "${" in scalar.text:
                self.wrong("HVS034", scalar, scalar.text, "files are read first: write the name out")
            elif _ADDRESS.match(scalar.text):
                self.wrong("HVS032", scalar, scalar.text, "download the file and name it")
            elif "\0" in scalar.text:
                self.wrong("HVS030", scalar, scalar.text, "a file's name has no such character")
            else:
                yield scalar

    def include(self, scalar: Scalar, parent: Path, folder: str, above: tuple[Path, ...]) -> None:
        path = Path(plain_way(Path(), (parent.parent / scalar.text).as_posix()))
        real = os.path.realpath(path)
        round_trip = [one for one in above if os.path.realpath(one) == real]
        if round_trip:
            way = [*above[above.index(round_trip[0]) :], round_trip[0]]
            self.wrong("HVS031", scalar, " → ".join(str(one) for one in way), "take one of these includes out")
        elif len(self.known) >= MOST_FILES:
            self.wrong("HVS009", scalar, f"more than {MOST_FILES} files")
        elif real not in self.known:
            own = (Path(folder) / scalar.text).parent.as_posix()
            self.read(scalar, path, plain_way(above[0].parent, own), above)

    def read(self, scalar: Scalar, path: Path, folder: str, above: tuple[Path, ...]) -> None:
        try:
            raw = read_bytes(path)
        except SpecErrors as error:
            found = error.diagnostics[0]
            if found.code == "HVS001":
                self.wrong("HVS030", scalar, f"{path}: {found.detail}", _near(scalar, path))
            else:
                self.wrong(found.code, scalar, found.detail)
            return
        try:
            self.add(path, raw, folder, above)
        except SpecErrors as error:
            self.useless = True
            self.diagnostics += error.diagnostics

    def wrong(self, code: str, scalar: Scalar, detail: str, hint: str = "") -> None:
        self.useless = True
        self.diagnostics.append(diagnose(code, scalar.position, detail=detail, hint=hint, length=scalar.length))


def texts_of(root: Mapping, name: str, diagnostics: list[Diagnostic]) -> Iterator[Scalar]:
    """The texts of a key that takes one text or a list of texts; what is none is added to `diagnostics`."""
    for key, value in root.entries:
        if key.text != name:
            continue
        if isinstance(value, Mapping):
            told = "begin each line with a dash, or write [a, b]"
            diagnostics.append(
                diagnose("HVS106", key.position, detail="this is a mapping", hint=told, length=key.length)
            )
        for item in value.items if isinstance(value, Sequence) else [value]:
            if isinstance(item, Scalar) and item.kind == "str" and item.text.strip():
                yield item
            elif not isinstance(value, Mapping):
                diagnostics.append(not_text(item, key))


def not_text(item: Node, key: Scalar) -> Diagnostic:
    """What is wrong with an item of `key` that is not a text."""
    if not isinstance(item, Scalar):
        told = "this is a list" if isinstance(item, Sequence) else "this is a mapping"
        return diagnose("HVS103", item.position, detail=told, length=item.length)
    if item.kind == "str":
        return diagnose("HVS117", item.position, hint="write something, or delete the line", length=item.length)
    if item.kind == "null":
        return diagnose("HVS011", key.position, hint="write a value, or delete the line", length=key.length)
    told = f"YAML reads {item.text} as {'true or false' if item.kind == 'bool' else 'a number'}"
    return diagnose("HVS103", item.position, detail=told, hint=f'write it in quotes: "{item.text}"', length=item.length)


def _near(scalar: Scalar, path: Path) -> str:
    """A file of that folder with a similar name."""
    if "\\" in scalar.text and os.sep == "/":
        return "write / between folders: it works everywhere"
    try:
        names = sorted(one.name for one in path.parent.iterdir() if one.suffix in (".yaml", ".yml"))
    except (OSError, ValueError):
        return "paths are relative to the file that names them"
    return suggestion(path.name, names) or "paths are relative to the file that names them"


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises SpecErrors when it cannot be read or is far too large."""
    start = Position(str(path), 1, 1)
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SpecErrors(
            [diagnose("HVS001", start, detail=reason, hint="check the path and its permissions")], {}
        ) from None
    if len(raw) > LARGEST_FILE:
        raise SpecErrors([diagnose("HVS009", start, detail=f"more than {LARGEST_FILE} bytes")], {})
    return raw


def decode(raw: bytes, path: Path) -> str:
    """UTF-8, with or without a byte-order mark. Raises SpecErrors at the first byte that is not."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = BREAK.split(raw[: error.start].decode("utf-8-sig", "replace"))
        where = Position(str(path), len(before), len(before[-1]) + 1)
        hint = "save the file as UTF-8"
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            hint += "; it is UTF-16 now, as Notepad and PowerShell's > write it"
        text = raw.decode("utf-8-sig", "replace")
        detail = f"byte 0x{raw[error.start]:02x}"
        raise SpecErrors([diagnose("HVS002", where, detail=detail, hint=hint)], {str(path): text}) from None
