"""`log` tells a run, whole, failed or cut short; `seal` shows what was edited; a disk is confirmed by its serial."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from hvsbuild.cli.confirm import confirmation
from hvsbuild.errors import Refused
from hvsbuild.hosts.host import DiskInfo
from tests.run.small import hvsbuild


def test_log_tells_a_whole_run(undisturbed: Path) -> None:
    text = hvsbuild("log", undisturbed).stdout
    assert text.startswith("run 1 of 1: done")
    for word in ("vhd-create", "image-apply", "disk-prepare", "disk.number = 1", " s  ok"):
        assert word in text, text
    assert max(len(line) for line in text.splitlines() if "fingerprint" not in line) <= 100
    assert "Created" not in text
    assert "virtual disk file" in hvsbuild("log", undisturbed, "--output").stdout
    story = json.loads(hvsbuild("log", undisturbed, "--json").stdout)
    assert (story["run"], story["ending"]) == (1, "done")


def test_log_of_a_run_that_was_cut_short(undisturbed: Path, tmp_path: Path) -> None:
    shutil.copytree(undisturbed / "journal", tmp_path / "journal")
    lines = (tmp_path / "journal" / "0001.jsonl").read_text().splitlines()
    (tmp_path / "journal" / "0002.jsonl").write_text("\n".join(lines[:20]) + "\n" + lines[20][:15])
    assert "run 2 of 2: cut short" in hvsbuild("log", tmp_path).stdout
    assert "run 1 of 2: done" in hvsbuild("log", tmp_path, "--run", "1").stdout
    assert hvsbuild("log", tmp_path, "--run", "9").returncode == 64


def test_log_without_a_journal(tmp_path: Path) -> None:
    done = hvsbuild("log", tmp_path)
    assert (done.returncode, "There is no journal" in done.stderr) == (1, True)


@pytest.fixture
def edited(undisturbed: Path, tmp_path: Path) -> Path:
    bundle = tmp_path / "bundle"
    shutil.copytree(undisturbed / "bundle", bundle)
    script = next(bundle.glob("scripts/*disk-prepare*"))
    script.write_bytes(script.read_bytes().replace(b" quick", b""))
    return bundle


def test_an_edited_bundle_is_refused_until_it_is_sealed_again(edited: Path, undisturbed: Path, tmp_path: Path) -> None:
    refused = hvsbuild("plan", edited, "-o", tmp_path / "out")
    assert refused.returncode == 4
    assert "A script of the bundle was edited after it was sealed" in refused.stderr
    nothing = hvsbuild("seal", edited)
    assert (nothing.returncode, "What was edited cannot be shown" in nothing.stderr) == (4, True)
    done = hvsbuild("seal", edited, "--before", undisturbed / "bundle")
    assert done.returncode == 0, done.stderr
    assert '-format fs=ntfs label="STICK" quick' in done.stdout
    assert '+format fs=ntfs label="STICK"\n' in done.stdout
    assert hvsbuild("plan", edited, "-o", tmp_path / "out").returncode == 2


def test_seal_compares_with_what_git_has(undisturbed: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(undisturbed / "bundle", bundle)
    for argv in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(tmp_path), *argv], check=True)
    run = bundle / "run.cmd"
    run.write_bytes(run.read_bytes() + b"rem more\r\n")
    done = hvsbuild("seal", bundle)
    assert done.returncode == 0, done.stderr
    assert "+rem more" in done.stdout


STICK = DiskInfo(number=2, bus="usb", size=32 * 10**9, model="Ultra", serial="4C53000123", unique_id="USBSTOR-1")


@pytest.mark.parametrize("word", ["4C53000123", "4c53000123", "USBSTOR-1", " 4C53000123 "])
def test_the_serial_or_unique_id_confirms(word: str) -> None:
    confirmation(word)(STICK)


@pytest.mark.parametrize("word", ["y", "yes", "", "2", "4C5300012", "Ultra"])
def test_anything_else_does_not(word: str) -> None:
    with pytest.raises(Refused, match="not confirmed"):
        confirmation(word)(STICK)


def test_a_disk_without_serial_is_refused() -> None:
    with pytest.raises(Refused, match="nothing that tells it"):
        confirmation("")(DiskInfo(number=2, bus="usb", size=1))
