"""Real block devices (loop): exclusive, refused while in use, written, read back, wrong when they are wrong.

They need root and /dev/loop*; elsewhere these tests are skipped. The stable names lie in a folder of the test, with the
machine's own /sys and /proc behind them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from hvsbuild.errors import Refused
from hvsbuild.fleet.flash import WRITE_FAILED, flash
from hvsbuild.formats import bmap, imagemap
from hvsbuild.hosts.bench import blockdev
from tests.fleet.images import MIB, dirty, make_image, unwatched
from tests.fleet.loops import loop, loops_work

SIZE = 16 * MIB


pytestmark = pytest.mark.skipif(not loops_work(), reason="needs root and loop devices (losetup -f)")


def test_a_stick_is_written_and_its_partitions_appear(tmp_path: Path, by_id: Path) -> None:
    image = tmp_path / "stick.img"
    with image.open("wb") as file:
        file.truncate(SIZE)
    subprocess.run(["sfdisk", "-q", "--no-tell-kernel", image], input=b"label: gpt\nstart=2048,size=8192\n", check=True)
    found = imagemap.survey(image)
    with loop(by_id, dirty(tmp_path / "medium", SIZE + 3 * MIB), "-P") as stick:
        (outcome,) = flash(image, found, [stick], unwatched)
        assert outcome.error is None
        assert [note.split(": ")[1] for note in outcome.notes] == ["larger than the image"]
        seen = partitions(stick)
        table = subprocess.run(["sfdisk", "-d", stick], capture_output=True, text=True, check=True).stdout
        assert "start=        2048, size=        8192" in table
    with loop(by_id, image, "-P") as same:
        assert seen == partitions(same)  # none at all where the kernel reads no GPT


def partitions(device: Path) -> list[str]:
    """The partitions that the kernel knows."""
    return sorted(
        one.name[len(device.readlink().name) :] for one in Path("/sys/block").glob(f"{device.readlink().name}/*p?")
    )


def test_several_sticks_and_one_whose_medium_gives_out(tmp_path: Path, by_id: Path) -> None:
    """The medium of one lies on a full file system: the kernel reports an error in the middle of the device."""
    image = tmp_path / "stick.img"
    found = make_image(image, SIZE, [(0, SIZE)])
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none", small], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("tmpfs cannot be mounted here")
    try:
        with (small / "bad").open("wb") as file:
            file.truncate(SIZE)
        with (
            loop(by_id, dirty(tmp_path / "one", SIZE)) as one,
            loop(by_id, small / "bad") as worn,
            loop(by_id, dirty(tmp_path / "two", SIZE)) as two,
        ):
            outcomes = flash(image, found, [one, worn, two], unwatched)
    finally:
        subprocess.run(["umount", small], check=True)
    assert [outcome.error is None for outcome in outcomes] == [True, False, True]
    error = outcomes[1].error
    assert error
    assert error.phrase == WRITE_FAILED
    assert error.seen.startswith(f"{by_id / 'loop-bad'}: at byte {5 * MIB}: ")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes() == image.read_bytes()


def test_odd_sizes(tmp_path: Path, by_id: Path) -> None:
    """An image that ends within a sector, on a device that is no whole number of pages."""
    image, end = tmp_path / "stick.img", 5 * MIB + 700
    found = make_image(image, end, [(0, 4096), (5 * MIB, end)])
    for whole in (False, True):
        medium = dirty(tmp_path / f"medium{whole}", 7 * MIB + 512)
        with loop(by_id, medium) as stick:
            (outcome,) = flash(image, found, [stick], unwatched, whole=whole)
        assert outcome.error is None
        data, want = medium.read_bytes(), image.read_bytes()
        assert data[:MIB] == want[:MIB]
        assert data[5 * MIB : end] == want[5 * MIB :]
        assert not any(data[6 * MIB + 512 :])
        assert set(data[2 * MIB : 3 * MIB]) == ({0} if whole else {0xAA})
        assert set(data[end : 6 * MIB]) == ({0} if whole else {0xAA})


@pytest.mark.parametrize("options", [("-r",), ("--sector-size", "4096"), ("--sizelimit", str(SIZE - 512))])
def test_devices_that_cannot_take_it(tmp_path: Path, by_id: Path, options: tuple[str, ...]) -> None:
    image = tmp_path / "stick.img"
    found = make_image(image, SIZE, [(0, 4096)])
    medium = dirty(tmp_path / "medium", SIZE)
    with loop(by_id, medium, *options) as stick, pytest.raises(Refused) as refused:
        flash(image, found, [stick], unwatched)
    said = {"-r": "read-only", "--sector-size": "4096 bytes", "--sizelimit": "512 too few"}[options[0]]
    assert said in refused.value.seen
    assert set(medium.read_bytes()) == {0xAA}


def test_a_mounted_device_is_refused(tmp_path: Path, by_id: Path) -> None:
    medium, point = tmp_path / "medium", tmp_path / "mount point"
    point.mkdir()
    with medium.open("wb") as file:
        file.truncate(SIZE)
    subprocess.run(["mkfs.ext4", "-q", medium], check=True)
    with loop(by_id, medium) as stick:
        if subprocess.run(["mount", stick, point], capture_output=True, check=False).returncode:
            pytest.skip("nothing can be mounted here")
        try:
            with pytest.raises(Refused, match=r"is mounted at .*/mount point"), blockdev.claim(stick, SIZE):
                pass
        finally:
            subprocess.run(["umount", point], check=True)
        with blockdev.claim(stick, SIZE):
            pass


def test_a_swap_area_is_refused(tmp_path: Path, by_id: Path) -> None:
    medium = dirty(tmp_path / "medium", SIZE)
    with loop(by_id, medium) as stick:
        subprocess.run(["mkswap", stick], check=True, capture_output=True)
        if subprocess.run(["swapon", stick], capture_output=True, check=False).returncode:
            pytest.skip("no swap here")
        try:
            with pytest.raises(Refused, match="is swap space"), blockdev.claim(stick, SIZE):
                pass
        finally:
            subprocess.run(["swapoff", stick], check=True)


def test_it_is_ours_alone(tmp_path: Path, by_id: Path) -> None:
    with loop(by_id, dirty(tmp_path / "medium", SIZE)) as stick:
        with blockdev.claim(stick, SIZE), pytest.raises(OSError, match="busy"):
            os.close(os.open(stick, os.O_RDWR | os.O_EXCL))
        other = os.open(stick, os.O_RDONLY | os.O_EXCL)
        try:
            with pytest.raises(Refused, match="The disk is in use"), blockdev.claim(stick, SIZE):
                pass
        finally:
            os.close(other)


@pytest.mark.skipif(not shutil.which("bmaptool"), reason="bmaptool is not installed (Debian: bmap-tools)")
def test_bmaptool_writes_the_same(tmp_path: Path, by_id: Path) -> None:
    """Onto two sticks full of old content, by the same map: the mapped ranges are the same, and no others matter."""
    image = tmp_path / "stick.img"
    made = make_image(image, SIZE, [(0, 2 * MIB), (5 * MIB, 7 * MIB), (15 * MIB, SIZE)])
    imagemap.path_beside(image).write_bytes(bmap.encode(made))
    found = imagemap.load(image)
    ours, theirs = dirty(tmp_path / "ours", SIZE), dirty(tmp_path / "theirs", SIZE)
    with loop(by_id, ours) as one, loop(by_id, theirs) as two:
        flash(image, found, [one], unwatched)
        subprocess.run(["bmaptool", "copy", image, two.resolve()], check=True, capture_output=True)
    assert ours.read_bytes() == theirs.read_bytes()
    assert found == made
