"""Answers of several versions of Windows through the parsers.

Each file in `recorded/` is one machine: `asked` names the question, `output` is the answer, `expected` what is read
from it (pytest --update-golden rewrites it). `source` says where values are from and `invented` what nobody has seen on
a real machine; the tests here prove the parsers, not that Windows answers so.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest

from hvsbuild.hosts.host import DiskInfo
from hvsbuild.hosts.windows import powershell, wmi
from hvsbuild.hosts.windows.seen import Seen

FILES = sorted((Path(__file__).parent / "recorded").glob("*.json"))
PARSERS = {"powershell": powershell.parse, "wmi": wmi.parse}
KEYS = ["windows", "asked", "source", "invented", "output", "expected"]


def told(seen: Seen) -> dict[str, Any]:
    """What was read, as JSON; of each disk what is not the default."""
    defaults = {one.name: one.default for one in fields(DiskInfo)}
    disks = [{name: value for name, value in asdict(disk).items() if value != defaults[name]} for disk in seen.disks]
    letters = {letter: [mount.disk, mount.partition, mount.vhd] for letter, mount in seen.letters.items()}
    return {"disks": disks, "letters": letters, "attached": list(seen.attached)}


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_recorded(file: Path, update_golden: bool) -> None:
    case = json.loads(file.read_text())
    assert list(case) == KEYS
    made = told(PARSERS[case["asked"]](json.dumps(case["output"])))
    if update_golden:
        file.write_text(json.dumps(case | {"expected": made}, indent=1, ensure_ascii=True) + "\n")
        return
    assert made == case["expected"]


def test_every_property_is_asked_for() -> None:
    """A property that a parser reads and the question does not name would be missing on a real machine only."""
    for file in FILES:
        case = json.loads(file.read_text())
        question = {"powershell": powershell.LOOK, "wmi": wmi.LOOK}[case["asked"]]
        for value in case["output"].values():
            for row in [row for row in (value if isinstance(value, list) else [value]) if isinstance(row, dict)]:
                assert set(row) <= {"value", "Count"} or all(name in question for name in row), row
