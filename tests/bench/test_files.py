"""copy, move, md, rd, del, type, attrib and robocopy on C: and on a real NTFS volume behind a letter."""

from __future__ import annotations

import io
import os
import subprocess
import uuid
from pathlib import Path

import pytest
from dissect.ntfs import NTFS

from hvsbuild.formats import sparse
from hvsbuild.formats.filesystem import ARCHIVE, HIDDEN, READ_ONLY, SYSTEM
from hvsbuild.hosts import tools
from hvsbuild.hosts.bench import filecopy, files, folders
from hvsbuild.hosts.bench.attrib import attrib
from hvsbuild.hosts.bench.machine import Disk, Machine
from hvsbuild.hosts.bench.robocopy import robocopy
from hvsbuild.hosts.bench.tool import BenchRefusal, Console, Tool, Word
from tests.boot import sticks

MIB = 1 << 20
VOLUME = 48 * MIB


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stick")
    content = {"old.txt": b"old", "same.txt": b"same", "locked.txt": b"locked"}
    return sticks.disk(folder / "stick.img", sticks.ntfs_volume(folder / "volume", VOLUME, content, folder="/dir"))


@pytest.fixture
def machine(tmp_path: Path, stick: Path) -> Machine:
    """C: with a few files, and Y: with `\\dir` on the first partition of disk 1."""
    machine = Machine.create(tmp_path / "bench", uuid.UUID(int=7), 1_600_000_000)
    subprocess.run(["cp", "--sparse=always", stick, machine.folder / "stick.img"], check=True)
    machine.add_disk(Disk(0, file="stick.img"))
    machine.state.letters["Y"] = (1, 1)
    machine.save()
    for name, data in {
        "a.txt": b"A\r\n",
        "b.txt": b"B",
        "src/one": b"1",
        "src/two.inf": b"2",
        "src/in/deep": b"3",
    }.items():
        path = machine.folder / "C" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(data)
    return machine


COMMANDS: dict[str, Tool] = {
    "copy": files.copy,
    "move": files.move,
    "md": folders.make_folder,
    "rd": folders.remove_folder,
    "del": files.delete,
    "type": files.type_,
    "attrib": attrib,
    "robocopy": robocopy,
}


def run(machine: Machine, *argv: str) -> tuple[int, list[str]]:
    console = Console()
    words, column = [], 1
    for text in argv:
        words.append(Word(text, column))
        column += len(text) + 1
    with machine.transaction():
        return COMMANDS[argv[0]](words, machine, console), console.lines


def content(machine: Machine, path: str) -> bytes | None:
    """Read on C: from the host; on Y: by dissect, which shares no code with what wrote it."""
    if path[0] == "C":
        host = machine.host_path(path)
        return host.read_bytes() if host.is_file() else None
    with (machine.folder / "stick.img").open("rb") as disk:
        disk.seek(MIB)
        part = disk.read(VOLUME)
    ntfs = NTFS(io.BytesIO(part))
    try:
        return ntfs.mft.get(path[3:].replace("\\", "/")).open().read()  # type: ignore[no-any-return]
    except FileNotFoundError:
        return None


def attributes(machine: Machine, path: str) -> int:
    with machine.reader(path[0]) as tree:
        entry = tree.find(path[2:])
    assert entry
    return entry.attributes


@pytest.mark.parametrize("target", ["Y:\\new.txt", "Y:\\dir\\new.txt", "C:\\new.txt", "y:/dir/old.txt"])
def test_copy_to_a_file(machine: Machine, target: str) -> None:
    code, lines = run(machine, "copy", "/y", "C:\\A.TXT", target, "/b", "/v")
    assert (code, lines) == (0, ["        1 file(s) copied."])
    assert content(machine, target[0].upper() + target[1:].replace("/", "\\")) == b"A\r\n"


@pytest.mark.parametrize("target", ["Y:\\", "Y:", "Y:\\dir", "Y:\\dir\\"])
def test_copy_into_a_folder(machine: Machine, target: str) -> None:
    assert run(machine, "copy", "C:\\a.txt", target)[0] == 0
    assert content(machine, "Y:\\dir\\a.txt" if "dir" in target else "Y:\\a.txt") == b"A\r\n"


