"""`init`: whatever is said or not said, the spec that it writes is valid."""

from __future__ import annotations

import itertools
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from hvsbuild.spec.load import load_spec
from hvsbuild.spec.profile import load_profile, profile_names
from hvsbuild.spec.schema import schema_text
from tests.cli import run, spawn

FIRMWARE = [
    (name, firmware)
    for name, firmware in itertools.product(profile_names(), ("bios", "uefi", "both"))
    if load_profile(name).starts_on(firmware)  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("release", "firmware"), FIRMWARE)
def test_every_release_and_firmware_gives_a_spec_without_a_complaint(
    tmp_path: Path, release: str, firmware: str
) -> None:
    spec = tmp_path / "new.yaml"
    assert run("init", spec, "--os", release, "--firmware", firmware).code == 0
    loaded = load_spec(spec)
    assert loaded.spec.os == release
    assert loaded.spec.boot.firmware == firmware
    assert [one.code for one in loaded.diagnostics if one.severity == "error"] == []
    assert run("render", spec, "-o", tmp_path / "bundle").code == 0


def test_a_serial_that_is_known_leaves_no_warning(tmp_path: Path) -> None:
    """The pair that the tutorial shows."""
    argv = ("--os", "hyperv-server-2019", "--firmware", "both", "--serial", "4C53", "--wipe", "if-ours")
    assert run("init", tmp_path / "a.yaml", *argv).code == 0
    assert run("validate", tmp_path / "a.yaml").err == ""


def test_every_option_is_in_the_spec(tmp_path: Path) -> None:
    spec = tmp_path / "site.yaml"
    argv = ["--name", "berlin", "--os", "windows-10", "--image", "in/a b.wim", "--index", "3", "--firmware", "uefi"]
    done = run("init", spec, *argv, "--serial", "0123", "--wipe", "if-empty")
    assert (done.code, done.out) == (0, f"{spec}: written; next: hvsbuild validate {spec}\n")
    found = yaml.safe_load(spec.read_text("utf-8"))
    assert (found["name"], found["os"], found["vars"]) == ("berlin", "windows-10", {"image": "in/a b.wim"})
    assert found["image"] == {"source": "${image}", "index": 3}
    assert found["disk"]["match"]["serial"] == "0123", "a serial of digits stays a text"
    assert (found["disk"]["wipe"], found["disk"]["scheme"]) == ("if-empty", "gpt")


def test_without_a_terminal_defaults_are_taken_and_told(tmp_path: Path) -> None:
    done = spawn("init", tmp_path / "stick.yaml")
    assert done.code == 0
    assert "hyperv-server-2019" in done.err
    assert load_spec(tmp_path / "stick.yaml").spec.name == "stick"


def test_the_lines_are_explained_and_no_line_is_too_long(tmp_path: Path) -> None:
    run("init", tmp_path / "a.yaml", "--os", "hyperv-server-2008-r2")
    lines = (tmp_path / "a.yaml").read_text("utf-8").splitlines()
    assert lines[0].startswith("# yaml-language-server: $schema=")
    assert sum("  #" in line or " # " in line for line in lines) > 10
    assert max(map(len, lines)) <= 120
    columns = {line.index(" # ") for line in lines if " # " in line and not line.lstrip().startswith(("#", "-"))}
    assert columns == {29}, "comments stand in one column"


def test_the_schema_lies_beside_it(tmp_path: Path) -> None:
    run("init", tmp_path / "a.yaml")
    assert (tmp_path / "hvsbuild.schema.json").read_text("utf-8") == schema_text()
    (tmp_path / "hvsbuild.schema.json").write_text("mine")
    run("init", tmp_path / "b.yaml")
    assert (tmp_path / "hvsbuild.schema.json").read_text() == "mine", "what is there is not replaced"


def test_a_file_is_replaced_by_force_only(tmp_path: Path) -> None:
    spec = tmp_path / "a.yaml"
    spec.write_text("mine")
    done = run("init", spec)
    assert (done.code, spec.read_text()) == (1, "mine")
    assert "The file is there already" in done.err
    assert run("init", spec, "--force").code == 0
    assert spec.read_text() != "mine"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--os", "windows-l0"), 'did you mean "windows-10"'),
        (("--firmware", "efi"), "'efi' is not one of"),
        (("--wipe", "yes"), "'yes' is not one of"),
        (("--index", "one"), "Invalid value for '--index'"),
        (("--index", "0"), "Invalid value for '--index'"),
    ],
)
def test_a_wrong_answer_is_refused_and_nothing_is_written(tmp_path: Path, argv: tuple[str, ...], words: str) -> None:
    done = run("init", tmp_path / "a.yaml", *argv)
    assert done.code == 64
    assert words in " ".join(done.err.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "argv",
    [
        ("--os", "hyperv-server-2008-r2", "--firmware", "uefi"),
        ("--name", "no blanks please"),
        ("--os", "windows-11", "--firmware", "bios"),
        ("--image", "install.txt"),
    ],
)
def test_what_cannot_be_valid_is_an_error_and_leaves_nothing(tmp_path: Path, argv: tuple[str, ...]) -> None:
    done = run("init", tmp_path / "a.yaml", *argv)
    assert done.code in (3, 64)
    assert not (tmp_path / "a.yaml").exists()


def test_json(tmp_path: Path) -> None:
    done = run("init", tmp_path / "a.yaml", "--json")
    assert done.document == {"spec": str(tmp_path / "a.yaml"), "diagnostics": done.document["diagnostics"]}
    assert done.err == ""


def test_at_a_terminal_it_asks(tmp_path: Path) -> None:
    """Answers are typed in; an empty one takes the default that is shown."""
    answers = ["windows-server-2O22", "windows-server-2022", "web", "server.iso", "uefi", "4C530001", ""]
    shown = talk([sys.executable, "-m", "hvsbuild", "init", str(tmp_path / "a.yaml")], answers)
    spec = yaml.safe_load((tmp_path / "a.yaml").read_text("utf-8"))
    assert (spec["os"], spec["name"], spec["vars"]["image"]) == ("windows-server-2022", "web", "server.iso")
    assert (spec["boot"]["firmware"], spec["disk"]["match"]["serial"]) == ("uefi", "4C530001")
    assert spec["disk"]["wipe"] == "if-ours"
    assert "Windows release" in shown
    assert 'did you mean "windows-server-2022"' in shown, "and asks again"
    assert "[both]" in shown, "the default is shown"


def talk(argv: list[str], answers: list[str]) -> str:
    """Run a program at a pseudo-terminal, typing an answer whenever it has asked; what the terminal showed."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(argv, stdin=follower, stdout=follower, stderr=follower, close_fds=True)
    os.close(follower)
    shown, waiting, end = "", list(answers), time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([leader], [], [], 0.2)[0]:
            try:
                data = os.read(leader, 4096)
            except OSError:  # the other side is closed
                break
            shown += data.decode()
        if waiting and shown.rstrip(" ").endswith(":"):
            os.write(leader, (waiting.pop(0) + "\n").encode())
            shown += " "
            time.sleep(0.1)
    assert process.wait(10) == 0, shown
    os.close(leader)
    return shown
