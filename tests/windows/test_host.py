"""The host's own decisions: what it reads how, what it refuses."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from hvsbuild.errors import HvsError, Refused
from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.ntfs3g import NtfsVolume
from hvsbuild.hosts import tools
from hvsbuild.hosts.host import Mount
from hvsbuild.hosts.windows import WindowsHost, host, powershell, process, raw, wmi
from tests.windows.machine import BenchNative

RECORDED = Path(__file__).parent / "recorded"


def answers(monkeypatch: pytest.MonkeyPatch, look: str, old: str = "") -> list[str]:
    """Let PowerShell answer with recorded machines; the list of what it was asked."""
    asked: list[str] = []

    def ask(_native: object, question: str) -> str:
        asked.append({powershell.LOOK: "look", wmi.LOOK: "wmi"}[question])
        return {powershell.LOOK: look, wmi.LOOK: old}[question]

    monkeypatch.setattr(process, "ask", ask)
    return asked


def recorded(name: str) -> str:
    return json.dumps(json.loads((RECORDED / f"{name}.json").read_text())["output"])


@pytest.fixture
def native(tmp_path: Path) -> BenchNative:
    (tmp_path / "pc" / "C").mkdir(parents=True)
    (tmp_path / "pc" / "machine.json").write_text(json.dumps({"hives": {"HKLM\\HVSBUILD-SYSTEM": {}}, "disks": []}))
    return BenchNative(tmp_path / "pc", tmp_path / "programs")


def test_letters_of_what_is_no_disk(native: BenchNative, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, recorded("windows-11-uasp"))
    native.used = ["C", "E", "Z"]
    assert WindowsHost(native=native).letters() == {"C": Mount(0, 3), "E": Mount(1, 2), "Z": Mount(-1, 0)}


def test_hives_from_the_kernel_s_list(native: BenchNative) -> None:
    assert WindowsHost(native=native).hives() == ["HKLM\\SYSTEM", "HKLM\\HVSBUILD-SYSTEM"]


def test_an_attached_vhd_that_windows_does_not_name(native: BenchNative, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, recorded("windows-11-nameless-vhd"))
    with pytest.raises(HvsError, match="does not say which VHD is attached: disk 1"):
        WindowsHost(native=native).attached()


def test_without_get_disk(native: BenchNative, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answers(monkeypatch, powershell.NO_GET_DISK, recorded("wmi-server-2008-r2"))
    windows = WindowsHost(native=native)
    assert [disk.serial for disk in windows.disks()] == ["2020202057202d4457", "AA010101161146300411"]
    assert windows.letters()["E"] == Mount(1, 1)
    assert asked == ["look", "wmi", "wmi"], "that there is no Get-Disk is asked once"
    assert not windows.exact


def test_elevation_is_checked_ahead_of_everything(native: BenchNative) -> None:
    native.elevated = False
    windows = WindowsHost(native=native)
    for call in (windows.disks, windows.letters, windows.attached, lambda: windows.run("x.cmd", b"", "cmd", None)):  # type: ignore[arg-type]
        with pytest.raises(Refused, match="not running as administrator"):
            call()
    with pytest.raises(Refused, match="not running as administrator"), windows.open_disk(1):
        pass


def test_inputs_are_remembered(native: BenchNative, tmp_path: Path) -> None:
    image = native.folder / "C" / "install.wim"
    image.touch()
    state = tmp_path / "state"
    assert WindowsHost(state, native).known_input("image") is None
    assert WindowsHost(state, native).place_input("image", image) == "C:\\install.wim"
    assert WindowsHost(state, native).known_input("image") == image
    assert WindowsHost(state, native).place_input("image", None) is None


# --- reading ---


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """C: as an NTFS volume with a VHD in it."""
    path = tmp_path / "c.img"
    with path.open("wb") as file:
        file.truncate(8 << 20)
    tools.run(["mkntfs", "-F", "-Q", "-q", path])
    with FileDevice(path, writable=True) as device, NtfsVolume(device) as filesystem:
        filesystem.make_folder("\\hvsbuild")
        filesystem.write("\\hvsbuild\\os.vhd", bytes(range(256)) * 400)
    return path


def test_the_file_of_an_attached_vhd_is_read_through_its_volume(
    native: BenchNative, volume: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody but Windows may open it: as sectors of C: it is read all the same, after R: in it and C: were flushed."""

    def locked(path: Path) -> FileDevice:
        raise PermissionError(13, "The process cannot access the file", str(path))

    answers(monkeypatch, recorded("windows-10-attached-without-location"))
    monkeypatch.setattr(host, "FileDevice", locked)
    monkeypatch.setattr(native, "open_volume", lambda letter: os.open(volume, os.O_RDONLY) if letter == "C" else -1)
    with WindowsHost(native=native).open_file("c:\\hvsbuild\\os.vhd") as device:
        assert device.size == 256 * 400
        assert device.read_at(0, device.size) == bytes(range(256)) * 400
        with pytest.raises(ValueError, match="only scripts write"):
            device.write_at(0, b"x")
    assert native.flushed == ["R", "C"]


def test_a_file_that_is_not_there(native: BenchNative) -> None:
    with pytest.raises(FileNotFoundError), WindowsHost(native=native).open_file("C:\\hvsbuild\\os.vhd"):
        pass


def test_a_volume_that_cannot_be_flushed_is_an_error(native: BenchNative, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, recorded("server-2012-r2-stick"))

    def refuse(letter: str) -> None:
        raise OSError(19, "The media is write protected", letter)

    monkeypatch.setattr(native, "flush", refuse)
    with pytest.raises(HvsError, match="could not be flushed: E:"), WindowsHost(native=native).open_disk(1):
        pass


SIZE = 5 * 4096 + 512


@pytest.fixture
def aligned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[raw.Sectors]:
    """A disk that, like Windows, reads whole sectors only; its end is at no multiple of 4096."""
    path = tmp_path / "disk"
    path.write_bytes(os.urandom(SIZE))
    position = 0

    def lseek(descriptor: int, offset: int, whence: int) -> int:
        nonlocal position
        assert offset % 4096 == 0
        position = offset
        return os.lseek(descriptor, offset, whence)

    def read(descriptor: int, length: int) -> bytes:
        assert length % 4096 == 0 or position + length == SIZE
        assert length <= raw.PIECE
        return os.read(descriptor, length)

    shim = SimpleNamespace(lseek=lseek, read=read, SEEK_SET=os.SEEK_SET, close=os.close)
    monkeypatch.setattr(raw, "os", shim)
    monkeypatch.setattr(raw, "PIECE", 8192)
    with raw.sectors(os.open(path, os.O_RDONLY), lambda _descriptor: SIZE) as device:
        yield device


@pytest.mark.parametrize(
    ("offset", "length"),
    [(0, 0), (0, 1), (3, 8), (4095, 2), (511, 4096), (0, SIZE), (8191, 8194), (SIZE - 1, 1), (SIZE, 0), (SIZE - 9, 9)],
)
def test_any_bytes_from_whole_sectors(aligned: raw.Sectors, tmp_path: Path, offset: int, length: int) -> None:
    assert aligned.read_at(offset, length) == (tmp_path / "disk").read_bytes()[offset : offset + length]


def test_bytes_outside(aligned: raw.Sectors) -> None:
    with pytest.raises(ValueError, match="outside"):
        aligned.read_at(SIZE - 1, 2)
