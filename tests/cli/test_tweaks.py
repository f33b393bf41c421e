"""`hvsbuild tweaks`."""

from __future__ import annotations

from hvsbuild.spec.tweaks import tweak_names
from tests.cli import run


def test_the_list() -> None:
    done = run("tweaks")
    assert (done.code, done.err) == (0, "")
    assert [line.split()[0] for line in done.out.splitlines()] == list(tweak_names())
    assert "(Windows 6.2 and later)" in done.out


def test_one_with_its_values_and_sources() -> None:
    done = run("tweaks", "usb-boot")
    assert done.code == 0
    assert "SYSTEM\\CurrentControlSet\\Control\\BootDriverFlags" in done.out
    assert "REG_DWORD 6: hyperv-server-2008-r2" in done.out
    assert "Specifying driver load order" in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_for_one_release() -> None:
    values = run("tweaks", "no-hibernate", "--os", "hyperv-server-2008-r2", "--json").document["tweaks"][0]["values"]
    assert [*values] == ["hyperv-server-2008-r2"]
    assert [*values["hyperv-server-2008-r2"].values()] == ["REG_DWORD 0"]
    done = run("tweaks", "--os", "hyperv-server-2008-r2")
    assert "san-policy-offline-internal" in done.out
    assert "hyperv-server-2008-r2 is 6.1" in done.out


def test_an_unknown_one() -> None:
    done = run("tweaks", "flash")
    assert (done.code, done.out) == (64, "")
    assert "known tweaks: " in done.err
    assert run("tweaks", "--os", "windows-95").code == 64