def test_copy_from_a_volume(machine: Machine) -> None:
    assert run(machine, "copy", "Y:\\dir\\old.txt", "C:\\back.txt")[0] == 0
    assert content(machine, "C:\\back.txt") == b"old"
    assert run(machine, "copy", "Y:\\dir\\old.txt", "Y:\\other.txt")[0] == 0
    assert content(machine, "Y:\\other.txt") == b"old"


def test_copy_of_a_folders_files(machine: Machine) -> None:
    code, lines = run(machine, "copy", "C:\\src\\*.*", "Y:\\dir")
    assert (code, lines) == (0, ["        2 file(s) copied."])
    assert content(machine, "Y:\\dir\\two.inf") == b"2"
    assert content(machine, "Y:\\dir\\deep") is None


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("C:\\absent", "Y:\\x"), filecopy.NO_FILE),
        (("C:\\no\\absent", "Y:\\x"), filecopy.NO_PATH),
        (("Q:\\absent", "Y:\\x"), filecopy.NO_DRIVE),
        (("C:\\a.txt", "Q:\\x"), filecopy.NO_DRIVE),
        (("C:\\a.txt", "Y:\\no\\x"), filecopy.NO_PATH),
        (("C:\\a.txt", "Y:\\no\\"), filecopy.NO_PATH),
        (("C:\\a.txt", "C:\\A.txt"), "The file cannot be copied onto itself."),
        (("C:\\a.txt",), files.NO_SYNTAX),
    ],
)
def test_copy_fails_as_windows_does(machine: Machine, argv: tuple[str, ...], message: str) -> None:
    code, lines = run(machine, "copy", *argv)
    assert code == 1
    assert message in lines


def test_copy_does_not_write_over_a_protected_file(machine: Machine) -> None:
    assert run(machine, "attrib", "+r", "Y:\\dir\\locked.txt")[0] == 0
    assert run(machine, "copy", "/y", "C:\\a.txt", "Y:\\dir\\locked.txt")[1][0] == filecopy.DENIED
    assert content(machine, "Y:\\dir\\locked.txt") == b"locked"


@pytest.mark.parametrize(
    ("argv", "column"),
    [
        (("copy", "/-y", "C:\\a.txt", "Y:\\x"), 6),
        (("copy", "C:\\*.txt", "Y:\\"), 6),
        (("copy", "C:\\a.txt+C:\\b.txt", "Y:\\x"), 6),
        (("copy", "a.txt", "Y:\\x"), 6),
        (("copy", "C:\\src", "Y:\\x"), 6),
        (("move", "C:\\src\\*.*", "Y:\\dir"), 6),
        (("md", "/x"), 4),
        (("md", "relative"), 4),
        (("del", "/s", "C:\\a.txt"), 5),
        (("del", "C:\\*"), 5),
        (("del", "C:\\src"), 5),
        (("rd", "/s", "C:\\src"), 1),
        (("type", "C:\\b.txt"), 6),  # no line end
        (("attrib", "+x", "Y:\\dir"), 8),
        (("attrib", "+h", "C:\\a.txt"), 11),
        (("robocopy", "C:\\src", "Y:\\", "/mir"), 21),
        (("robocopy", "C:\\src", "Y:\\", "/r:x"), 21),
        (("robocopy", "C:\\src"), 1),
        (("robocopy", "C:\\src", "Y:\\", "in\\deep"), 21),
    ],
)
def test_refusals(machine: Machine, argv: tuple[str, ...], column: int) -> None:
    with pytest.raises(BenchRefusal) as caught:
        run(machine, *argv)
    assert caught.value.column == column


