"""Wrong and doubtful specs, one file each; the exact text that people see stands beside each.

`# --var name=value` and `# --each item` lines at the top of a spec are passed as they are on the command line. What
specs include lies in parts/. After a wanted change of a text:
`HVS_UPDATE=1 pytest tests/spec/test_wrong_specs.py`, then read the diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from hvsbuild.spec.codes import CODES
from hvsbuild.spec.diagnostics import SpecErrors
from hvsbuild.spec.load import load_spec

HERE = Path(__file__).parent
WRONG = sorted((HERE / "wrong").glob("*.yaml"))
DOUBTFUL = sorted((HERE / "doubtful").glob("*.yaml"))


def overrides(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^# --var (\S+)=(.*)$", path.read_bytes().decode("utf-8", "replace"), re.MULTILINE))


def each(path: Path) -> str | None:
    found = re.search(r"^# --each (\S+)$", path.read_bytes().decode("utf-8", "replace"), re.MULTILINE)
    return found[1] if found else None


def compare(path: Path, text: str) -> None:
    expected = path.with_suffix(".expected")
    if os.environ.get("HVS_UPDATE"):
        expected.write_text(text, encoding="utf-8", newline="")
    assert text == expected.read_bytes().decode("utf-8")


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_wrong_spec_says_exactly_what_is_wrong(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    with pytest.raises(SpecErrors) as caught:
        load_spec(Path(path.name), overrides(path), each(path))
    assert any(one.severity == "error" for one in caught.value.diagnostics)
    assert caught.value.exit_code == 3
    compare(path, caught.value.text() + "\n")


@pytest.mark.parametrize("path", DOUBTFUL, ids=lambda path: path.stem)
def test_doubtful_spec_loads_with_its_warnings(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    loaded = load_spec(Path(path.name), overrides(path), each(path))
    assert loaded.diagnostics
    assert not any(one.severity == "error" for one in loaded.diagnostics)
    compare(path, "\n\n".join(loaded.shown()) + "\n")


def test_every_code_but_the_unforeseen_has_an_example() -> None:
    texts = "".join(
        path.read_text("utf-8") for folder in ("wrong", "doubtful") for path in (HERE / folder).glob("*.expected")
    )
    shown = set(re.findall(r"\[(HVS[0-9]{3})\]: ", texts))
    # HVS001 needs a file that cannot be read (test_load.py); HVS199 is for pydantic errors that nothing here provokes.
    assert set(CODES) - shown == {"HVS001", "HVS199"}
