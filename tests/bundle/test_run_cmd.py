"""`run.cmd`: the whole bundle on a machine without Python; its text, and its effect on the bench."""

from __future__ import annotations

import re
import uuid
from itertools import pairwise
from pathlib import Path

import pytest

from hvsbuild.bundle.render import Bundle
from hvsbuild.hosts.bench.batch import run_batch
from hvsbuild.hosts.bench.machine import Disk, Machine
from hvsbuild.hosts.bench.tool import Console
from hvsbuild.run.check import check_image
from tests.golden import bundle_of, spec_of

REGISTRY = [
    {"hive": "SYSTEM", "key": r"ControlSet001\Control", "values": {"A": {"type": "REG_SZ", "data": "50% & !done! ^"}}},
    {"hive": "SOFTWARE", "key": "hvsbuild", "values": {"B": {"type": "REG_DWORD", "data": 2}, "C": "absent"}},
]
DISK = {"match": {"bus": "usb"}, "wipe": "always", "letter": "Y", "label": "hvsUSB", "size": "300 MB"}


def small(wipe: str = "always") -> Bundle:
    vhd = {"file": "hvsOS.vhd", "size": "64 MiB", "letter": "R", "label": "HVS"}
    return bundle_of(spec_of({"vhd": vhd, "disk": DISK | {"wipe": wipe}, "registry": REGISTRY}))


BUNDLE = small()
LINES = BUNDLE.scripts["run.cmd"].decode().split("\r\n")
CALL = re.compile(r"call :run (diskpart|cmd) (\S+)")


def section(first: str, last: str) -> list[str]:
    return LINES[LINES.index(first) : LINES.index(last)]


def test_every_script_is_called_once_in_order() -> None:
    calls = [found.groups() for line in LINES[: LINES.index(":failed")] if (found := CALL.fullmatch(line))]
    assert calls == [(task.tool, (task.script or "").split("/")[-1]) for task in BUNDLE.manifest.tasks]


def test_each_call_is_followed_by_its_check() -> None:
    for line, after in pairwise(LINES):
        if CALL.fullmatch(line):
            assert after == 'if not "%errorlevel%"=="0" goto failed'


def test_labels() -> None:
    """Each target is there, each label is one of them and stands there once; none is run into."""
    labels = [line[1:] for line in LINES if line.startswith(":")]
    targets = set(re.findall(r"(?:goto |call :)(\w+)", "\n".join(LINES)))
    assert len(labels) == len(set(labels))
    assert set(labels) == targets
    for line, after in pairwise(LINES):
        if after.startswith(":"):
            assert line.startswith(("exit /b", "rem ----")), f"{line!r} runs into {after}"


def test_it_closes_what_it_opens() -> None:
    """A closing script's flag is set ahead of what opens, cleared after what closes, and heeded after a failure."""
    tasks = {(task.script or "").split("/")[-1]: task for task in BUNDLE.manifest.tasks}
    flags, seen = set[str](), set[str]()
    for line in section(":failed", ":run"):
        if found := re.fullmatch(r"if defined (HVS_CLOSE_\d+) call :run (diskpart|cmd) (\S+)", line):
            closer = tasks[found[3]]
            assert (closer.closes, closer.opens, closer.tool) == (closer.closes, None, found[2])
            assert closer.closes
            assert found[3].startswith(found[1].removeprefix("HVS_CLOSE_"))
            seen.add(found[1])
    for line in LINES[: LINES.index(":failed")]:
        if found := re.fullmatch(r'set "(HVS_CLOSE_\d+)=(1?)"', line):
            (flags.add if found[2] else flags.discard)(found[1])
        elif found := CALL.fullmatch(line):
            task = tasks[found[2]]
            if (task.opens or task.closes or "").startswith("letter:"):
                continue
            if task.opens or task.closes:
                found_closer = BUNDLE.manifest.closer(task.opens or task.closes or "", task.place)
                assert found_closer
                assert found_closer.script
                assert f"HVS_CLOSE_{found_closer.script[8:11]}" in flags, f"{task.id} runs without its flag"
    assert not flags, "something is still open at the end"
    assert len(seen) == 4


def test_what_was_opened_last_is_closed_first() -> None:
    closed = [match[1] for line in section(":failed", ":run") if (match := re.search(r"\d+-(\S+)\.", line))]
    assert closed == ["stick-detach", "hive-unload-SYSTEM", "hive-unload-SOFTWARE", "vhd-detach"]


@pytest.mark.parametrize("wipe", ["refuse", "if-empty", "if-ours", "always"])
def test_the_spec_says_what_may_be_wiped(wipe: str) -> None:
    text = small(wipe).scripts["run.cmd"].decode()
    assert ("/wipe:" in text) == (wipe == "always"), "only `always` goes without a typed answer"
    assert ("set /p" in text) == (wipe != "refuse")


