"""A registry hive as keys and values: `Hive` to change one (through libhivex), `HiveReader` to read one anywhere.

A key path has backslashes and starts below the hive's root (`ControlSet001\\Control`); "" is the root. Keys and values
match without regard to case, as in Windows; the default value of a key has the name "".
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from hvsbuild.errors import HvsError
from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.hivecheck import HiveChecker
from hvsbuild.formats.hivereader import HiveReader
from hvsbuild.formats.hivex import HivexHandle
from hvsbuild.formats.regf import BIG_DATA, BIG_DATA_MINOR, BLOCK, HiveError, empty_hive, new_hive, read_base_block
from hvsbuild.formats.regvalue import REG_DWORD, RegValue, fold

__all__ = ["Hive", "HiveError", "HiveReader", "control_set", "empty_hive", "new_hive"]

# Limits of Windows (Microsoft, "Registry element size limits"): characters of a key's and a value's name.
KEY_NAME, VALUE_NAME = 255, 16383
LONGEST = 999_996  # bytes of a value that libhivex can allocate
NO_TEXT = (errno.EILSEQ, errno.EINVAL)


class Hive:
    """A hive opened by libhivex: `with Hive.open(path, writable=True) as hive: …; hive.commit()`.

    Changes stay in memory until `commit`. The same calls on the same bytes give the same bytes: libhivex keeps the
    times of the keys it changes.
    """

    def __init__(self, path: Path, handle: HivexHandle, minor: int) -> None:
        self.path, self.handle, self.minor = path, handle, minor
        self.changed = self.spoiled = False
        self.root = handle.root()

    @classmethod
    def open(cls, path: Path, writable: bool = False) -> Hive:
        """Raises `HiveError` for what is no hive, is cut short, damaged or dirty; `MissingTool` without libhivex."""
        with path.open("rb") as file:
            base = read_base_block(file.read(BLOCK), os.fstat(file.fileno()).st_size, path.name)
        try:
            return cls(path, HivexHandle(path, writable), base.minor)
        except OSError as error:
            raise _damaged(path.name, error) from error

    def close(self) -> None:
        self.handle.close()

    def __enter__(self) -> Hive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _doing(self, what: str, *, change: bool = False) -> Iterator[None]:
        """Turn libhivex's errors into ours; a change that failed half-way spoils what is in memory."""
        try:
            yield
        except OSError as error:
            self.spoiled = self.spoiled or change
            raise _damaged(f"{self.path.name}: {what}", error) from error

    # --- reading ---

    def _child(self, node: int, name: str) -> int | None:
        wanted = fold(name)
        for child in self.handle.children(node):
            try:
                if fold(self.handle.name(child)) == wanted:
                    return child
            except OSError as error:
                if error.errno not in NO_TEXT:  # a name that is no text is not the one that is asked for
                    raise
        return None

    def _slot(self, node: int, name: str) -> int | None:
        wanted = fold(name)
        return next((one for one in self.handle.values(node) if fold(self.handle.value_name(one)) == wanted), None)

    def find(self, key_path: str) -> int | None:
        """The node of a key, or None."""
        node: int | None = self.root
        with self._doing(key_path):
            for name in _names(key_path):
                node = self._child(node, name) if node is not None else None
        return node

    def keys(self, node: int) -> list[str]:
        """The names of a key's subkeys as stored, in the hive's order (sorted by upper case)."""
        with self._doing("the subkeys of a key"):
            return [self.handle.name(child) for child in self.handle.children(node)]

    def values(self, node: int) -> dict[str, RegValue]:
        """A key's values by their names as stored, in the hive's order."""
        with self._doing("the values of a key"):
            return {self.handle.value_name(one): self.handle.value(one) for one in self.handle.values(node)}

    def get(self, key_path: str, name: str) -> RegValue | None:
        """A value, or None when it or its key is absent."""
        node = self.find(key_path)
        with self._doing(f"{key_path} {name}"):
            slot = None if node is None else self._slot(node, name)
            return None if slot is None else self.handle.value(slot)

    # --- changing ---

    def make(self, key_path: str) -> int:
        """The node of a key; it and its parents are created when they are absent.

        Raises `HiveError` for a new name that is not ASCII: libhivex computes its hash differently from Windows,
        which then would not find the key.
        """
        node = self.root
        with self._doing(key_path, change=True):
            for name in _names(key_path):
                child = self._child(node, name)
                if child is None:
                    _check_key_name(name)
                    child, self.changed = self.handle.add_child(node, name), True
                node = child
        return node

    def set(self, key_path: str, name: str, value: RegValue) -> None:
        """Set one value; its key is created when it is absent, other values stay, an equal value changes nothing."""
        if "\0" in name or len(name) > VALUE_NAME or any("\ud800" <= c <= "\udfff" for c in name):
            raise HiveError("Not a name for a registry value", seen=ascii(name[:80]))
        self._check_size(f"{key_path} {name}", len(value.data))
        node = self.make(key_path)
        with self._doing(f"{key_path} {name}", change=True):
            slot = self._slot(node, name)
            if slot is not None and self.handle.value(slot) == value:
                return
            new = [
                (self.handle.value_name(one), value if one == slot else self._sibling(key_path, one))
                for one in self.handle.values(node)
            ]
            self.handle.set_values(node, new if slot is not None else [*new, (name, value)])
        self.changed = True

    def delete_value(self, key_path: str, name: str) -> bool:
        """Delete one value; False when it was not there."""
        node = self.find(key_path)
        with self._doing(f"{key_path} {name}", change=True):
            slot = None if node is None else self._slot(node, name)
            if node is None or slot is None:
                return False
            self.handle.value_size(slot)
            rest = [one for one in self.handle.values(node) if one != slot]
            new = [(self.handle.value_name(one), self._sibling(key_path, one)) for one in rest]
            self.handle.set_values(node, new)
        self.changed = True
        return True

    def delete_key(self, key_path: str) -> bool:
        """Delete a key with all below it; False when it was not there. Raises `HiveError` for the root."""
        node = self.find(key_path)
        if node is None:
            return False
        if node == self.root:
            raise HiveError("The root key of a hive cannot be deleted", seen=self.path.name)
        with FileDevice(self.path) as device:  # what was changed since is libhivex's own and sound
            HiveChecker(device, self.path.name).check(key_path)
        with self._doing(key_path, change=True):
            self.handle.delete_child(node)
        self.changed = True
        return True

    def commit(self) -> None:
        """Write the hive back as a whole (beside it, then renamed); nothing is written when nothing changed."""
        if self.spoiled:
            raise HiveError(
                "The registry hive is not written", seen=f"{self.path.name}: a change to it failed half-way"
            )
        if not self.changed:
            return
        new = commit_file(self.path)
        try:
            self.handle.commit(new)
            shutil.copymode(self.path, new)
            new.replace(self.path)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise HvsError("The registry hive cannot be written", seen=f"{self.path}: {error.strerror}") from error
        self.changed = False

    # --- what libhivex would do wrong, or abort the process on ---

    def _check_size(self, what: str, size: int) -> None:
        """libhivex writes a long value in one piece, as only old hives have it, and none over a megabyte."""
        limit = BIG_DATA if self.minor >= BIG_DATA_MINOR else LONGEST
        if size > limit:
            raise HiveError(
                "A registry value is too long to be written",
                seen=f"{what}: {size} bytes",
                why=f"more than {limit} bytes cannot be written by libhivex as Windows expects them in this hive",
            )

    def _sibling(self, key_path: str, value: int) -> RegValue:
        """A value that is written again, as libhivex does with all values of a key when one changes."""
        self._check_size(f"its neighbour in {key_path}", self.handle.value_size(value))
        return self.handle.value(value)


