"""`SPEC.lock`: what every input of a spec is, kept beside it and in git; an input that differs is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hvsbuild.errors import HvsError

FORMAT: Literal[1] = 1
HEAD = """# Written by hvsbuild lock: what each input of {name} is. Commit it; an input that differs is refused.
"""
Hex = Field(pattern="^[0-9a-f]{64}$")


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class LockedFile(Entry):
    """A file by its name; size in bytes."""

    file: str
    size: int
    sha256: str = Hex


class LockedMember(Entry):
    """The file in an ISO. Of a split image the SHA-256 is over those of its parts (see `hvsbuild.digest`)."""

    path: str
    size: int
    sha256: str = Hex
    parts: list[LockedFile] = []


class LockedInput(Entry):
    """One input. Of a folder or a split image the SHA-256 is over all that is in it (see `hvsbuild.digest`)."""

    kind: Literal["image", "file", "folder"]
    file: str
    size: int
    sha256: str = Hex
    files: int | None = None  # how many there are in a folder
    parts: list[LockedFile] = []
    member: LockedMember | None = None


class LockedImage(Entry):
    """The image that was chosen for a VHD."""

    index: int
    name: str
    edition: str
    installation: str
    build: str
    architecture: str


class Lock(Entry):
    """The whole file: inputs by their names in the bundle, images by the VHD's file."""

    lock: Literal[1] = FORMAT
    inputs: dict[str, LockedInput]
    images: dict[str, LockedImage] = {}


class LockError(HvsError):
    """A lock file that cannot be used, or does not fit its spec."""

    exit_code = 3


def path_of(spec: Path, each: str | None = None) -> Path:
    """The lock file of a spec: `stick.yaml` -> stick.yaml.lock, beside it; of an item of for_each
    stick.yaml.ITEM.lock."""
    return spec.with_name(".".join([spec.name, *([each] if each is not None else []), "lock"]))


def read_lock(spec: Path, each: str | None = None) -> Lock | None:
    """The lock of a spec; None when there is none. Raises `LockError` when it is damaged."""
    path = path_of(spec, each)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    item = f" --each {each}" if each is not None else ""
    do = f"take it from git again, or write it anew: hvsbuild lock {spec}{item}"
    try:
        data = yaml.load(raw, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return Lock.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        seen = f"{path}: {'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}"
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        seen = f"{path}: {' '.join(str(error).split())}"
    raise LockError("The lock file is damaged", seen=seen, do=do)


def lock_text(lock: Lock, spec: Path) -> str:
    """The file's text: the same for the same lock, whatever is written by hand in the old one."""
    data = lock.model_dump(mode="json", exclude_defaults=True) | {"lock": FORMAT}
    dumped = yaml.safe_dump(data, sort_keys=True, allow_unicode=True, width=10_000)
    return HEAD.format(name=spec.name) + dumped


def differences(old: Lock | None, new: Lock) -> list[str]:
    """What of `new` the old lock does not say; the names of files do not count."""
    if old is None:
        return ["there is no lock file"]
    return [
        *_changes("", _facts(old.inputs), _facts(new.inputs)),
        *_changes("the image in ", _facts(old.images), _facts(new.images)),
    ]


def _facts(entries: dict[str, Any]) -> dict[str, dict[str, object]]:
    """Of each entry what counts, flat: `member.sha256`."""
    return {name: dict(_flat("", entry.model_dump(mode="json"))) for name, entry in entries.items()}


def _flat(prefix: str, data: dict[str, Any]) -> Iterator[tuple[str, object]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{key}.", value)
        elif key not in ("file", "parts"):  # the digest of a split image is over its parts
            yield f"{prefix}{key}", value


def _changes(what: str, old: dict[str, dict[str, object]], new: dict[str, dict[str, object]]) -> Iterator[str]:
    for name in sorted({*old, *new}):
        if name not in old:
            yield f"{what}{name}: not in the lock file"
        elif name not in new:
            yield f"{what}{name}: no longer in the spec"
        else:
            keys = sorted(key for key in {*old[name], *new[name]} if old[name].get(key) != new[name].get(key))
            for key in keys:
                yield f"{what}{name}: {key} is {new[name].get(key)}, locked is {old[name].get(key)}"
