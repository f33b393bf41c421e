"""`allow:` the warnings and notes that somebody has looked at, each with the reason why it may stay.

    allow:
      HVS204: the sticks of this site have more spare blocks than usual

A list of single entries, `- HVS204: reason`, means the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Discriminator, Tag, WithJsonSchema

from hvsbuild.spec.codes import CODES, WITHDRAWN
from hvsbuild.spec.diagnostics import Diagnostic, diagnose, in_order
from hvsbuild.spec.kinds import Text
from hvsbuild.spec.places import Loc, Places

EXAMPLE = '{HVS204: "why it may stay"}'
_MISREAD = {"O": "0", "I": "1", "L": "1"}


def _shape(value: object) -> str | None:
    if isinstance(value, str):
        return "a code"
    if isinstance(value, tuple):
        return "a list"
    return "a mapping" if isinstance(value, dict) else None


_OTHER = f"a code and its reason, like {EXAMPLE}"
_Reasons = dict[str, Text]
_Entry = Annotated[
    Annotated[str, Tag("a code")] | Annotated[_Reasons, Tag("a mapping")],
    Discriminator(_shape, custom_error_type="HVS109", custom_error_message=_OTHER),
]
_REASONS = {
    "type": "object",
    "propertyNames": {"pattern": "^HVS[0-9]{3}$"},
    "additionalProperties": {"type": "string", "minLength": 1},
    "minProperties": 1,
}
Allow = Annotated[
    # a bare code is read, so that the rule can say what is missing
    Annotated[str, Tag("a code")]
    | Annotated[_Reasons, Tag("a mapping")]
    | Annotated[tuple[_Entry, ...], Tag("a list")],
    Discriminator(_shape, custom_error_type="HVS109", custom_error_message=_OTHER),
    WithJsonSchema({"anyOf": [_REASONS, {"type": "array", "items": {**_REASONS, "maxProperties": 1}}]}),
]


@dataclass(frozen=True)
class Allowed:
    """A warning or note that the spec allows, and why."""

    diagnostic: Diagnostic
    reason: str

    def to_dict(self) -> dict[str, str | int]:
        """The form for --json."""
        return {**self.diagnostic.to_dict(), "reason": self.reason}

    def to_manifest(self) -> dict[str, str]:
        """The form for the bundle: without a path of this machine."""
        one = self.diagnostic
        text = f"{one.message}: {one.detail}" if one.detail else one.message
        return {"code": one.code, "reason": self.reason, "text": text}


@dataclass(frozen=True)
class _Given:
    """One entry: where its code stands, the code, the reason (None when there is none)."""

    loc: Loc
    code: str
    reason: str | None


def _given(allow: object) -> Iterator[_Given]:
    if isinstance(allow, str):
        yield _Given(("allow",), allow, None)
    elif isinstance(allow, dict):
        yield from (_Given(("allow", code), code, reason) for code, reason in allow.items())
    for number, entry in enumerate(allow) if isinstance(allow, tuple) else ():
        at: Loc = ("allow", number)
        if isinstance(entry, str):
            yield _Given(at, entry, None)
        else:
            yield from (_Given((*at, code), code, reason) for code, reason in entry.items())


def sift(
    allow: object, found: list[Diagnostic], places: Places, *, alone: bool = True
) -> tuple[list[Diagnostic], list[Allowed]]:
    """What is left of all that was found, with what is wrong about `allow` itself, and what it allows. Not `alone`: the
    spec is one of several from the same file, and what is of no use to it may be of use to another."""
    reasons, wrong = dict[str, _Given](), list[Diagnostic]()
    for given in _given(allow):
        code, detail, hint = _objection(given, reasons)
        if code:
            wrong.append(_at(given, code, detail, hint, places))
        else:
            reasons[given.code] = given
    left = [*found, *wrong]
    if alone and not any(one.severity == "error" for one in left):
        left += unused(allow, {one.code for one in left}, places)
    allowed = [Allowed(one, str(reasons[one.code].reason)) for one in in_order(left) if one.code in reasons]
    return in_order(one for one in left if one.code not in reasons), allowed


def _objection(given: _Given, before: dict[str, _Given]) -> tuple[str, str, str]:
    """The code, detail and hint of what is wrong with an entry; empty texts when nothing is."""
    code = given.code
    if code not in CODES:
        digits = "".join(_MISREAD.get(one, one) for one in code.upper().removeprefix("HVS"))
        near = f'did you mean "HVS{digits}"?' if f"HVS{digits}" in CODES else ""
        gone = f"it is withdrawn ({WITHDRAWN[code]}): delete it" if code in WITHDRAWN else ""
        return "HVS298", code, gone or near or "write a code as hvsbuild validate shows it, like HVS204"
    if CODES[code].severity == "error":
        return "HVS296", f"{code}, {CODES[code].title}", "correct it; only warnings and notes may stay"
    if given.reason is None:
        return "HVS295", code, f"write allow: {EXAMPLE.replace('HVS204', code)}"
    return ("HVS299", code, "keep one of the reasons") if code in before else ("", "", "")


def unused(allow: object, there: Collection[str], places: Places) -> list[Diagnostic]:
    """A diagnostic for each entry that is not about one of the codes that are `there`."""
    given = {one.code: one for one in _given(allow) if one.code in CODES}
    return [
        _at(one, "HVS297", f"{code}, {CODES[code].title}", "delete the line", places)
        for code, one in given.items()
        if code not in there and code != "HVS297"
    ]


def _at(given: _Given, code: str, detail: str, hint: str, places: Places) -> Diagnostic:
    bare = given.reason is None
    position, length = places.value_span(given.loc) if bare else places.key_span(given.loc)
    return diagnose(code, position, detail=detail, hint=hint, length=length)
