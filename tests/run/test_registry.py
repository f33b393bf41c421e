"""A build with changes in every kind of hive, from the spec, a .reg file and tweaks; and what comes after it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from dissect.regf import RegistryHive
from dissect.regf.exceptions import RegistryKeyNotFoundError

from hvsbuild.run.world import World
from tests.run.small import SPEC, hvsbuild

ENTRIES = r"""registry:
  - tweaks: [flash-lifetime, no-pagefile, no-crash-dump, usb-boot]
  - import: vendor.reg
  - {hive: SYSTEM, key: CurrentControlSet\services\phony001, absent: true}
  - {hive: SYSTEM, key: ControlSet001\Control\CrashControl, values: {CrashDumpEnabled: 3}}
  - {hive: SOFTWARE, key: Vendor\Switch, present: true}
  - hive: SOFTWARE
    key: Vendor
    values:
      Run: '"C:\Program Files\x.exe" /a & more'
      List: ['C:\0data', two]
      Bytes: {type: REG_BINARY, data: [1, 0xff]}
      Big: {type: REG_DWORD_BIG_ENDIAN, data: 7}
  - {hive: DEFAULT, key: Console, values: {Own: text}}
  - {hive: NTUSER.DAT, key: Console, values: {Own: 1}}
"""
REG = r"""Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Vendor]
"On"=dword:00000001
[HKEY_CURRENT_USER\Console]
"ScreenBufferSize"=-
[-HKEY_LOCAL_MACHINE\SOFTWARE\Clients]
"""


def write(folder: Path, *changes: tuple[str, str]) -> Path:
    text = SPEC[: SPEC.index("registry:")] + ENTRIES
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "vendor.reg").write_bytes(b"\xff\xfe" + REG.replace("\n", "\r\n").encode("utf-16-le"))
    (folder / "small.yaml").write_text(text)
    return folder / "small.yaml"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, wim: Path) -> Path:
    """The folder of the build; the tests here that change it leave it as they want it for the next."""
    folder = tmp_path_factory.mktemp("registry")
    done = hvsbuild("build", write(folder), "--var", f"wim={wim}", "-o", folder / "out")
    assert done.returncode == 0, done.stderr
    assert "note[HVS318]" in done.stderr, "the tweak gives way, and that is said"
    return folder


def hive(out: Path, path: str, vhd: str = "os.vhd") -> RegistryHive:
    """A hive of the stick, for dissect."""
    with World(None, None, out / "stick.img") as world:
        return RegistryHive(io.BytesIO(world.read(f"vhd/{vhd}", path)))


def values(hive: RegistryHive, key: str) -> dict[str, Any] | None:
    try:
        return {one.name: one.value for one in hive.open(key).values()}
    except RegistryKeyNotFoundError:
        return None


CONFIG = "\\Windows\\System32\\config\\"


def test_every_hive_holds_what_was_asked_for(built: Path) -> None:
    out = built / "out"
    system, software = hive(out, f"{CONFIG}SYSTEM"), hive(out, f"{CONFIG}SOFTWARE")
    control = "ControlSet001\\Control"
    memory = values(system, f"{control}\\Session Manager\\Memory Management")
    assert memory is not None
    assert memory["PagingFiles"] in ([], [""])
    assert "ExistingPageFiles" not in memory
    prefetch = values(system, f"{control}\\Session Manager\\Memory Management\\PrefetchParameters")
    assert prefetch == {"BootId": 1, "EnablePrefetcher": 0, "EnableSuperfetch": 0}
    assert (values(system, control) or {})["BootDriverFlags"] == 6
    assert (values(system, f"{control}\\CrashControl") or {})["CrashDumpEnabled"] == 3, "the spec wins over the tweak"
    assert values(system, f"{control}\\Vendor") == {"On": 1}
    assert values(system, "ControlSet001\\services\\phony001") is None
    assert values(system, "ControlSet001\\services\\phony002") is not None
    assert values(system, "CurrentControlSet") is None
    expected = {
        "Run": '"C:\\Program Files\\x.exe" /a & more',
        "List": ["C:\\0data", "two"],
        "Bytes": b"\1\xff",
        "Big": 7,
    }
    assert values(software, "Vendor") == expected
    assert values(software, "Vendor\\Switch") == {}
    assert values(software, "Clients") is None
    console = values(hive(out, "\\Users\\Default\\NTUSER.DAT"), "Console")
    assert console == {"WindowSize": 1638480, "Own": 1}
    assert (values(hive(out, f"{CONFIG}DEFAULT"), "Console") or {})["Own"] == "text"


def test_a_second_apply_has_nothing_to_do(built: Path) -> None:
    done = hvsbuild("apply", built / "out" / "bundle", "--json")
    assert done.returncode == 0, done.stderr
    assert not json.loads(done.stdout)["changed"]


def test_only_the_changed_hive_is_edited_again_in_place(built: Path, wim: Path, tmp_path: Path) -> None:
    changes = (("present: true", "absent: true"), ("Own: text", "Own: absent"))
    spec, out = write(tmp_path, *changes), built / "out"
    common = ("--var", f"wim={wim}", "-o", out, "--json")
    plan = json.loads(hvsbuild("plan", spec, *common).stdout)
    assert [one for one in plan["run"] if one.startswith("registry")] == ["registry-DEFAULT", "registry-SOFTWARE"]
    assert plan["vhd_at"] == {"os.vhd": "stick"}
    done = hvsbuild("apply", spec, *common)
    assert done.returncode == 0, done.stderr
    assert values(hive(out, f"{CONFIG}SOFTWARE"), "Vendor\\Switch") is None
    assert "Own" not in (values(hive(out, f"{CONFIG}DEFAULT"), "Console") or {})
    assert json.loads(hvsbuild("plan", spec, *common).stdout)["run"] == []


def test_drift_is_named_by_hive_key_and_value(built: Path, wim: Path, tmp_path: Path) -> None:
    changes = (("services\\phony001", "services\\phony002"), ("Big: {type: REG_DWORD_BIG_ENDIAN, data: 7}", "Big: 8"))
    spec = write(tmp_path, *changes)
    done = hvsbuild("check", spec, "--var", f"wim={wim}", "--disk", built / "out" / "stick.img")
    assert done.returncode == 2
    assert "SYSTEM\\CurrentControlSet\\services\\phony002 is absent; seen: it is there" in done.stdout
    assert "SOFTWARE\\Vendor\\Big = REG_DWORD 8; seen: REG_DWORD_BIG_ENDIAN 7 (0x7)" in done.stdout


TWO = r"""spec: hvsbuild/v1
name: two
os: hyperv-server-2012
vars: {wim: small.wim}
vhds:
  - file: base.vhd
    size: 128 MiB
    image: {source: "${wim}", index: 1}
    registry:
      - {hive: SOFTWARE, key: Vendor, values: {Role: base, Common: 1}}
  - file: Role A.vhd
    type: differencing
    parent: base.vhd
    registry:
      - {hive: SOFTWARE, key: Vendor, values: {Role: a}}
      - {hive: NTUSER.DAT, key: Console, values: {Own: 1}}
  - file: alone.vhd
    size: 128 MiB
    image: {source: "${wim}", index: 1}
    registry:
      - {hive: SOFTWARE, key: Vendor, absent: true}
      - {hive: NTUSER.DAT, key: Console, values: {Own: 2}}
