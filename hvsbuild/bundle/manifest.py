"""`manifest.json`: what the bundle does, as data; canonical JSON, so that the same plan gives the same bytes."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from hvsbuild.states import State

FORMAT = 1


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SpecRef(Model):
    name: str
    sha256: str


class Binding(Model):
    """A value that only the machine knows; in the scripts it is a `{{name}}` token."""

    name: str
    what: str


class DiskRule(Model):
    """What identifies the stick, and how much of it may be destroyed. Sizes in bytes."""

    match: dict[str, Any]
    wipe: Literal["refuse", "if-empty", "if-ours", "always"]
    size: int | None
    letter: str
    partition: int  # of the VHDs
    system: int  # of the boot manager; the same where they are one


class VhdRule(Model):
    """One VHD of the stick, by the name it has there. `workspace` is the Windows path of the file that it is made in,
    None for a differencing one, which is made on the stick upon `parent`."""

    file: str
    workspace: str | None
    parent: str | None = None


class Member(Model):
    """The file in an ISO that an input is: its path there, and its own SHA-256 where that is known. What `inputs` pins
    is then the ISO."""

    path: str
    sha256: str | None


class SecretRule(Model):
    """A secret that is filled in as `{{secret.NAME}}` when a script runs. `env` is the environment variable that holds
    it; without one its file must be given. `form` is how it is written there."""

    name: str
    form: Literal["administrator-password", "product-key"]
    env: str | None


class Retry(Model):
    """What to do when a script fails in a way that is known to pass: run it again, up to `times` more, after
    `wait_seconds` and, with `rescan`, after letting diskpart look for disks anew. Every try is in the journal."""

    times: int
    wait_seconds: float
    before: Literal["rescan"] | None = None


class Allowance(Model):
    """A warning or note about the spec that it allows, with its reason."""

    code: str
    reason: str
    text: str


class TaskEntry(Model):
    id: str
    kind: str
    needs: list[str]
    inside: list[str]
    place: str
    script: str | None
    tool: Literal["diskpart", "cmd"]
    sha256: str | None
    destructive: bool
    goal: bool
    opens: str | None = None
    closes: str | None = None
    wipes: list[str] = []
    vhd: str | None = None
    restart: str | None = None
    retry: Retry | None = None
    states: list[State]

    @property
    def is_bracket(self) -> bool:
        """Whether it only opens or only closes: then it runs when a task inside needs it, not for its own sake."""
        return bool(self.opens) != bool(self.closes)


class Manifest(Model):
    """`epoch` is the time (seconds) that the bench's clock shows; `identity` seeds all GUIDs, serials, signatures."""

    bundle: int
    spec: SpecRef
    renderer: str
    identity: str
    epoch: int
    os: str
    inputs: dict[str, str | None]
    input_kinds: dict[str, Literal["image", "file", "folder"]]
    members: dict[str, Member]
    secrets: list[SecretRule]
    bindings: list[Binding]
    disk: DiskRule
    vhds: list[VhdRule]
    allowed: list[Allowance]
    tasks: list[TaskEntry]
    seal: str

    def pinned(self, name: str) -> str | None:
        """The SHA-256 of what the scripts get of an input: of the file in an ISO its own, not the ISO's."""
        return self.members[name].sha256 if name in self.members else self.inputs.get(name)

    def opener(self, bracket: str, place: str) -> TaskEntry:
        """The task that opens a bracket for others, in that place where there are several."""
        openers = [task for task in self.tasks if task.opens == bracket and not task.closes]
        return next((task for task in openers if task.place == place), openers[0])

    def closer(self, bracket: str, place: str) -> TaskEntry | None:
        """The task that closes a bracket in a place; None for a letter, which goes away by itself."""
        closers = [task for task in self.tasks if task.closes == bracket and not task.opens]
        return next((task for task in closers if task.place == place), None)

    def task(self, id: str) -> TaskEntry:
        return next(task for task in self.tasks if task.id == id)


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, two blanks, LF, a final LF."""
    return (json.dumps(value, sort_keys=True, indent=2, ensure_ascii=True) + "\n").encode("ascii")


def compute_seal(fields: dict[str, Any], scripts: dict[str, bytes]) -> str:
    """sha256 over all of the manifest but the seal, and over every script (path, length, bytes)."""
    digest = sha256(canonical({key: value for key, value in fields.items() if key != "seal"}))
    for path in sorted(scripts):
        digest.update(f"{path}\0{len(scripts[path])}\0".encode() + scripts[path])
    return digest.hexdigest()
