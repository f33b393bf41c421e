"""How a script finds the boot entry of a VHD in what bcdedit prints: in Wine's cmd.exe and on the bench alike.

The lists are shaped like those of real machines: in other languages, with volumes that have no letter, and more.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.bundle.script import fill
from tests.golden import HERE as GOLDEN
from tests.wine.bundles import ENTRIES, listing
from tests.wine.recorded import Recorder
from tests.wine.test_scripts import wanted
from tests.wine.wine import Wine

GUID = "{10eeff43-7d2e-11f1-b31c-a8595f5436cb}"
# Windows 11, Chinese, as it came through a pipe; a description with signs that mean something to cmd
CHINESE = rf"""
Windows 启动加载器
-------------------
标识符                  {GUID}
device                  vhd=[E:]\hvsOS.vhd,locate=custom:12000002
path                    \Windows\system32\winload.efi
description             Windows "11" & ^ | > %PATH% !X! {{x}} [y]
locale                  zh-CN
inherit                 {{6efb52bf-1766-41db-a6b3-0ee5eff72bd7}}
                        {{7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e}}
isolatedcontext         Yes
allowedinmemorysettings 0x15000075
osdevice                vhd=[E:]\hvsOS.vhd,locate=custom:22000002
systemroot              \Windows
resumeobject            {{10eeff42-7d2e-11f1-b31c-a8595f5436cb}}
nx                      OptIn
"""
# Windows 7, German: without locate; ahead of it the recovery environment, behind it a Windows on a partition
GERMAN = rf"""
Windows-Startladeprogramm
-------------------------
Bezeichner              {{fa81845c-07b7-11de-8c1a-99c28aeb518d}}
device                  ramdisk=[C:]\Recovery\Winre.wim,{{fa81845d-07b7-11de-8c1a-99c28aeb518d}}
path                    \windows\system32\winload.exe
osdevice                ramdisk=[C:]\Recovery\Winre.wim,{{fa81845d-07b7-11de-8c1a-99c28aeb518d}}
custom:46000010         Yes

Windows-Startladeprogramm
-------------------------
Bezeichner              {GUID}
device                  vhd=[\Device\HarddiskVolume3]\HVSOS.VHD
path                    \Windows\system32\winload.exe
osdevice                vhd=[\Device\HarddiskVolume3]\HVSOS.VHD
resumeobject            {{35491525-d692-11e0-bd1d-c522f041ff16}}

Windows-Startladeprogramm
-------------------------
Bezeichner              {{35491528-d692-11e0-bd1d-c522f041ff16}}
device                  partition=C:
osdevice                partition=C:
"""
FRENCH = CHINESE.replace("标识符    ", "identificateur de l'entrée").replace("启动加载器", "Chargeur")
FOUND = {
    "chinese": (CHINESE, r"\hvsOS.vhd"),
    "german": (GERMAN, r"\hvsOS.vhd"),
    "words before the identifier": (FRENCH, r"\hvsOS.vhd"),
    "located": (CHINESE.replace("[E:]", "[locate]"), r"\hvsOS.vhd"),
    "signs of cmd": (CHINESE.replace("hvsOS", "a (x86) & b^2=3;4"), r"\a (x86) & b^2=3;4.vhd"),
    "another VHD whose name begins so": (
        CHINESE + listing([r"\hvsOS.vhdx"]).decode().replace("\r\n", "\n"),
        r"\hvsOS.vhd",
    ),
    "a longer name first": (listing([r"\hvsOS.vhdx"]).decode().replace("\r\n", "\n") + CHINESE, r"\hvsOS.vhd"),
}
MISSED = {
    "none": (CHINESE, r"\other.vhd"),
    "two": (CHINESE + GERMAN, r"\hvsOS.vhd"),
    "only the device": (CHINESE.replace("osdevice                vhd=[E:]", "osdevice   partition="), r"\hvsOS.vhd"),
    "in a folder": (CHINESE.replace("[E:]", "[E:]\\folder"), r"\hvsOS.vhd"),
    "nothing": ("", r"\hvsOS.vhd"),
    "a failure of bcdedit": ("The boot configuration data store could not be opened.\n", r"\hvsOS.vhd"),
}


def script(vhd: str) -> bytes:
    lines = [
        "@echo off",
        r'set "HVS_STORE=Y:\Boot\BCD"',
        f'set "HVS_VHD={vhd}"',
        "call :find",
        'if not "%errorlevel%"=="0" exit /b %errorlevel%',
        "bcdedit /set %HVS_ENTRY% nx optin",
        "exit /b 0",
        *fill("find-boot-entry.cmd.j2", None).splitlines(),
    ]
    return "".join(line + "\r\n" for line in lines).encode()


@pytest.mark.parametrize(
    ("entries", "vhd", "code"),
    [(*one, 0) for one in FOUND.values()] + [(*one, 1) for one in MISSED.values()],
    ids=[*FOUND, *MISSED],
)
def test_the_entry_of_a_vhd(wine: Wine, tmp_path: Path, entries: str, vhd: str, code: int) -> None:
    bench = Recorder(tmp_path / "bench", "")
    for side in (wine, bench):
        side.write(ENTRIES, entries.replace("\n", "\r\n").encode())
        side.write(r"C:\it.cmd", script(vhd))
    (done,) = wine.run(r"cmd /d /e:on /v:off /c C:\it.cmd")
    on_bench = bench.run(r"C:\it.cmd")
    assert (done.code, on_bench.code) == (code, code), done.lines
    find = ("bcdedit", "/store", r"Y:\Boot\BCD", "/enum", "osloader")
    then = ("bcdedit", "/set", GUID, "nx", "optin", "") if code == 0 else (*find, "")
    assert wine.calls() == bench.calls == [(*find, "/v", ""), then]
    if code:
        told = f'There must be one entry that starts from "{vhd}" in "Y:\\Boot\\BCD". These are there:'
        assert done.lines[0] == on_bench.lines[0] == told
        assert done.lines[1:] == tuple(on_bench.lines[1:]) or not entries


def test_all_golden_boot_scripts_make_the_same_calls(wine: Wine, tmp_path: Path) -> None:
    scripts = sorted(path for kind in ("files", "settings", "menu") for path in (GOLDEN / f"boot-{kind}").glob("*.cmd"))
    bench = Recorder(tmp_path / "bench", "SY")
    for letter in "SY":
        wine.letter(letter)
    vhds = dict.fromkeys(vhd for path in scripts for vhd in wanted(path.read_bytes()))
    for side in (wine, bench):
        side.write(ENTRIES, listing(vhds))
        for number, path in enumerate(scripts):
            side.write(rf"C:\{number}.cmd", path.read_bytes())
    done = wine.run(*(rf"cmd /d /e:on /v:off /c C:\{number}.cmd" for number in range(len(scripts))))
    for number, (path, one) in enumerate(zip(scripts, done, strict=True)):
        assert (one.code, bench.run(rf"C:\{number}.cmd").code) == (0, 0), (path, one.lines)
    assert wine.calls() == bench.calls
    assert wine.path("S:\\EFI\\Microsoft\\Boot").is_dir()
    order = [call for call in bench.calls if "/displayorder" in call]
    guid = [
        f"{{0000000{list(vhds).index(vhd) + 1}-0000-11ef-8000-000000000000}}"
        for vhd in (r"\b (new) & co.vhd", r"\a.vhd")
    ]
    assert ("bcdedit", "/store", r"Y:\Boot\BCD", "/displayorder", *guid, "") in order
