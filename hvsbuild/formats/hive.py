"""A registry hive as keys and values: `Hive` to change one (through libhivex), `HiveReader` to read one anywhere.

A key path has backslashes and starts below the hive's root (`ControlSet001\\Control`); "" is the root. Keys and values
match without regard to case, as in Windows; the default value of a key has the name "".
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Protocol

from hvsbuild.errors import HvsError
from hvsbuild.formats.hivereader import HiveReader
from hvsbuild.formats.hivex import HivexHandle
from hvsbuild.formats.regf import BIG_DATA, BIG_DATA_MINOR, BLOCK, HiveError, empty_hive, new_hive, read_base_block
from hvsbuild.formats.regvalue import REG_DWORD, RegValue, fold

__all__ = ["Hive", "HiveError", "HiveReader", "control_set", "empty_hive", "new_hive"]

# Limits of Windows (Microsoft, "Registry element size limits"): characters of a key's and a value's name.
KEY_NAME, VALUE_NAME = 255, 16383


class Hive:
    """A hive opened by libhivex: `with Hive.open(path, writable=True) as hive: …; hive.commit()`.

    Changes stay in memory until `commit`. The same calls on the same bytes give the same bytes: libhivex keeps the
    times of the keys it changes.
    """

    def __init__(self, path: Path, handle: HivexHandle, minor: int) -> None:
        self.path, self.handle, self.minor, self.changed = path, handle, minor, False
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

    # --- reading ---

    def _child(self, node: int, name: str) -> int | None:
        wanted = fold(name)
        for child in self.handle.children(node):
            try:
                if fold(self.handle.name(child)) == wanted:
                    return child
            except OSError:  # a name that is no text (half a UTF-16 pair) is not the one that is asked for
                continue
        return None

    def find(self, key_path: str) -> int | None:
        """The node of a key, or None."""
        node: int | None = self.root
        try:
            for name in _names(key_path):
                node = self._child(node, name) if node is not None else None
        except OSError as error:
            raise _damaged(key_path, error) from error
        return node

    def keys(self, node: int) -> list[str]:
        """The names of a key's subkeys as stored, in the hive's order (sorted by upper case)."""
        try:
            return [self.handle.name(child) for child in self.handle.children(node)]
        except OSError as error:
            raise _damaged("the subkeys of a key", error) from error

    def values(self, node: int) -> dict[str, RegValue]:
        """A key's values by their names as stored, in the hive's order."""
        try:
            return {self.handle.value_name(one): self.handle.value(one) for one in self.handle.values(node)}
        except OSError as error:
            raise _damaged("the values of a key", error) from error

    def get(self, key_path: str, name: str) -> RegValue | None:
        """A value, or None when it or its key is absent."""
        node = self.find(key_path)
        if node is None:
            return None
        try:
            slot = self._slot(node, name)
            return None if slot is None else self.handle.value(slot)
        except OSError as error:
            raise _damaged(f"{key_path} {name}", error) from error

    def _slot(self, node: int, name: str) -> int | None:
        wanted = fold(name)
        return next((one for one in self.handle.values(node) if fold(self.handle.value_name(one)) == wanted), None)

    # --- changing ---

    def make(self, key_path: str) -> int:
        """The node of a key; it and its parents are created when they are absent.

        Raises `HiveError` for a new name that is not ASCII: libhivex computes its hash differently from Windows,
        which then would not find the key.
        """
        node = self.root
        try:
            for name in _names(key_path):
                child = self._child(node, name)
                if child is None:
                    _check_key_name(name)
                    child, self.changed = self.handle.add_child(node, name), True
                node = child
        except OSError as error:
            raise _damaged(key_path, error) from error
        return node

    def set(self, key_path: str, name: str, value: RegValue) -> None:
        """Set one value; its key is created when it is absent, other values stay, an equal value changes nothing."""
        if "\0" in name or len(name) > VALUE_NAME:
            raise HiveError("Not a name for a registry value", seen=repr(name[:80]))
        self._check_size(key_path, name, value)
        node = self.make(key_path)
        try:
            slot = self._slot(node, name)
            if slot is not None and self.handle.value(slot) == value:
                return
            self._check_siblings(node, key_path, slot)
            values = [(self.handle.value_name(one), one, self.handle.value(one)) for one in self.handle.values(node)]
            new = [(stored, value if one == slot else old) for stored, one, old in values]
            self.handle.set_values(node, new if slot is not None else [*new, (name, value)])
        except OSError as error:
            raise _damaged(f"{key_path} {name}", error) from error
        self.changed = True

    def delete_value(self, key_path: str, name: str) -> bool:
        """Delete one value; False when it was not there."""
        node = self.find(key_path)
        try:
            slot = None if node is None else self._slot(node, name)
            if node is None or slot is None:
                return False
            self._check_siblings(node, key_path, slot)
            rest = [one for one in self.handle.values(node) if one != slot]
            self.handle.set_values(node, [(self.handle.value_name(one), self.handle.value(one)) for one in rest])
        except OSError as error:
            raise _damaged(f"{key_path} {name}", error) from error
        self.changed = True
        return True

    def delete_key(self, key_path: str) -> bool:
        """Delete a key with all below it; False when it was not there. Raises `HiveError` for the root."""
        node = self.find(key_path)
        if node is None:
            return False
        if node == self.root:
            raise HiveError("The root key of a hive cannot be deleted", seen=self.path.name)
        try:
            self._check_cells(node)
            self.handle.delete_child(node)
        except OSError as error:
            raise _damaged(key_path, error) from error
        self.changed = True
        return True

    def commit(self) -> None:
        """Write the hive back as a whole (beside it, then renamed); nothing is written when nothing changed."""
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

    def _check_size(self, key_path: str, name: str, value: RegValue) -> None:
        if self.minor >= BIG_DATA_MINOR and len(value.data) > BIG_DATA:
            raise _too_big(f"{key_path} {name}: {len(value.data)} bytes")

    def _check_siblings(self, node: int, key_path: str, slot: int | None) -> None:
        """libhivex rewrites all values of a key, and long ones (`BIG_DATA`) in a form that Windows misreads."""
        for one in self.handle.values(node):
            size = self.handle.value_size(one)
            if self.minor >= BIG_DATA_MINOR and size > BIG_DATA and one != slot:
                raise _too_big(f"{key_path} holds {self.handle.value_name(one)!r} of {size} bytes")

    def _check_cells(self, node: int) -> None:
        """libhivex aborts the process when it frees data that are not there; asking for each size first raises."""
        for value in self.handle.values(node):
            self.handle.value_size(value)
        for child in self.handle.children(node):
            self._check_cells(child)


class _Getter(Protocol):
    def get(self, key_path: str, name: str, /) -> RegValue | None: ...


def control_set(hive: _Getter) -> str:
    """The control set that Windows will use, like `ControlSet001`, from Select\\Current of a SYSTEM hive.

    A loaded SYSTEM hive has no CurrentControlSet (windows-facts 5.3). Raises `HiveError` when Select does not say.
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


def _too_big(seen: str) -> HiveError:
    return HiveError(
        "A registry value is too long to be written",
        seen=seen,
        why=f"Windows keeps values of more than {BIG_DATA} bytes in pieces, which libhivex cannot write",
    )
