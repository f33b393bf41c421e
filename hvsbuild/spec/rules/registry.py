"""Registry entries: what goes together, and what reg.exe and a hive that is not running can hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hvsbuild.formats.regvalue import divider
from hvsbuild.spec import tweaks
from hvsbuild.spec.diagnostics import choose
from hvsbuild.spec.hives import USER_HIVE, NotInImage, find_key, hive_file
from hvsbuild.spec.model import RegistryData, RegistryEntry
from hvsbuild.spec.places import Loc
from hvsbuild.spec.rules.finding import Finding, Findings, KeyRule
from hvsbuild.spec.rules.texts import unsafe

PART_LONGEST, NAME_LONGEST = 255, 16383  # characters (Microsoft: Registry element size limits)
LINE_LONGEST = 7500  # of the 8191 that cmd.exe reads; the rest is for the command, its options and escapes
KINDS = "an entry has a hive (or user) and a key with values, absent or present; or import; or tweaks"
_ROOT = re.compile(r"(?i)(HKEY_[A-Z_]+|HKLM|HKU|HKCU|HKCR|HKCC)(?=\\|$)")
_LONG = {"HKLM": "HKEY_LOCAL_MACHINE", "HKU": "HKEY_USERS", "HKCU": "HKEY_CURRENT_USER", "HKCR": "HKEY_CLASSES_ROOT"}


def one_kind(loc: Loc, entry: RegistryEntry) -> Findings:
    """Only keys that go together."""
    given = [name for name, one in (("key", entry.key), ("import", entry.import_), ("tweaks", entry.tweaks)) if one]
    whose = [name for name, one in (("hive", entry.hive), ("user", entry.user)) if one]
    what = [name for name, one in _wants(entry) if one]
    if len(given) > 1 or (what and given and given != ["key"]):
        yield Finding("HVS314", (*loc, *(what[:1] or given[-1:])), " and ".join([*given, *what]), KINDS, on_key=True)
    elif len(what) > 1:
        yield Finding("HVS314", (*loc, what[1]), " and ".join(what), "write one of them", on_key=True)
    elif len(whose) > 1:
        hint = "user: NAME is the NTUSER.DAT of that user, so leave hive out"
        yield Finding("HVS314", (*loc, "user"), "hive and user", hint, on_key=True)
    elif given == ["tweaks"] and whose:
        hint = f"leave {whose[0]} out: every value of a tweak names its own hive"
        yield Finding("HVS314", (*loc, *whose), f"tweaks and {whose[0]}", hint, on_key=True)


def _wants(entry: RegistryEntry) -> tuple[tuple[str, object], ...]:
    return ("values", entry.values), ("absent", entry.absent), ("present", entry.present)


def key_begins(loc: Loc, entry: RegistryEntry) -> Findings:
    """Below the hive."""
    if entry.key is None or not (entry.hive or entry.user):
        return
    at, text, hive = (*loc, "key"), entry.key, entry.hive or USER_HIVE
    if text.startswith("\\") or _ROOT.match(text):
        yield Finding("HVS302", at, text, _below(text, hive))
    elif text.partition("\\")[0].lower() == hive.lower():
        yield Finding("HVS303", at, hive, _below(text, hive))


def _below(text: str, hive: str) -> str:
    """What to write instead: the key without root and hive, and the hive when it is another one."""
    text = text.lstrip("\\")
    if root := _ROOT.match(text):
        whole = _LONG.get(root[0].upper(), root[0]) + text[root.end() :]
        place = find_key(whole)
        if not isinstance(place, NotInImage) and place[0] != hive_file(hive, None):
            other = USER_HIVE if place[0] == hive_file(USER_HIVE, None) else place[0].name
            return f"write hive: {other} and key: {place[1]}"
        text = text[root.end() :].lstrip("\\")
    text = re.sub(rf"(?i)^{re.escape(hive)}(\\|$)", "", text)
    return f"write {text or 'the key below the hive'}"


def key_parts(loc: Loc, entry: RegistryEntry) -> Findings:
    """Parts that are not empty, not too long, and safe in a script."""
    if entry.key is not None:
        if reason := not_carried(entry.key):
            yield Finding("HVS215", (*loc, "key"), reason, "use other characters")
        if wrong := wrong_key(entry.key):
            yield Finding("HVS304", (*loc, "key"), *wrong)


def wrong_key(text: str) -> tuple[str, str] | None:
    """Why it is no key, and what to write."""
    if text.endswith("\\"):
        return "it ends in a backslash", "leave the last backslash out"
    if "\\\\" in text.lstrip("\\"):
        return "it has two backslashes in a row", "without quotes and in single quotes one is enough"
    if "\\" not in text and "/" in text:
        return "its parts are divided by /", f"write {text.replace('/', chr(92))}"
    if max(len(part) for part in text.split("\\")) > PART_LONGEST:
        return "a part is too long", f"up to {PART_LONGEST} characters"
    return None


def values(loc: Loc, entry: RegistryEntry) -> Findings:
    """Names and data of one key's values."""
    for name, value in entry.values.items():
        at = (*loc, "values", name)
        if reason := not_carried(name):
            yield Finding("HVS215", at, reason, "use other characters", on_key=True)
        if too_long(entry.key or "", name, value):
            hint = f"key, name and data together: up to {LINE_LONGEST} characters"
            yield Finding("HVS309", at, "", hint, on_key=True)
        if isinstance(value, RegistryData):
            for steps, code, detail, hint in wrong_data(value):
                yield Finding(code, (*at, "data", *steps), detail, hint)


