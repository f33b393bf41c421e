"""The registry hives of an image: where each lies, and which keys of a running Windows lie in which hive.

Sources: Microsoft, "Registry Hives" and "Predefined Keys"; KB 102984 (CurrentControlSet is made when Windows starts).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CONFIG = "\\Windows\\System32\\config"
HIVES = ("SYSTEM", "SOFTWARE", "DEFAULT", "COMPONENTS", "DRIVERS")
USER_HIVE, NEW_USERS = "NTUSER.DAT", "Default"
SECRET_HIVES = ("SAM", "SECURITY")
CURRENT = "CurrentControlSet"  # in SYSTEM: the control set that Select\Current names
_SETS = re.compile(rf"(?i)({CURRENT}|ControlSet)(?=\\|$)")


@dataclass(frozen=True)
class HiveFile:
    """One hive: its `name` in names of tasks and keys, and its `path` from the root of the volume."""

    name: str
    path: str

    @property
    def place(self) -> str:
        """What a state calls it: the plain name in `CONFIG`, elsewhere the path."""
        return self.name if self.path == f"{CONFIG}\\{self.name}" else self.path

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{self.name} hive" if self.place == self.name else f"hive {self.path}"

    @property
    def in_every_image(self) -> bool:
        return self == NEW_USERS_HIVE or (self.path.startswith(CONFIG) and self.name != "DRIVERS")


def config_hive(name: str) -> HiveFile:
    return HiveFile(name, f"{CONFIG}\\{name}")


def user_hive(user: str) -> HiveFile:
    """The hive of a user that the image has; `Default` is what new users start with."""
    if user.lower() == NEW_USERS.lower():
        return NEW_USERS_HIVE
    plain = "".join(one if one.isalnum() and one.isascii() else "-" for one in user)
    return HiveFile(f"NTUSER-{plain}", f"\\Users\\{user}\\{USER_HIVE}")


NEW_USERS_HIVE = HiveFile("NTUSER", f"\\Users\\{NEW_USERS}\\{USER_HIVE}")
SYSTEM = config_hive("SYSTEM")


def hive_file(hive: str | None, user: str | None) -> HiveFile:
    """The hive that an entry of the spec names."""
    if user is not None:
        return user_hive(user)
    assert hive is not None
    return NEW_USERS_HIVE if hive == USER_HIVE else config_hive(hive)


def plain_key(hive: HiveFile, key: str) -> str:
    """The key with one spelling for the current control set: `ControlSet\\Control` -> `CurrentControlSet\\Control`."""
    return _SETS.sub(CURRENT, key, count=1) if hive == SYSTEM and _SETS.match(key) else key


def in_current_set(hive: HiveFile, key: str) -> bool:
    """Whether a plain key lies in the control set that `Select` names."""
    return hive == SYSTEM and key.partition("\\")[0] == CURRENT


@dataclass(frozen=True)
class NotInImage:
    """Why a key of a running Windows is in no hive that can be edited, and what to do instead."""

    code: str
    why: str
    do: str


_MACHINE = "set accounts and policies in the running Windows"
_BOOT = "settings of the boot menu are written in boot.settings"
_ELSEWHERE = {  # upper case
    "HKEY_LOCAL_MACHINE\\HARDWARE": NotInImage("HVS323", "Windows makes it at each start", "delete these lines"),
    "HKEY_LOCAL_MACHINE\\SAM": NotInImage("HVS305", "SAM", _MACHINE),
    "HKEY_LOCAL_MACHINE\\SECURITY": NotInImage("HVS305", "SECURITY", _MACHINE),
    "HKEY_LOCAL_MACHINE\\BCD00000000": NotInImage("HVS311", "BCD00000000", _BOOT),
    "HKEY_CURRENT_CONFIG": NotInImage(
        "HVS323", "it is a link that Windows makes when it starts", "write HKEY_LOCAL_MACHINE\\SYSTEM\\…"
    ),
    "HKEY_CURRENT_USER\\SOFTWARE\\CLASSES": NotInImage(
        "HVS323",
        "it lies in UsrClass.dat, which a new user gets empty",
        "for all users write HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes",
    ),
}
_ROOTS = {
    "HKEY_LOCAL_MACHINE\\SYSTEM": (SYSTEM, ""),
    "HKEY_LOCAL_MACHINE\\SOFTWARE": (config_hive("SOFTWARE"), ""),
    "HKEY_LOCAL_MACHINE\\COMPONENTS": (config_hive("COMPONENTS"), ""),
    "HKEY_LOCAL_MACHINE\\DRIVERS": (config_hive("DRIVERS"), ""),
    "HKEY_USERS\\.DEFAULT": (config_hive("DEFAULT"), ""),
    "HKEY_CLASSES_ROOT": (config_hive("SOFTWARE"), "Classes"),
}
_MY_USER = "HKEY_CURRENT_USER"
_SHORT = {"HKLM": "HKEY_LOCAL_MACHINE", "HKU": "HKEY_USERS", "HKCU": _MY_USER, "HKCR": "HKEY_CLASSES_ROOT"}


def find_key(path: str, user: HiveFile = NEW_USERS_HIVE) -> tuple[HiveFile, str] | NotInImage:
    """The hive and the key in it of `HKEY_LOCAL_MACHINE\\SYSTEM\\…`; HKEY_CURRENT_USER is `user`."""
    upper = path.upper()
    for root, reason in _ELSEWHERE.items():
        if upper == root or upper.startswith(f"{root}\\"):
            return reason
    for root, (hive, below) in {**_ROOTS, _MY_USER: (user, "")}.items():
        if upper == root or upper.startswith(f"{root}\\"):
            return hive, plain_key(hive, "\\".join(part for part in (below, path[len(root) + 1 :]) if part))
    first, _, _ = upper.partition("\\")
    if first in _SHORT:
        return NotInImage("HVS323", f"Windows does not know {path[: len(first)]} here", f"write {_SHORT[first]}\\…")
    known = ", ".join([*_ROOTS, _MY_USER])
    return NotInImage("HVS323", "no hive of the image is there", f"a key begins with one of: {known}")
