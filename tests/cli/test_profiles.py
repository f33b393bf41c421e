"""`profiles`, and what `validate` says of what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.spec.profile import Profile, load_profile, profile_names
from tests.cli import SPEC, run, write


def test_all_of_them_in_80_columns() -> None:
    done = run("profiles")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == ["NAME", *profile_names()]
    assert all(len(line) <= 80 for line in lines)
    assert lines[1].split() == ["hyperv-server-2008-r2", "6.1.7600+", "bios", ".vhd", "12", "GB", "16", "GB"]


@pytest.mark.parametrize("name", profile_names())
def test_one_of_them_with_every_fact_and_source(name: str) -> None:
    done = run("profiles", name)
    assert (done.code, done.err) == (0, "")
    assert all(len(line) <= 80 for line in done.out.splitlines())
    told = " ".join(done.out.split())
    profile = load_profile(name)
    for fact in profile.facts():
        assert f"\n{fact} " in done.out
        assert all(source in told for source in profile.sources[fact])


def test_a_name_that_is_none() -> None:
    done = run("profiles", "hyperv-server-2012r2")
    assert (done.code, done.out) == (64, "")
    assert 'did you mean "hyperv-server-2012-r2"?' in done.err


def test_as_data() -> None:
    found = run("profiles", "--json").document["profiles"]
    assert [one["name"] for one in found] == profile_names()
    assert all(one.keys() == Profile.model_fields.keys() for one in found)
    (winpe,) = run("profiles", "winpe", "--json").document["profiles"]
    assert winpe["builds"] == [10240, "unknown"]
    assert winpe["boot_settings"] == {"detecthal": "yes", "winpe": "yes"}


def test_what_is_allowed_is_counted_and_in_the_data(tmp_path: Path) -> None:
    spec = write(tmp_path, SPEC + "allow:\n  HVS203: a test\n  HVS207: a test, too\n")
    done = run("validate", spec)
    assert (done.code, done.out) == (0, f"{spec}: ok, 2 allowed (HVS203, HVS207)\n")
    assert "HVS203" not in done.err
    (seen,) = run("validate", spec, "--json").document["specs"]
    assert [(one["code"], one["reason"]) for one in seen["allowed"]] == [
        ("HVS203", "a test"),
        ("HVS207", "a test, too"),
    ]
    assert not {"HVS203", "HVS207"} & {one["code"] for one in seen["diagnostics"]}
