"""The values as dissect reads them from the hive in the VHD, after the hive was unloaded."""

from __future__ import annotations

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
