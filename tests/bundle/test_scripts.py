"""Rules that every script of every bundle keeps, whatever the spec."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hvsbuild.bundle.quote import RenderError
from hvsbuild.bundle.render import Bundle
from tests.golden import bundle_of, case_bundle, cases, kind_of, spec_of

CHECK = 'if not "%errorlevel%"=="0" '
# What is inside cmd and changes nothing that could fail, with the rest of its line.
HARMLESS = re.compile(
    r"(@echo off|rem\b.*|:\w+|goto \w+|exit /b .*|setlocal .*|endlocal|set \"HVS_\w+=.*\"|echo\..*|echo .*|\)|)"
)
# A redirection that fails does not set the error level: only `||` sees it.
REDIRECTED = re.compile(r'>"[^"]+" echo .*\|\| exit /b 1')
DISKPART_WORDS = {
    *("rem", "select", "create", "attach", "detach", "convert", "format", "assign", "clean", "active"),
    *("vdisk", "disk", "partition", "primary", "mbr", "quick"),
}
BUNDLES: dict[str, Bundle] = {f"{kind_of(case)}-{case.stem}": case_bundle(case) for case in cases()}
WIPES = {
    policy: {"disk": {"match": {"bus": "usb"}, "wipe": policy, "size": "32 GB"}}
    for policy in ("refuse", "if-empty", "if-ours")
}
BUNDLES |= {policy: bundle_of(spec_of(changes)) for policy, changes in WIPES.items()}
ALL = pytest.mark.parametrize("bundle", BUNDLES.values(), ids=BUNDLES)


def lines_of(data: bytes) -> list[str]:
    """The lines of a script, which must be ASCII with CRLF ends and nothing trailing."""
    text = data.decode("ascii")
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert not any("\r" in line or "\n" in line or "\t" in line for line in lines)
    assert [line for line in lines if line != line.rstrip()] == []
    return lines


@ALL
def test_diskpart_scripts(bundle: Bundle) -> None:
    for path, data in bundle.scripts.items():
        if not path.endswith(".diskpart"):
            continue
        for line in lines_of(data):
            assert line, f"{path}: diskpart scripts have no blank lines"
            bare = re.sub(r'"[^"]*"', "", line)
            words = [word.split("=")[0] for word in bare.split()]
            known = DISKPART_WORDS | {"file", "maximum", "type", "fs", "label", "letter", "{{disk.number}}", "1"}
            assert words[0] == "rem" or set(words) <= known, f"{path}: {line}"
            assert words[0] == "rem" or line.count('"') in (0, 2), f"{path}: {line}"


@ALL
def test_cmd_scripts_check_every_command(bundle: Bundle) -> None:
    for path, data in bundle.scripts.items():
        if path.endswith(".diskpart") or path == "run.cmd":
            continue
        lines = lines_of(data)
        assert lines[0] == "@echo off"
        assert lines[1].startswith("rem Step ")
        for line, after in zip(lines, [*lines[1:], ""], strict=True):
            if HARMLESS.fullmatch(line) or REDIRECTED.fullmatch(line) or line.startswith(CHECK):
                continue
            if line.startswith("if exist ") and " del " in line:  # del succeeds when it could not delete
                assert after == f"if exist {line.split(' del /f /q ')[1]} exit /b 1"
                continue
            assert re.match(r"if exist .* exit /b 1", line) or after.startswith(CHECK), f"{path}: {line} is not checked"


@ALL
def test_no_script_asks_whether_the_error_level_is_at_least(bundle: Bundle) -> None:
    """`if errorlevel 1` is false for the negative codes of diskpart."""
    for path, data in bundle.scripts.items():
        if path.endswith(".cmd"):
            assert not re.search(rb"(?i)if\s+(not\s+)?errorlevel", data), path


@ALL
def test_only_declared_bindings(bundle: Bundle) -> None:
    declared = {binding.name for binding in bundle.manifest.bindings}
    for data in bundle.scripts.values():
        assert set(re.findall(r"\{\{(.*?)\}\}", data.decode())) <= declared
        assert data.count(b"{{") == data.count(b"}}") == len(re.findall(rb"\{\{[a-z.]+\}\}", data))
    numbered = [task.id for task in bundle.manifest.tasks if b"{{disk.number}}" in bundle.script(task)]
    assert {"disk-prepare"} <= set(numbered) <= {"disk-prepare", "disk-active", "disk-letter"}


@ALL
def test_only_the_destructive_task_wipes_a_disk(bundle: Bundle) -> None:
    wiping = [task for task in bundle.manifest.tasks if re.search(rb"(?m)^clean", bundle.script(task))]
    assert [task.destructive for task in wiping] == [True]
    assert [task.id for task in bundle.manifest.tasks if task.destructive] == [task.id for task in wiping]
    formatting = [task.id for task in bundle.manifest.tasks if re.search(rb"(?m)^format", bundle.script(task))]
    assert formatting == ["vhd-format", "disk-prepare"]
    (vhd,) = [task for task in bundle.manifest.tasks if task.id == "vhd-format"]
    assert b"select disk" not in bundle.script(vhd), "what is formatted there is what was attached"


@ALL
def test_paths_and_numbers_of_the_scripts(bundle: Bundle) -> None:
    for number, task in enumerate(bundle.manifest.tasks, 1):
        assert task.script == f"scripts/{number:03}-{task.id}.{task.tool}"
        assert f"Step {number} of {len(bundle.manifest.tasks)}:".encode() in bundle.script(task)
    assert set(bundle.scripts) == {task.script for task in bundle.manifest.tasks} | {"run.cmd"}


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"vhd": {"file": "{{disk.number}}.vhd", "size": "24 GiB"}}, "looks like a binding"),
        ({"disk": {"match": {}, "label": "a{{b}}", "size": "32 GB"}}, "looks like a binding"),
        ({"image": {"source": "a.wim", "name": "{{input.image}}"}}, "looks like a binding"),
        (
            {"registry": [{"hive": "SYSTEM", "key": "A", "values": {"N": {"type": "REG_SZ", "data": "%" * 4100}}}]},
            "A line of a script is too long",
        ),
    ],
)
def test_what_no_script_can_carry(changes: dict[str, Any], phrase: str) -> None:
    with pytest.raises(RenderError, match=phrase) as caught:
        bundle_of(spec_of(changes))
    assert caught.value.exit_code == 3
