"""On a real Windows, elevated: the host looks at the machine, and the rendered scripts make, attach, fill and detach a
small VHD. No disk is written to but by way of the VHD's file; C:\\hvsbuild\\small is made, and R: and Y: must be free.

This is what `.github/workflows/windows.yml` runs. Nowhere else has it ever been run.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hvsbuild.bundle.render import Bundle
from hvsbuild.hosts.windows import WindowsHost, powershell, process, wmi
from hvsbuild.run.binding import bind
from hvsbuild.run.decide import Look, look
from hvsbuild.run.windows_session import wanted
from hvsbuild.run.world import World
from hvsbuild.states import WORKSPACE, inside
from tests.run.small import write_spec
from tests.windows.bundles import bundle_of

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="needs Windows")

VHD = "C:\\hvsbuild\\small\\os.vhd"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[WindowsHost]:
    made = WindowsHost(tmp_path / "state")
    yield made
    made.close()


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return bundle_of(write_spec(tmp_path))


def test_the_machine_s_own_disk(host: WindowsHost) -> None:
    letters, disks = host.letters(), {disk.number: disk for disk in host.disks()}
    own = disks[letters["C"].disk]
    assert own.system
    assert own.size > 1 << 30
    with host.open_disk(own.number) as device:
        assert device.size == own.size
        assert device.read_at(510, 2) == b"\x55\xaa"


def test_the_older_look_sees_the_same(host: WindowsHost) -> None:
    seen, older = host.look(), wmi.parse(process.ask(host.native, wmi.LOOK))
    assert {disk.number for disk in older.disks} == {disk.number for disk in seen.disks}
    assert older.letters["C"].disk == seen.letters["C"].disk


def test_versions(host: WindowsHost) -> None:
    found = process.find(host.native, "diskpart")
    assert found
    answer = process.ask(host.native, powershell.versions_question({"diskpart": str(found)}))
    assert int(powershell.parse_versions(answer)["diskpart"].split(".")[0]) >= 6


def test_hives(host: WindowsHost) -> None:
    assert "HKLM\\SYSTEM" in [name.upper() for name in host.hives()]


def test_probe(host: WindowsHost, bundle: Bundle) -> None:
    findings = {one.name: one for one in host.probe(wanted(bundle), None)}
    for name in (
        "elevation",
        "observation",
        "tool diskpart",
        "tool reg",
        "tool bcdboot",
        "letter R:",
        "pending mounts",
    ):
        assert findings[name].ok, findings[name]


class Steps:
    """Runs tasks of a bundle one by one and looks at their states, in the workspace."""

    def __init__(self, bundle: Bundle, host: WindowsHost) -> None:
        self.bundle, self.host = bundle, host

    def run(self, task: str) -> None:
        entry = self.bundle.manifest.task(task)
        assert entry.script
        script = bind(self.bundle.script(entry), {}, entry.tool)
        result = self.host.run(Path(entry.script).name, script, entry.tool, lambda _label, _done, _total: None)
        assert result.exit_code == 0, f"{task} ended with code {result.code}\n{result.output}"

    def look(self, task: str) -> Look:
        with self.world() as world:
            return look(self.bundle.manifest.task(task), world)

    def world(self) -> World:
        world = World(self.host, None)
        world.workspace_paths["os.vhd"], world.vhd_place["os.vhd"] = VHD, WORKSPACE
        return world

    def made(self, task: str) -> None:
        """Run it; its states must then hold, and must not have held before."""
        assert not self.look(task).holds
        self.run(task)
        seen = self.look(task)
        assert seen.holds, seen.reason()


def save_hive(key: str, file: str) -> None:
    subprocess.run(["reg", "save", key, file, "/y"], check=True, capture_output=True)


def test_a_vhd_for_real(host: WindowsHost, bundle: Bundle) -> None:
    steps = Steps(bundle, host)
    steps.run("workspace")
    steps.made("vhd-create")
    steps.made("vhd-format")
    assert VHD.casefold() not in [path.casefold() for path in host.attached()]
    steps.made("vhd-attach")
    try:
        inside_the_vhd(steps, host)
    finally:
        steps.run("vhd-detach")
    assert VHD.casefold() not in [path.casefold() for path in host.attached()]
    assert "R" not in host.letters()
    for task in ("vhd-format", "vhd-stamp", "registry-SYSTEM", "registry-SOFTWARE"):
        seen = steps.look(task)
        assert seen.holds, f"{task}, once detached: {seen.reason()}"


def inside_the_vhd(steps: Steps, host: WindowsHost) -> None:
    mount = host.letters()["R"]
    assert (mount.vhd or "").casefold() == VHD.casefold()
    (disk,) = [disk for disk in host.disks() if disk.number == mount.disk]
    assert disk.virtual
    assert not disk.system
    for number in range(20):  # what was just written is seen through the file that nobody may open
        Path(f"R:\\{number}.txt").write_text(f"written {number}")
        with steps.world() as world:
            assert world.read(inside("os.vhd"), f"\\{number}.txt") == f"written {number}".encode()
    steps.made("vhd-stamp")
    config = Path("R:\\Windows\\System32\\config")
    config.mkdir(parents=True)
    for hive in ("SOFTWARE", "SYSTEM"):
        save_hive("HKCU\\Environment", str(config / hive))
        steps.made(f"hive-load-{hive}")
        try:
            steps.run(f"registry-{hive}")
        finally:
            steps.run(f"hive-unload-{hive}")
        seen = steps.look(f"registry-{hive}")
        assert seen.holds, seen.reason()
        assert f"HKLM\\HVSBUILD-{hive}" not in [name.upper() for name in host.hives()]