def too_long(key: str, name: str, value: object) -> bool:
    """Whether it does not fit into one line of a script, with its escapes."""
    data = value.data if isinstance(value, RegistryData) else ""
    text = "xx".join(map(str, data)) if isinstance(data, tuple) else str(data)
    written = len(text) + text.count("%") + 2 * text.count('"') + text.count("\\")
    return len(name) > NAME_LONGEST or len(key) + len(name) + written > LINE_LONGEST


Wrong = tuple[tuple[int, ...], str, str, str]  # steps below the data, code, detail, hint


def wrong_data(value: RegistryData) -> Iterator[Wrong]:
    """What is wrong with the data for their type."""
    data, kind = value.data, value.type
    if kind in ("REG_DWORD", "REG_DWORD_BIG_ENDIAN", "REG_QWORD"):
        yield from _number(kind, data, 64 if kind == "REG_QWORD" else 32)
    elif kind == "REG_MULTI_SZ":
        yield from _list(data)
    elif kind == "REG_BINARY":
        yield from _binary(data)
    elif not isinstance(data, str):
        shown = data if isinstance(data, int) else "…"
        yield (), "HVS306", f"{kind} takes one text", f'write it in quotes: "{shown}"'
    else:
        yield from _carried(data)


def _number(kind: str, data: object, bits: int) -> Iterator[Wrong]:
    if not isinstance(data, int):
        digits = isinstance(data, str) and re.fullmatch("0x[0-9A-Fa-f]+|[0-9]+", data)
        yield (), "HVS306", f"{kind} takes a whole number", f"write {data}, without quotes" if digits else ""
    elif not 0 <= data < 2**bits:
        hint = f"0 to 0x{2**bits - 1:x}" + ("; {type: REG_QWORD, data: …} holds 64 bits" if data >= 2**bits else "")
        yield (), "HVS306", f"{data} is not in the {bits} bits of a {kind}", hint


def _list(data: object) -> Iterator[Wrong]:
    if not isinstance(data, tuple) or any(isinstance(one, int) for one in data):
        hint = "write []" if not data else f"write [{data}], or [] for none"
        hint = 'put every item in quotes: ["1", "2"]' if isinstance(data, tuple) else hint
        yield (), "HVS306", "REG_MULTI_SZ takes a list of texts", hint
        return
    for number, text in enumerate(data):
        if not text:
            yield (number,), "HVS307", "an empty text", "leave it out; [] is the empty list"
        for _, code, detail, hint in _carried(text):
            yield (number,), code, detail, hint
    if divider(list(data)) is None:
        yield (), "HVS307", "no character is left to divide them", "leave one of the texts out"


def _binary(data: object) -> Iterator[Wrong]:
    if isinstance(data, tuple):
        wrong = [one for one in data if not isinstance(one, int) or not 0 <= one <= 255]
        if wrong:
            yield (), "HVS306", f"{wrong[0]!r} is no byte", "numbers from 0 to 255, like [10, 0xff]"
    elif not isinstance(data, str) or not re.fullmatch("([0-9A-Fa-f]{2}[ ,]?)*", data):
        hint = 'for example "0a 1b 2c", without 0x, or a list of bytes: [0x0a, 0x1b]'
        yield (), "HVS306", "REG_BINARY takes hexadecimal digits, two a byte", hint


def _carried(text: str) -> Iterator[Wrong]:
    """A quotation mark is no harm in data: it is escaped."""
    if reason := not_carried(text.replace('"', "'")):
        yield (), "HVS215", reason, "use other characters"


def not_carried(text: str) -> str:
    """Why a script cannot carry the text; empty when it can."""
    return unsafe(text)


def known_tweaks(loc: Loc, entry: RegistryEntry) -> Findings:
    for number, name in enumerate(entry.tweaks):
        if name not in tweaks.tweak_names():
            hint = choose(name, tweaks.tweak_names(), "hvsbuild tweaks lists them")
            yield Finding("HVS330", (*loc, "tweaks", number), name, hint)


KEY_RULES: tuple[KeyRule, ...] = (one_kind, key_begins, key_parts, values, known_tweaks)
