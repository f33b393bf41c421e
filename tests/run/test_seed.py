"""The seed spec at full size, judged by programs that nobody here wrote: one build, many judges."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from dissect.ntfs import NTFS
from dissect.ntfs.c_ntfs import ATTRIBUTE_TYPE_CODE

from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.vdisk import disk_inside
from hvsbuild.formats.vhd import read_footer
from phony import bootmgr, efi, image
from tests.boot import qemu
from tests.run.small import digest, first_volume, hvsbuild, write_spec

SPEC = Path(__file__).parents[2] / "specs" / "hyperv-server-2008-r2-usb.yaml"
MIB = 1 << 20
VHD_BYTES = 24576 * MIB


@pytest.fixture(scope="session")
def seed(shared: Path) -> Path:
    """The build folder of the seed spec with a phony image of ordinary shape."""
    out = shared / "seed"
    with (shared / "seed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (out / "stick.img").exists():
            image.make(shared / "install.wim", image.Order(files=3000, size=40 << 20))
            done = hvsbuild("build", SPEC, "--var", f"wim={shared / 'install.wim'}", "-o", out)
            assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="session")
def volumes(seed: Path, shared: Path) -> tuple[Path, Path]:
    """The stick's volume and the VHD's volume as plain (sparse) files, cut out by dd."""
    cuts = []
    with (shared / "cut.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for source, name in ((seed / "stick.img", "stick.ntfs"), (seed / "hvsOS.vhd", "vhd.ntfs")):
            cut = shared / name
            if not cut.exists():
                # the collapse is on a copy that shares nothing with the build
                subprocess.run(["cp", "--sparse=always", "--reflink=auto", source, cut], check=True)
                done = subprocess.run(["fallocate", "-c", "-o", "0", "-l", "1MiB", cut], check=False)
                if done.returncode:
                    cut.unlink()
                    argv = ["dd", f"if={source}", f"of={cut}", "bs=1M", "skip=1", "conv=sparse", "status=none"]
                    subprocess.run(argv, check=True)
            cuts.append(cut)
    return cuts[0], cuts[1]


def run(*argv: str | Path) -> str:
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
    return done.stdout


def test_sfdisk_sees_one_active_ntfs_partition(seed: Path) -> None:
    table = json.loads(run("/usr/sbin/sfdisk", "-J", seed / "stick.img"))["partitiontable"]
    (partition,) = table["partitions"]
    assert (table["label"], partition["start"], partition["type"], partition["bootable"]) == ("dos", 2048, "7", True)
    run("/usr/sbin/sfdisk", "--verify", seed / "stick.img")


def test_qemu_img_sees_a_fixed_vhd_of_24_gib(seed: Path) -> None:
    info = json.loads(run("qemu-img", "info", "-f", "vpc", "--output=json", seed / "hvsOS.vhd"))
    assert info["virtual-size"] == VHD_BYTES
    assert (seed / "hvsOS.vhd").stat().st_size == VHD_BYTES + 512
    footer = (seed / "hvsOS.vhd").open("rb")
    with footer:
        footer.seek(VHD_BYTES)
        data = footer.read()
    assert data[:8] == b"conectix"
    assert data[56:60] == bytes([49932 >> 8, 49932 & 255, 16, 63]), "CHS of the reference"


def test_ntfs_tools_find_both_volumes_clean(volumes: tuple[Path, Path]) -> None:
    for volume in volumes:
        text = subprocess.run(["ntfsfix", "-n", volume], capture_output=True, text=True, check=False).stdout
        assert "Processing of $MFT and $MFTMirr completed successfully" in text
        assert "NTFS volume version is 3.1" in text or "Mounting volume... OK" in text


def test_the_vhd_on_the_stick_is_solid(volumes: tuple[Path, Path]) -> None:
    """Neither sparse nor compressed, initialized to its end, in few runs: else Windows does not attach it."""
    text = run("ntfsinfo", "-f", "-v", "-F", "hvsOS.vhd", volumes[0])
    data = text[text.index("Dumping attribute $DATA") :]
    assert f"Data size:\t\t {VHD_BYTES + 512}" in data
    assert f"Initialized size:\t {VHD_BYTES + 512}" in data
    assert "Attribute flags:\t 0x0000" in data
    with volumes[0].open("rb") as volume:
        (attribute,) = NTFS(volume).mft.get("hvsOS.vhd").attributes[ATTRIBUTE_TYPE_CODE.DATA]
        runs = attribute.dataruns()
    assert len(runs) <= 4
    assert all(start is not None for start, _ in runs), "a sparse run"


def test_seven_zip_lists_the_image_inside_the_vhd(seed: Path) -> None:
    program = next(name for name in ("7zz", "7z") if shutil.which(name))
    listing = run(program, "l", seed / "hvsOS.vhd")
    assert "NTFS" in listing or ".ntfs" in listing or ".mbr" in listing.lower()


def test_hivex_reads_the_changed_values(volumes: tuple[Path, Path], tmp_path: Path) -> None:
    hive = tmp_path / "SYSTEM"
    with hive.open("wb") as out:
        subprocess.run(["ntfscat", "-f", volumes[1], "Windows/System32/config/SYSTEM"], stdout=out, check=True)
    key = "\\ControlSet001\\Control\\Session Manager\\Memory Management"
    values = run("hivexget", hive, key)
    assert '"PagingFiles"=hex(7):00,00\n' in values.replace("\r", "") + "\n"
    assert "ExistingPageFiles" not in values


def test_the_stick_boots_to_bootmgr(seed: Path) -> None:
    assert bootmgr.REACHED in qemu.boot(seed / "stick.img", expect=bootmgr.REACHED, seconds=60)


def test_grub_reads_a_file_inside_the_vhd(seed: Path) -> None:
    assert efi.WORD in qemu.read_inside_vhd(seed / "stick.img", "/hvsOS.vhd", "/Windows/phony.txt")


def test_a_second_build_elsewhere_gives_the_same_bytes(seed: Path, shared: Path, tmp_path: Path) -> None:
    """Another folder, another copy of spec and image, another time and hash seed: the same bytes everywhere."""
    spec, wim = tmp_path / "elsewhere" / SPEC.name, tmp_path / "wim" / "install.wim"
    spec.parent.mkdir()
    wim.parent.mkdir()
    shutil.copy(SPEC, spec)
    shutil.copy(shared / "install.wim", wim)
    done = hvsbuild("build", spec, "--var", "wim=wim/install.wim", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert run("diff", "-r", seed / "bundle", tmp_path / "out" / "bundle") == ""
    for name in ("hvsOS.vhd", "stick.img"):
        assert digest(seed / name) == digest(tmp_path / "out" / name), name


def test_another_name_gives_other_identifiers(undisturbed: Path, wim: Path, tmp_path: Path) -> None:
    spec = write_spec(tmp_path, ("name: small", "name: other"))
    assert hvsbuild("build", spec, "--var", f"wim={wim}", "-o", tmp_path / "out").returncode == 0
    seen: list[set[object]] = []
    for out in (undisturbed, tmp_path / "out"):
        with FileDevice(out / "os.vhd") as file, FileDevice(out / "stick.img") as stick:
            ids: set[object] = {read_footer(file).unique_id, file.read_at(0x1B8, 4), stick.read_at(0x1B8, 4)}
            ids |= {first_volume(stick).read_at(0x48, 8), first_volume(disk_inside(file)).read_at(0x48, 8)}
        assert len(ids) == 5
        seen.append(ids)
    assert not seen[0] & seen[1]
    assert uuid.UUID(int=0) not in seen[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may do less")
def test_nobody_can_build(wim: Path, tmp_path: Path) -> None:
    """The whole build as a user who may not touch loop devices, FUSE or KVM."""
    spec = write_spec(tmp_path)
    shutil.copy(wim, tmp_path / "small.wim")
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_uid == 0 and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o755)
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    # it may read all (the interpreter may lie in root's home), write only its own, and gain nothing by suid programs
    caps = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--no-new-privs"]
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *caps, sys.executable]
    look = (
        "import os; print([p for p in ('/dev/loop-control', '/dev/loop0', '/dev/kvm', '/') if os.access(p, os.W_OK)])"
    )
    assert run(*nobody, "-c", look).strip() == "[]"
    argv = [*nobody, "-m", "hvsbuild", "build", str(spec), "-o", str(home / "out")]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=home, check=False)
    assert done.returncode == 0, done.stderr
    assert hvsbuild("check", spec, "--disk", home / "out" / "stick.img").returncode == 0