class Pc:
    """A bench with a stick and the bundle in C:\\bundle; run.cmd runs as on Windows, without hvsbuild."""

    def __init__(self, folder: Path, wim: Path, bundle: Bundle = BUNDLE) -> None:
        self.machine = Machine.create(folder, uuid.UUID(int=9), 1767225600)
        self.stick = folder / "stick.img"
        with self.stick.open("wb") as file:
            file.truncate(300_000_000)
        self.machine.add_disk(Disk(0, file="stick.img"))
        self.machine.save()
        (folder / "C" / "images (x)").mkdir()
        (folder / "C" / "images (x)" / "my install.wim").symlink_to(wim)
        for path, data in bundle.files().items():
            to = folder / "C" / "bundle" / path
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(data)
        self.run_cmd = bundle.scripts["run.cmd"]

    def run(self, *args: str) -> tuple[int, list[str]]:
        """Exit code, and the names of the scripts that were run."""
        console = Console()
        with self.machine.transaction():
            code = run_batch(self.run_cmd, "run.cmd", self.machine, console, args, script_dir="C:\\bundle\\")
        self.text = console.text()
        return code, [line.removeprefix("== ") for line in console.lines if line.startswith("== ")]

    def start(self) -> bytes:
        """The first sector of the stick."""
        with self.stick.open("rb") as file:
            return file.read(512)


IMAGE = r"C:\images (x)\my install.wim"


def test_it_makes_the_stick(tmp_path: Path, phony_wim: Path) -> None:
    pc = Pc(tmp_path / "pc", phony_wim)
    code, ran = pc.run("1", IMAGE, "/wipe:1")
    assert code == 0, pc.text
    assert ran == [(task.script or "").split("/")[-1] for task in BUNDLE.manifest.tasks]
    findings = check_image(BUNDLE.manifest, pc.stick, {})
    assert [one for one in findings if not one.holds] == []
    assert len(findings) > 10
    assert [disk.vdisk for disk in pc.machine.state.disks] == [""]
    assert pc.machine.state.hives == {}


def test_a_failure_stops_it_and_what_is_open_is_closed(tmp_path: Path, phony_wim: Path) -> None:
    """The SOFTWARE hive is loaded, the VHD attached: then a script fails."""
    pc = Pc(tmp_path / "pc", phony_wim)
    (name,) = [task.script for task in BUNDLE.manifest.tasks if task.id == "registry-SOFTWARE" and task.script]
    (pc.machine.folder / "C" / "bundle" / name).write_bytes(b"@echo off\r\nexit /b 87\r\n")
    code, ran = pc.run("1", IMAGE, "/wipe:1")
    assert code == 87, pc.text
    assert [re.sub(r"^\d+-|\.\w+$", "", one) for one in ran][-3:] == [
        "registry-SOFTWARE",
        "hive-unload-SOFTWARE",
        "vhd-detach",
    ]
    assert [disk.vdisk for disk in pc.machine.state.disks] == [""]
    assert pc.machine.state.hives == {}
    assert not any(pc.start()), "the stick was not touched yet"


def test_an_image_that_is_none_costs_no_stick(tmp_path: Path) -> None:
    image = tmp_path / "not.wim"
    image.write_bytes(b"no WIM")
    pc = Pc(tmp_path / "pc", image)
    code, ran = pc.run("1", IMAGE, "/wipe:1")
    assert code == 11, pc.text
    assert not any(pc.start())
    assert [re.sub(r"^\d+-|\.\w+$", "", one) for one in ran][-2:] == ["image-apply", "vhd-detach"]
    assert [disk.vdisk for disk in pc.machine.state.disks] == [""]


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        ((), 2, "usage: run.cmd DISK-NUMBER IMAGE-FILE"),
        (("1",), 2, "usage"),
        (("", IMAGE), 2, "usage"),
        (("0", IMAGE, "/wipe:0"), 2, "Disk 0 is refused"),
        (("00", IMAGE, "/wipe:00"), 2, "Disk 0 is refused"),
        (("1", r"C:\gone.wim", "/wipe:1"), 2, r'There is no file "C:\gone.wim"'),
        (("7", IMAGE, "/wipe:7"), 2, "There is no disk 7"),
    ],
)
def test_what_it_refuses(tmp_path: Path, phony_wim: Path, args: tuple[str, ...], code: int, says: str) -> None:
    pc = Pc(tmp_path / "pc", phony_wim)
    assert pc.run(*args) == (code, [])
    assert says in pc.text
    assert not any(pc.start())


def test_a_spec_that_allows_no_wipe(tmp_path: Path, phony_wim: Path) -> None:
    pc = Pc(tmp_path / "pc", phony_wim, small("refuse"))
    assert pc.run("1", IMAGE, "/wipe:1") == (4, [])
    assert "disk.wipe: refuse" in pc.text
    assert "Nothing was changed." in pc.text
