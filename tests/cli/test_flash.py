"""`flash`: who must confirm what, what is refused, what is reported; and a whole stick, flashed over old content."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from hvsbuild.formats import imagemap
from hvsbuild.formats.bmap import decode
from hvsbuild.run.world import World
from tests.cli import SPEC, run, write
from tests.fleet.images import MIB, dirty, make_image

SIZE = 4 * MIB


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "stick.img"
    make_image(path, SIZE, [(0, 8192), (2 * MIB, 3 * MIB)])
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return dirty(tmp_path / "target", SIZE + 512)


def untouched(path: Path) -> bool:
    return set(path.read_bytes()) == {0xAA}


def test_confirmed_by_name(image: Path, target: Path) -> None:
    done = run("flash", image, "--to", target, "--yes", target.name)
    assert (done.code, done.out) == (0, f"{target}: 4 MB written, read back and equal\n")
    assert target.read_bytes()[:SIZE] == image.read_bytes()


def test_json(image: Path, target: Path) -> None:
    done = run("flash", image, "--to", target, "--yes", target.name, "--json")
    assert done.err == ""
    (one,) = done.document["targets"]
    assert (done.code, done.document["failed"], one["verified"], one["error"]) == (0, 0, True, None)


@pytest.mark.parametrize("yes", [[], ["y"], ["yes"], [""], ["target", "other"]])
def test_nobody_confirmed(image: Path, target: Path, yes: list[str]) -> None:
    words = [word for one in yes for word in ("--yes", one)]
    done = run("flash", image, "--to", target, *words)
    assert (done.code, done.out) == (4, "")
    assert "error: The disk to be wiped was not confirmed" in done.err
    assert "--yes target" in done.err
    assert untouched(target)


def test_each_target_is_confirmed_by_itself(image: Path, target: Path, tmp_path: Path) -> None:
    other = dirty(tmp_path / "other", SIZE)
    to = ("--to", target, "--to", other)
    done = run("flash", image, *to, "--yes", "target")
    assert done.code == 4
    assert f"no --yes for {other}" in done.err
    assert untouched(target)
    assert untouched(other)
    assert run("flash", image, *to, "--yes", "other", "--yes", "target").code == 0
    assert other.read_bytes() == target.read_bytes()[:SIZE]


def test_two_of_one_name_are_confirmed_by_their_paths(image: Path, tmp_path: Path) -> None:
    targets = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        targets.append(dirty(tmp_path / name / "same", SIZE))
    to = [word for one in targets for word in ("--to", one)]
    assert run("flash", image, *to, "--yes", "same").code == 4
    assert all(untouched(one) for one in targets)
    assert run("flash", image, *to, *[word for one in targets for word in ("--yes", str(one))]).code == 0


def typed(text: str, *argv: str | Path) -> subprocess.CompletedProcess[str]:
    """`hvsbuild` with a terminal at which somebody types."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, text.encode())
        words = [sys.executable, "-m", "hvsbuild", *map(str, argv)]
        return subprocess.run(words, stdin=theirs, capture_output=True, text=True, check=False)
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize(("text", "code"), [("target\n", 0), ("TARGET \n", 0), ("y\n", 4), ("yes\n", 4), ("\n", 4)])
def test_a_person_types_the_name(image: Path, target: Path, text: str, code: int) -> None:
    done = typed(text, "flash", image, "--to", target)
    assert done.returncode == code, done.stderr
    assert f"This will be WIPED: {target}, a file\nType its name to go on: " in done.stderr
    assert untouched(target) is (code == 4)


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("/dev/sdz", "A disk must be named by a path that stays its own: /dev/sdz"),
        ("/dev/disk/by-id/usb-absent", "There is no such disk: /dev/disk/by-id/usb-absent"),
        ("{folder}/absent", "There is no such target"),
        ("{folder}/stick.img", "The target is the image itself"),
        ("{folder}/small", "The target is too small"),
    ],
)
def test_refused(image: Path, target: Path, tmp_path: Path, to: str, said: str) -> None:
    """With what is wrong with it; and nothing else is touched either."""
    dirty(tmp_path / "small", SIZE - 1)
    before = image.read_bytes()
    done = run("flash", image, "--to", target, "--to", to.format(folder=tmp_path), "--yes", "target", "--yes", "x")
    assert done.code == 4
    assert said in done.err
    assert untouched(target)
    assert image.read_bytes() == before


def test_all_refusals_at_once(image: Path, tmp_path: Path) -> None:
    done = run("flash", image, "--to", tmp_path / "one", "--to", "/dev/two", "--yes", "one")
    assert done.code == 4
    assert str(tmp_path / "one") in done.err
    assert "/dev/two" in done.err


def test_the_same_target_twice(image: Path, target: Path) -> None:
    target.with_name("link").symlink_to(target)
    done = run("flash", image, "--to", target, "--to", target.with_name("link"), "--yes", "target", "--yes", "link")
    assert (done.code, untouched(target)) == (4, True)
    assert "named twice" in done.err