class _Getter(Protocol):
    def get(self, key_path: str, name: str, /) -> RegValue | None: ...


def control_set(hive: _Getter) -> str:
    """The control set that Windows will use, like `ControlSet001`, from Select\\Current of a SYSTEM hive.

    A loaded SYSTEM hive has no CurrentControlSet (Microsoft KB 102984). Raises `HiveError` when Select does not say.
    """
    value = hive.get("Select", "Current")
    if value is None or value.type != REG_DWORD or len(value.data) != 4:
        raise HiveError("The hive does not name its current control set", seen="Select\\Current is not a REG_DWORD")
    return f"ControlSet{int.from_bytes(value.data, 'little'):03d}"


def commit_file(path: Path) -> Path:
    """Where `Hive.commit` writes before it renames."""
    return path.with_name(path.name + ".new")


def _damaged(what: str, error: OSError) -> HiveError:
    return HiveError("The registry hive is damaged", seen=f"{what}: libhivex says {error.strerror}")


def _names(key_path: str) -> list[str]:
    return [name for name in key_path.split("\\") if name]


def _check_key_name(name: str) -> None:
    if not name.isascii() or "\0" in name or len(name) > KEY_NAME:
        raise HiveError(
            "A key with this name cannot be made",
            seen=repr(name[:80]),
            why=f"only names of up to {KEY_NAME} ASCII characters are sure to be found by Windows afterwards",
        )
