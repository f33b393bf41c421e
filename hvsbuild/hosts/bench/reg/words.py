"""The words of a reg command: keys and switches."""

from __future__ import annotations

from dataclasses import dataclass, field

from hvsbuild.hosts.bench.tool import BenchRefusal, Word

ROOTS = {
    "HKLM": "HKEY_LOCAL_MACHINE",
    "HKU": "HKEY_USERS",
    "HKCU": "HKEY_CURRENT_USER",
    "HKCR": "HKEY_CLASSES_ROOT",
    "HKCC": "HKEY_CURRENT_CONFIG",
}
# What a Windows machine has under these roots by itself; a script that touches it changes the technician's PC.
OWN_HIVES = {
    "HKLM": {"BCD00000000", "COMPONENTS", "DRIVERS", "HARDWARE", "SAM", "SECURITY", "SOFTWARE", "SYSTEM"},
    "HKU": {".DEFAULT"},
}
SUCCESS = "The operation completed successfully."
NOT_FOUND = "The system was unable to find the specified registry key or value."


class Failed(Exception):
    """The real tool prints this after `ERROR: ` and ends with 1."""


def syntax() -> Failed:
    return Failed("Invalid syntax.")


@dataclass(frozen=True)
class Key:
    """A key as written: `root` is HKLM or HKU, `names` what follows; the first names the loaded hive."""

    root: str
    names: tuple[str, ...]
    column: int

    @property
    def hive(self) -> str:
        """The hive's entry in the machine's state."""
        return f"{self.root}\\{self.names[0].upper()}" if self.names else self.root

    @property
    def inside(self) -> str:
        """The path of the key in the hive."""
        return "\\".join(self.names[1:])

    @property
    def root_name(self) -> str:
        return ROOTS[self.root]

    @property
    def shown(self) -> str:
        return "\\".join([self.root_name, *self.names])


def read_key(word: Word) -> Key:
    """Read `HKLM\\NAME\\…`; one backslash at the end is allowed, but not right after the root."""
    path = word.removesuffix("\\")
    root, _, rest = path.partition("\\")
    short = next((one for one, long in ROOTS.items() if root.upper() in (one, long)), None)
    if short is None or path.endswith("\\") or (not rest and path != word):
        raise Failed("Invalid key name.")
    if short not in OWN_HIVES:
        raise BenchRefusal(
            f"reg: {root} is the registry of whoever is logged on",
            column=word.column,
            hint="the bench has only hives that were loaded below HKLM or HKU",
        )
    names = tuple(rest.split("\\")) if rest else ()
    if "" in names:
        raise BenchRefusal(f"reg: an empty name in {str(word)!r}", column=word.column)
    return Key(short, names, word.column)


@dataclass
class Switches:
    """The switches after the key: flags are present or not, options carry a word."""

    flags: dict[str, Word] = field(default_factory=dict)
    options: dict[str, Word] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.flags or name in self.options


def read_switches(words: list[Word], flags: str, options: str = "", unsupported: str = "") -> Switches:
    """Read switches; those that the real tool does not know, given twice or without their word, are its failure.

    `unsupported` ones are known to the real tool and refused here. A word after an option is taken whatever it is.
    """
    found, rest = Switches(), list(words)
    while rest:
        word = rest.pop(0)
        name = word.lower()
        if name.startswith("-") and len(name) > 1:
            raise BenchRefusal(f"reg: {word}", column=word.column, hint="write switches with /")
        if name in unsupported.split() or name == "/reg:32":
            raise BenchRefusal(f"reg: the switch {word}", column=word.column)
        if name == "/reg:64":  # a loaded hive has no 32-bit view
            name = "/reg"
        elif name not in [*flags.split(), *options.split()]:
            raise syntax()
        if name in found:
            raise syntax()
        if name in options.split():
            if not rest:
                raise syntax()
            found.options[name] = rest.pop(0)
        else:
            found.flags[name] = word
    return found


def one_of(switches: Switches, *names: str) -> str | None:
    """The one switch of these that was given, or None; two of them exclude each other."""
    given = [name for name in names if name in switches]
    if len(given) > 1:
        raise syntax()
    return given[0] if given else None


def first_key(words: list[Word]) -> tuple[Key, list[Word]]:
    """The key that every operation starts with, and the words after it."""
    if not words:
        raise syntax()
    return read_key(words[0]), words[1:]
