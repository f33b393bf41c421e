"""Rules that every script of every bundle keeps, whatever the spec."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from hvsbuild.bundle import quote
from hvsbuild.bundle.quote import RenderError
from hvsbuild.bundle.render import Bundle
from hvsbuild.bundle.script import script_bytes
from hvsbuild.spec.load import load_spec
from tests.examples.material import WINDOWS_ONLY, Example, examples
from tests.golden import bundle_of, case_bundle, cases, kind_of, spec_of

CHECK = 'if not "%errorlevel%"=="0" '
# What is inside cmd and changes nothing that could fail, with the rest of its line.
HARMLESS = re.compile(
    r"(@echo off|rem\b.*|:\w+|goto \w+|exit /b .*|setlocal.*|endlocal|set \"\w+=.*\"|echo[.( ].*|\)|"
    r"for .* do (set \"\w+=.*\"|if .* set \"\w+=.*\"|\()| +set \"\w+=.*\"| +if .* set \"\w+=.*\"|"
    r"if (not )?(/i )?(defined|\".*\"==\".*\") .*(set \"\w+=.*\"|exit /b \d+|echo .*)|)"
)
# A redirection that fails does not set the error level: only `||` sees it. A text that is written line by line may
# end in the middle of a quotation, where there is no `||`: its old file is gone, and at the end the new one is there.
REDIRECTED = re.compile(r'>"[^"]+" echo .*\|\| exit /b 1|>>"%FILE%" echo[ .(].*|>>"%FILE%" echo\.')
WRITTEN = ['if exist "%FILE%" del /f /q "%FILE%"', 'if exist "%FILE%" exit /b 1']
# Lines that stop by themselves, and lines that look at how the one ahead of them has ended.
STOPS = re.compile(
    r"if (not )?exist .* (exit /b 1|echo .*)|reg query .* >nul 2>nul|if %errorlevel% (lss|geq) .*|"
    r'if "%errorlevel%"=="0" goto \w+'
)
LOOKS = re.compile(r'if not "%errorlevel%"=="0" |if %errorlevel% lss 0 exit /b 1|if not exist .* exit /b 1|exit /b 1')
DISKPART_WORDS = {
    *("rem", "select", "create", "attach", "detach", "convert", "format", "assign", "clean", "active"),
    *("vdisk", "disk", "partition", "primary", "efi", "msr", "mbr", "gpt", "quick", "noerr"),
}
OPTIONS = {"file", "maximum", "type", "parent", "fs", "label", "letter", "size", "offset", "align"}
LETTERS = re.compile("disk-active|disk-letter|system-letter")
EXAMPLES = [*examples(), *map(Example, WINDOWS_ONLY)]
BUNDLES: dict[str, Bundle] = {f"{kind_of(case)}-{case.stem}": case_bundle(case) for case in cases()}
WIPES = {
    policy: {"disk": {"match": {"bus": "usb"}, "wipe": policy, "size": "32 GB"}}
    for policy in ("refuse", "if-empty", "if-ours")
}
BUNDLES |= {policy: bundle_of(spec_of(changes)) for policy, changes in WIPES.items()}
BUNDLES |= {one.name: bundle_of(load_spec(one.path, each=one.item)) for one in EXAMPLES}
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
            known = DISKPART_WORDS | OPTIONS | {"{{disk.number}}", *"1234"}
            assert words[0] == "rem" or set(words) <= known, f"{path}: {line}"
            assert words[0] == "rem" or line.count('"') in (0, 2, 4), f"{path}: {line}"


@ALL
def test_cmd_scripts_check_every_command(bundle: Bundle) -> None:
    for path, data in bundle.scripts.items():
        if path.endswith(".diskpart") or path == "run.cmd":
            continue
        lines = lines_of(data)
        assert lines[0] == "@echo off"
        assert lines[1].startswith("rem Step ")
        if any(line.startswith('>>"%FILE%"') for line in lines):
            first = next(number for number, line in enumerate(lines) if line.startswith('>>"%FILE%"'))
            assert lines[first - 2 : first] == WRITTEN
            assert lines[-2:] == ['if not exist "%FILE%" exit /b 1', "exit /b 0"]
        for line, after in zip(lines, [*lines[1:], ""], strict=True):
            if HARMLESS.fullmatch(line) or REDIRECTED.fullmatch(line) or line.startswith(CHECK):
                continue
            if line.startswith("if exist ") and " del " in line:  # del succeeds when it could not delete
                assert after == f"if exist {line.split(' del /f /q ')[1]} exit /b 1"
                continue
            if line.startswith("if not exist ") and " mkdir " in line:  # what is put into the folder is looked for
                assert any(re.fullmatch("if not exist .* exit /b 1", one) for one in lines) or LOOKS.match(after)
                continue
            assert STOPS.fullmatch(line) or LOOKS.match(after), f"{path}: {line} is not checked"


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
        assert data.count(b"{{") == data.count(b"}}") == len(re.findall(rb"\{\{[a-z0-9.-]+\}\}", data))
    numbered = [task.id for task in bundle.manifest.tasks if b"{{disk.number}}" in bundle.script(task)]
    assert "disk-prepare" in numbered
    assert [task for task in numbered if task != "disk-prepare" and not LETTERS.fullmatch(task)] == []


@ALL
def test_only_the_destructive_task_wipes_a_disk(bundle: Bundle) -> None:
    wiping = [task for task in bundle.manifest.tasks if re.search(rb"(?m)^clean", bundle.script(task))]
    assert [task.destructive for task in wiping] == [True]
    assert [task.id for task in bundle.manifest.tasks if task.destructive] == [task.id for task in wiping]
    formatting = [task.id for task in bundle.manifest.tasks if re.search(rb"(?m)^format", bundle.script(task))]
    inside = [task for task in bundle.manifest.tasks if task.kind == "vhd-format"]
    assert sorted(formatting) == sorted(["disk-prepare", *(task.id for task in inside)])
    for task in inside:
        assert b"select disk" not in bundle.script(task), "what is formatted there is what was attached"


@ALL
def test_paths_and_numbers_of_the_scripts(bundle: Bundle) -> None:
    for number, task in enumerate(bundle.manifest.tasks, 1):
        assert task.script == f"scripts/{number:03}-{task.id}.{task.tool}"
        assert f"Step {number} of {len(bundle.manifest.tasks)}:".encode() in bundle.script(task)
    assert set(bundle.scripts) == {task.script for task in bundle.manifest.tasks} | {"run.cmd"}


@pytest.mark.parametrize("quoted", [quote.cmd_word, quote.diskpart_word, quote.echo_line])
def test_a_text_cannot_be_filled_in(quoted: Callable[[str], str]) -> None:
    """The rules refuse such a text with its place (HVS215); this is the last barrier."""
    with pytest.raises(RenderError, match="looks like a binding") as caught:
        quoted("a{{disk.number}}")
    assert caught.value.exit_code == 3


def test_a_line_that_cmd_would_not_read_whole() -> None:
    assert script_bytes("x" * 8191, "a.cmd", "cmd", ()) == b"x" * 8191 + b"\r\n"
    with pytest.raises(RenderError, match="A line of a script is too long"):
        script_bytes("x" * 8192, "a.cmd", "cmd", ())
