"""The values as dissect reads them from the hive in the VHD, after the hive was unloaded."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.bench.tasks.stages import Bench, value

MEMORY = r"ControlSet001\Control\Session Manager\Memory Management"


def edited(bench: Bench, case: str, hive: str) -> Any:
    """Load, edit by the golden script of the case, unload; the hive."""
    bench.try_script(f'reg load "HKLM\\hvsbuild-{hive}" "R:\\Windows\\System32\\config\\{hive}"\r\n'.encode(), "cmd")
    bench.run(f"registry-{hive}", case)
    bench.try_script(f'reg unload "HKLM\\hvsbuild-{hive}"\r\n'.encode(), "cmd")
    return bench.hive(bench.vhd, f"Windows/System32/config/{hive}")


def test_the_seed_s_values(before: Callable[[str], Bench]) -> None:
    bench = before("hive-load-SYSTEM")
    ahead = bench.hive(bench.vhd, "Windows/System32/config/SYSTEM")
    assert value(ahead, MEMORY, "PagingFiles") == [r"?:\pagefile.sys"]
    hive = edited(bench, "seed", "SYSTEM")
    assert value(hive, MEMORY, "PagingFiles") in ([], [""])
    assert value(hive, MEMORY, "ExistingPageFiles") is None
    assert value(hive, MEMORY, "LargeSystemCache") == value(ahead, MEMORY, "LargeSystemCache")


def test_all_types(before: Callable[[str], Bench]) -> None:
    hive = edited(before("hive-load-SYSTEM"), "all-types", "SOFTWARE")
    expected: dict[str, object] = {
        "Text": "plain",
        "Empty": "",
        "Expand": r"%SystemRoot%\System32",
        "One": ["one"],
        "Three": ["one", "C:\\two\\", "3"],
        "Dword": 0,
        "Largest": 0xFFFFFFFF,
        "Qword": 0xFFFFFFFFFFFFFFFF,
        "Binary": b"\x0a\xff\x00",
        "Nothing": b"",
    }
    assert {name: value(hive, r"hvsbuild\Types", name) for name in expected} == expected
    assert value(hive, r"hvsbuild\Types", "None") in ([], [""])


@pytest.mark.parametrize(
    ("case", "key", "expected"),
    [
        ("percent-signs", r"100% sure\%TEMP%", {"%": "%", "%1": "%%PATH%% %~dp0 100%", "%gone%": None}),
        (
            "trailing-backslash",
            "hvsbuild",
            {
                "Folder": "C:\\Windows\\",
                "Two": "C:\\\\",
                "Name\\": r"a\b",
                "Gone\\": None,
                "List": ["C:\\", "D:\\"],
            },
        ),
        ("default-value", r"hvsbuild\Set", {"": "the default"}),
        ("default-value", r"hvsbuild\Gone", {"": None}),
        (
            "special-characters",
            "A & B (C) <D> ^ | !E!",
            {"a=b, c; d": "x & y | z > nul ^ (1) !2! 'quote' `tick`", "/?": "/f", "& del": None},
        ),
        ("several-hives", "hvsbuild", {"B": 2, "A": 1, "C": None}),
    ],
)
def test_values_that_cmd_could_misread(
    before: Callable[[str], Bench], case: str, key: str, expected: dict[str, object]
) -> None:
    hive = edited(before("hive-load-SYSTEM"), case, "SOFTWARE")
    assert {name: value(hive, key, name) for name in expected} == expected


@pytest.mark.parametrize("name", ["%gone%", "Gone\\", "& del"])
def test_what_must_be_absent_is_deleted(before: Callable[[str], Bench], name: str) -> None:
    """Not only absent because it never was there."""
    cases = {"%gone%": "percent-signs", "Gone\\": "trailing-backslash", "& del": "special-characters"}
    keys = {"%gone%": r"100%% sure\%%TEMP%%", "Gone\\": "hvsbuild", "& del": "A & B (C) <D> ^ | !E!"}
    quoted = name.replace("%", "%%") + ("\\" if name.endswith("\\") else "")
    bench = before("hive-load-SYSTEM")
    ahead = (
        'reg load "HKLM\\hvsbuild-SOFTWARE" "R:\\Windows\\System32\\config\\SOFTWARE"\r\n'
        f'reg add "HKLM\\hvsbuild-SOFTWARE\\{keys[name]}" /v "{quoted}" /d here /f\r\n'
        'reg unload "HKLM\\hvsbuild-SOFTWARE"\r\n'
    )
    assert bench.try_script(ahead.encode(), "cmd")[0] == 0
    key = keys[name].replace("%%", "%")
    assert value(bench.hive(bench.vhd, "Windows/System32/config/SOFTWARE"), key, name) == "here"
    assert value(edited(bench, cases[name], "SOFTWARE"), key, name) is None


def hivexget(bench: Bench, path: str, key: str) -> list[str]:
    """What libhivex' own program prints of a key of a hive in the VHD."""
    file = bench.folder / "hive"
    file.write_bytes(bench.read(bench.vhd, path))
    done = subprocess.run(["hivexget", file, key], capture_output=True, text=True, check=False)
    return sorted(done.stdout.splitlines()) if done.returncode == 0 else ["no such key"]


