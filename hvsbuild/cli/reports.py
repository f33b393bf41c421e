"""Diagnostics in the forms that other programs read: annotations of GitHub Actions, and SARIF for code scanning.

Sources: GitHub, "Workflow commands for GitHub Actions" (escapes: %, line breaks; in properties also : and ,);
OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from hvsbuild import __version__
from hvsbuild.spec.codes import CODES
from hvsbuild.spec.diagnostics import Diagnostic

_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}
_SARIF = {"error": "error", "warning": "warning", "note": "note"}


def message(one: Diagnostic) -> str:
    """Phrase, detail and hint as one text."""
    text = one.message + (f": {one.detail}" if one.detail else "")
    return f"{text} ({one.hint})" if one.hint else text


def github(found: Iterable[Diagnostic]) -> str:
    """One workflow command a diagnostic: GitHub shows it at its line in the pull request."""
    lines = []
    for one in found:
        at = one.position
        place = f"file={_property(at.file)},line={at.line},col={at.column},endColumn={at.column + one.length}"
        lines.append(f"::{_GITHUB[one.severity]} {place},title={_property(one.code)}::{_data(message(one))}")
    return "".join(line + "\n" for line in lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(found: Sequence[Diagnostic]) -> str:
    """One run with all diagnostics; the rules carry what `hvsbuild explain` says."""
    codes = sorted({one.code for one in found})
    driver = {
        "name": "hvsbuild",
        "version": __version__,
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.code)) for one in found],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2, sort_keys=True) + "\n"


def _rule(code: str) -> dict[str, Any]:
    row = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": row.title},
        "fullDescription": {"text": f"{row.why} {row.fix}"},
        "defaultConfiguration": {"level": _SARIF[row.severity]},
    }


def _result(one: Diagnostic, rule: int) -> dict[str, Any]:
    at = one.position
    region = {"startLine": at.line, "startColumn": at.column, "endColumn": at.column + one.length}
    where = {"artifactLocation": {"uri": _uri(PurePath(at.file))}, "region": region}
    return {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": _SARIF[one.severity],
        "message": {"text": message(one)},
        "locations": [{"physicalLocation": where}],
    }


def _uri(path: PurePath) -> str:
    """A relative reference, so that a checkout elsewhere finds it; of an absolute path a file: address."""
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