disk: {match: {bus: usb}, wipe: always, size: 600 MB}
boot: {firmware: bios}
"""


def test_hives_of_several_vhds_have_keys_of_their_own(tmp_path: Path, wim: Path) -> None:
    (tmp_path / "two.yaml").write_text(TWO)
    out = tmp_path / "out"
    done = hvsbuild("build", tmp_path / "two.yaml", "--var", f"wim={wim}", "-o", out)
    assert done.returncode == 0, done.stderr
    loads = {
        line.split('"')[1]: line.split('"')[3]
        for script in sorted((out / "bundle" / "scripts").glob("*hive-load*.cmd"))
        for line in script.read_text().splitlines()
        if line.startswith("reg load")
    }
    assert len(loads) == 5
    assert set(loads) == {
        f"HKLM\\hvsbuild-{vhd}-{name}"
        for vhd, name in [
            ("base", "SOFTWARE"),
            ("role-a", "SOFTWARE"),
            ("role-a", "NTUSER"),
            ("alone", "SOFTWARE"),
            ("alone", "NTUSER"),
        ]
    }
    found = {
        vhd: (
            values(hive(out, f"{CONFIG}SOFTWARE", vhd), "Vendor"),
            (values(hive(out, "\\Users\\Default\\NTUSER.DAT", vhd), "Console") or {}).get("Own"),
        )
        for vhd in ("base.vhd", "Role A.vhd", "alone.vhd")
    }
    assert found == {
        "base.vhd": ({"Role": "base", "Common": 1}, None),
        "Role A.vhd": ({"Role": "a", "Common": 1}, 1),
        "alone.vhd": (None, 2),
    }
