"""Registry keys, names and data: what reg.exe and a hive that is not running can hold."""

from __future__ import annotations

import re

from hvsbuild.spec.model import RegistryData, RegistryKey, Spec
from hvsbuild.spec.places import Loc
from hvsbuild.spec.rules.finding import Finding, Findings, KeyRule, SpecRule
from hvsbuild.spec.rules.texts import safe, unsafe

PART_LONGEST, NAME_LONGEST = 255, 16383  # characters (Microsoft: Registry element size limits)
LINE_LONGEST = 7500  # of the 8191 that cmd.exe reads; the rest is for the command, its options and escapes
_ROOT = re.compile(r"(?i)(HKEY_[A-Z_]+|HKLM|HKU|HKCU|HKCR|HKCC)(\\|$)")


def key_begins(loc: Loc, key: RegistryKey) -> Findings:
    """Below the hive, in a control set that exists in the file."""
    at, text = (*loc, "key"), key.key
    first = text.partition("\\")[0].lower()
    hint = f"write {_below(text, key.hive)}"
    if text.startswith("\\") or _ROOT.match(text):
        yield Finding("HVS302", at, text, hint)
    elif first == key.hive.lower():
        yield Finding("HVS303", at, key.hive, hint)
    elif first == "currentcontrolset" and key.hive == "SYSTEM":
        yield Finding("HVS301", at, "", hint)


def _below(text: str, hive: str) -> str:
    """The key as it should be: without root and hive, in ControlSet001."""
    text = _ROOT.sub("", text.lstrip("\\"))
    text = re.sub(rf"(?i)^{hive}(\\|$)", "", text)
    text = re.sub(r"(?i)^CurrentControlSet(?=\\|$)", "ControlSet001", text) if hive == "SYSTEM" else text
    return text or "the key below the hive"


def key_parts(loc: Loc, key: RegistryKey) -> Findings:
    """Parts that are not empty, not too long, and safe in a script."""
    at, text = (*loc, "key"), key.key
    yield from safe(at, text)
    if text.endswith("\\"):
        yield Finding("HVS304", at, "it ends in a backslash", "leave the last backslash out")
    elif "\\\\" in text.lstrip("\\"):
        yield Finding(
            "HVS304", at, "it has two backslashes in a row", "without quotes and in single quotes one is enough"
        )
    elif "\\" not in text and "/" in text:
        yield Finding("HVS304", at, "its parts are divided by /", f"write {text.replace('/', chr(92))}")
    elif max(len(part) for part in text.split("\\")) > PART_LONGEST:
        yield Finding("HVS304", at, "a part is too long", f"up to {PART_LONGEST} characters")


def values(loc: Loc, key: RegistryKey) -> Findings:
    """Names and data of one key's values."""
    for name, value in key.values.items():
        at = (*loc, "values", name)
        yield from safe(at, name, on_key=True)
        if len(name) > NAME_LONGEST or len(key.key) + len(name) + _length(value) > LINE_LONGEST:
            yield Finding(
                "HVS309", at, "", f"key, name and data together: up to {LINE_LONGEST} characters", on_key=True
            )
        if isinstance(value, RegistryData):
            yield from _data((*at, "data"), value)


def _length(value: object) -> int:
    data = value.data if isinstance(value, RegistryData) else ""
    return sum(len(item) + 2 for item in data) if isinstance(data, tuple) else len(str(data))


def _data(loc: Loc, value: RegistryData) -> Findings:
    data, kind = value.data, value.type
    if kind in ("REG_DWORD", "REG_QWORD"):
        yield from _number(loc, data, 32 if kind == "REG_DWORD" else 64)
    elif kind == "REG_MULTI_SZ":
        if not isinstance(data, tuple):
            yield Finding(
                "HVS306",
                loc,
                f"{kind} takes a list of texts",
                f"write [{data}], or [] for none" if data else "write []",
            )
        else:
            yield from _texts(loc, data)
    elif not isinstance(data, str):
        shown = data if isinstance(data, int) else "…"
        yield Finding("HVS306", loc, f"{kind} takes one text", f'write it in quotes: "{shown}"')
    elif kind == "REG_BINARY" and not re.fullmatch("([0-9A-Fa-f]{2})*", data):
        yield Finding(
            "HVS306", loc, "REG_BINARY takes hexadecimal digits, two a byte", 'for example "0a1b2c", without 0x'
        )
    else:
        yield from safe(loc, data)


def _number(loc: Loc, data: object, bits: int) -> Findings:
    kind = "REG_DWORD" if bits == 32 else "REG_QWORD"
    if not isinstance(data, int):
        digits = isinstance(data, str) and re.fullmatch("0x[0-9A-Fa-f]+|[0-9]+", data)
        yield Finding("HVS306", loc, f"{kind} takes a whole number", f"write {data}, without quotes" if digits else "")
    elif not 0 <= data < 2**bits:
        yield Finding("HVS306", loc, f"{data} is not in the {bits} bits of a {kind}", f"0 to 0x{2**bits - 1:x}")


def _texts(loc: Loc, texts: tuple[str, ...]) -> Findings:
    for number, text in enumerate(texts):
        at = (*loc, number)
        if not text:
            yield Finding("HVS307", at, "an empty text", "leave it out; [] is the empty list")
        elif "\\0" in text:
            yield Finding("HVS307", at, "\\0 divides texts in reg add", "write the texts one by one, or use REG_BINARY")
        elif unsafe(text):
            yield from safe(at, text)


def values_once(spec: Spec) -> Findings:
    """Each value of each VHD is named once; the registry has no upper and lower case."""
    sections: list[tuple[Loc, tuple[RegistryKey, ...]]] = [(("registry",), spec.registry)]
    sections += [((*loc, "registry"), section.registry) for loc, section in spec.vhd_sections()]
    for loc, keys in sections:
        seen: dict[tuple[str, ...], Loc] = {}
        for number, key in enumerate(keys):
            for name in key.values:
                full = (key.hive, key.key.lower(), name.lower())
                at = (*loc, number, "values", name)
                if full in seen:
                    yield Finding("HVS308", at, name, "keep one of them", on_key=True)
                seen.setdefault(full, at)


SPEC_RULES: tuple[SpecRule, ...] = (values_once,)
KEY_RULES: tuple[KeyRule, ...] = (key_begins, key_parts, values)
