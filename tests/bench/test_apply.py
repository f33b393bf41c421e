"""imagex and dism on the bench: a real WIM into a real volume, and what they answer when that cannot be."""

from __future__ import annotations

import io
import random
import subprocess
import uuid
from pathlib import Path

import pytest
from dissect.ntfs import NTFS

from hvsbuild.errors import HvsError
from hvsbuild.formats.ntfs3g import NtfsVolume
from hvsbuild.hosts import tools
from hvsbuild.hosts.bench import apply
from hvsbuild.hosts.bench.batch import run_batch
from hvsbuild.hosts.bench.dism import dism
from hvsbuild.hosts.bench.imagex import imagex
from hvsbuild.hosts.bench.machine import Disk, Machine
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Word
from tests.boot import sticks

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "wim"
MIB = 1 << 20
VOLUME = 24 * MIB


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("disk")
    return sticks.disk(folder / "disk.img", sticks.ntfs_volume(folder / "volume", VOLUME, {}))


@pytest.fixture(scope="module")
def wims(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """good.wim (two images), a split, a solid one, big.wim (more than the volume), tight.wim (more than is free)."""
    folder = tmp_path_factory.mktemp("wims")
    tree = folder / "tree"
    (tree / "Windows" / "System32").mkdir(parents=True)
    for number in range(20):
        (tree / "Windows" / f"file{number}.dll").write_bytes(bytes([number, 1]) * 40_000)
    (tree / "Windows" / "System32" / "linked.dll").hardlink_to(tree / "Windows" / "file3.dll")
    tools.run(["wimlib-imagex", "capture", tree, folder / "good.wim", "Hyper-V Server", "test", "--compress=XPRESS"])
    tools.run(["wimlib-imagex", "capture", tree, folder / "solid.esd", "Solid", "--solid"])
    (tree / "second").write_bytes(b"two")
    tools.run(["wimlib-imagex", "append", tree, folder / "good.wim", "Other"])
    (tree / "noise").write_bytes(sparse_noise(3 * MIB))
    tools.run(["wimlib-imagex", "capture", tree, folder / "noise.wim", "n", "--compress=XPRESS"])
    tools.run(["wimlib-imagex", "split", folder / "noise.wim", folder / "part.swm", "1"])
    for name, size in (("big", VOLUME + MIB), ("tight", VOLUME - 1_600_003 - 65536)):
        (tree / "noise").write_bytes(b"x" * size)  # not zeros: wimlib would make the file sparse
        tools.run(["wimlib-imagex", "capture", tree, folder / f"{name}.wim", name, "--compress=XPRESS"])
    return folder


def sparse_noise(size: int) -> bytes:
    """Bytes that do not compress, the same each time."""
    return random.Random(7).randbytes(size)


@pytest.fixture
def machine(tmp_path: Path, blank: Path, wims: Path) -> Machine:
    """R: an empty NTFS volume; the WIMs as links below C:\\wims."""
    machine = Machine.create(tmp_path / "bench", uuid.UUID(int=7), 1_600_000_000)
    subprocess.run(["cp", "--sparse=always", blank, machine.folder / "disk.img"], check=True)
    machine.add_disk(Disk(0, file="disk.img"))
    machine.state.letters["R"] = (1, 1)
    machine.save()
    folder = machine.host_path("C:\\wims")
    folder.mkdir()
    for path in wims.iterdir():
        if path.is_file():
            (folder / path.name).symlink_to(path)
    return machine


def run(machine: Machine, *argv: str, console: Console | None = None) -> tuple[int, str]:
    console = console or Console()
    words, column = [], 1
    for text in argv:
        words.append(Word(text, column))
        column += len(text) + 1
    with machine.transaction():
        tool = {"imagex": imagex, "dism": dism}[argv[0]]
        return tool(words, machine, console), console.text()


def volume(machine: Machine) -> NTFS:
    """R: as dissect sees it, which shares no code with what wrote it."""
    data = (machine.folder / "disk.img").read_bytes()
    return NTFS(io.BytesIO(data[MIB : MIB + VOLUME]))


def holds(machine: Machine, path: str) -> bytes | None:
    try:
        return volume(machine).mft.get(path).open().read()  # type: ignore[no-any-return]
    except FileNotFoundError:
        return None


DISM = ("dism", "/Apply-Image", "/ImageFile:C:\\wims\\good.wim", "/ApplyDir:R:\\")


@pytest.mark.parametrize(
    ("argv", "second"),
    [
        (("imagex", "/apply", "C:\\wims\\good.wim", "1", "R:\\"), False),
        (("imagex", "/Check", "/verify", "/scroll", "/norpfix", "/APPLY", "c:\\WIMS\\good.wim", "Other", "r:\\"), True),
        ((*DISM, "/Index:1"), False),
        ((*DISM, "/name:Other", "/CheckIntegrity", "/Verify", "/English", "/NoRpFix"), True),
    ],
)
def test_an_image_lands_in_the_volume(machine: Machine, argv: tuple[str, ...], second: bool) -> None:
    code, text = run(machine, *argv)
    assert code == 0
    assert text.splitlines()[-1] in ("Successfully applied image.", "The operation completed successfully.")
    assert holds(machine, "Windows/file7.dll") == b"\x07\x01" * 40_000
    assert holds(machine, "second") == (b"two" if second else None)
    links = volume(machine).mft.get("Windows/file3.dll").segment
    assert volume(machine).mft.get("Windows/System32/linked.dll").segment == links
    (machine.folder / "volume").write_bytes((machine.folder / "disk.img").read_bytes()[MIB : MIB + VOLUME])
    tools.run(["ntfsfix", "-n", machine.folder / "volume"])
    assert "start=        2048" in sticks.table(machine.folder / "disk.img")


def test_progress_goes_up_to_the_images_size(machine: Machine) -> None:
    seen: list[tuple[str, int, int]] = []
    console = Console(progress=lambda *step: seen.append(step))
    run(machine, "imagex", "/apply", "C:\\wims\\noise.wim", "R:\\", console=console)
    total = seen[-1][2]
    assert total == 20 * 80_000 + 3 + 3 * MIB
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert seen[0][1] < total == seen[-1][1]


@pytest.mark.parametrize(
    "argv",
    [
        ("imagex", "/ref", "C:\\wims\\PART*.swm", "/apply", "C:\\wims\\part.swm", "1", "R:\\"),
        (
            "dism",
            "/apply-image",
            "/imagefile:C:\\wims\\part.swm",
            "/swmfile:C:\\wims\\part*.swm",
            "/index:1",
            "/applydir:R:\\",
        ),
    ],
)
def test_a_split_wim(machine: Machine, argv: tuple[str, ...]) -> None:
    assert len(list(machine.host_path("C:\\wims").glob("part*.swm"))) > 2
    assert run(machine, *argv)[0] == 0
    assert holds(machine, "noise") == sparse_noise(3 * MIB)


def test_a_split_wim_with_parts_missing(machine: Machine) -> None:
    code, text = run(machine, "imagex", "/apply", "C:\\wims\\part.swm", "1", "R:\\")
    assert code == apply.INVALID_DATA
    assert "The data is invalid" in text
    assert run(machine, "imagex", "/ref", "C:\\wims\\no*.swm", "/apply", "C:\\wims\\part.swm", "R:\\")[0] == 2


def test_dism_reads_a_solid_wim_and_imagex_cannot(machine: Machine) -> None:
    assert run(machine, "imagex", "/apply", "C:\\wims\\solid.esd", "1", "R:\\")[0] == apply.BAD_FORMAT
    assert run(machine, "dism", "/apply-image", "/imagefile:C:\\wims\\solid.esd", "/index:1", "/applydir:R:\\")[0] == 0
    assert holds(machine, "Windows/file7.dll") == b"\x07\x01" * 40_000


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("C:\\wims\\absent.wim", "1", "R:\\"), 2, "cannot find the file"),
        (("C:\\wims\\bad.wim", "1", "R:\\"), 11, "Not a WIM file"),
        (("C:\\wims\\cut.wim", "1", "R:\\"), 13, "truncated"),
        (("C:\\wims\\good.wim", "3", "R:\\"), 87, "index 3; there are 1: 'Hyper-V Server'; 2: 'Other'"),
        (("C:\\wims\\good.wim", "other", "R:\\"), 87, "name 'other'; there are"),
        (("C:\\wims\\good.wim", "R:\\"), 87, "there are 1"),  # two images: one must be named
        (("C:\\wims\\good.wim", "1", "Q:\\"), 3, "cannot find the path"),
        (("C:\\wims\\big.wim", "1", "R:\\"), 112, f"the volume R:\\ has {VOLUME}"),
        (("C:\\wims\\tight.wim", "1", "R:\\"), 112, "not enough space"),
        (("C:\\wims\\rotten.wim", "1", "R:\\"), 13, "The data is invalid"),
    ],
)
def test_failures_have_a_code_and_a_line(
    machine: Machine, wims: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    folder = machine.host_path("C:\\wims")
    good = (wims / "good.wim").read_bytes()
    (folder / "bad.wim").write_bytes(b"hello" * 100)
    (folder / "cut.wim").write_bytes(good[:-500])
    (folder / "rotten.wim").write_bytes(good[:300] + b"\xff" * 200 + good[500:])
    got, text = run(machine, "imagex", "/apply", *words)
    assert got == code
    assert message in text
    assert "Successfully" not in text


@pytest.mark.parametrize("name", ["ManagedWimLib_VerifyFail.wim", "wimlib_corrupted_file_1.wim"])
def test_damaged_wims_of_others(machine: Machine, name: str) -> None:
    if not FIXTURES.is_dir():
        pytest.skip("../shared/fixtures/wim is not there")
    machine.host_path("C:\\w.wim").symlink_to(FIXTURES / name)
    assert run(machine, "imagex", "/apply", "C:\\w.wim", "1", "R:\\")[0] == apply.INVALID_DATA


def test_what_wimlib_warns_of_is_shown(machine: Machine) -> None:
    if not FIXTURES.is_dir():
        pytest.skip("../shared/fixtures/wim is not there")
    machine.host_path("C:\\w.wim").symlink_to(FIXTURES / "wimlib_dotdot.wim")
    code, text = run(machine, "imagex", "/apply", "C:\\w.wim", "R:\\")
    assert code == 0
    assert '[WARNING] Ignoring file named "." or ".."' in text


def test_only_an_empty_volume(machine: Machine) -> None:
    with machine.transaction(), machine.volume("R") as filesystem:
        assert isinstance(filesystem, NtfsVolume)
        filesystem.make_folder("\\Windows")
    code, text = run(machine, "imagex", "/apply", "C:\\wims\\good.wim", "1", "R:\\")
    assert code == apply.NOT_EMPTY
    assert "not empty (Windows)" in text


def test_only_a_formatted_volume(machine: Machine) -> None:
    with (machine.folder / "disk.img").open("r+b") as disk:
        disk.seek(MIB)
        disk.write(bytes(MIB))
    assert run(machine, *DISM, "/index:1")[0] == apply.UNRECOGNIZED_VOLUME


def test_a_full_host_is_another_matter(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "LEAST_HOST_SPACE", 1 << 62)
    with pytest.raises(HvsError, match="The disk of this machine is full"):
        run(machine, "imagex", "/apply", "C:\\wims\\tight.wim", "1", "R:\\")
    assert run(machine, "imagex", "/apply", "C:\\wims\\good.wim", "1", "R:\\")[0] == 0  # taken back: empty again


def test_a_failed_wimlib_that_nobody_foresaw(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise tools.ToolFailed(["wimlib-imagex"], 99, "odd")

    monkeypatch.setattr(tools, "before_run", fail)
    with pytest.raises(tools.ToolFailed):
        run(machine, "imagex", "/apply", "C:\\wims\\good.wim", "1", "R:\\")


@pytest.mark.parametrize(
    ("argv", "column", "word"),
    [
        (("imagex", "/capture", "C:\\x", "C:\\x.wim", "x"), 8, "/capture"),
        (("imagex", "/apply", "C:\\wims\\good.wim"), 1, "/apply"),
        (("imagex", "/apply", "C:\\wims\\good.wim", "1", "R:\\dir"), 34, "root"),
        (("imagex", "/apply", "C:\\wims\\good.wim", "1", "C:\\"), 34, "root"),
        (("imagex", "/apply", "R:\\good.wim", "1", "R:\\"), 15, "on C:"),
        (("imagex", "/apply", "/ref"), 15, "/ref"),
        (("dism", "/Image:R:\\", "/Add-Driver", "/Driver:C:\\d"), 17, "This step needs a Windows host"),
        (("dism", "/English", "/Image:R:\\", "/Enable-Feature", "/FeatureName:X"), 26, "when: first-boot"),
        (("dism", "/Online", "/Add-Package", "/PackagePath:C:\\x"), 6, "This step needs a Windows host"),
        (("dism", "/Apply-Image", "/ImageFile:C:\\w", "/Compact", "/Index:1"), 35, "/Compact"),
        (("dism", "/Apply-Image", "/ImageFile"), 19, "/ImageFile"),
        (("dism", "/Get-WimInfo", "/ImageFile:C:\\w"), 19, "/ImageFile"),
        (("dism",), 1, "dism"),
    ],
)
def test_refusals(machine: Machine, argv: tuple[str, ...], column: int, word: str) -> None:
    with pytest.raises(BenchRefusal) as caught:
        run(machine, *argv)
    assert caught.value.column == column
    assert word in str(caught.value)


def test_dism_needs_its_options(machine: Machine) -> None:
    assert run(machine, *DISM)[0] == 87
    assert run(machine, *DISM, "/Index:x")[0] == 87
    assert run(machine, *DISM, "/Index:1", "/Name:Other")[0] == 87
    assert run(machine, "dism", "/Apply-Image", "/Index:1", "/ApplyDir:R:\\")[0] == 87


def test_dism_tells_what_is_in_a_wim(machine: Machine) -> None:
    code, text = run(machine, "dism", "/Get-WimInfo", "/WimFile:C:\\wims\\good.wim")
    assert code == 0
    assert [line for line in text.splitlines() if line.startswith("Name")] == ["Name : Hyper-V Server", "Name : Other"]
    code, text = run(machine, "dism", "/get-imageinfo", "/imagefile:C:\\wims\\good.wim", "/index:2")
    assert code == 0
    assert "Hyper-V Server" not in text
    assert run(machine, "dism", "/get-imageinfo", "/imagefile:C:\\wims\\good.wim", "/index:9")[0] == 87


def test_dism_quiet_and_its_log(machine: Machine) -> None:
    argv = ("dism", "/Get-WimInfo", "/WimFile:C:\\wims\\absent.wim", "/Quiet", "/LogPath:C:\\dism.log")
    assert run(machine, *argv) == (2, "")
    log = machine.host_path("C:\\dism.log").read_text()
    assert "cannot find the file" in log
    assert log.endswith("Error: 2\n")


def test_a_whole_script(machine: Machine) -> None:
    """What a bundle's apply script does: the image, a check of the code, a stamp in the volume."""
    script = (
        "@echo off\r\n"
        'imagex /apply "C:\\wims\\good.wim" "Hyper-V Server" R:\\\r\n'
        'if not "%errorlevel%"=="0" exit /b %errorlevel%\r\n'
        '>"R:\\stamp.json" echo {"image": 1, "name": "a & b", "part": "100%%"}\r\n'
        'if not exist "R:\\Windows\\System32" exit /b 9\r\n'
    )
    with machine.transaction():
        assert run_batch(script.encode(), "010.cmd", machine, Console()) == 0
    assert holds(machine, "stamp.json") == b'{"image": 1, "name": "a & b", "part": "100%"}\r\n'
    with machine.transaction():
        assert run_batch(script.encode(), "010.cmd", machine, Console()) == apply.NOT_EMPTY