def prepared(bench: Bench, hive: str, *lines: str) -> None:
    """Change a hive ahead of the script."""
    key, file = f"HKLM\\hvsbuild-{hive}", f"R:\\Windows\\System32\\config\\{hive}"
    text = "".join(f"{line}\r\n" for line in (f'reg load "{key}" "{file}"', *lines, f'reg unload "{key}"'))
    assert bench.try_script(text.replace("KEY", key).encode(), "cmd")[0] == 0


def test_the_current_control_set_is_the_one_that_select_names(before: Callable[[str], Bench]) -> None:
    bench = before("hive-load-SYSTEM")
    services = r"ControlSet{}\Services"
    gone = r"100%% & more"
    prepared(
        bench,
        "SYSTEM",
        r'reg add "KEY\Select" /v Current /t REG_DWORD /d 2 /f',
        rf'reg add "KEY\{services.format("001")}\{gone}\Below" /v x /d y /f',
        rf'reg add "KEY\{services.format("002")}\{gone}\Below" /v x /d y /f',
        rf'reg add "KEY\{MEMORY.replace("001", "002")}" /v ExistingPageFiles /d y /f',
    )
    hive = edited(bench, "current-control-set", "SYSTEM")
    second = MEMORY.replace("001", "002")
    assert value(hive, second, "PagingFiles") in ([], [""])
    assert value(hive, second, "ExistingPageFiles") is None
    assert value(hive, MEMORY, "PagingFiles") == [r"?:\pagefile.sys"]
    assert value(hive, "ControlSet002\\Control", "Own") == 1
    assert value(hive, "Setup\\CurrentControlSet", "Plain") == 1
    config = "Windows/System32/config/SYSTEM"
    assert hivexget(bench, config, "\\ControlSet001\\Services\\100% & more\\Below") == ['"x"="y"']
    assert hivexget(bench, config, "\\ControlSet002\\Services\\100% & more") == ["no such key"]
    assert hivexget(bench, config, "\\ControlSet002\\Services\\Switch") == []
    assert hivexget(bench, config, "\\ControlSet001\\Services\\Switch") == ["no such key"]
    assert hivexget(bench, config, "\\CurrentControlSet") == ["no such key"]