def test_selectors(image: Path, target: Path, tmp_path: Path) -> None:
    """A file is on no bus; of what a spec can ask for it has a size."""
    spec = write(tmp_path, SPEC)
    for words in (("--spec", spec), ("--match", "bus=usb"), ("--match", "size=>= 16 GB")):
        done = run("flash", image, "--to", target, "--yes", "target", *words)
        assert done.code == 4, done.err
        assert "error: The target does not match" in done.err
    assert run("flash", image, "--to", target, "--yes", "target", "--match", "size=4 MB..5 MB").code == 0
    for wrong in ("bus=floppy", "sise=1 GB", "size=big", "removable=perhaps", "usb"):
        assert run("flash", image, "--to", target, "--yes", "target", "--match", wrong).code == 64


@pytest.mark.parametrize("wipe", ["refuse", "if-empty", "if-ours"])
def test_a_spec_also_says_what_may_be_wiped(image: Path, target: Path, tmp_path: Path, wipe: str) -> None:
    spec = write(tmp_path, SPEC.replace("wipe: always", f"wipe: {wipe}").replace("{bus: usb}", '{size: "<= 64 GB"}'))
    done = run("flash", image, "--to", target, "--yes", "target", "--spec", spec)
    assert done.code == 4
    assert f"disk.wipe is {wipe}" in done.err
    assert untouched(target)


def test_an_image_that_is_not_what_its_map_says(image: Path, target: Path) -> None:
    imagemap.write(image, imagemap.path_beside(image))
    with image.open("r+b") as file:
        file.seek(2 * MIB + 5)
        file.write(b"changed")
    done = run("flash", image, "--to", target, "--yes", "target")
    assert done.code == 1
    assert "error: The image is not the one that its block map describes" in done.err
    assert untouched(target)
    assert run("flash", image.with_name("gone.img"), "--to", target, "--yes", "target").code == 1


def test_a_stick_flashed_over_old_content(finished: Path, tmp_path: Path) -> None:
    """All states hold, and every file in the VHD on it is as in the image: no old content shines through."""
    built, size = finished / "stick.img", (finished / "stick.img").stat().st_size
    found = imagemap.load(built)
    assert 0 < found.mapped < size / 4
    target = dirty(tmp_path / "target", size + MIB)
    assert run("flash", built, "--to", target, "--yes", "target").code == 0
    assert decode(imagemap.path_beside(built).read_bytes()) == found
    done = run("check", finished / "small.yaml", "--disk", target)
    assert done.code == 0, done.out
    assert contents(target) == contents(built)
    if ntfsfix := shutil.which("ntfsfix"):
        table = World(None, None, image=target).table("stick").partition(1)
        assert table
        volume = tmp_path / "volume"
        with target.open("rb") as file:
            file.seek(table.start)
            volume.write_bytes(file.read(table.size))
        subprocess.run([ntfsfix, "-n", volume], check=True, capture_output=True)


def contents(image: Path) -> dict[str, str]:
    """sha256 of every file in the VHD on a stick."""
    from hvsbuild.formats.filesystem import walk

    with World(None, None, image=image) as world:
        tree = world.tree("vhd/os.vhd")
        return {one.path: sha256(tree.read(one.path)).hexdigest() for one in walk(tree) if not one.is_dir}


def test_the_data_of_an_image_alone_would_not_do(finished: Path) -> None:
    """Why the map is not simply what the host holds as data: file systems use zeros that are holes there."""
    from hvsbuild.formats import inuse, sparse
    from hvsbuild.formats.block import FileDevice
    from hvsbuild.formats.ranges import clip, subtract, total

    with FileDevice(finished / "stick.img") as device:
        data = [(start, start + length) for start, length in sparse.data_ranges(device.fd)]
        lost = subtract(inuse.used(device), data)
        assert total(clip(lost, MIB, device.size - 2 * MIB)) > 0


def test_a_change_in_the_image_takes_its_map_away(finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    subprocess.run(["cp", "-a", "--sparse=always", finished, out], check=True)
    assert run("bmap", out / "stick.img").code == 0
    assert imagemap.load(out / "stick.img") == imagemap.survey(out / "stick.img")
    spec = write(tmp_path, SPEC.replace("data: 7", "data: 8"))
    assert run("apply", spec, "-o", out).code == 0
    assert not imagemap.path_beside(out / "stick.img").exists()
    assert run("bmap", out / "stick.img").code == 0
    imagemap.load(out / "stick.img")


def test_build_and_flash_in_one_command(finished: Path, tmp_path: Path) -> None:
    """`build --disk`: the image first, then the stick; the spec's disk.match and disk.wipe hold for it."""
    out, target = tmp_path / "out", dirty(tmp_path / "target", (finished / "stick.img").stat().st_size)
    subprocess.run(["cp", "-a", "--sparse=always", finished, out], check=True)
    refused = run("build", out / "small.yaml", "-o", out, "--disk", target, "--yes", "target")
    assert (refused.code, "does not match" in refused.err) == (4, True), "a file is on no USB"
    spec = write(tmp_path, SPEC.replace("{bus: usb}", '{size: ">= 100 MB"}'))
    words = ("build", spec, "-o", out, "--disk", target)
    assert run(*words, "--yes", "y").code == 4
    assert untouched(target)
    done = run(*words, "--yes", "target", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["failed"] == 0
    assert run("check", spec, "--disk", target).code == 0
