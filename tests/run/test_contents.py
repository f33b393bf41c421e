"""What goes into the Windows in a VHD, in whole builds: what is changed when, what is refused, what stays secret."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hvsbuild.bundle.read import read_bundle
from hvsbuild.cache import Cache
from hvsbuild.digest import content_of
from hvsbuild.formats.block import FileDevice, Slice
from hvsbuild.formats.ntfs3g import NtfsVolume
from hvsbuild.mechanisms import NEEDS_WINDOWS
from hvsbuild.states import Serviced
from tests.run.small import SPEC, Done, first_volume

PASSWORD = 'S3cret & "100%" ^!x!'
HIDDEN = base64.b64encode(f"{PASSWORD}AdministratorPassword".encode("utf-16-le")).decode()
CONTENTS = r"""
drivers: [{source: drivers, when: first-boot}]
files:
  - {folder: tools, target: \Tools}
  - {file: notes.txt, target: \notes.txt}
  - {text: "hello\n", target: \hello.txt}
first_boot: [netsh advfirewall set allprofiles state off]
unattend:
  computer_name: HVS-01
  administrator_password: {env: ADMIN_PASSWORD}
"""
OURS = {
    "copy-files-notes.txt", "copy-files-tools", "first-boot", "stage-drivers", "unattend", "write-hello-txt",
}  # fmt: skip


def hvsbuild(*argv: str | Path, **env: str) -> Done:
    plain = {name: value for name, value in os.environ.items() if name != "ADMIN_PASSWORD"}
    words = [sys.executable, "-m", "hvsbuild", *(str(word) for word in argv)]
    return subprocess.run(
        words, capture_output=True, text=True, env=plain | env, stdin=subprocess.DEVNULL, check=False
    )


def write(folder: Path, contents: str = CONTENTS) -> Path:
    """A spec with contents, and the files that it names, in a folder."""
    for name, data in {"drivers/a.inf": "a", "drivers/x/a.sys": "b", "tools/t.exe": "t", "notes.txt": "n"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(data)
    path = folder / "small.yaml"
    path.write_text(SPEC + contents)
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, wim: Path) -> Path:
    """A build with all of it. Copy it, never change it."""
    home = tmp_path_factory.mktemp("contents")
    spec = write(home)
    done = hvsbuild("build", spec, "--var", f"wim={wim}", "-o", home / "out", ADMIN_PASSWORD=PASSWORD)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    subprocess.run(["cp", "-a", "--sparse=always", "--", f"{built}/.", tmp_path], check=True)
    return tmp_path


def ran(home: Path, wim: Path, *more: str, **env: str) -> list[str]:
    """Apply the spec to the finished build; the tasks that ran."""
    argv = ("apply", home / "small.yaml", "--var", f"wim={wim}", "-o", home / "out", "--json", *more)
    done = hvsbuild(*argv, **env)
    assert done.returncode == 0, done.stderr
    return [one["task"] for one in json.loads(done.stdout)["tasks"] if one["action"] == "ran"]


def drift(home: Path, *argv: str | Path) -> dict[str, str]:
    """What check says of the finished stick, by task."""
    done = hvsbuild("check", *argv, "--disk", home / "out" / "stick.img", "--json")
    assert done.returncode in (0, 2), done.stderr
    return {one["task"]: one["seen"] for one in json.loads(done.stdout)["states"] if not one["holds"]}


def change_inside(home: Path, change: Callable[[NtfsVolume], None]) -> None:
    """Change the volume in the (fixed) VHD on the finished stick."""
    with FileDevice(home / "out" / "stick.img", writable=True) as disk, NtfsVolume(first_volume(disk)) as stick:
        file = stick.open("\\os.vhd")
        with NtfsVolume(first_volume(Slice(file, 0, file.size - 512))) as volume:
            change(volume)


# --- converging ---


def test_a_second_apply_runs_nothing_and_needs_no_password(home: Path, wim: Path) -> None:
    assert ran(home, wim) == []


@pytest.mark.parametrize(
    ("file", "data", "task"),
    [
        ("tools/t.exe", "another", "copy-files-tools"),
        ("tools/sub/new.txt", "new", "copy-files-tools"),
        ("notes.txt", "other", "copy-files-notes.txt"),
        ("drivers/x/a.sys", "c", "stage-drivers"),
    ],
)
def test_a_changed_input_is_copied_again_in_place(home: Path, wim: Path, file: str, data: str, task: str) -> None:
    (home / file).parent.mkdir(exist_ok=True)
    (home / file).write_text(data)
    assert list(drift(home, home / "small.yaml", "--var", f"wim={wim}")) == [task]
    assert ran(home, wim) == [task]
    assert drift(home, home / "small.yaml", "--var", f"wim={wim}") == {}


def test_a_changed_spec_changes_what_it_says_in_place(home: Path, wim: Path) -> None:
    text = (home / "small.yaml").read_text()
    (home / "small.yaml").write_text(text.replace('"hello\\n"', '"good bye\\n"').replace("HVS-01", "HVS-02"))
    found = ran(home, wim, ADMIN_PASSWORD=PASSWORD)
    assert set(found) == {"write-hello-txt", "unattend", "vhd-stamp", "disk-stamp"}


@pytest.mark.parametrize(
    ("path", "task", "gone"),
    [
        ("\\Tools\\t.exe", "copy-files-tools", True),
        ("\\notes.txt", "copy-files-notes.txt", False),
        ("\\hello.txt", "write-hello-txt", True),
        ("\\hvsbuild\\drivers\\x\\a.sys", "stage-drivers", False),
        ("\\Windows\\Panther\\unattend.xml", "unattend", False),
        ("\\Windows\\Setup\\Scripts\\SetupComplete.cmd", "first-boot", True),
        ("\\hvsbuild\\copy-files-tools.json", "copy-files-tools", True),
    ],
)
def test_drift_inside_the_vhd_is_found_and_mended(home: Path, wim: Path, path: str, task: str, gone: bool) -> None:
    change_inside(home, lambda volume: volume.delete(path) if gone else volume.write(path, b"X"))
    found = drift(home, home / "small.yaml", "--var", f"wim={wim}")
    assert list(found) == [task]
    assert ran(home, wim, ADMIN_PASSWORD=PASSWORD) == [task]
    assert drift(home, home / "small.yaml", "--var", f"wim={wim}") == {}


def test_without_the_inputs_what_is_ours_alone_is_still_compared(home: Path) -> None:
    assert drift(home, home / "out" / "bundle") == {}
    change_inside(home, lambda volume: volume.write("\\hvsbuild\\drivers\\x\\a.sys", b"Z"))
    change_inside(home, lambda volume: volume.write("\\notes.txt", b"Z"))
    found = drift(home, home / "out" / "bundle")
    assert set(found) == {"stage-drivers", "copy-files-notes.txt"}


def test_an_answer_file_whose_password_windows_has_blanked_is_no_drift(home: Path, wim: Path) -> None:
    """After Setup has used it there is *SENSITIVE*DATA*DELETED* in its place."""

    def blank(volume: NtfsVolume) -> None:
        path = "\\Windows\\Panther\\unattend.xml"
        volume.write(path, volume.read(path).replace(HIDDEN.encode(), b"*SENSITIVE*DATA*DELETED*"))

    change_inside(home, blank)
    assert drift(home, home / "small.yaml", "--var", f"wim={wim}") == {}


# --- what DISM has installed elsewhere ---

STORE = "\\Windows\\System32\\DriverStore\\FileRepository"


def serviced(home: Path, wim: Path, contents: str, stamp: str, **fields: str) -> dict[str, str]:
    """What check says of a stick on which a Windows host has left a stamp."""
    (home / "small.yaml").write_text(SPEC + contents)
    spec = (home / "small.yaml", "--var", f"wim={wim}")
    done = hvsbuild("render", *spec, "-o", home / "new")
    assert done.returncode == 0, done.stderr
    manifest = read_bundle(home / "new").manifest
    states = [state for task in manifest.tasks for state in task.states if isinstance(state, Serviced)]
    (state,) = states
    mark = content_of(home / "drivers", Cache(home / "cache")).sha256
    text = json.dumps({"hvsbuild-serviced": 1, "asked": state.asked, "fingerprint": mark} | fields)
    change_inside(home, lambda volume: volume.write(f"\\hvsbuild\\{stamp}.json", text.encode()))
    return drift(home, *spec)


def test_drivers_count_when_stamp_and_driver_store_say_so(home: Path, wim: Path) -> None:
    asked = "\ndrivers: [{source: drivers}]\n"
    found = serviced(home, wim, asked, "install-drivers")
    assert "none of the drivers" in found["install-drivers"]
    change_inside(home, lambda volume: volume.make_folder(STORE + "\\other.inf_amd64_neutral_0123456789abcdef"))
    assert "none of the drivers" in serviced(home, wim, asked, "install-drivers")["install-drivers"]
    change_inside(home, lambda volume: volume.make_folder(STORE + "\\A.inf_amd64_0123456789abcdef"))
    assert "install-drivers" not in serviced(home, wim, asked, "install-drivers")
    changed = serviced(home, wim, asked, "install-drivers", fingerprint="0" * 64)
    assert "not what it was" in changed["install-drivers"]
    assert "install-drivers" not in serviced(home, wim, asked, "install-drivers", fingerprint="not-recorded")


def test_features_count_when_the_stamp_says_the_same(home: Path, wim: Path) -> None:
    asked = "\nfeatures: {enable: [Microsoft-Hyper-V]}\n"
    assert "features" not in serviced(home, wim, asked, "features")
    assert "other features" in serviced(home, wim, asked, "features", asked="0" * 64)["features"]


def test_the_bench_goes_on_with_what_a_windows_host_has_finished(home: Path, wim: Path) -> None:
    """What is installed need not be installed again, so there is nothing to refuse."""
    asked = CONTENTS + "features: {enable: [Microsoft-Hyper-V]}\n"
    assert "features" not in serviced(home, wim, asked, "features")
    assert ran(home, wim) == ["vhd-stamp", "disk-stamp"]


# --- refusing ---


@pytest.mark.parametrize(
    ("key", "task"),
    [
        ("drivers: [{source: drivers}]", "install-drivers"),
        ("packages: [{source: kb1.msu}]", "install-packages-kb1.msu"),
        ("features: {enable: [Microsoft-Hyper-V]}", "features"),
    ],
)
def test_what_needs_windows_is_refused_before_anything_is_changed(
    tmp_path: Path, wim: Path, key: str, task: str
) -> None:
    spec = write(tmp_path, f"\n{key}\n")
    (tmp_path / "kb1.msu").write_text("x")
    done = hvsbuild("build", spec, "--var", f"wim={wim}", "-o", tmp_path / "out")
    assert done.returncode == 4
    assert f"{NEEDS_WINDOWS}: {task}\n" in done.stderr
    assert "when: first-boot" in done.stderr
    assert not (tmp_path / "out" / "stick.img").exists()
    assert not list((tmp_path / "out" / "journal").iterdir()), "a run has begun"
    assert not (tmp_path / "out" / "bench" / "disk.img").read_bytes().strip(b"\0")


def test_answers_for_another_processor(tmp_path: Path, wim: Path) -> None:
    """Windows would pass over them without a word."""
    contents = "\nunattend: {time_zone: UTC, arch: x86}\n"
    spec = write(tmp_path, contents)
    spec.write_text(spec.read_text().replace("hyperv-server-2008-r2", "windows-7"))
    done = hvsbuild("build", spec, "--var", f"wim={wim}", "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "The answer file is for another processor: the image is for amd64, the answers are for x86" in done.stderr
    assert not list((tmp_path / "out" / "journal").iterdir())


def test_a_name_that_windows_cannot_have(home: Path, wim: Path) -> None:
    (home / "tools" / "a:b").write_text("x")
    done = hvsbuild("apply", home / "small.yaml", "--var", f"wim={wim}", "-o", home / "out")
    assert done.returncode == 1
    assert "An input holds a name that Windows cannot have: files-tools: a:b" in done.stderr


def test_two_names_that_are_one_on_windows(home: Path, wim: Path) -> None:
    (home / "tools" / "T.EXE").write_text("x")
    done = hvsbuild("apply", home / "small.yaml", "--var", f"wim={wim}", "-o", home / "out")
    assert done.returncode == 1
    assert "t.exe" in done.stderr
    assert "T.EXE" in done.stderr


def test_an_input_that_is_not_there(tmp_path: Path, wim: Path) -> None:
    spec = write(tmp_path)
    (tmp_path / "notes.txt").unlink()
    done = hvsbuild("build", spec, "--var", f"wim={wim}", "-o", tmp_path / "out", ADMIN_PASSWORD=PASSWORD)
    assert done.returncode == 1
    assert "notes.txt" in done.stderr
    assert "--input files-notes.txt=" in done.stderr


# --- secrets ---


def test_without_the_password_nothing_begins(tmp_path: Path, wim: Path) -> None:
    done = hvsbuild("build", write(tmp_path), "--var", f"wim={wim}", "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "A secret is not given: administrator-password" in done.stderr
    assert "ADMIN_PASSWORD" in done.stderr
    assert "--input administrator-password=PATH" in done.stderr
    assert not list((tmp_path / "out" / "journal").iterdir())


def test_the_password_is_in_the_vhd_and_nowhere_else(built: Path) -> None:
    """Not in the bundle, the journal, the state of the bench; neither as it is nor as it is hidden."""
    allowed = {"stick.img", "disk.img", "os.vhd"}
    holders = set()
    for path in (path for path in (built / "out").rglob("*") if path.is_file()):
        data = path.read_bytes()
        if PASSWORD.encode() in data or json.dumps(PASSWORD)[1:-1].encode() in data or HIDDEN.encode() in data:
            holders.add(path.name)
    assert holders == allowed


def test_the_journal_holds_the_script_as_it_was_reviewed(built: Path) -> None:
    (journal,) = (built / "out" / "journal").glob("*.jsonl")
    events = [json.loads(line) for line in journal.read_text().splitlines()]
    (start,) = [one for one in events if one["event"] == "start" and one["task"] == "unattend"]
    (script,) = (built / "out" / "bundle" / "scripts").glob("*-unattend.cmd")
    assert start["text"].encode() == script.read_bytes()
    assert "{{secret.administrator-password}}" in start["text"]


@pytest.mark.parametrize("by", ["spec", "option", "bundle"])
def test_a_password_in_a_file(tmp_path: Path, wim: Path, by: str) -> None:
    (tmp_path / "secret.txt").write_text(f"{PASSWORD}\nnot this line\n")
    spec = write(tmp_path, CONTENTS.replace("{env: ADMIN_PASSWORD}", "{file: secret.txt}"))
    source: list[str | Path] = [spec, "--var", f"wim={wim}"]
    if by != "spec":
        (tmp_path / "secret.txt").rename(tmp_path / "elsewhere.txt")
        source += ["--input", f"administrator-password={tmp_path / 'elsewhere.txt'}"]
    if by == "bundle":
        done = hvsbuild("render", spec, "--var", f"wim={wim}", "-o", tmp_path / "bundle")
        assert done.returncode == 0, done.stderr
        assert b"elsewhere" not in (tmp_path / "bundle" / "manifest.json").read_bytes()
        inputs = {"image": wim, "files-tools": "tools", "files-notes.txt": "notes.txt", "drivers": "drivers"}
        source = [tmp_path / "bundle", *source[3:]]
        for name, path in inputs.items():
            source += ["--input", f"{name}={tmp_path / path}"]
    done = hvsbuild("apply", *source, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert HIDDEN.encode() in (tmp_path / "out" / "os.vhd").read_bytes()


@pytest.mark.parametrize("password", ["", "x" * 128, "tab\tin it"])
def test_a_password_that_windows_cannot_have(tmp_path: Path, wim: Path, password: str) -> None:
    done = hvsbuild("build", write(tmp_path), "--var", f"wim={wim}", "-o", tmp_path / "out", ADMIN_PASSWORD=password)
    assert done.returncode == 1
    assert "administrator-password" in done.stderr
    assert not password or password not in done.stderr


def test_the_same_spec_gives_the_same_stick(built: Path, tmp_path: Path, wim: Path) -> None:
    spec = write(tmp_path)
    done = hvsbuild("build", spec, "--var", f"wim={wim}", "-o", tmp_path / "out", ADMIN_PASSWORD=PASSWORD)
    assert done.returncode == 0, done.stderr
    subprocess.run(["cmp", built / "out" / "stick.img", tmp_path / "out" / "stick.img"], check=True)