def test_whole_keys(before: Callable[[str], Bench]) -> None:
    bench = before("hive-load-SYSTEM")
    prepared(
        bench,
        "SOFTWARE",
        r'reg add "KEY\hvsbuild\Gone & 50%%\With\Keys below" /v x /d y /f',
        r'reg add "KEY\hvsbuild\There" /ve /d kept /f',
    )
    edited(bench, "keys", "SOFTWARE")
    config = "Windows/System32/config/SOFTWARE"
    assert hivexget(bench, config, "\\hvsbuild\\Gone & 50%") == ["no such key"]
    assert hivexget(bench, config, "\\hvsbuild\\There") == ['"@"="kept"'], "a key that is there stays as it is"
    assert hivexget(bench, config, "\\hvsbuild") == ['"@"="still here"', '"Number"=dword:00000007']


def test_types_that_reg_add_takes_in_a_way_of_its_own(before: Callable[[str], Bench]) -> None:
    hive = edited(before("hive-load-SYSTEM"), "more-types", "SOFTWARE")
    expected: dict[str, object] = {
        "Short number": 42,
        "Short text": "plain",
        "Short list": ["one", "two"],
        "Command": r'"C:\Program Files\Vendor\run.exe" "%1"',
        "Chain": 'cmd.exe /c "cd /d "%USERPROFILE%" & start cmd.exe /k"',
        "Inch": '5" & 3"',
        "Odd": '5" disk',
        "End": 'a\\"\\',
        "Expand": '"%SystemRoot%\\x.exe" ^| more',
        "Divided": ["C:\\0data", 'say "hi"'],
        "Big end first": 1,  # as the type is meant: dissect reads it big-endian
        "No type": "text\0".encode("utf-16-le"),
        "Bytes": b"\x0a\xff\x00",
        "Spaced": b"\x0a\xff\x00",
    }
    assert {name: value(hive, r"hvsbuild\More", name) for name in expected} == expected


def test_an_imported_file(before: Callable[[str], Bench]) -> None:
    bench = before("hive-load-SYSTEM")
    prepared(bench, "SOFTWARE", r'reg add "KEY\Rival\Below" /v x /d y /f', r'reg add "KEY\Vendor" /v Gone /d y /f')
    hive = edited(bench, "import", "SOFTWARE")
    expected: dict[str, object] = {
        "": "the default",
        "Path": r'"C:\Program Files\Vendor\x.exe" "%1"',
        "D": 7,
        "Q": 0x1122334455667788,
        "Expand": "%SystemRoot%",
        "Multi": ["one", "two"],
        "Binary": b"\xde\xad\xbe\xef",
        "No bytes": b"",
        "None": "t\0".encode("utf-16-le"),
        "Big": 1,
        "Gone": None,
    }
    assert {name: value(hive, "Vendor", name) for name in expected} == expected
    assert value(hive, r"Classes\.vendor", "") == "Vendor.File"
    assert [value(hive, "Older", name) for name in ("Text", "List", "Expand", "N")] == [
        "plain",
        ["a", "bc"],
        "%TEMP%",
        7,
    ]
    config = "Windows/System32/config/SOFTWARE"
    assert hivexget(bench, config, "\\Rival") == ["no such key"]
    assert hivexget(bench, config, "\\Vendor\\Empty") == []
    raw = dict(line.split("=", 1) for line in hivexget(bench, config, "\\Vendor"))
    assert raw['"Two NULs"'].replace(" ", "") == "hex(7):00,00,00,00"
    assert raw['"Empty list"'].replace(" ", "") == "hex(7):00,00"


def test_the_hive_of_new_users(before: Callable[[str], Bench]) -> None:
    bench = before("hive-load-SYSTEM")
    bench.run("hive-load-NTUSER", "users")
    bench.run("registry-NTUSER", "import")
    assert bench.try_script(b'reg unload "HKLM\\hvsbuild-NTUSER"\r\n', "cmd")[0] == 0
    hive = bench.hive(bench.vhd, "Users/Default/NTUSER.DAT")
    assert value(hive, "Console", "QuickEdit") == 1
    assert value(hive, "Console", "ScreenBufferSize") is None
    assert value(hive, "Console", "WindowSize") == 1638480