def big_file(machine: Machine, size: int) -> Path:
    """A file with data at its start, in its middle and at its end; holes between."""
    path = machine.host_path("C:\\big.vhd")
    with path.open("wb") as file:
        file.truncate(size)
        for offset in (0, size // 2, size - 512):
            file.seek(offset)
            file.write(os.urandom(512))
    return path


def test_a_big_file_is_copied_by_its_data(machine: Machine) -> None:
    path = big_file(machine, 24 * MIB)
    seen: list[tuple[str, int, int]] = []
    console = Console(progress=lambda *step: seen.append(step))
    with machine.transaction():
        argv = [Word(word) for word in ("copy", "/y", "C:\\big.vhd", "Y:\\hvsOS.vhd")]
        assert files.copy(argv, machine, console) == 0
    assert content(machine, "Y:\\hvsOS.vhd") == path.read_bytes()
    assert attributes(machine, "Y:\\hvsOS.vhd") == ARCHIVE
    assert seen[-1][0] == "copy big.vhd"
    assert seen[-1][1] == seen[-1][2] < MIB
    with (machine.folder / "stick.img").open("rb") as disk:
        assert sum(length for _, length in sparse.data_ranges(disk.fileno())) < 12 * MIB
    volume = machine.folder / "volume"
    volume.write_bytes((machine.folder / "stick.img").read_bytes()[MIB : MIB + VOLUME])
    tools.run(["ntfsfix", "-n", volume])


def test_a_big_file_comes_back_to_c(machine: Machine) -> None:
    path = big_file(machine, 24 * MIB)
    assert run(machine, "copy", "C:\\big.vhd", "Y:\\x.vhd")[0] == 0
    assert run(machine, "copy", "Y:\\x.vhd", "C:\\again.vhd")[0] == 0
    again = machine.host_path("C:\\again.vhd")
    assert again.read_bytes() == path.read_bytes()
    assert again.stat().st_blocks * 512 < 4 * MIB
    with pytest.raises(BenchRefusal, match="between two letters"):
        run(machine, "copy", "Y:\\x.vhd", "Y:\\y.vhd")


def test_a_full_volume(machine: Machine) -> None:
    with machine.host_path("C:\\huge.vhd").open("wb") as file:
        file.truncate(VOLUME)
    assert run(machine, "copy", "C:\\huge.vhd", "Y:\\huge.vhd") == (1, [filecopy.NO_SPACE, "        0 file(s) copied."])
    assert content(machine, "Y:\\huge.vhd") is None
    code, lines = run(machine, "robocopy", "C:\\", "Y:\\", "huge.vhd", "/r:1", "/w:1")
    assert code == 8
    assert lines == ["ERROR 112 (0x00000070) Copying File C:\\huge.vhd", filecopy.NO_SPACE]


def test_move(machine: Machine) -> None:
    assert run(machine, "move", "/y", "C:\\a.txt", "Y:\\dir\\old.txt") == (0, ["        1 file(s) moved."])
    assert content(machine, "Y:\\dir\\old.txt") == b"A\r\n"
    assert content(machine, "C:\\a.txt") is None
    assert run(machine, "move", "/y", "C:\\b.txt", "C:\\b.txt")[0] == 0
    assert content(machine, "C:\\b.txt") == b"B"
    assert run(machine, "move", "C:\\absent", "Y:\\")[0] == 1


def test_md(machine: Machine) -> None:
    assert run(machine, "md", "Y:\\x\\y\\z", "C:\\p\\q") == (0, [])
    assert machine.exists("Y:\\x\\y\\z")
    assert machine.exists("C:\\p\\q")
    assert run(machine, "md", "Y:\\DIR") == (1, ["A subdirectory or file Y:\\DIR already exists."])
    assert run(machine, "md", "Y:\\dir\\old.txt\\x") == (1, [filecopy.NO_PATH])
    assert run(machine, "md", "Q:\\x")[0] == 1
    assert run(machine, "md")[0] == 1


def test_del(machine: Machine) -> None:
    assert run(machine, "del", "/f", "/q", "Y:\\dir\\old.txt", "C:\\a.txt") == (0, [])
    assert content(machine, "Y:\\dir\\old.txt") is None
    assert not machine.exists("C:\\a.txt")
    assert run(machine, "del", "Y:\\absent") == (0, ["Could Not Find Y:\\absent"])  # no error, says Wine's test too
    assert run(machine, "del", "Y:\\no\\absent")[0] == 1
    assert run(machine, "del")[0] == 1
    run(machine, "attrib", "+r", "Y:\\dir\\locked.txt")
    with pytest.raises(BenchRefusal, match="protected"):
        run(machine, "del", "Y:\\dir\\locked.txt")
    assert run(machine, "del", "/f", "Y:\\dir\\locked.txt")[0] == 0


def test_rd(machine: Machine) -> None:
    assert run(machine, "rd", "Y:\\dir")[0] == 145
    assert run(machine, "rd", "Y:\\dir\\old.txt")[0] == 267
    assert run(machine, "rd", "Y:\\absent")[0] == 2
    assert run(machine, "rd", "Y:\\no\\absent")[0] == 3
    assert run(machine, "rd", "/s", "/q", "Y:\\dir") == (0, [])
    assert not machine.exists("Y:\\dir")
    assert run(machine, "rd", "/s", "/q", "C:\\src") == (0, [])
    assert not machine.exists("C:\\src")


def test_type(machine: Machine) -> None:
    machine.host_path("C:\\t.txt").write_bytes("zwölf\r\n\r\nlast\r\n".encode())
    assert run(machine, "type", "C:\\t.txt") == (0, ["zwölf", "", "last"])
    assert run(machine, "type", "C:\\absent.txt") == (1, [filecopy.NO_FILE])
    assert run(machine, "type", "nul") == (0, [])


def test_attrib(machine: Machine) -> None:
    assert run(machine, "attrib", "+r", "+H", "+s", "Y:\\dir\\old.txt") == (0, [])
    assert attributes(machine, "Y:\\dir\\old.txt") == READ_ONLY | HIDDEN | SYSTEM | ARCHIVE
    assert run(machine, "attrib", "Y:\\dir\\old.txt") == (0, ["A  SHR       Y:\\dir\\old.txt"])
    with pytest.raises(BenchRefusal, match="hidden"):
        run(machine, "attrib", "-r", "Y:\\dir\\old.txt")
    assert run(machine, "attrib", "-r", "-h", "-s", "-a", "Y:\\dir\\old.txt") == (0, [])
    assert attributes(machine, "Y:\\dir\\old.txt") == 0
    assert run(machine, "attrib", "+r", "Y:\\absent")[0] == 1


def test_robocopy_one_file(machine: Machine) -> None:
    argv = ("robocopy", "C:\\", "Y:\\", "a.txt", "/r:2", "/w:5", "/np", "/j", "/copy:DAT", "/njh", "/njs")
    assert run(machine, *argv)[0] == 1
    assert content(machine, "Y:\\a.txt") == b"A\r\n"
    assert run(machine, *argv)[0] == 0  # the same bytes: skipped
    machine.host_path("C:\\a.txt").write_bytes(b"a\r\n")  # the same size
    assert run(machine, *argv)[0] == 1
    assert content(machine, "Y:\\a.txt") == b"a\r\n"
    assert run(machine, "robocopy", "C:\\", "Y:\\", "absent.txt")[0] == 0


def test_robocopy_a_tree(machine: Machine) -> None:
    assert run(machine, "robocopy", "C:\\src", "Y:\\new", "/e")[0] == 1
    assert content(machine, "Y:\\new\\in\\deep") == b"3"
    assert run(machine, "robocopy", "C:\\src", "Y:\\new", "/e")[0] == 0
    run(machine, "copy", "C:\\a.txt", "Y:\\new\\extra.txt")
    assert run(machine, "robocopy", "C:\\src", "Y:\\new", "/e")[0] == 2
    assert run(machine, "robocopy", "C:\\src", "Y:\\flat", "*.inf")[0] == 1
    assert content(machine, "Y:\\flat\\one") is None


def test_robocopy_fails_as_windows_does(machine: Machine) -> None:
    assert run(machine, "robocopy", "C:\\absent", "Y:\\")[0] == 16
    assert run(machine, "robocopy", "C:\\src", "Q:\\")[0] == 16


def test_robocopy_compares_big_files_by_their_data(machine: Machine) -> None:
    path = big_file(machine, 20 * MIB)
    argv = ("robocopy", "C:\\", "Y:\\", "big.vhd")
    assert [run(machine, *argv)[0] for _ in range(2)] == [1, 0]
    with path.open("r+b") as file:  # a byte in what was a hole
        file.seek(3 * MIB)
        file.write(b"x")
    assert [run(machine, *argv)[0] for _ in range(2)] == [1, 0]
    assert content(machine, "Y:\\big.vhd") == path.read_bytes()


def test_a_failed_transaction_takes_the_copy_back(machine: Machine) -> None:
    def fail(machine: Machine) -> None:
        with machine.transaction():
            files.copy([Word(word) for word in ("copy", "C:\\a.txt", "Y:\\dir\\old.txt")], machine, Console())
            assert content(machine, "Y:\\dir\\old.txt") == b"A\r\n"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail(machine)
    assert content(machine, "Y:\\dir\\old.txt") == b"old"
