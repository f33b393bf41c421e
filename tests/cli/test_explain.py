"""`explain`: every diagnostic, what it means and what to do."""

from __future__ import annotations

import pytest

from hvsbuild.spec.codes import CODES
from tests.cli import run


@pytest.mark.parametrize("code", ["HVS204", "hvs204", "[HVS204]"])
def test_a_code_as_it_is_read_somewhere(code: str) -> None:
    done = run("explain", code)
    assert (done.code, done.err) == (0, "")
    row = CODES["HVS204"]
    assert done.out.startswith(f"HVS204 ({row.severity}): {row.title}\n\nwhy     ")
    words = " ".join(done.out.split())
    assert all(" ".join(text.split()) in words for text in (row.why, row.fix, row.source))


def test_every_code_can_be_explained_in_80_columns() -> None:
    for code in CODES:
        done = run("explain", code)
        assert done.code == 0
        assert max(map(len, done.out.splitlines()[1:])) <= 80, code
        assert "\nfix     " in done.out


def test_without_a_code_all_are_listed() -> None:
    lines = run("explain").out.splitlines()
    assert [line.split()[0] for line in lines] == list(CODES)
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("code", "words"), [("HVS2O4", "there is no code 'HVS2O4'"), ("hvs905", "it said: Not supported yet: UEFI")]
)
def test_an_unknown_code(code: str, words: str) -> None:
    done = run("explain", code)
    assert (done.code, done.out) == (64, "")
    assert words in " ".join(done.err.split())


def test_json() -> None:
    assert run("explain", "HVS204", "--json").document["title"] == CODES["HVS204"].title
    assert {one["code"] for one in run("explain", "--json").document["codes"]} == set(CODES)
